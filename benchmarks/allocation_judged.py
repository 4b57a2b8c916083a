"""A plan judged apart from the program: its invoice counted, its service simulated."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.allocation_apart import answered, asked
from benchmarks.allocation_centres import Question, load_question
from benchmarks.allocation_run import planned
from benchmarks.allocation_today import planned_today
from staffing.allocation import Allocation
from staffing.coverage import cover_of, weeks_of
from staffing.daily import sums_by_day
from staffing.lines import known_aht
from staffing.queues import Promise, Queue
from staffing.simulation import Team, simulate

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
MODULE = "benchmarks.allocation_judged"
_SEED = 5


@dataclass(frozen=True, slots=True)
class Bill:
    """What a plan is billed, penalties left out.

    Parameters
    ----------
    total
        Contracted hours paid worked or not where the contract says so, minimums billed.
    scheduled
        The hours scheduled alone, at their price, overtime at its factor: what ``paid: scheduled``
        without minimums would cost.
    hours
        Hours scheduled.
    """

    total: float
    scheduled: float
    hours: float


def bill(question: Question, heads: Sequence[IntArray]) -> Bill:
    """Return what heads ``[D, S]`` of each pool cost."""
    total = scheduled = worked = 0.0
    for pool, placed in zip(question.pools, heads, strict=True):
        cover = cover_of(pool, question.queues, question.days, question.times, question.interval_s)
        lengths = np.array([shift.paid_hours for shift in cover.shifts])
        rate = pool.cost_per_hour or 0.0
        for first, stop in weeks_of(question.days):
            hours = float((placed[first:stop] @ lengths).sum())
            extra = max(hours - cover.hours_limit((first, stop)), 0.0)
            premium = extra * (pool.contract.overtime_cost_factor - 1.0)
            owed = cover.contracted_hours((first, stop)) if cover.sunk else 0.0
            billed = max(hours, owed, cover.minimum_hours((first, stop)))
            total += rate * (billed + premium)
            scheduled += rate * (hours + premium)
            worked += hours
    return Bill(total, scheduled, worked)


@dataclass(frozen=True, slots=True)
class Service:
    """Simulated service ``[Q, D]``: contacts, those answered in time, and its standard error."""

    contacts: FloatArray
    in_time: FloatArray
    error: FloatArray
    left: float

    def share(self, which: npt.NDArray[np.bool_]) -> float:
        """Return the share answered in time of all contacts of some queues ``[Q]``."""
        return float(self.in_time[which].sum() / max(self.contacts[which].sum(), 1e-12))

    def met(self, queues: Sequence[Queue]) -> npt.NDArray[np.bool_]:
        """Return whether each queue's day is within chance of its target or above ``[Q, D]``."""
        level = np.divide(
            self.in_time, self.contacts, out=np.ones_like(self.contacts), where=self.contacts > 0
        )
        return np.asarray(
            level + 2 * self.error >= np.array([asked_of(q) for q in queues])[:, None]
        )


def asked_of(queue: Queue) -> float:
    """Return the share that a queue promises."""
    target = queue.target
    return target.share if isinstance(target, Promise) else target.service_level or 0.0


def simulated(question: Question, plan: Allocation, replications: int, *, shared: bool) -> Service:
    """Return the service of a plan's floor, the same customers whatever the plan.

    Parameters
    ----------
    shared
        Whoever is free takes the next contact that he can, and the positions planned for written
        work do that; otherwise each queue has the positions that the plan gives it, alone.
    """
    aht_s = known_aht(question.aht_s, question.interval_s)
    teams = _pools(question, plan) if shared else _alone(question, plan)
    days = len(question.days)
    counts = []
    for n in range(replications):
        seen = simulate(
            question.queues,
            question.contacts[None],
            aht_s,
            teams,
            question.interval_s,
            is_open=question.is_open,
            rng=np.random.default_rng((_SEED, n)),
        )
        by_day = [sums_by_day(x, question.day, days)[0] for x in (seen.contacts, seen.in_time)]
        counts.append((*by_day, float(seen.backlog[0, :, -1].sum())))
    came, in_time = (np.array([one[k] for one in counts]) for k in range(2))
    share = in_time.sum(axis=0) / np.maximum(came.sum(axis=0), 1e-12)
    stray = np.square(in_time - share * came).sum(axis=0) / max(replications - 1, 1) / replications
    error = np.sqrt(stray) / np.maximum(came.mean(axis=0), 1e-12)
    return Service(
        came.mean(axis=0), in_time.mean(axis=0), error, float(np.mean([c[2] for c in counts]))
    )


def _alone(question: Question, plan: Allocation) -> list[Team]:
    given = plan.given()
    return [
        Team(np.ceil(row), {q: 1.0}, {q: row}) if queue.deferred else Team(row, {q: 1.0})
        for q, (queue, row) in enumerate(zip(question.queues, given, strict=True))
    ]


def _pools(question: Question, plan: Allocation) -> list[Team]:
    number = {queue.name: q for q, queue in enumerate(question.queues)}
    waits = [queue.deferred for queue in question.queues]
    serve = np.asarray(plan.serve, np.float64)
    return [
        Team(
            plan.capacity[p],
            {number[name]: speed for name, speed in pool.speed.items()},
            {number[name]: serve[p, number[name]] for name in pool.speed if waits[number[name]]},
        )
        for p, pool in enumerate(plan.pools)
    ]


def main() -> None:
    """Plan as asked, and answer: what it is billed, and the service of two floors."""
    task = asked()
    question = load_question(Path(task["question"]))
    how = task["how"]
    demand = (
        question.demand()
        if how == "ours"
        else planned_today(question, as_they_come=how == "as they come")
    )
    began = time.perf_counter()
    plan = planned(question, demand)
    took = time.perf_counter() - began
    real = load_question(Path(task["judged_by"]))
    cost = bill(real, plan.heads)
    waits = np.array([queue.deferred for queue in real.queues])
    answer: dict[str, object] = {
        "seconds": took,
        "total": cost.total,
        "scheduled": cost.scheduled,
        "hours": cost.hours,
        "missing_hours": float(plan.understaffing.sum() * real.interval_s / 3600),
    }
    for floor in ("shared", "alone"):
        seen = simulated(real, plan, task["replications"], shared=floor == "shared")
        came = seen.contacts > 0
        met = seen.met(real.queues)
        answer[floor] = {
            "live": seen.share(~waits),
            "written": seen.share(waits),
            "met_live": int(met[~waits][came[~waits]].sum()),
            "met_written": int(met[waits][came[waits]].sum()),
            "days_live": int(came[~waits].sum()),
            "days_written": int(came[waits].sum()),
            "left": seen.left,
        }
    answered(answer)


if __name__ == "__main__":
    main()

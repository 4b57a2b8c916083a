"""All weeks of a centre as one program: what no plan can cost less than, and what plans cost in it.

The weeks are stated as ``allocate`` states them, but together, and heads need not be whole. The
bound is that of the duals found: it holds whether or not these are the best, see
``Program.dual_bound``.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from benchmarks.allocation_apart import answered, asked
from benchmarks.allocation_centres import Question, load_question
from staffing import stated
from staffing.allocation import dear_shortage
from staffing.coverage import PoolCover, cover_of, weeks_of
from staffing.demand import Demand
from staffing.solver import Status
from staffing.week import Before, Prices, Span, WeekProgram, Window

IntArray = npt.NDArray[np.int64]
MODULE = "benchmarks.allocation_joint"


@dataclass(frozen=True, slots=True)
class AllWeeks(Window):
    """All weeks in view and decided; each week's share limits count its own contacts."""

    midnights: tuple[int, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Intervals of each week."""
        return tuple(zip(self.midnights, self.midnights[1:], strict=False))


class _FineWeek(WeekProgram):
    """Work that may wait is done in blocks of an interval, not of an hour."""

    block = property(lambda _: 1, lambda _, __: None)


@dataclass(frozen=True, slots=True)
class Joint:
    """The program of all weeks, and what contracts cost whoever works."""

    week: WeekProgram
    sunk: float
    most: float


def joint(question: Question, demand: Demand, *, fine: bool = False) -> Joint:
    """Return the program of all weeks of a question."""
    covers = tuple(
        cover_of(pool, question.queues, question.days, question.times, question.interval_s)
        for pool in question.pools
    )
    size = (len(covers), len(question.times))
    price = question.shortage_price
    prices = Prices(dear_shortage(covers, demand) if price is None else price)
    none = [np.zeros(len(question.days), dtype=np.int64) for _ in covers]
    before = Before(np.zeros(size), demand.waiting, none)
    kind = _FineWeek if fine else WeekProgram
    with patch.object(stated, "WeekProgram", kind):
        week = stated.state_week(_window(question, covers), demand, covers, before, prices)
    weeks = weeks_of(question.days)
    sunk = sum(cover.sunk_cost(span) for cover in covers for span in weeks)
    return Joint(week, sunk, _most(question, demand))


def _window(question: Question, covers: Sequence[PoolCover]) -> AllWeeks:
    weeks, stop = weeks_of(question.days), len(question.times)
    begins = [max(min(int(c.midnights[first]) for c in covers), 0) for first, _ in weeks]
    return AllWeeks(0, stop, stop, tuple(weeks), (0, *begins[1:], stop))


def _most(question: Question, demand: Demand) -> float:
    """Return more than any variable without a limit of its own need be: work, heads or hours."""
    work = demand.waiting + demand.load.sum(axis=1)
    hours = [7 * 24 * float(pool.agents.max(initial=0)) for pool in question.pools]
    billed = [pool.minimum_hours_per_week for pool in question.pools]
    return float(max(work.max(initial=0), demand.positions.max(initial=0), *hours, *billed))


def bound_of(found: Joint) -> float:
    """Return what no plan can cost less than, contracts that cost anyway left out.

    Raises
    ------
    RuntimeError
        When the solver stops before it has an answer.
    """
    _solve(found)
    return found.week.program.dual_bound(found.most)


def cost_of(found: Joint, heads: Sequence[IntArray]) -> float:
    """Return what heads cost in the program of all weeks, contracts that cost anyway left out."""
    for variables, fixed in zip(found.week.heads, heads, strict=True):
        found.week.program.fix(variables, fixed)
    _solve(found)
    return found.week.program.objective


def _solve(found: Joint) -> None:
    status = found.week.program.solve("inside")
    if status is not Status.OPTIMAL:
        message = f"the program of all weeks ended {status.value}"
        raise RuntimeError(message)


def main() -> None:
    """Answer: the bound, what the heads of a plan cost, and both sizes and times."""
    task = asked()
    question = load_question(Path(task["question"]))
    began = time.perf_counter()
    found = joint(question, question.demand(), fine=bool(task.get("fine")))
    built = time.perf_counter()
    answer = {"sunk": found.sunk, "build_s": built - began}
    if not task.get("heads_only"):
        answer["bound"] = bound_of(found)
        answer["relaxed"] = found.week.program.objective
    answer["bound_s"] = time.perf_counter() - built
    if task.get("heads"):
        heads = pickle.loads(Path(task["heads"]).read_bytes())
        answer["cost"] = cost_of(found, heads)
    answered(answer)


if __name__ == "__main__":
    main()

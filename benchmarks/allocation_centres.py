"""Centres to plan: the florist's question asked once; parts of it, more of it, and ten times it."""

from __future__ import annotations

import datetime as dt
import math
import pickle
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.check import read_question
from planner.examples import write_example
from planner.inputs import local_days, open_mask, staffing_queues, time_axis
from planner.pool_inputs import staffing_pools
from planner.scenario.model import load_scenario
from planner.service import ask
from staffing.coverage import reached
from staffing.demand import Demand, build_demand
from staffing.pools import Pool
from staffing.queues import Queue, Target
from staffing.requirement import requirement
from staffing.service_ladders import service_ladders

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_TWIN = "x-"


@dataclass(frozen=True, slots=True)
class Question:
    """What a centre is asked: contacts expected ``[Q, I]``, and who can work.

    Parameters
    ----------
    queues, pools, days, times, interval_s, shortage_price
        As ``allocate`` takes them.
    contacts, aht_s
        Expected, and seconds each takes ``[Q, I]``.
    is_open
        When each queue is open ``[Q, I]``.
    day
        Number of the queue's own day in the horizon ``[Q, I]``; -1 outside.
    """

    queues: tuple[Queue, ...]
    pools: tuple[Pool, ...]
    days: tuple[dt.date, ...]
    times: pd.DatetimeIndex
    interval_s: int
    shortage_price: float | None
    contacts: FloatArray
    aht_s: FloatArray
    is_open: BoolArray
    day: IntArray

    def there(self) -> BoolArray:
        """Return when somebody who serves each queue can be on duty ``[Q, I]``."""
        return reached(self.pools, self.queues, self.days, self.times, self.interval_s)

    def demand(self) -> Demand:
        """Return the positions and the work that the program is asked to cover."""
        period = self._periods()
        needed = requirement(
            self.queues, self.times, self.contacts, self.aht_s, self.interval_s, period
        )
        ladders = service_ladders(
            self.queues, needed.contacts, needed.aht_s, needed.positions, period, self.interval_s
        )
        return build_demand(
            self.queues, needed.positions, needed.contacts, self.is_open, self.interval_s,
            needed.aht_s, self.there(), ladders,
        )  # fmt: skip

    def _periods(self) -> IntArray:
        """Return the day or week that each queue's share is promised over ``[Q, I]``, or -1."""
        over = [
            queue.target.over if isinstance(queue.target, Target) else "interval"
            for queue in self.queues
        ]
        within = np.array([one != "interval" for one in over])[:, None] & (self.day >= 0)
        weekly = np.array([one == "week" for one in over])[:, None]
        week = (self.day + self.days[0].weekday()) // 7
        return np.where(within, np.where(weekly, week, self.day), -1)

    def save(self, path: Path) -> Path:
        """Write the question for another process."""
        path.write_bytes(pickle.dumps(self))
        return path


def load_question(path: Path) -> Question:
    """Return a question that ``Question.save`` wrote."""
    found = pickle.loads(path.read_bytes())
    if not isinstance(found, Question):
        message = f"{path}: must hold a question, got {type(found).__name__}"
        raise TypeError(message)
    return found


def example_question(name: str, kept: Path | None = None) -> Question:
    """Return what ``planner run`` would ask of a bundled example, at expected contacts.

    Its forecast is read from where it is kept, or made afresh and kept there.
    """
    with tempfile.TemporaryDirectory() as place:
        path = write_example(name, Path(place) / name)
        if kept is not None and kept.exists():
            scenario, forecast = load_scenario(path), np.load(kept)
            contacts, aht_s = forecast["contacts"], forecast["aht_s"]
        else:
            scenario, table = read_question(path, ())
            needed = ask(scenario, table).requirement
            contacts, aht_s = needed.contacts, needed.aht_s
    if kept is not None:
        np.savez_compressed(kept, contacts=contacts, aht_s=aht_s)
    times = time_axis(scenario)
    return Question(
        queues=staffing_queues(scenario),
        pools=staffing_pools(scenario),
        days=scenario.days,
        times=times,
        interval_s=scenario.interval_s,
        shortage_price=scenario.shortage.price_per_hour,
        contacts=np.asarray(contacts, np.float64),
        aht_s=np.asarray(aht_s, np.float64),
        is_open=open_mask(scenario, times),
        day=local_days(scenario, times),
    )


def some_days(question: Question, first: int, stop: int) -> Question:
    """Return the question of days ``[first, stop)`` alone, each queue's by its own clock."""
    inside = (question.day >= first) & (question.day < stop)
    some = np.flatnonzero(inside.any(axis=0))
    span = slice(int(some[0]), int(some[-1]) + 1)
    inside = inside[:, span]
    return replace(
        question,
        days=question.days[first:stop],
        times=question.times[span],
        contacts=np.where(inside, question.contacts[:, span], 0.0),
        aht_s=question.aht_s[:, span],
        is_open=question.is_open[:, span] & inside,
        day=np.where(inside, question.day[:, span] - first, -1),
        pools=tuple(
            replace(
                pool,
                agents=pool.agents[first:stop],
                pace=None if pool.pace is None else pool.pace[first:stop],
            )
            for pool in question.pools
        ),
    )


def times_as_large(question: Question, factor: int) -> Question:
    """Return the same centre with so many times the contacts, agents and minimum hours."""
    pools = tuple(_sized(pool, float(factor)) for pool in question.pools)
    return replace(question, contacts=factor * question.contacts, pools=pools)


def some_markets(question: Question, markets: Sequence[str]) -> Question:
    """Return the centre of some markets alone; a desk shrinks with the queues that it serves."""
    kept = [q for q, queue in enumerate(question.queues) if queue.name.split("-")[0] in markets]
    names = {question.queues[q].name for q in kept}
    pools = []
    for pool in question.pools:
        speed = {name: value for name, value in pool.speed.items() if name in names}
        if speed:
            pools.append(replace(_sized(pool, len(speed) / len(pool.speed)), speed=speed))
    return replace(
        question,
        queues=tuple(question.queues[q] for q in kept),
        pools=tuple(pools),
        contacts=question.contacts[kept],
        aht_s=question.aht_s[kept],
        is_open=question.is_open[kept],
        day=question.day[kept],
    )


def doubled(question: Question) -> Question:
    """Return the centre with a second one beside it, alike but for the names."""
    return replace(
        question,
        queues=(*question.queues, *(replace(q, name=_TWIN + q.name) for q in question.queues)),
        pools=(
            *question.pools,
            *(
                replace(
                    pool,
                    name=_TWIN + pool.name,
                    speed={_TWIN + name: value for name, value in pool.speed.items()},
                )
                for pool in question.pools
            ),
        ),
        contacts=np.tile(question.contacts, (2, 1)),
        aht_s=np.tile(question.aht_s, (2, 1)),
        is_open=np.tile(question.is_open, (2, 1)),
        day=np.tile(question.day, (2, 1)),
    )


def over(question: Question, period: Literal["interval", "day", "week"]) -> Question:
    """Return the question with every share of calls and chats promised over another period."""
    queues = tuple(
        replace(queue, target=replace(queue.target, over=period))
        if isinstance(queue.target, Target)
        else queue
        for queue in question.queues
    )
    return replace(question, queues=queues)


def _sized(pool: Pool, factor: float) -> Pool:
    agents = np.asarray(np.rint(factor * pool.agents), dtype=np.int64)
    minimum = factor * pool.minimum_hours_per_week
    named = math.ceil(factor) if factor > 1 else 1
    return replace(pool, agents=agents, minimum_hours_per_week=minimum, names=named * pool.names)

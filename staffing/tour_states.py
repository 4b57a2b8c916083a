"""What of a tour so far binds its next days, by a pool's contract: states, and steps of one day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Days off known one by one: a single day off between two days of work costs something.
OFF_COUNTED = 2
_MOST_WAYS = 60_000


class State(NamedTuple):
    """A tour at the end of a day.

    ``run`` are days of work in a row, or below 0 days off; 0 before a first day of which the past
    is not known. ``is_open`` says that the run's begin is not known. ``last`` is the leaving class
    of the last shift, -1 for none or one of the past. ``weekends`` has a bit for each weekend with
    work, this week's the lowest.
    """

    run: int
    is_open: bool = False
    last: int = -1
    nights: int = 0
    days: int = 0
    minutes: int = 0
    weekends: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit and what it costs to break it once, infinite where it is never broken."""

    limit: int
    price: float = np.inf


@dataclass(frozen=True, slots=True)
class Limits:
    """What a pool's contract allows in a row, and what a single day off costs.

    ``nights`` and ``weekends`` (of four on end) are None where they do not bind.
    """

    most_days: Limit
    least_days: Limit
    least_off: Limit
    nights: Limit | None
    weekends: Limit | None
    single_day_off: float
    most_minutes: int
    most_days_a_week: int


@dataclass(frozen=True, slots=True)
class Classes:
    """Kinds of shift that bind the days after alike ``[C]``.

    Parameters
    ----------
    of
        Class of each kind ``[S]``.
    minutes, night
        Paid minutes, and whether it is a night.
    leaving
        The class's number among those after which the same may follow.
    follow
        What it costs that a class follows a leaving number on the next day ``[L, C]``.
    """

    of: IntArray
    minutes: tuple[int, ...]
    night: tuple[bool, ...]
    leaving: tuple[int, ...]
    follow: FloatArray


@dataclass(frozen=True, slots=True)
class DayType:
    """Whether a day begins a calendar week, ends one (or the horizon), or lies in a weekend."""

    begins: bool
    ends: bool
    weekend: bool


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The ways from the states of one day to those of the next, in the order of the latter ``[T]``.

    ``kind`` is the class worked, the number of classes for a day off; ``first`` is each state's
    first way ``[N + 1]``.
    """

    before: IntArray
    kind: IntArray
    cost: FloatArray
    first: IntArray
    states: tuple[State, ...]


def steps(
    limits: Limits, classes: Classes, starts: tuple[State, ...], days: tuple[DayType, ...]
) -> list[Step] | None:
    """Return the steps of each day from the states ``starts``; days alike share theirs.

    None where a day has too many.
    """
    known: dict[tuple[DayType, tuple[State, ...]], Step] = {}
    found, states = [], starts
    for day in days:
        key = day, states
        if key not in known:
            known[key] = _step(limits, classes, states, day)
            if known[key].before.size > _MOST_WAYS:
                return None
        found.append(known[key])
        states = known[key].states
    return found


def _step(limits: Limits, classes: Classes, states: tuple[State, ...], day: DayType) -> Step:
    ways = [
        (after, n, kind, cost)
        for n, state in enumerate(states)
        for kind, after, cost in _ways(limits, classes, state, day)
    ]
    ways.sort()
    after = sorted({way[0] for way in ways})
    number = {state: n for n, state in enumerate(after)}
    target = np.array([number[way[0]] for way in ways], dtype=np.int64)
    return Step(
        np.array([way[1] for way in ways], dtype=np.int64),
        np.array([way[2] for way in ways], dtype=np.int64),
        np.array([way[3] for way in ways]),
        np.searchsorted(target, np.arange(len(after) + 1)),
        tuple(after),
    )


def _ways(
    limits: Limits, classes: Classes, state: State, day: DayType
) -> Iterator[tuple[int, State, float]]:
    """Yield each class worked, or a day off, the state after it, and what it costs."""
    if day.begins:
        state = state._replace(days=0, minutes=0, weekends=state.weekends << 1 & 0b1111)
    nexts = [(len(classes.minutes), *_off(limits, state))]
    nexts += [(c, *_worked(limits, classes, state, day, c)) for c in range(len(classes.minutes))]
    for kind, after, cost in nexts:
        if limits.weekends and day.ends and after.weekends & 1:
            cost += _more(after.weekends.bit_count(), limits.weekends)
        over = after.minutes > limits.most_minutes or after.days > limits.most_days_a_week
        if np.isfinite(cost) and not over:
            yield kind, after, cost


def _off(limits: Limits, state: State) -> tuple[State, float]:
    counted = max(limits.least_off.limit, OFF_COUNTED)
    ended = state.run > 0
    cost = _fewer(state.run, limits.least_days) if ended and not state.is_open else 0.0
    run = -1 if ended else max(state.run - 1, -counted)
    is_open = not ended and (state.is_open or state.run == 0) and run > -counted
    return state._replace(run=run, is_open=is_open, last=-1, nights=0), cost


def _worked(
    limits: Limits, classes: Classes, state: State, day: DayType, kind: int
) -> tuple[State, float]:
    cost = 0.0
    if state.run < 0 and not state.is_open:
        cost += _fewer(-state.run, limits.least_off)
        cost += limits.single_day_off * (state.run == -1)
    if state.last >= 0:
        cost += float(classes.follow[state.last, kind])
    run = max(state.run, 0) + 1
    cost += _more(run, limits.most_days)
    run = min(run, max(limits.most_days.limit, limits.least_days.limit))
    nights = 0
    if limits.nights and classes.night[kind]:
        cost += _more(state.nights + 1, limits.nights)
        nights = min(state.nights + 1, limits.nights.limit)
    is_open = (state.run == 0 or (state.run > 0 and state.is_open)) and (
        run < limits.least_days.limit
    )
    weekends = state.weekends | (limits.weekends is not None and day.weekend)
    after = State(
        run, is_open, classes.leaving[kind], nights,
        state.days + 1, state.minutes + classes.minutes[kind], int(weekends),
    )  # fmt: skip
    return after, cost


def _more(found: int, most: Limit) -> float:
    return most.price if found > most.limit else 0.0


def _fewer(found: int, least: Limit) -> float:
    return least.price if found < least.limit else 0.0

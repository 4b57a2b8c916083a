"""Service bought over the day or week: where a queue's positions give most, the program decides."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from staffing.ladder import Ladder
from staffing.week import Prices, WeekProgram, terms_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def service_bought(week: WeekProgram, q: int) -> None:
    """Let the program choose a queue's positions: the floors first, then what gives most."""
    further = _further(week, q)
    need_and_further(week, q, further)
    for span in range(len(week.window.spans)):
        service_over_period(week, q, further, span)


def _further(week: WeekProgram, q: int) -> IntArray:
    """Return variables for the positions on each rung above the floors, [intervals, rungs]."""
    ladder, w = week.demand.ladders[q], week.window
    width = ladder.width[w.start : w.stop]
    numbers = np.full(width.shape, -1)
    i, k = np.nonzero((width > 0) & (ladder.worth[w.start : w.stop] > 0))
    name = week.demand.queues[q].name
    keys = [f"{name}_{w.start + a}_{b + 1}" for a, b in zip(i, k, strict=True)]
    numbers[i, k] = week.program.variables("further", keys, upper=width[i, k])
    return numbers


def need_and_further(week: WeekProgram, q: int, further: IntArray) -> None:
    """Positions given, times their speed, + missing >= floor + positions on the rungs above it."""
    w, d = week.window, week.demand
    for i in range(w.stop - w.start):
        floor = float(d.floors[q, w.start + i])
        if floor > 0:
            given = [
                (int(week.serve[p, q, i]), cover.speeds[q])
                for p, cover in enumerate(week.covers)
                if week.serve[p, q, i] >= 0
            ]
            terms = [*given, *terms_of(week.short[:, q, i]), *terms_of(further[i], -1.0)]
            week.program.at_least(f"need_{d.queues[q].name}_{w.start + i}", terms, floor)


def service_over_period(week: WeekProgram, q: int, further: IntArray, span: int) -> None:
    """Contacts in time of a day or week + contacts missing in time >= share promised x contacts.

    In time are, in every interval, the floor's contacts, less what positions missing there lose,
    and what each position on the rungs above it adds. A contact that is missing costs what a
    position costs that is missing, over what the last position which the queue would take by itself
    gives; beyond a tenth of what is promised, twice that. Of a period that goes on outside of this
    week, each part gives what it would if the queue were staffed by itself.
    """
    ladder, w = week.demand.ladders[q], week.window
    start, stop = w.spans[span]
    losses, margin, worth = _losses(ladder), ladder.margin(), ladder.worth
    for those, promised in _parts(ladder, start, stop):
        name = f"{week.demand.queues[q].name}_{int(those[0])}"
        price = week.prices.shortage * week.hours / float(margin[those[0]])
        few = week.program.variables(
            "unserved", [name], cost=price, upper=[Prices.SMALL * promised]
        )
        many = week.program.variables("very_unserved", [name], cost=2 * price)
        week.extras[w.weeks[span]] += [*few.tolist(), *many.tolist()]
        week.unserved[w.weeks[span]] += [*few.tolist(), *many.tolist()]
        terms = [*terms_of(few), *terms_of(many)]
        for i in those:
            at = i - w.start
            for short, loss in zip(week.short[:, q, at], losses[:, i], strict=True):
                terms += terms_of(np.array([short]), -float(loss))
            terms += [
                (int(v), float(adds))
                for v, adds in zip(further[at], worth[i], strict=True)
                if v >= 0
            ]
        floors = float((ladder.contacts * ladder.foot)[those].sum())
        week.program.at_least(f"service_{name}", terms, promised - floors)


def _parts(ladder: Ladder, start: int, stop: int) -> Iterator[tuple[IntArray, float]]:
    """Yield of each period its intervals in ``[start, stop)`` and the contacts due in time."""
    served = ladder.in_time(ladder.positions)
    inside = np.arange(ladder.period.size)
    for number in np.unique(ladder.period[start:stop]):
        if number < 0:
            continue
        whole = np.flatnonzero(ladder.period == number)
        those = inside[(ladder.period == number) & (inside >= start) & (inside < stop)]
        all_of_it = float(served[whole].sum())
        part = 1.0 if those.size == whole.size else float(served[those].sum()) / all_of_it
        yield those, part * float((ladder.share * ladder.contacts)[whole].sum())


def _losses(ladder: Ladder) -> FloatArray:
    """Return the contacts in time that a position loses which is missing below the floor, [2, I].

    The first of them as much as the first position above it adds; the rest so that nobody on duty
    answers nothing.
    """
    first = np.where(ladder.width > 0, ladder.gain, 0.0).max(axis=1, initial=0.0)
    few = Prices.SMALL * ladder.floor
    first = np.minimum(first, np.divide(ladder.foot, few, out=np.zeros_like(few), where=few > 0))
    left, rest = ladder.foot - first * few, ladder.floor - few
    beyond = np.divide(left, rest, out=np.zeros_like(rest), where=rest > 0)
    return np.asarray(ladder.contacts * np.stack([first, beyond]))

"""Work that may wait, told: how much waits at most, how old it is, what was there at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.export.wording import Table, counted, day_name, number, percent

if TYPE_CHECKING:
    import pandas as pd

    from planner.export.axes import QueueAxis
    from planner.export.digest import Digest
    from planner.plan import Plan

NOTICED = 0.5  # contacts: fewer are none
_TEXTS = frozenset({"queue", "when", "all answered by", "on"})  # columns without numbers
_NOTICED_SHARE = 0.0005  # of a queue's contacts: fewer would be told as 0.0 %


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at a queue over the horizon.

    Parameters
    ----------
    queue
        Name of the queue.
    start, late_before, start_out_of_reach, start_in_time
        Contacts that wait when its horizon begins; those of them whose promise was broken before;
        those whose promise nobody can keep, these included; and those replied to in time.
    most, most_at
        The most contacts that wait at the end of an interval or at the start, and when, on the
        market's clock.
    gone_at
        When the last of these is answered; None: not within the horizon.
    oldest_hours, oldest_at
        The longest that anybody has waited so far, and when; 0 and the start where nobody waits.
    end
        Contacts that wait at the end of the horizon.
    contacts, out_of_reach
        Contacts that come, and those of them that nobody can reply to in time: nobody can be on
        duty between their coming and their deadline.
    """

    queue: str
    start: float
    late_before: float
    start_out_of_reach: float
    start_in_time: float
    most: float
    most_at: pd.Timestamp
    gone_at: pd.Timestamp | None
    oldest_hours: float
    oldest_at: pd.Timestamp
    end: float
    contacts: float
    out_of_reach: float

    @property
    def share_out_of_reach(self) -> float:
        """Share of the contacts that nobody can reply to in time; 0 without contacts."""
        return self.out_of_reach / self.contacts if self.contacts > 0 else 0.0


def waiting(plan: Plan, sums: Digest) -> tuple[Waiting, ...]:
    """Return what waits at each queue whose work may wait, in the scenario's order."""
    return tuple(_waiting(plan, q, axis) for q, axis in enumerate(sums.axes) if sums.deferred[q])


def _waiting(plan: Plan, q: int, axis: QueueAxis) -> Waiting:
    seen, inside = plan.projection, axis.inside
    start = seen.starting
    step = plan.times[1] - plan.times[0] if len(plan.times) > 1 else None
    begins = plan.times[inside[0]]
    ends = plan.times[inside] + step if step is not None else plan.times[inside]
    moments = ends.insert(0, begins).tz_convert(axis.timezone)
    level = np.concatenate([[start.contacts[q]], seen.backlog[q, inside]])
    age = np.where(level[1:] >= NOTICED, seen.oldest_s[q, inside], 0.0) / 3600
    most, oldest = int(level.argmax()), int(age.argmax())
    answered = np.concatenate([[0.0], np.cumsum(seen.answered[q, inside])])
    gone = np.flatnonzero(answered - answered[most] > level[most] - NOTICED)
    return Waiting(
        queue=axis.queue,
        start=float(start.contacts[q]),
        late_before=float(start.late[q]),
        start_out_of_reach=float(start.out_of_reach[q]),
        start_in_time=float(start.in_time[q]),
        most=float(level[most]),
        most_at=moments[most],
        gone_at=moments[gone[0]] if len(gone) else None,
        oldest_hours=float(age[oldest]),
        oldest_at=moments[oldest + 1 if age[oldest] > 0 else 0],
        end=float(level[-1]),
        contacts=float(seen.contacts[q, inside].sum()),
        out_of_reach=float((seen.contacts[q] * seen.out_of_reach[q])[inside].sum()),
    )


def start_sentence(told: tuple[Waiting, ...]) -> str:
    """Return what waits at the start and what becomes of it; "" where nothing does."""
    start = sum(one.start for one in told)
    if start < NOTICED:
        return ""
    late = sum(one.late_before for one in told)
    lost = sum(one.start_out_of_reach for one in told) - late
    met = sum(one.start_in_time for one in told)
    said = [f"{number(late)} of them late already"] if late >= NOTICED else []
    said += [f"{number(lost)} due before anybody can be there"] if lost >= NOTICED else []
    wait = "waits" if number(start) == "1" else "wait"
    return (
        f"{counted(start, 'contact')} {wait} at the start{', ' if said else ''}{' and '.join(said)}"
        f": {number(met)} {'is' if number(met) == '1' else 'are'} answered in time. No share of "
        "the contacts that come counts them."
    )


def reach_sentence(told: tuple[Waiting, ...]) -> str:
    """Return which contacts nobody can reply to in time, whatever the plan; "" for none."""
    lost = [one for one in told if one.share_out_of_reach >= _NOTICED_SHARE]
    if not lost:
        return ""
    worst = sorted(lost, key=lambda one: -one.share_out_of_reach)[:3]
    named = ", ".join(f"{percent(one.share_out_of_reach, 1)} of {one.queue}" for one in worst)
    more = f" and less of {counted(len(lost) - 3, 'other queue')}" if len(lost) > 3 else ""
    return (
        f"Whatever the plan, {named}{more} cannot be answered in time: nobody can be on duty "
        "between their coming and their deadline."
    )


def most_words(one: Waiting) -> str:
    """Return in a sentence the most that waits at a queue, until when, and how old it gets."""
    by = "not all answered by the end"
    if one.gone_at is not None:
        by = f"all answered by {moment(one.gone_at)}"
    old = (
        f"; the oldest is {number(one.oldest_hours, 1)} h old, closed hours included, on "
        f"{moment(one.oldest_at)}"
    )
    return (
        f"Most work waits at {one.queue}, {counted(one.most, 'contact')} on {moment(one.most_at)}, "
        f"{by}{old if one.oldest_hours > 0 else ''}."
    )


def largest(told: tuple[Waiting, ...], count: int) -> tuple[Waiting, ...]:
    """Return the queues where most waits at a time, the largest first."""
    some = [one for one in told if one.most >= NOTICED]
    return tuple(sorted(some, key=lambda one: -one.most)[:count])


def waiting_table(told: tuple[Waiting, ...]) -> Table | None:
    """Return what waits at each queue; None where no work may wait.

    Columns of what waits at the start are there where any does; a time stays on one line.
    """
    start = any(one.start > 0 for one in told)
    rows = tuple(
        (
            one.queue,
            *(_start_cells(one) if start else ()),
            number(one.most),
            _unbroken(moment(one.most_at)),
            _unbroken(answered_by(one)),
            number(one.oldest_hours, 1),
            _unbroken(moment(one.oldest_at)),
            number(one.end),
            percent(one.share_out_of_reach, 1),
        )
        for one in told
    )
    at_start = ("at the start", "of these late already", "of these in time") if start else ()
    header = (
        "queue", *at_start, "at most", "when", "all answered by", "oldest, hours", "on",
        "at the end", "cannot be in time",
    )  # fmt: skip
    caption = "Contacts that wait, and those that nobody can answer in time"
    texts = {c for c, name in enumerate(header) if name in _TEXTS}
    return Table(caption, header, rows, frozenset(texts)) if rows else None


def _start_cells(one: Waiting) -> tuple[str, str, str]:
    in_time = percent(one.start_in_time / one.start) if one.start > 0 else ""
    return number(one.start), number(one.late_before), in_time


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")


def answered_by(one: Waiting) -> str:
    """Return when the last of the most that waited is answered."""
    return "not by the end" if one.gone_at is None else moment(one.gone_at)


def moment(time: pd.Timestamp) -> str:
    """Return a time for a reader.

    Examples
    --------
    >>> import pandas as pd
    >>> moment(pd.Timestamp("2027-02-14 09:30"))
    'Sun 14 Feb, 09:30'
    """
    return f"{day_name(time.date())}, {time:%H:%M}"

"""Shifts with breaks, and the intervals that they cover."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.pools import BreakRule, ShiftRules

FloatArray = npt.NDArray[np.float64]
MINUTES_A_DAY = 24 * 60
LONG_PAUSE = 90  # minutes from which a pause is named with its end


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """One working day, in minutes of elapsed time from local midnight of the day it starts.

    ``end_minute`` passes 1440 when the shift ends the next day. Breaks are ``(start, end)`` pairs.

    Examples
    --------
    >>> Shift(540, 1005, ((720, 765),), 420).label
    '09:00-16:45 break 12:00'
    >>> Shift(540, 1110, ((720, 870),), 420).label
    '09:00-18:30 break 12:00-14:30'
    """

    start_minute: int
    end_minute: int
    breaks: tuple[tuple[int, int], ...]
    paid_minutes: int

    @property
    def paid_hours(self) -> float:
        """Hours paid."""
        return self.paid_minutes / 60

    @property
    def label(self) -> str:
        """Name that a person reads, unique among a pool's shifts."""
        span = f"{clock(self.start_minute)}-{clock(self.end_minute)}"
        # Short breaks of one length are told apart by their starts, others not.
        lengths = {end - start for start, end in self.breaks}
        alike = len(lengths) < 2 and max(lengths, default=0) < LONG_PAUSE
        pauses = " ".join(
            clock(start) if alike else f"{clock(start)}-{clock(end)}" for start, end in self.breaks
        )
        later = "next day " if self.start_minute >= MINUTES_A_DAY else ""
        return f"{later}{span} break {pauses}" if pauses else f"{later}{span}"


def clock(minute: int) -> str:
    """Return minutes after midnight as ``HH:MM``, counting on past midnight from 00:00.

    Examples
    --------
    >>> clock(1500)
    '01:00'
    """
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def build_shifts(rules: ShiftRules) -> tuple[Shift, ...]:
    """Return every shift that the rules allow, earliest start first.

    A break rule applies to a shift whose paid hours reach beyond the whole of the rule's window;
    where its start may vary, it varies in steps of ``start_every_minutes``. Split shifts have their
    long pause alone, unpaid; its length and its start vary in the same steps.

    Examples
    --------
    >>> rules = ShiftRules(540, 1080, 60, (4.0, 7.0), (BreakRule(45, False, (3.0, 5.0)),))
    >>> shifts = build_shifts(rules)
    >>> len([s for s in shifts if s.breaks]), len([s for s in shifts if not s.breaks])
    (9, 6)
    >>> shifts[0]
    Shift(start_minute=540, end_minute=780, breaks=(), paid_minutes=240)
    """
    found = _split_shifts(rules)
    for paid_hours in rules.paid_hours:
        applied = [rule for rule in rules.breaks if paid_hours > rule.after_hours[1]]
        placements = [_placements(rule, rules) for rule in applied]
        paid = round(paid_hours * 60)
        span = paid + sum(rule.minutes for rule in applied if not rule.paid)
        for start in _starts(rules, span):
            for offsets in itertools.product(*placements):
                pauses = tuple(
                    sorted(
                        (start + at, start + at + rule.minutes)
                        for at, rule in zip(offsets, applied, strict=True)
                    )
                )
                if _apart(pauses, start + span):
                    found.add(Shift(start, start + span, pauses, paid))
    return tuple(sorted(found))


def _split_shifts(rules: ShiftRules) -> set[Shift]:
    """Return the shifts in two parts that the rules allow."""
    found: set[Shift] = set()
    if rules.split is None:
        return found
    step, (least, most) = rules.start_every_minutes, rules.split.pause_minutes
    first, last = (round(hours * 60) for hours in rules.split.after_hours)
    pauses = itertools.product(range(least, most + 1, step), range(first, last + 1, step))
    for (pause, after), paid_hours in itertools.product(list(pauses), rules.split.paid_hours):
        paid = round(paid_hours * 60)
        span = paid + pause
        if after >= paid or span > rules.split.max_span_hours * 60:
            continue
        for start in _starts(rules, span):
            between = (start + after, start + after + pause)
            found.add(Shift(start, start + span, (between,), paid))
    return found


def _starts(rules: ShiftRules, span: int) -> list[int]:
    """Return the starts of shifts that last so many minutes from end to end."""
    last = rules.latest_end - span
    starts = {*range(rules.earliest_start, last + 1, rules.start_every_minutes)}
    if last >= rules.earliest_start:
        starts.add(last)  # so that the last minutes can be covered whatever the breaks' length
    return sorted(starts)


def _placements(rule: BreakRule, rules: ShiftRules) -> list[int]:
    first, last = (round(hours * 60) for hours in rule.after_hours)
    return list(range(first, last + 1, rules.start_every_minutes))


def _apart(pauses: Sequence[tuple[int, int]], end: int) -> bool:
    return all(a[1] <= b[0] for a, b in itertools.pairwise(pauses)) and all(
        p[1] < end for p in pauses
    )


def day_start(day: dt.date, timezone: str) -> pd.Timestamp:
    """Return the UTC instant of local midnight.

    Examples
    --------
    >>> day_start(dt.date(2027, 2, 14), "Europe/Paris")
    Timestamp('2027-02-13 23:00:00+0000', tz='UTC')
    """
    return shift_start(Shift(0, 0, (), 0), day, timezone)


def shift_start(shift: Shift, day: dt.date, timezone: str) -> pd.Timestamp:
    """Return the UTC instant at which a shift starts: its wall-clock time on that day.

    On a day with a clock change the start keeps the wall clock and the length keeps its hours; a
    start inside the skipped hour is an hour later on the clock.
    """
    hours, minutes = divmod(shift.start_minute, 60)
    extra_days, hours = divmod(hours, 24)
    day += dt.timedelta(days=extra_days)
    local = dt.datetime(day.year, day.month, day.day, hours, minutes, tzinfo=ZoneInfo(timezone))
    return pd.Timestamp(local.astimezone(dt.UTC))


def duty_profile(shift: Shift, interval_s: int, offset_s: int = 0) -> FloatArray:
    """Return the share of each interval on duty, from the shift's first interval on, ``[K]``.

    ``offset_s`` is how far into its first interval the shift starts.

    Examples
    --------
    >>> duty_profile(Shift(0, 60, ((15, 30),), 45), 900).tolist()
    [1.0, 0.0, 1.0, 1.0]
    >>> duty_profile(Shift(30, 90, (), 60), 3600, offset_s=1800).tolist()
    [0.5, 0.5]
    """
    step, offset = interval_s / 60, offset_s / 60
    length = shift.end_minute - shift.start_minute
    count = int(np.ceil((length + offset) / step)) + 1
    edges = np.asarray(np.arange(count) * step - offset, dtype=np.float64)
    on = _overlap(edges, 0, length)
    for start, end in shift.breaks:
        on -= _overlap(edges, start - shift.start_minute, end - shift.start_minute)
    return np.asarray(on / step, dtype=np.float64)


def _overlap(edges: FloatArray, start: float, end: float) -> FloatArray:
    """Return the minutes that each interval between edges shares with ``[start, end)``."""
    shared = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
    return np.asarray(np.maximum(shared, 0.0), dtype=np.float64)

"""A shift as it is written beside what its pool's rules allow: start, length, breaks, times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from planner.audit.clock import hhmm, instant, minute_of, wall
from planner.audit.files import ShiftRow
from planner.audit.question import Question
from planner.audit.terms import Pattern, Terms
from planner.scenario.agents import Person
from planner.scenario.telling import quoted

_LONG = 90  # minutes from which a pause is named with its end


@dataclass(frozen=True, slots=True)
class Worked:
    """A shift as it is worked: instants in minutes, its pauses among them, and minutes paid."""

    row: ShiftRow
    start: int
    end: int
    pauses: tuple[tuple[int, int], ...]
    paid: Fraction


def worked(asked: Question, rows: Sequence[ShiftRow]) -> list[Worked]:
    """Return rows as they are worked; what the rules do not know is taken as it is written."""
    return [ShiftReading(asked.pools[row.pool], row).worked() for row in rows]


def earlier(pool: str, agent: Person) -> list[Worked]:
    """Return the shifts that an agent worked before the first day, on line 0 of no file."""
    found = []
    for shift in agent.worked:
        paid = Fraction(str(shift.paid_hours))
        row = ShiftRow("", 0, pool, shift.day, "", shift.start, shift.end, "", paid,
                       agent=agent.name)  # fmt: skip
        found.append(Worked(row, minute_of(shift.start), minute_of(shift.end), (), paid * 60))
    return found


@dataclass(frozen=True, slots=True)
class ShiftReading:
    """A row read with its pool's rules at hand."""

    terms: Terms
    row: ShiftRow

    @property
    def start(self) -> int:
        """Instant of its start, minutes."""
        return minute_of(self.row.start)

    @property
    def span(self) -> int:
        """Minutes from start to end."""
        return minute_of(self.row.end) - self.start

    def faults(self, asked: Question) -> Iterator[tuple[str, str]]:
        """Yield columns and what is wrong in them."""
        row, zone = self.row, self.terms.zone
        if row.date not in self.terms.agents:
            last = asked.days[-1]
            yield "date", f"must be from {asked.days[0]} to {last}, got {row.date}"
            return
        for name, found in (("start", row.start), ("end", row.end)):
            local = wall(minute_of(found), zone)
            if local.utcoffset() != found.utcoffset():
                yield name, f"must be {local.isoformat()} on the pool's clock, got {found}"
        lengths = {pattern.span for pattern in self.terms.patterns}
        if self.span not in lengths:
            ends = ", ".join(f"{span / 60:g}" for span in sorted(lengths))
            yield "end", f"must be {ends} hours after the start, got {self.span / 60:g}"
            return
        if self._minute is None:
            allowed = ", ".join(hhmm(minute) for minute in self.terms.starts(self.span))
            yield "start", f"must be at {allowed} on {row.date}, got {row.start.isoformat()}"
            return
        if not self._alike():
            allowed = " or ".join(sorted({self._breaks(p) or "none" for p in self._patterns()}))
            yield "breaks", f"must be {allowed}, got {row.breaks or 'none'}"
        elif not self._named():
            yield "shift", f"must be {quoted(self._label(self._alike()[0]))}, got {row.shift!r}"

    def worked(self) -> Worked:
        """Return the shift as it is worked."""
        found = self._named() or self._alike()
        if found and self.row.date in self.terms.agents:
            pauses, paid = found[0].pauses, Fraction(found[0].paid)
        else:
            pauses = tuple(self._pauses_as_written())
            paid = self.row.paid_hours / self.row.heads * 60
        start = self.start
        return Worked(
            row=self.row,
            start=start,
            end=start + self.span,
            pauses=tuple((start + first, start + last) for first, last in pauses),
            paid=paid,
        )

    def _patterns(self) -> list[Pattern]:
        return [pattern for pattern in self.terms.patterns if pattern.span == self.span]

    def _alike(self) -> list[Pattern]:
        """Return the patterns whose breaks read on the wall clock as the row's."""
        return [one for one in self._patterns() if self._breaks(one) == self.row.breaks]

    def _named(self) -> list[Pattern]:
        """Return those of them whose name is the row's, which tells a doubled hour apart."""
        return [one for one in self._alike() if self._label(one) == self.row.shift]

    @property
    def _minute(self) -> int | None:
        """The minute after midnight of the row's date at which the rules let it start, if any."""
        return next(
            (
                minute
                for minute in self.terms.starts(self.span)
                if instant(self.row.date, minute, self.terms.zone) == self.start
            ),
            None,
        )

    def _breaks(self, pattern: Pattern) -> str:
        zone, start = self.terms.zone, self.start
        return ";".join(
            f"{wall(start + first, zone):%H:%M}-{wall(start + last, zone):%H:%M}"
            for first, last in pattern.pauses
        )

    def _label(self, pattern: Pattern) -> str:
        """Return a shift's name: its hours and breaks by a clock that does not change."""
        start = self._minute
        if start is None:
            return self.row.shift
        lengths = {last - first for first, last in pattern.pauses}
        alike = len(lengths) < 2 and max(lengths, default=0) < _LONG
        names = " ".join(
            hhmm(start + first) if alike else f"{hhmm(start + first)}-{hhmm(start + last)}"
            for first, last in pattern.pauses
        )
        day = "next day " if start >= 1440 else ""
        hours = f"{day}{hhmm(start)}-{hhmm(start + pattern.span)}"
        return f"{hours} break {names}" if names else hours

    def _pauses_as_written(self) -> Iterator[tuple[int, int]]:
        at = 0
        for text in filter(None, self.row.breaks.split(";")):
            bounds = []
            for time in text.split("-"):
                at = _next_at(self.start, at, self.span, time, self.terms.zone)
                bounds.append(at)
            if len(bounds) == 2:
                yield bounds[0], bounds[1]


def _next_at(start: int, at: int, span: int, time: str, zone: ZoneInfo) -> int:
    """Return the first minute of a shift from ``at`` on at which the clock shows a time."""
    moments = range(at, max(span, at) + 1)
    return next((m for m in moments if f"{wall(start + m, zone):%H:%M}" == time), at)

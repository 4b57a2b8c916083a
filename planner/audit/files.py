"""What a plan's files say, row by row, in the auditor's own types."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from planner.audit.clock import minute_of
from planner.audit.question import Question
from planner.audit.rows import (
    Reader,
    amount,
    amount_or_none,
    date,
    heads,
    moment,
    number,
    one_of,
    plain_name,
)
from planner.errors import Fault, InputError

#: The files that an audit reads.
AUDITED = (
    "allocation.csv",
    "roster.csv",
    "requirement.csv",
    "coverage.csv",
    "projection.csv",
    "costs.csv",
    "service.csv",
    "summary.json",
)
#: What an agent can be at: a queue, work that may wait, a break, or nothing that is planned.
KINDS = ("live", "deferred", "break", "spare")
#: Files that plans of before do not have: audited where they are there.
AUDITED_TOO = ("activities.csv",)
_SHIFT = ("pool", "date", "shift", "start", "end", "breaks", "paid_hours")
_INVOICE = (
    "paid_hours", "productive_hours", "billed_hours", "contacts", "cost", "penalty",
    "cost_per_hour", "cost_per_productive_hour", "cost_per_contact", "bonus", "contacts_solved",
    "cost_per_contact_solved", "overtime_hours",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A row of allocation.csv, or of roster.csv: then with an agent, who is one head."""

    file: str
    line: int
    pool: str
    date: dt.date
    shift: str
    start: dt.datetime
    end: dt.datetime
    breaks: str
    paid_hours: Fraction
    heads: int = 1
    cost: Fraction | None = None
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A row of requirement.csv."""

    line: int
    contacts: float
    positions: float
    aht_s: float | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of projection.csv."""

    line: int
    contacts: float
    positions: float
    backlog: float
    answered: float
    in_time: float
    understaffing: float


@dataclass(frozen=True, slots=True)
class Given:
    """A row of coverage.csv."""

    line: int
    queue: str
    pool: str
    interval: int
    positions: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A row of activities.csv: from when to when, in minutes since 1970, an agent does what."""

    line: int
    agent: str
    pool: str
    date: dt.date
    start: int
    end: int
    activity: str
    kind: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """A row of costs.csv: its kind, and its numbers by the name of their column."""

    line: int
    kind: str
    numbers: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Service:
    """A row of service.csv."""

    line: int
    queue: str
    first_day: dt.date
    days: int
    contacts: float
    service_level: float | None
    abandonment: float | None


@dataclass(frozen=True, slots=True)
class PlanFiles:
    """All rows of a plan; ``unread`` is what could not be read.

    ``need`` and ``seen`` are by queue and interval. ``activities`` is None where there are none.
    """

    folder: str
    allocation: tuple[ShiftRow, ...]
    roster: tuple[ShiftRow, ...]
    need: Mapping[str, Mapping[int, Need]]
    seen: Mapping[str, Mapping[int, Seen]]
    coverage: tuple[Given, ...]
    activities: tuple[Stretch, ...] | None
    costs: Mapping[str, Invoice]
    service: tuple[Service, ...]
    summary: Mapping[str, Any]
    rows: int
    unread: tuple[Fault, ...]

    def path(self, name: str) -> str:
        """Return a file's name as it is told."""
        return f"{self.folder}/{name}" if self.folder else name


def read_files(asked: Question, contents: Mapping[str, bytes], folder: str = "") -> PlanFiles:
    """Return what a plan's files say.

    Parameters
    ----------
    contents
        Bytes by name of file, at least of those in ``AUDITED``.
    folder
        Where they lie, for messages.

    Raises
    ------
    InputError
        If a file or a column is missing; cells that cannot be read are told in ``unread``.
    """
    reader = Reader(contents, folder)
    need, seen = (
        _by_interval(asked, reader, "requirement.csv"),
        _by_interval(asked, reader, "projection.csv"),
    )
    return PlanFiles(
        folder=folder,
        allocation=tuple(_shifts(asked, reader, "allocation.csv")),
        roster=tuple(_shifts(asked, reader, "roster.csv")),
        need={q: {i: Need(*row) for i, row in rows.items()} for q, rows in need.items()},
        seen={q: {i: Seen(*row) for i, row in rows.items()} for q, rows in seen.items()},
        coverage=tuple(_coverage(asked, reader)),
        activities=tuple(_activities(asked, reader)) if "activities.csv" in contents else None,
        costs=_costs(asked, reader),
        service=tuple(_service(asked, reader)),
        summary=_summary(reader),
        rows=reader.count,
        unread=tuple(reader.faults),
    )


def _shifts(asked: Question, reader: Reader, name: str) -> Iterator[ShiftRow]:
    more = ("agent",) if name == "roster.csv" else ("heads", "cost")
    known = one_of(asked.pools, "pool")
    reads: tuple[Any, ...] = (known, date, str, moment, moment, str, amount)
    for line, cells in reader.rows(name, (*_SHIFT, *more)):
        own = [
            reader.cell((name, line, column), read, text)
            for column, read, text in zip(_SHIFT, reads, cells, strict=False)
        ]
        places = [(name, line, column) for column in more]
        rest: dict[str, Any] = {"agent": plain_name(cells[-1])}
        if name == "allocation.csv":
            rest = {
                "heads": reader.cell(places[0], heads, cells[-2]),
                "cost": reader.cell(places[1], amount_or_none, cells[-1]),
            }
        if None in own or rest.get("heads", 1) is None:
            continue
        row: Any = own
        yield ShiftRow(reader.path(name), line, *row, **rest)


_NUMBERS = {
    "requirement.csv": ("contacts", "positions", "aht_s"),
    "projection.csv": ("contacts", "positions", "backlog", "answered", "in_time", "understaffing"),
}


def _by_interval(
    asked: Question, reader: Reader, name: str
) -> dict[str, dict[int, tuple[Any, ...]]]:
    """Return rows by queue and interval; every interval of the horizon must be there, once."""
    found: dict[str, dict[int, tuple[Any, ...]]] = {queue: {} for queue in asked.queues}
    for line, cells in reader.rows(name, ("queue", "start", *_NUMBERS[name])):
        place = _interval(asked, reader, (name, line), cells[0], cells[1])
        before = len(reader.faults)
        values: list[Any] = [
            reader.cell((name, line, column), _share if column == "aht_s" else number, text)
            for column, text in zip(_NUMBERS[name], cells[2:], strict=True)
        ]
        if place is None or len(reader.faults) > before:
            continue
        queue, at = place
        if at in found[queue]:
            message = f"must be there once, got it again (first on line {found[queue][at][0]})"
            reader.faults.append(Fault(reader.path(name), line, "start", message))
            continue
        found[queue][at] = (line, *values)
    for queue, rows in found.items():
        lost = [i for i in asked.inside(queue) if i not in rows]
        if lost:
            message = f"must have every interval of queue {queue}, got {len(lost)} too few"
            reader.faults.append(Fault(reader.path(name), None, "start", message))
    return found


def _interval(
    asked: Question, reader: Reader, at: tuple[str, int], name: str, start: str
) -> tuple[str, int] | None:
    """Return the queue and the number of an interval, None where they make no sense."""
    queue = reader.cell((*at, "queue"), one_of(asked.queues, "queue"), name)
    begins = reader.cell((*at, "start"), moment, start)
    if queue is None or begins is None:
        return None
    number, rest = divmod(minute_of(begins) - asked.first, asked.step)
    local = begins.astimezone(asked.zones[queue])
    if rest or not 0 <= number < asked.intervals or local.utcoffset() != begins.utcoffset():
        message = f"must begin an interval of the horizon on the clock of {queue}, got {start}"
        reader.faults.append(Fault(reader.path(at[0]), at[1], "start", message))
        return None
    return queue, number


def _coverage(asked: Question, reader: Reader) -> Iterator[Given]:
    name = "coverage.csv"
    known = one_of(asked.pools, "pool")
    for line, cells in reader.rows(name, ("queue", "start", "pool", "positions")):
        place = _interval(asked, reader, (name, line), cells[0], cells[1])
        pool = reader.cell((name, line, "pool"), known, cells[2])
        positions = reader.cell((name, line, "positions"), number, cells[3])
        if place is not None and pool is not None and positions is not None:
            yield Given(line, place[0], pool, place[1], positions)


def _activities(asked: Question, reader: Reader) -> Iterator[Stretch]:
    name = "activities.csv"
    columns = ("agent", "pool", "date", "start", "end", "activity", "kind")
    known, kinds = one_of(asked.pools, "pool"), one_of(dict.fromkeys(KINDS), "kind of activity")
    reads = (plain_name, known, date, moment, moment, plain_name, kinds)
    for line, cells in reader.rows(name, columns):
        row: list[Any] = [
            reader.cell((name, line, column), read, text)
            for column, read, text in zip(columns, reads, cells, strict=True)
        ]
        if None not in row:
            row[3:5] = map(minute_of, row[3:5])
            yield Stretch(line, *row)


def _costs(asked: Question, reader: Reader) -> dict[str, Invoice]:
    name, known = "costs.csv", one_of(asked.pools, "pool")
    found: dict[str, Invoice] = {}
    for line, cells in reader.rows(name, ("pool", "kind", *_INVOICE)):
        pool = reader.cell((name, line, "pool"), known, cells[0])
        numbers = {
            column: reader.cell((name, line, column), amount, text)
            for column, text in zip(_INVOICE, cells[2:], strict=True)
        }
        read = {column: value for column, value in numbers.items() if value is not None}
        if pool is not None and len(read) == len(_INVOICE):
            found[pool] = Invoice(line, cells[1], read)
    for pool in asked.pools:
        if pool not in found:
            message = f"must have a row for pool {pool}, got none"
            reader.faults.append(Fault(reader.path(name), None, "pool", message))
    return found


def _share(text: str) -> float | None:
    return number(text) if text else None


def _service(asked: Question, reader: Reader) -> Iterator[Service]:
    name, known = "service.csv", one_of(asked.queues, "queue")
    columns = ("queue", "first_day", "days", "contacts", "service_level", "abandonment")
    reads = (known, date, heads, number, _share, _share)
    for line, cells in reader.rows(name, columns):
        before = len(reader.faults)
        row: Any = [
            reader.cell((name, line, column), read, text)
            for column, read, text in zip(columns, reads, cells, strict=True)
        ]
        if len(reader.faults) == before:
            yield Service(line, *row)


def _summary(reader: Reader) -> dict[str, Any]:
    name = "summary.json"
    try:
        found = json.loads(reader.text(name))
    except ValueError as error:
        message = f"must be JSON, got {error}"
        raise InputError([Fault(reader.path(name), None, "", message)]) from None
    if not isinstance(found, dict):
        message = "must be an object of JSON, got something else"
        raise InputError([Fault(reader.path(name), None, "", message)])
    return found

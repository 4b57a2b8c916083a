"""Which columns a table must have, which it may, and when a row of a history is one contact.

Of a history's optional columns, counts are of the contacts that *came* in the row's interval,
whenever they were answered or hung up:

- ``answered``, ``abandoned``: contacts answered, and contacts that hung up; together at most
  ``contacts``.
- ``answered_within``: contacts answered within the queue's ``answer_within_s``.
- ``wait_s``: mean wait in seconds of all contacts, until they were answered or hung up; those
  answered at once count with 0. A report's mean wait of answered contacts alone (its ASA) is
  something else: leave it out. What there is without it, ``planner estimate`` finds from hang-ups.
- ``aht_s``: mean handling time in seconds of the contacts answered.
- ``agents``: mean number of agents on duty for the queue.

Where each row is one contact, ``answered`` and ``abandoned`` are marks of 0 or 1, ``wait_s`` and
``aht_s`` those of the contact, and ``agent`` and ``customer`` name who handled it and whose it was.
The two are read as numbers that mean nothing outside the table; names are kept nowhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from planner.errors import Fault, InputError
from planner.scenario.history import PARTS
from planner.scenario.telling import nearest, plain, quoted

REQUIRED = ("start", "queue", "contacts")
OPTIONAL = ("aht_s", "answered", "abandoned", "answered_within", "wait_s", "agents")
MINUTES = ("aht_minutes", "wait_minutes")  # of handling and wait, where the table's are no seconds
PEOPLE = ("agent", "customer")  # of single contacts: read as codes, their names kept nowhere

_HANDLE_TIMES = ("handle_s", "handle_time_s", "handle_time", "handling_time", "handletime")
# fmt: off
_PLURALS = frozenset((
    "contacts", "calls", "chats", "emails", "mails", "tickets", "messages", "interactions",
    "conversations", "tasks", "orders", "transactions", "counts", "arrivals", "cases",
))
_COUNTS = _PLURALS | frozenset((
    "contact", "call", "chat", "email", "ticket", "order", "count", "volume", "offered",
    "incoming", "number", "quantity", "qty", "total", "n",
))
_LABELS = frozenset((
    "id", "ids", "key", "code", "ref", "uuid", "guid", "number", "type", "kind", "reason", "name",
    "label", "status", "channel", "direction", "time", "date", "day", "at", "s", "seconds",
    "start", "end",
))
# fmt: on


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns that a kind of table has, and how long it may be.

    Parameters
    ----------
    required, optional
        Names of the columns.
    words
        The one among them that repeats a few words, read as a dictionary.
    most_rows
        Rows of the longest Parquet file that is read; None for any.
    may_be_single
        Whether a table without ``contacts`` may hold one row per contact.
    people
        Further names of columns, read as a number for each different cell.
    named
        The table's names of columns by ours, where they differ.
    broken
        Share of a CSV's lines that may be broken: they are left out and told.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    words: str
    most_rows: int | None = None
    may_be_single: bool = False
    people: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    broken: float = 0.0

    @property
    def dictionaries(self) -> tuple[str, ...]:
        """The columns that repeat a few words."""
        return (self.words, *(part for part in PARTS if part in self.named))

    def with_names(self, named: Mapping[str, str]) -> Wanted:
        """Return the same for a table that calls its columns otherwise.

        One whose queues are made up of markets, channels and segments needs no ``queue``.
        """
        parts = tuple(part for part in PARTS if part in named)
        required = tuple(name for name in self.required if name != self.words or not parts)
        minutes = tuple(name for name in MINUTES if name in named)
        optional = (*self.optional, *parts, *minutes)
        return replace(self, required=required, optional=optional, named=named)


HISTORY = Wanted(REQUIRED, OPTIONAL, "queue", may_be_single=True, people=PEOPLE)


def check_columns(
    file: str, columns: list[str], wanted: Wanted = HISTORY
) -> tuple[dict[str, str], list[Fault]]:
    """Return the table's name of each known column, by our name, and what is wrong with them.

    A column that is named twice is not among them. A table without ``contacts`` may hold one row
    per contact, unless another of its columns looks like a count that was named differently:
    then the missing column is a fault. Whether its rows are single contacts is for their starts
    to say, see ``planner.sources.single.are_contacts``. In such a table the handling time of a
    contact, in seconds, may also be called ``handle_s``, ``handle_time_s`` or ``handle time``.

    Raises
    ------
    InputError
        When none is known.

    Examples
    --------
    >>> check_columns("calls.csv", ["start", "queue", "call_id", "Handle time"])
    ({'start': 'start', 'queue': 'queue', 'aht_s': 'Handle time'}, [])
    >>> print(check_columns("calls.csv", ["start", "queue", "calls"])[1][0])
    calls.csv:1: contacts must be a column, got the columns start, queue, calls (nearest: 'calls')
    """
    both, faults = _renamed(file, columns, wanted)
    ours = [ours for ours, _ in both]
    parts = any(part in wanted.named for part in PARTS)
    single = wanted.may_be_single and may_be_contacts([*ours, "queue"] if parts else ours)
    for name in wanted.required:
        if name not in ours and not (single and name == "contacts") and name not in wanted.named:
            faults.append(missing_column(file, name, columns))
    people = wanted.people if single else ()  # without single contacts, nobody is asked for
    asked = wanted.required + wanted.optional + people
    known = [(name, theirs) for name, theirs in both if name in asked]
    twice = [name for name, count in Counter(name for name, _ in known).items() if count > 1]
    faults += [Fault(file, 1, name, "must be one column, got it twice") for name in twice]
    found = {name: theirs for name, theirs in known if name not in twice}
    if not found:
        raise InputError(faults)
    if single and not {"aht_s", "aht_minutes"} & set(ours):
        named = [name for name in ours if "_".join(_words(name)) in _HANDLE_TIMES]
        if named and ours.count(named[0]) == 1:
            found["aht_s"] = named[0]
    return found, faults


def _renamed(
    file: str, columns: list[str], wanted: Wanted
) -> tuple[list[tuple[str, str]], list[Fault]]:
    """Return each column's name in our words and in the table's, and names that it lacks."""
    by_theirs = {theirs: ours for ours, theirs in wanted.named.items()}
    faults = [
        Fault(file, 1, f"columns.{ours}", _lacking(theirs, columns))
        for ours, theirs in wanted.named.items()
        if theirs not in columns
    ]
    faults += [
        Fault(file, 1, f"columns.{ours}", f"must be a column of its own, got {quoted(name)}")
        for ours, name in wanted.named.items()
        if by_theirs[name] != ours
    ]
    free = [by_theirs.get(c, "" if c in wanted.named else c) for c in columns]
    return list(zip(free, columns, strict=True)), faults


def _lacking(theirs: str, columns: list[str]) -> str:
    """Return what is wrong with a name that is no column's, with the one that was meant perhaps."""
    near = nearest(theirs.casefold(), [column.casefold() for column in columns])
    meant = next((column for column in columns if near and column.casefold() == near), "")
    hint = f" (nearest: {quoted(meant)})" if meant else ""
    found = ", ".join(plain(column) for column in columns[:20]) or "none"
    return f"must be one of the table's columns {found}{hint}, got {quoted(theirs)}"


def missing_column(file: str, name: str, columns: list[str], why: str = "") -> Fault:
    """Return the fault of a column that a table lacks, with the column that was meant perhaps."""
    near = nearest(name, columns)
    if not near and name == "contacts":
        near = next((column for column in columns if looks_like_count(column)), "")
    hint = why or (f" (nearest: {quoted(near)})" if near else "")
    found = ", ".join(plain(column) for column in columns[:20]) or "none"
    return Fault(file, 1, name, f"must be a column, got the columns {found}{hint}")


def may_be_contacts(columns: list[str]) -> bool:
    """Return whether a table's columns allow one row per contact.

    Examples
    --------
    >>> may_be_contacts(["start", "queue", "wait_s"]), may_be_contacts(["start", "queue", "count"])
    (True, False)
    """
    named = {"start", "queue"} <= set(columns) and "contacts" not in columns
    return named and not any(looks_like_count(column) for column in columns)


def looks_like_count(column: str) -> bool:
    """Return whether a column's name says that it counts contacts: ``calls``, ``Offered``.

    Names of a thing about one contact, ``call_id`` or ``contact reason``, do not.

    Examples
    --------
    >>> [looks_like_count(name) for name in ("contact", "callVolume", "calls in", "contatcs")]
    [True, True, True, True]
    >>> [looks_like_count(name) for name in ("call_id", "contactReason", "agent", "queue")]
    [False, False, False, False]
    """
    if column in OPTIONAL:
        return False
    words = _words(column)
    if not words or (len(words) > 1 and words[-1] in _LABELS):
        return False
    counts = words[-1] in _COUNTS or not _PLURALS.isdisjoint(words)
    return counts or bool(nearest("contacts", ["_".join(words)]))


def _words(column: str) -> list[str]:
    """Return the words of a name in lower case: ``callVolume``, ``call volume (day)``."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", column)]

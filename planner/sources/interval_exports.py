"""Interval exports of Genesys Cloud and Amazon Connect: contacts by queue, channel and interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.errors import Fault, InputError
from planner.scenario.telling import plain
from planner.sources.channel_words import CHANNELS
from planner.sources.columns import Wanted
from planner.sources.csv_lines import header_of
from planner.sources.data_report import MOST_TOLD, refusing
from planner.sources.in_our_words import Words, in_our_words, without
from planner.sources.joined_rows import joined_rows
from planner.sources.numbers import read_numbers
from planner.sources.queue_words import slug
from planner.sources.raw_rows import RawRows, read_rows
from planner.sources.row_faults import RowFaults
from planner.sources.starts import NO_TIME, read_starts

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

KEYS = ("market", "channel", "skill", "language", "segment")  # what tells rows apart
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

MOST_BROKEN = 0.01  # of the lines


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of an export by our names, in plain letters: the first one found is read.

    Parameters
    ----------
    name
        Whose it is.
    required, optional
        Columns that it must and may have. ``handle_s`` is a row's handling time in all,
        ``aht_s`` that of a contact, ``answered`` how many were handled.
    """

    name: str
    required: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]]


GENESYS = Layout(
    "Genesys Cloud",
    {
        "start": ("interval-start-utc-date", "interval-start-utc", "interval-start"),
        "market": ("queue", "queue-name"),
        "channel": ("media-type",),
        "contacts": ("offered",),
    },
    {
        "answered": ("interactions-handled", "handled"),
        "handle_s": ("total-handle-time-seconds", "total-handle-time"),
        "skill": ("skill-set", "skills"),
        "language": ("language",),
    },
)
CONNECT = Layout(
    "Amazon Connect",
    {
        "start": ("timestamp", "time-stamp"),
        "market": ("queuename", "queue-name"),
        "channel": ("channeltype", "channel-type"),
        "contacts": ("incomingcontactvolume", "incoming-contact-volume"),
    },
    {
        "answered": ("contactshandled", "contacts-handled"),
        "aht_s": ("averagehandletime", "average-handle-time"),
        "skill": ("queueid", "queue-id"),
        "minutes": ("intervalduration", "interval-duration"),
    },
)


@dataclass(frozen=True, slots=True)
class AskedIntervals:
    """How an interval export is read.

    Parameters
    ----------
    words
        Our words by the source's.
    segment
        A further column whose words tell queues apart; None where none is asked.
    zone
        Clock of times without an offset.
    broken
        Share of rows that may be broken.
    """

    words: Words = field(default_factory=Words)
    segment: str | None = None
    zone: str = "UTC"
    broken: float = MOST_BROKEN


def read_intervals(paths: Sequence[Path], layout: Layout, asked: AskedIntervals) -> RawRows:
    """Return exports' rows with our names of queues: start, queue, contacts, answered, aht_s.

    A row that comes again, for the same queue, channel, skills and start, replaces the one before.

    Raises
    ------
    InputError
        If a file cannot be read, lacks a column, or has too many broken rows.
    """
    rows = joined_rows([_read(path, layout, asked) for path in paths])
    rows = _once(rows)
    known = dict(asked.words.parts)
    known["channel"] = {**known.get("channel", {}), **CHANNELS}
    return in_our_words(rows, replace(asked.words, parts=known))


def _read(path: Path, layout: Layout, asked: AskedIntervals) -> RawRows:
    named = _named(path, layout, asked.segment)
    optional = (*layout.optional, *(("segment",) if asked.segment else ()))
    wanted = Wanted(tuple(layout.required), optional, "market", named=named, broken=asked.broken)
    rows = read_rows(path, wanted)
    if rows.faults:
        raise InputError(rows.faults)
    return _looked_at(rows, asked)


def _named(path: Path, layout: Layout, segment: str | None) -> dict[str, str]:
    """Return the file's names of the columns by ours."""
    file = str(path)
    try:
        header, _ = header_of(path)
    except OSError as error:
        message = f"must be a file that can be read, got: {error.strerror}"
        raise InputError([Fault(file, None, "", message)]) from None
    slugs = [slug(name) for name in header]
    named, faults = {}, []
    for ours, words in {**layout.required, **layout.optional}.items():
        found = next((word for word in words if word in slugs), None)
        if found is not None:
            named[ours] = header[slugs.index(found)]
        elif ours in layout.required:
            shown = ", ".join(plain(name) for name in header[:20])
            message = f"must be a column of an export of {layout.name}, got the columns {shown}"
            faults.append(Fault(file, 1, words[0].replace("-", " "), message))
    if segment is not None:
        if segment in header:
            named = {ours: its for ours, its in named.items() if its != segment}
        named["segment"] = segment
    if faults:
        raise InputError(faults)
    return named


def _looked_at(rows: RawRows, asked: AskedIntervals) -> RawRows:
    """Return rows with times and numbers, those without either left out as broken."""
    import pyarrow as pa

    faults = RowFaults(rows.file, rows.row_numbers)
    known = {name: _dictionary(rows.columns[name]) for name in KEYS if name in rows.columns}
    utc = _starts(rows.columns["start"], asked.zone, _numbered(known), faults)
    contacts = read_numbers(rows.columns["contacts"], "contacts", faults)
    wrong = (utc == NO_TIME) | np.isnan(contacts)
    count = int(wrong.sum())
    total = len(utc) + (rows.data.refused_rows if rows.data else 0)
    if count > asked.broken * total and (count > 1 or not asked.broken):
        raise InputError(faults.found)
    known |= {name: rows.columns[name] for name in ("minutes",) if name in rows.columns}
    known["start"] = pa.array(utc, mask=utc == NO_TIME).cast(pa.timestamp("us", "UTC"))
    known["contacts"] = pa.array(contacts)
    known |= {name: pa.array(value) for name, value in _handled(rows, wrong).items()}
    rows = replace(rows, columns=known)
    if not count:
        return rows
    must = "must have a start and a number of contacts, got a row without"
    lines = [faults.number(row) for row in np.flatnonzero(wrong)[:MOST_TOLD].tolist()]
    places = [Fault(rows.file, line, "", must) for line in lines]  # no cells: they may be anybody's
    data = refusing(rows.data, places, count)
    data = replace(data, rows=data.rows - count, kept=data.kept - count)
    return replace(without(rows, wrong, ""), data=data)


def _handled(rows: RawRows, wrong: BoolArray) -> dict[str, FloatArray]:
    """Return how many contacts of each row were handled, and in which time, where it is known.

    Raises
    ------
    InputError
        For each cell that is no number, save those of rows that are ``wrong`` already.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    faults = RowFaults(rows.file, rows.row_numbers)
    numbers = {
        name: read_numbers(pc.if_else(pa.array(wrong), None, rows.columns[name]), name, faults)
        for name in ("answered", "handle_s", "aht_s")
        if name in rows.columns
    }
    if faults.found:
        raise InputError(faults.found)
    whole, handled = numbers.pop("handle_s", None), numbers.get("answered")
    if whole is not None and handled is not None:
        unknown = np.full(len(whole), np.nan)  # nobody was handled, or in no time
        some = (handled > 0) & (whole > 0)
        numbers["aht_s"] = np.divide(whole, handled, out=unknown, where=some)
    return numbers


def _dictionary(column: pa.Array) -> pa.Array:
    import pyarrow as pa

    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _numbered(words: Mapping[str, pa.Array]) -> IntArray:
    """Return a number for what rows are of: the same queue, channel, skills and language."""
    key = np.zeros(len(next(iter(words.values()))), dtype=np.int64)
    for column in words.values():
        codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False) + 1
        _, key = np.unique(key * (len(column.dictionary) + 1) + codes, return_inverse=True)
    return key


def _starts(column: pa.Array, zone: str, key: IntArray, faults: RowFaults) -> IntArray:
    """Return starts in UTC; what is none of our years', or skipped by the clocks, is told."""
    none, some = np.zeros(len(column), dtype=np.int64), np.zeros(len(column), dtype=bool)
    starts = read_starts(column, none, ("UTC",), key, faults, some, zone)
    return np.where(starts.good, starts.utc, NO_TIME)


def _once(rows: RawRows) -> RawRows:
    """Return rows without those that a later one of the same queue, skills and start replaces."""
    import pandas as pd

    start = rows.columns["start"].to_numpy(zero_copy_only=False)
    key = _numbered({name: rows.columns[name] for name in KEYS if name in rows.columns})
    again = pd.DataFrame({"key": key, "start": start}).duplicated(keep="last").to_numpy()
    why = "intervals that come again, of which the last holds"
    rows = without(rows, again, why, repaired=True)
    columns = {n: c for n, c in rows.columns.items() if n not in ("skill", "language")}
    data = rows.data
    if "minutes" in columns and data is not None:
        sizes = sorted({str(word) for word in columns.pop("minutes").unique().to_pylist() if word})
        note = f"the file says that its rows are of {', '.join(sizes[:5])} minutes"
        data = replace(data, notes=(*data.notes, note))
    elif data is not None:
        starts = np.unique(start.astype("datetime64[m]").astype(np.int64))
        step = int(np.gcd.reduce(np.diff(starts))) if len(starts) > 1 else 0
        note = f"its rows come in steps of {step} minutes"
        data = replace(data, notes=(*data.notes, note) if step else data.notes)
    return replace(rows, columns=columns, data=data)

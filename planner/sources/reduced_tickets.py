"""What is left of a ticket once it is read: its number, when, and three words; no person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.sources.in_our_words import Words
from planner.sources.queue_words import fit
from planner.sources.starts import END_US, FIRST_US, NO_TIME, stamps_of, utc_of
from planner.sources.ticket_lines import FIELDS, PLAIN, Block

if TYPE_CHECKING:
    import pyarrow as pa

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NO_TIME_TOLD = "created_at must be a time in ISO 8601 from 1970 to 2199, got something else"
DELETED = "tickets that were deleted"
MERGED = "tickets that were merged into others"
SPAM = "tickets marked as spam, or suspended"
SAMPLE = "sample tickets"
MERGED_TAG, SPAM_TAG = "closed_by_merge", "spam"


@dataclass(frozen=True, slots=True)
class Reduced:
    """Some tickets without what is not needed.

    Parameters
    ----------
    table
        Columns ``id``, ``created`` (UTC), ``reply_minutes``, ``market``, ``channel``, ``segment``
        and ``gone``: why it is no contact, or null.
    lines
        Their lines in the file, ``[N]``.
    broken
        Lines that hold no ticket, and what they must be.
    moved
        How many lie at a time that clocks skip, or have twice.
    names
        Names of all fields that the source has.
    seen
        Words of brand, group and form.
    places, refused
        Broken lines as they are told, and how many there are.
    """

    table: pa.Table
    lines: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    broken: tuple[tuple[int, str], ...] = ()
    moved: int = 0
    names: tuple[str, ...] = ()
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    refused: int = 0


def reduced_schema() -> pa.Schema:
    """Return the columns of a reduced ticket."""
    import pyarrow as pa

    text = [(name, pa.string()) for name in ("market", "channel", "segment", "gone")]
    times = [("created", pa.timestamp("us", "UTC")), ("reply_minutes", pa.float64())]
    return pa.schema([("id", pa.int64()), *times, *text])


def reduced(
    block: Block, market: str | None, segment: str | None, words: Words, zone: str
) -> Reduced:
    """Return what is kept of some tickets.

    Parameters
    ----------
    market, segment
        The fields that tell them; None where it is not asked.
    words
        Our words by the source's: of tags, the first that fits is kept, the others are dropped.
    zone
        Clock of times without an offset.
    """
    import pyarrow as pa

    table = block.table
    stamp, zoned = stamps_of(table.column("created").fill_null("").combine_chunks())
    good = (stamp != NO_TIME) & (stamp >= FIRST_US) & (stamp < END_US)
    utc, moved = _utc(np.where(good, stamp, 0), zoned | ~good, zone)
    columns: dict[str, Any] = {
        "id": table.column("id"),
        "created": pa.array(utc).cast(pa.timestamp("us", "UTC")),
        "channel": table.column("channel"),
        "reply_minutes": table.column("reply_minutes"),
        "gone": _gone(table),
    }
    for part, its in (("market", market), ("segment", segment)):
        columns[part] = _told(table, its, words.parts.get(part, {}))
    ours = reduced_schema()
    kept = pa.table({name: columns[name] for name in ours.names}, schema=ours)
    broken = [*block.broken, *((int(line), NO_TIME_TOLD) for line in block.lines[~good])]
    seen = {name: _seen(table.column(name)) for name in FIELDS}
    if not good.all():
        kept = kept.filter(pa.array(good))
    return Reduced(kept, block.lines[good], tuple(broken), moved, block.names, seen)


def _seen(column: pa.ChunkedArray) -> frozenset[str]:
    return frozenset(word for word in column.unique().to_pylist() if word)


def _utc(stamp: IntArray, zoned: BoolArray, zone: str) -> tuple[IntArray, int]:
    """Return times in UTC, and how many lie where the clocks change."""
    local = np.flatnonzero(~zoned)
    if not local.size:
        return stamp, 0
    utc = stamp.copy()
    utc[local] = utc_of(stamp[local], zone)
    times = pd.DatetimeIndex(stamp[local].view("datetime64[us]"))
    twice = times.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    return utc, int(np.sum(twice.asi8 == NO_TIME))


def _told(table: pa.Table, its: str | None, words: Mapping[str, str]) -> pa.Array:
    """Return the word of each ticket that tells its market or kind of caller."""
    import pyarrow as pa

    if its is None:
        return pa.nulls(table.num_rows, pa.string())
    if its == "tags":
        return _first_tag(table.column("tags").combine_chunks(), words)
    return table.column(its if its in FIELDS + PLAIN else "custom")


def _first_tag(tags: pa.ListArray, words: Mapping[str, str]) -> pa.Array:
    """Return for each ticket that of the words, in their order, which one of its tags fits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    keys = [key for key in words if key != "*"]
    flat = tags.flatten().dictionary_encode()
    known = [fit(tag or "", keys) for tag in flat.dictionary.to_pylist()]
    rank = np.array([len(keys) if k is None else keys.index(k) for k in known] + [len(keys)])
    codes = flat.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    best = np.full(len(tags), len(keys))
    np.minimum.at(best, pc.list_parent_indices(tags).to_numpy(), rank[codes])
    return pa.array([*keys, None], pa.string()).take(pa.array(best))


def _gone(table: pa.Table) -> pa.Array:
    """Return why each ticket is no contact; null where it is one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    status = pc.utf8_lower(pc.utf8_trim_whitespace(table.column("status").fill_null("")))
    tags = table.column("tags").combine_chunks()
    channel = pc.utf8_lower(table.column("channel").fill_null(""))
    none = pa.scalar(None, pa.string())
    gone = pc.if_else(pc.equal(channel, "sample_ticket"), SAMPLE, none)
    gone = pc.if_else(_tagged(tags, SPAM_TAG), SPAM, gone)
    gone = pc.if_else(pc.equal(status, "suspended"), SPAM, gone)
    gone = pc.if_else(_tagged(tags, MERGED_TAG), MERGED, gone)
    return pc.if_else(pc.equal(status, "deleted"), DELETED, gone)


def _tagged(tags: pa.ListArray, tag: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = np.zeros(len(tags), dtype=bool)
    same = pc.equal(tags.flatten(), tag).fill_null(False).to_numpy(zero_copy_only=False)
    found[pc.list_parent_indices(tags).to_numpy()[same]] = True
    return pa.array(found)

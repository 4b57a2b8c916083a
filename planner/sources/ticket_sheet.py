"""Tickets of Zendesk in CSV: the columns that are needed under the names that exports give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, InputError
from planner.scenario.telling import nearest, plain, quoted
from planner.sources.csv_lines import header_of, line_numbers, read_columns, width_faults
from planner.sources.queue_words import slug
from planner.sources.ticket_lines import NO_TICKET, PLAIN, Block, schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

HEADERS = {
    "id": ("id", "ticket-id"),
    "created": ("created-at", "ticket-created-at", "created", "ticket-created-timestamp"),
    "status": ("status", "ticket-status"),
    "channel": ("via", "channel", "ticket-channel", "via-channel"),
    "tags": ("tags", "ticket-tags"),
    "brand": ("brand", "ticket-brand", "brand-name", "brand-id"),
    "group": ("group", "ticket-group", "group-name", "assigned-group", "group-id"),
    "form": ("form", "ticket-form", "form-name", "ticket-form-id"),
    "type": ("type", "ticket-type"),
    "priority": ("priority", "ticket-priority"),
    "recipient": ("recipient",),
    "reply_minutes": ("first-reply-time-in-minutes",),
}
NEEDED = ("id", "created", "channel")


def read_sheet(path: Path, custom: Sequence[str] = ()) -> tuple[Block, tuple[Fault, ...]]:
    """Return the tickets of a CSV export, and its broken lines.

    Parameters
    ----------
    custom
        A column of the user's own to read as ``custom``, by its header; none or one.

    Raises
    ------
    InputError
        If the file cannot be read or lacks a column.
    """
    import pyarrow as pa

    header, delimiter = header_of(path)
    known = _known(str(path), header, custom)
    kinds = dict.fromkeys(known.values(), pa.string())
    found, bad = read_columns(path, header, delimiter, kinds, newlines=True)
    widths = width_faults(path, delimiter, len(header)) if bad else ()
    block = _block(found, known, lambda: line_numbers(path, delimiter, found.num_rows), header)
    return block, widths


def _known(file: str, header: list[str], custom: Sequence[str]) -> dict[str, str]:
    """Return the file's names of the columns by ours."""
    slugs = [slug(name) for name in header]
    known = {}
    for ours, words in HEADERS.items():
        place = next((slugs.index(word) for word in words if word in slugs), None)
        if place is not None:
            known[ours] = header[place]
    shown = ", ".join(plain(name) for name in header[:20])
    faults = [
        Fault(
            file,
            1,
            HEADERS[name][0].replace("-", " "),
            f"must be a column of a ticket export, got {shown}",
        )
        for name in NEEDED
        if name not in known
    ]
    for name in custom:
        same = [c for c in header if c.casefold() == name.casefold()]
        if same:
            known["custom"] = same[0]
            continue
        near = nearest(name, header)
        hint = f" (nearest: {quoted(near)})" if near else ""
        message = f"must be one of the columns {shown}{hint}, got {quoted(name)}"
        faults.append(Fault(file, 1, "columns", message))
    faults += [
        Fault(file, 1, name, "must be one column, got it twice")
        for name in known.values()
        if header.count(name) > 1
    ]
    if faults:
        raise InputError(faults)
    return known


def _block(found, known, lines, header) -> Block:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Return the columns by our names, without the rows that have no number of a ticket."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def column(name: str) -> pa.ChunkedArray:
        return found.column(known[name]) if name in known else pa.nulls(found.num_rows, pa.string())

    number = pc.utf8_trim_whitespace(column("id"))
    good = pc.match_substring_regex(number, r"^\d{1,18}$").fill_null(False)
    mask = np.asarray(good.to_numpy(zero_copy_only=False) if hasattr(good, "to_numpy") else good)
    tags = pc.replace_substring_regex(column("tags").cast(pa.string()), ",", " ")
    columns = {name: column(name) for name in ("created", "status", "channel", *PLAIN, "custom")}
    columns |= {name: column(name) for name in ("brand", "group", "form")}
    created = pc.replace_substring_regex(column("created"), r" *(UTC|GMT)\s*$", "Z")
    columns["created"] = pc.replace_substring_regex(created, r" +([+-]\d\d:?\d\d)\s*$", r"\1")
    columns["tags"] = pc.utf8_split_whitespace(tags)
    columns["reply_minutes"] = _minutes(column("reply_minutes"))
    columns["id"] = pc.if_else(good, number, None).cast(pa.int64())
    ours = schema()
    table = pa.table({name: columns[name] for name in ours.names}, schema=ours)
    if mask.all():
        return Block(table, np.arange(found.num_rows) + 2, (), tuple(header))
    numbers = lines()
    broken = tuple((int(line), NO_TICKET) for line in numbers[~mask])
    return Block(table.filter(pa.array(mask)), numbers[mask], broken, tuple(header))


def _minutes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return numbers, null where a cell is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    good = pc.match_substring_regex(column, r"^ *\d{1,9}(\.\d+)? *$")
    words = pc.if_else(good, pc.utf8_trim_whitespace(column), None)
    return words.cast(pa.float64())

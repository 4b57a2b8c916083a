"""Tickets of Zendesk in JSON: one a line, an array, or pages; what is needed of each, no more."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from planner.errors import Fault, InputError
from planner.scenario.telling import plain

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

IntArray = npt.NDArray[np.int64]

FIELDS = ("brand", "group", "form")  # of which JSON has an id, and a name in some exports
PLAIN = ("type", "priority", "recipient")  # further ones that may tell a market or kind of caller
REPLY = "reply_time_in_minutes"
LONGEST_NUMBER = 1 << 62
BLOCK_BYTES = 1 << 24
PART_BYTES = 1 << 21  # of a block, read beside the others
NO_TICKET = "must be a ticket with a whole number as id, got something else"
NO_JSON = "must be JSON, got text that is none"


@dataclass(frozen=True, slots=True)
class Block:
    """Some tickets of a file, and its lines that hold none.

    Parameters
    ----------
    table
        Columns ``id``, ``created``, ``status``, ``channel``, ``tags``, those of ``FIELDS`` and
        ``PLAIN``, ``custom`` and ``reply_minutes``, from its creation to the first reply; nothing
        else is ever kept.
    lines
        Each ticket's line in the file, ``[N]``.
    broken
        Lines without a ticket, and what they must be.
    names
        Names of all fields that the first ticket has.
    """

    table: pa.Table
    lines: IntArray
    broken: tuple[tuple[int, str], ...] = ()
    names: tuple[str, ...] = ()


def schema() -> pa.Schema:
    """Return the columns that are kept of tickets while reading."""
    import pyarrow as pa

    text = ("created", "status", "channel", *FIELDS, *PLAIN, "custom")
    fields = [("id", pa.int64()), *((name, pa.string()) for name in text)]
    return pa.schema([*fields, ("tags", pa.list_(pa.string())), ("reply_minutes", pa.float64())])


def read_json_tickets(path: Path, custom: str | None = None) -> Iterator[Block]:
    """Yield the tickets of a JSON or NDJSON file, gzipped or not, in blocks of some megabytes.

    Parameters
    ----------
    custom
        Number of a custom field to read too.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
        if zipped:
            with gzip.open(path) as packed:
                yield from _blocks(packed, custom)
        else:
            with path.open("rb") as content:
                yield from _blocks(content, custom)
    except (OSError, EOFError) as error:
        found = getattr(error, "strerror", None) or "a gzip file cut short"
        message = f"must be a file that can be read, got: {found}"
        raise InputError([Fault(str(path), None, "", message)]) from None


def _blocks(content: BinaryIO | gzip.GzipFile, custom: str | None) -> Iterator[Block]:
    first = content.readline()
    rest = first.removeprefix(b"\xef\xbb\xbf")
    if not _is_json(rest):  # one document over several lines, perhaps
        whole = rest + content.read()
        if _is_json(whole):
            yield block_of([(1, whole)], custom)
            return
        yield from _lines([whole], custom)
        return
    paged = rest.lstrip()[:1] == b"[" or b'"tickets"' in rest
    yield from _lines(_chunks(rest, content), custom, paged=paged)


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _chunks(rest: bytes, content: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    """Yield whole lines, some megabytes at once."""
    while more := content.read(BLOCK_BYTES) + content.readline():
        yield rest + more
        rest = b""
    if rest:
        yield rest


def _lines(chunks: Iterable[bytes], custom: str | None, *, paged: bool = False) -> Iterator[Block]:
    line = 1
    for chunk in chunks:
        count = chunk.count(b"\n") + (not chunk.endswith(b"\n"))
        block = None if paged or custom else _fast(chunk, line, count)
        if block is None:
            block = block_of(list(enumerate(chunk.split(b"\n"), line)), custom)
        yield block
        line += count


def _fast(chunk: bytes, line: int, count: int) -> Block | None:
    """Return the tickets of lines by Arrow's reader; None where any of them needs a closer look."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import json as pajson

    named = pa.struct([("name", pa.string())])
    fields = [
        ("id", pa.int64()), ("created_at", pa.string()), ("status", pa.string()),
        ("via", pa.struct([("channel", pa.string())])), ("tags", pa.list_(pa.string())),
        *((name, named) for name in FIELDS), *((name, pa.string()) for name in PLAIN),
        ("metric_set", pa.struct([(REPLY, pa.struct([("calendar", pa.float64())]))])),
        ("brand_id", pa.int64()), ("group_id", pa.int64()), ("ticket_form_id", pa.int64()),
    ]  # fmt: skip
    wanted = pa.schema([("ticket", pa.struct(fields)), *fields])
    parse = pajson.ParseOptions(explicit_schema=wanted, unexpected_field_behavior="ignore")
    read = pajson.ReadOptions(block_size=PART_BYTES)
    try:
        found = pajson.read_json(pa.BufferReader(chunk), read_options=read, parse_options=parse)
        found = found.combine_chunks()
        if not found.num_rows:
            return None
        wrapped = found.column("ticket").null_count == 0
        if wrapped:
            found = pa.Table.from_struct_array(found.column("ticket"))
        table = _named(found)
        table.validate(full=True)
        whole = table.column("id").null_count or table.column("created").null_count
    except (pa.ArrowException, ValueError):
        return None
    blank = count != table.num_rows
    if whole or blank or pc.min(table.column("id")).as_py() < 0:
        return None
    first = json.loads(chunk[: chunk.find(b"\n")].decode(errors="replace"))
    return Block(table, np.arange(line, line + count), (), tuple(first.get("ticket", first)))


def _named(found: pa.Table) -> pa.Table:
    """Return the columns of Arrow's reader by our names."""
    import pyarrow as pa
    import pyarrow.compute as pc

    count = found.num_rows
    columns = {
        "id": found.column("id"),
        "created": found.column("created_at"),
        "status": found.column("status"),
        "channel": pc.struct_field(found.column("via"), "channel"),
        "tags": found.column("tags"),
    }
    for name, its in zip(FIELDS, ("brand_id", "group_id", "ticket_form_id"), strict=True):
        word = pc.struct_field(found.column(name), "name")
        columns[name] = pc.coalesce(word, found.column(its).cast(pa.string()))
    columns |= {name: found.column(name) for name in PLAIN}
    columns["custom"] = pa.nulls(count, pa.string())
    reply = pc.struct_field(found.column("metric_set"), REPLY)
    columns["reply_minutes"] = pc.struct_field(reply, "calendar")
    ours = schema()
    return pa.table({name: columns[name] for name in ours.names}, schema=ours)


def block_of(texts: list[tuple[int, bytes]], custom: str | None = None) -> Block:
    """Return the tickets of texts by their lines, each a ticket, an array or a page of them."""
    tickets: list[tuple[int, Any]] = []
    broken = []
    for line, text in texts:
        if not text.strip():
            continue
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            broken.append((line, NO_JSON))
            continue
        tickets += [(line, ticket) for ticket in tickets_in(found)]
    block = _kept_of(tickets, custom)
    return replace(block, broken=tuple(sorted((*broken, *block.broken))))


def block_of_tickets(tickets: list[Any], custom: str | None = None) -> Block:
    """Return tickets by their number in a list, from 1."""
    return _kept_of(list(enumerate(tickets, 1)), custom)


def _kept_of(tickets: list[tuple[int, Any]], custom: str | None) -> Block:
    import pyarrow as pa

    rows, lines, broken = [], [], []
    names: tuple[str, ...] = ()
    for line, ticket in tickets:
        row = row_of(ticket, custom)
        if row is None:
            broken.append((line, NO_TICKET))
            continue
        names = names or tuple(str(name) for name in ticket)
        rows.append(row)
        lines.append(line)
    table = pa.Table.from_pylist(rows, schema=schema())
    return Block(table, np.array(lines, dtype=np.int64), tuple(broken), names)


def tickets_in(found: object) -> list[Any]:
    """Return the tickets of a JSON document: one, wrapped or not, an array or a page."""
    if isinstance(found, dict) and isinstance(found.get("tickets"), list):
        found = found["tickets"]
    listed = found if isinstance(found, list) else [found]
    return [t["ticket"] if isinstance(t, dict) and "ticket" in t else t for t in listed]


def row_of(ticket: object, custom: str | None = None) -> dict[str, Any] | None:
    """Return what is kept of a ticket; None where it is none.

    Examples
    --------
    >>> row = row_of({"id": 7, "subject": "Lilies", "via": {"channel": "email"}, "group_id": 36})
    >>> {name: value for name, value in row.items() if value}
    {'id': 7, 'channel': 'email', 'group': '36'}
    """
    if not isinstance(ticket, dict):
        return None
    number = ticket.get("id")
    if isinstance(number, str) and number.isdecimal() and len(number) < 19:
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    if not 0 <= number < LONGEST_NUMBER:
        return None
    via, tags = ticket.get("via"), ticket.get("tags")
    row = {
        "id": number,
        "created": _text(ticket.get("created_at")),
        "status": _text(ticket.get("status")),
        "channel": _text(via.get("channel") if isinstance(via, dict) else via),
        "tags": [_text(tag) or "" for tag in tags] if isinstance(tags, list) else [],
        "custom": None if custom is None else _custom(ticket, custom),
        "reply_minutes": _reply(ticket.get("metric_set")),
    }
    for name, its in zip(FIELDS, ("brand_id", "group_id", "ticket_form_id"), strict=True):
        word = ticket.get(name)
        word = word.get("name") if isinstance(word, dict) else word
        row[name] = _text(ticket.get(its) if word is None else word)
    return row | {name: _text(ticket.get(name)) for name in PLAIN}


def _reply(metrics: object) -> float | None:
    reply = metrics.get(REPLY) if isinstance(metrics, dict) else None
    minutes = reply.get("calendar") if isinstance(reply, dict) else None
    if isinstance(minutes, int | float) and 0 <= minutes < LONGEST_NUMBER:
        return float(minutes)
    return None


def _custom(ticket: dict[str, Any], number: str) -> str | None:
    for key in ("custom_fields", "fields"):
        listed = ticket.get(key)
        for entry in listed if isinstance(listed, list) else ():
            if isinstance(entry, dict) and str(entry.get("id")) == number:
                return _text(entry.get("value"))
    return None


def _text(value: object) -> str | None:
    """Return a value as text that Arrow can hold; None for what is no word."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, bool | int):
        return plain(str(value).lower()) if abs(value) < LONGEST_NUMBER else None
    return None

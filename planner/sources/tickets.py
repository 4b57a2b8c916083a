"""Tickets into single contacts: when, on which channel, of which market and kind of caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, InputError
from planner.scenario.telling import one_of, plain, quoted
from planner.sources.channel_words import CHANNELS
from planner.sources.data_report import MOST_TOLD, DataReport
from planner.sources.in_our_words import Words, in_our_words, without
from planner.sources.queue_words import slug
from planner.sources.raw_rows import RawRows
from planner.sources.reduced_tickets import Reduced, reduced, reduced_schema
from planner.sources.ticket_lines import FIELDS, PLAIN, Block, read_json_tickets
from planner.sources.ticket_sheet import read_sheet

if TYPE_CHECKING:
    import pyarrow as pa

    from planner.scenario.history import ReadAs

MOST_BROKEN = 0.01  # of the lines; more is not a ticket export with a scratch, but another file
EARLIER = "tickets that come again, of which the last holds"
PERSONAL = ("requester", "subject", "description", "email", "mail", "phone", "submitter",
            "assignee", "comment", "address", "name")  # fmt: skip
USED = ("id", "created_at", "status", "via", "tags", "brand", "brand_id", "group", "group_id",
        "form", "ticket_form_id")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """How tickets are told apart.

    Parameters
    ----------
    market, segment
        Fields of a ticket: brand, group, form, tags, type, priority, recipient, a custom field's
        number, or a column of a CSV; None where it is not asked.
    words
        Our words by the source's.
    zone
        Clock of times without an offset, which CSV exports have.
    broken
        Share of lines that may be broken.
    """

    market: str | None = None
    segment: str | None = None
    words: Words = field(default_factory=Words)
    zone: str = "UTC"
    broken: float = MOST_BROKEN

    @classmethod
    def of(cls, history: ReadAs) -> Asked:
        """Return how a scenario tells tickets apart."""
        broken = MOST_BROKEN if history.broken_rows is None else history.broken_rows
        market, segment = (history.columns.get(part) for part in ("market", "segment"))
        return cls(market, segment, Words.of(history), history.timezone or "UTC", broken)

    @property
    def how(self) -> tuple[str | None, str | None, Words, str]:
        """What ``planner.sources.reduced_tickets.reduced`` asks."""
        return self.market, self.segment, self.words, self.zone

    @property
    def custom(self) -> str | None:
        """The field of the user's own among those asked."""
        known = (*FIELDS, *PLAIN, "tags")
        return next((f for f in (self.market, self.segment) if f and f not in known), None)

    def check(self, place: str, *, of_json: bool) -> None:
        """Raise unless the fields that are asked can be read.

        Raises
        ------
        InputError
            For a field that names a person, is none of JSON, or has no words where it is tags.
        """
        known, faults = (*FIELDS, *PLAIN, "tags"), []
        for part, name in (("market", self.market), ("segment", self.segment)):
            if name is None or name in FIELDS + PLAIN:
                continue
            must = ""
            if name == "tags":
                if not self.words.parts.get(part):
                    must = f"must go with {part}s, which say what a tag means, got none"
            elif set(slug(name).split("-")) & set(PERSONAL) or slug(name) == "customer":
                must = f"must not be a field that tells who somebody is, got {quoted(name)}"
            elif of_json and not name.isdecimal():
                must = f"must {one_of(known, name)}, or a custom field's number, got {quoted(name)}"
            elif name != self.custom:
                must = f"must be one field of your own at most, got {quoted(name)} too"
            if must:
                faults.append(Fault(place, None, f"columns.{part}", must))
        if faults:
            raise InputError(faults)


def read_tickets(paths: Sequence[Path], asked: Asked) -> RawRows:
    """Return the tickets of exports as single contacts; the last state of each holds.

    Raises
    ------
    InputError
        If a file cannot be read, is no ticket export, or has too many broken lines.
    """
    parts: list[Reduced] = []
    for path in paths:
        parts += _read(path, asked)
    if not any(part.table.num_rows for part in parts):
        message = "must have tickets, got none"
        raise InputError([Fault(str(paths[0]), None, "", message)])
    return contacts_of(parts, [str(path) for path in paths], asked)


def _read(path: Path, asked: Asked) -> list[Reduced]:
    """Return a file's tickets, each block without what is not needed."""
    file, json = str(path), _is_json(path)
    asked.check(file, of_json=json)
    blocks: Iterable[Block]
    faults: list[Fault] = []
    if json:
        blocks = read_json_tickets(path, asked.custom)
    else:
        block, widths = read_sheet(path, [asked.custom] if asked.custom else [])
        blocks, faults = [block], list(widths)
    parts = [reduced(block, *asked.how) for block in blocks]
    broken = [(line, must) for part in parts for line, must in part.broken]
    faults += [Fault(file, line, "", must) for line, must in broken]
    count = len(faults)
    lines = count + sum(part.table.num_rows for part in parts)
    if count > asked.broken * lines and (count > 1 or lines == 1 or not asked.broken):
        raise InputError(_few(faults, lines, asked.broken))
    places = [str(fault) for fault in sorted(faults, key=lambda f: f.line or 0)[:MOST_TOLD]]
    return [*parts, Reduced(reduced_schema().empty_table(), places=tuple(places), refused=count)]


def _few(faults: list[Fault], lines: int, share: float) -> list[Fault]:
    """Return the first of many faults, and one that counts them."""
    told = sorted(faults, key=lambda fault: fault.line or 0)[:MOST_TOLD]
    message = (
        f"must be broken in {share:.1%} of its lines at most, got {len(faults):,} of {lines:,}"
    )
    hint = " (broken_rows, or --broken, allows more)"
    return [*told, Fault(faults[0].file, None, "", message + hint)]


def _is_json(path: Path) -> bool:
    """Return whether a file is JSON by its first sign; a gzip file is taken for one."""
    try:
        with path.open("rb") as content:
            start = content.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as error:
        message = f"must be a file that can be read, got: {error.strerror}"
        raise InputError([Fault(str(path), None, "", message)]) from None
    return start[:1] in (b"{", b"[") or start[:2] == b"\x1f\x8b"


def contacts_of(parts: Sequence[Reduced], files: Sequence[str], asked: Asked) -> RawRows:
    """Return tickets as single contacts with our names of queues."""
    import pyarrow as pa

    table = pa.concat_tables([part.table for part in parts]).combine_chunks()
    lines = np.concatenate([part.lines for part in parts])
    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    used = (*USED, asked.market, asked.segment)
    refused = sum(part.refused for part in parts)
    data = DataReport(
        tuple(Path(file).name for file in files),
        table.num_rows + refused,
        table.num_rows,
        tuple(plain(name) for name in names if _is_used(name, used)),
        tuple(plain(name) for name in names if not _is_used(name, used)),
        repaired=_repaired(parts, asked),
        refused=tuple(place for part in parts for place in part.places)[:MOST_TOLD],
        refused_rows=refused,
        notes=(*_replies(table), *(() if asked.market else _candidates(parts))),
    )
    columns = {"start": table.column("created").combine_chunks()}
    for part in ("market", "channel", "segment"):
        if part == "channel" or getattr(asked, part):
            words = table.column(part).combine_chunks()
            columns[part] = words.dictionary_encode()
    label = files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
    rows = RawRows(label, columns, lambda: lines, (), names, data)
    rows = _last_states(rows, table, lines)
    known = dict(asked.words.parts)
    known["channel"] = {**known.get("channel", {}), **CHANNELS}
    return in_our_words(rows, Words(asked.words.queues, known, asked.words.ignore))


def _is_used(name: str, used: Sequence[str | None]) -> bool:
    plain_name = name.casefold().replace(" ", "_")
    return any(plain_name in (word, f"ticket_{word}") for word in used if word) or name in used


def _repaired(parts: Sequence[Reduced], asked: Asked) -> Mapping[str, int]:
    moved = sum(part.moved for part in parts)
    why = f"at a time that the clocks of {asked.zone} skip or have twice, taken for the first"
    return {why: moved} if moved else {}


def _candidates(parts: Sequence[Reduced]) -> tuple[str, ...]:
    """Say by which fields tickets could be told apart into markets."""
    found = {}
    for name in FIELDS:
        words = {word for part in parts for word in part.seen.get(name, ())}
        if len(words) > 1:
            found[name] = len(words)
    if not found:
        return ()
    listed = ", ".join(f"{name} ({count:,} of them)" for name, count in found.items())
    return (f"markets or kinds of caller could be told apart by {listed}",)


def _replies(table: pa.Table) -> tuple[str, ...]:
    """Say how long first replies took, which no history holds but a promise may be made by."""
    import pyarrow.compute as pc

    told = table.filter(pc.is_null(table.column("gone"))).column("reply_minutes").drop_null()
    if not len(told):
        return ()
    half, most = np.quantile(told.to_numpy() / 60.0, [0.5, 0.9])
    words = f"half within {half:,.1f} h, nine of ten within {most:,.1f} h"
    return (f"first replies to {len(told):,} tickets: {words}, by the calendar",)


def _last_states(rows: RawRows, table: pa.Table, lines: object) -> RawRows:
    """Return rows without earlier states of a ticket, and without tickets that are no contacts."""
    number = table.column("id").to_numpy()
    _, last = np.unique(number[::-1], return_index=True)
    again = np.ones(len(number), dtype=bool)
    again[len(number) - 1 - last] = False
    gone = table.column("gone").to_pylist()
    kept = [word for word, before in zip(gone, again, strict=True) if not before]
    rows = without(rows, again, EARLIER, repaired=True)
    for why in sorted({word for word in kept if word}):
        mask = np.array([word == why for word in kept], dtype=bool)
        rows = without(rows, mask, why)
        kept = [word for word in kept if word != why]
    return rows

"""A scenario and tables handed over by somebody else: checked, and nothing but them is read."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from planner.check import Check, described, read_document
from planner.errors import Fault, InputError
from planner.question import Question, question_of
from planner.scenario.document import Document, Place, read_yaml
from planner.scenario.history import PARTS
from planner.scenario.raw import names
from planner.scenario.telling import nearest, quoted
from planner.sources.columns import HISTORY
from planner.sources.csv_lines import first_line, header_of
from planner.sources.in_our_words import Words, in_our_words
from planner.sources.queue_words import ours, slug, words_of
from planner.sources.raw_rows import RawRows, read_rows
from planner.sources.tickets import Asked, read_tickets

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["csv", "parquet", "tickets"]

FILE_KEYS = ("file", "absences", "wishes", "worked", "zendesk")
"""Keys of a scenario that name files."""

IGNORE = ""  # in place of our queue: rows of that word are left out
MOST_ROWS = 20_000_000
MOST_BYTES = 2 << 30  # of a Parquet file, unpacked
_KEPT = ("absent_days", "rows", "timezone", "markets", "channels", "segments", "broken_rows")
_ELSE = {b"PK": "a zip or an Excel file: save it as CSV", b"\x1f\x8b": "a gzip file: unpack it",
         b"\xd0\xcf": "an old Excel file: save it as CSV", b"%P": "a PDF"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A scenario file with the tables that it may read, all in one folder and nothing else in it.

    Parameters
    ----------
    folder, scenario
        Where all of it lies, and the name of the scenario's file there.
    history
        Name of the table that takes the place of the scenario's history; "": its own is read.
    columns
        The table's names of columns by ours, see ``planner.scenario.history.ReadAs``.
    queues
        Our queue by the table's word; ``IGNORE`` leaves rows of that word out.
    """

    folder: Path
    scenario: str
    history: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)

    def check(self) -> Check:
        """Return what will be planned.

        Raises
        ------
        InputError
            With every fault of the scenario and its tables.
        """
        return described(*read_document(self.document()))

    def question(self) -> Question:
        """Return the question with all its tables, to be planned without the folder.

        Raises
        ------
        InputError
            As ``check`` does.
        """
        scenario, table = read_document(self.document())
        described(scenario, table)
        return question_of(scenario)

    def document(self) -> Document:
        """Return the scenario's values; they name no file but those in the folder.

        Raises
        ------
        InputError
            If they name another, or a database.
        """
        document = read_yaml(self.folder / self.scenario)
        known = [path.name for path in self.folder.iterdir() if path.name != self.scenario]
        if self.history:
            document = self._with_history(document)
        faults = [
            document.fault(place, message)
            for place, message in _strange(document.value, (), sorted(known))
        ]
        if faults:
            raise InputError(faults)
        return document

    def _with_history(self, document: Document) -> Document:
        old = document.value.get("history")
        history = {key: old[key] for key in _KEPT if key in old} if isinstance(old, dict) else {}
        tickets = kind_of(self.folder / self.history) == "tickets"
        history["zendesk" if tickets else "file"] = self.history
        columns = {
            name: theirs for name, theirs in self.columns.items() if theirs and theirs != name
        }
        queues = {word: queue for word, queue in self.queues.items() if queue != IGNORE}
        ignore = [word for word, queue in self.queues.items() if queue == IGNORE]
        told = {"columns": columns, "queues": queues, "ignore": ignore}
        history |= {key: value for key, value in told.items() if value}
        return replace(document, value=document.value | {"history": history})


def _strange(value: Any, place: Place, known: Sequence[str]) -> Iterator[tuple[Place, str]]:  # noqa: ANN401
    """Yield the places of a document, its variants too, that lead to what was not handed over."""
    listed = dict(enumerate(value)) if isinstance(value, list) else value
    for key, below in listed.items() if isinstance(listed, dict) else ():
        here = (*place, key if isinstance(key, int) else str(key))
        if key == "sql" and below is not None:
            yield here, "must not ask a database here, got one: hand a table over in its place"
        elif key in FILE_KEYS and isinstance(below, str | list):
            for name in below if isinstance(below, list) else [below]:
                if isinstance(name, str) and name not in known:
                    near = nearest(name.replace("\\", "/").rpartition("/")[2], known)
                    hint = f" (nearest: {quoted(near)})" if near else ""
                    files = ", ".join(known) or "none yet"
                    yield here, f"must be a file handed over: {files}{hint}, got {quoted(name)}"
        else:
            yield from _strange(below, here, known)


def kind_of(path: Path) -> Kind:
    """Return what kind of history table a file is, by its first bytes.

    Raises
    ------
    InputError
        If it is none, or larger than can be read here.
    """
    with path.open("rb") as content:
        start = content.read(512)
    found = next((words for magic, words in _ELSE.items() if start.startswith(magic)), "")
    if not found and b"\0" in start and not start.startswith(b"PAR1"):
        found = "other bytes, perhaps text of another coding: save it as UTF-8"
    if not found and not start.strip():
        found = "an empty file"
    if found:
        message = f"must be a table as CSV (UTF-8), Parquet or NDJSON, got {found}"
        raise InputError([Fault(str(path), None, "", message)])
    if start.startswith(b"PAR1"):
        _check_parquet(path)
        return "parquet"
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "tickets" if plain[:1] in (b"{", b"[") else "csv"


def _check_parquet(path: Path) -> None:
    """Raise unless a Parquet file is whole, and of a size that can be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        told = pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        message = f"must be a Parquet file, got a broken one: {first_line(error)}"
        raise InputError([Fault(str(path), None, "", message)]) from None
    size = sum(told.row_group(n).total_byte_size for n in range(told.num_row_groups))
    if told.num_rows > MOST_ROWS or size > MOST_BYTES:
        message = (
            f"must have {MOST_ROWS:,} rows and {MOST_BYTES:,} bytes unpacked at most, "
            f"got {told.num_rows:,} and {size:,}"
        )
        raise InputError([Fault(str(path), None, "", message)])


def first_rows(path: Path, count: int = 4) -> tuple[list[str], list[list[str]]]:
    """Return a table's names of columns, and its first rows as text; none of tickets.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    kind = kind_of(path)
    if kind == "tickets":
        return [], []
    if kind == "parquet":
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as file:
            header = list(file.schema_arrow.names)
            batch = next(file.iter_batches(batch_size=count), None)
            rows = [] if batch is None else batch.to_pylist()
        return header, [[_cell(row[name]) for name in header] for row in rows]
    header, delimiter = header_of(path)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter)
        next(reader, None)
        try:
            found = [[_cell(cell) for cell in row] for row in islice(reader, count)]
        except csv.Error:
            found = []  # told when the table is read
    return header, found


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def read_over(path: Path, columns: Mapping[str, str]) -> RawRows:
    """Return a table's rows with queues in the table's own words, and what was read of it.

    Raises
    ------
    InputError
        If it cannot be read, or lacks a column.
    """
    named = {name: theirs for name, theirs in columns.items() if theirs and theirs != name}
    if kind_of(path) == "tickets":
        return read_tickets([path], Asked(named.get("market"), named.get("segment")))
    wanted = HISTORY.with_names(named) if named else HISTORY
    rows = in_our_words(read_rows(path, wanted), Words(parts={part: {} for part in PARTS}))
    if rows.faults:
        raise InputError(rows.faults)
    return rows


def queue_words(rows: RawRows) -> list[str]:
    """Return the words that a table has for queues, in the order of the alphabet."""
    if "queue" not in rows.columns:
        return []
    found, codes = words_of(rows.columns["queue"])
    present = set(codes.tolist())
    return sorted(word for n, word in enumerate(found) if n in present)


def guessed_queues(
    words: Sequence[str], document: Document, before: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return our queue for each of a table's words; ``IGNORE`` where none is likely.

    Parameters
    ----------
    document
        The scenario; the words of its own history hold, if they fit.
    before
        What a person has chosen already.

    Examples
    --------
    >>> from planner.scenario.document import parse_yaml
    >>> asked = parse_yaml("queues: [{name: fr-phone}, {name: fr-email}]", "s.yaml")
    >>> guessed_queues(["FR Phone", "fr-emails", "Fax"], asked)
    {'FR Phone': 'fr-phone', 'fr-emails': 'fr-email', 'Fax': ''}
    """
    known = names(document.value, "queues")
    history = document.value.get("history")
    own = history.get("queues") if isinstance(history, dict) else None
    own = {str(word): str(queue) for word, queue in own.items()} if isinstance(own, dict) else {}
    result = {}
    for word in words:
        told = (before or {}).get(word)
        likely = word if word in known else ours(word, own) or ""
        if likely not in known:
            by_slug = {slug(name): name for name in known}
            likely = by_slug.get(slug(word)) or nearest(slug(word), known)
        result[word] = told if told in (*known, IGNORE) and told is not None else likely
    return result

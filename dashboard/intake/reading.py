"""A history handed over as a page shows it: its columns, first rows, words for queues, report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from planner.examples import EXAMPLES, SCENARIO_FILE, example_text
from planner.handed_over import first_rows, guessed_queues, kind_of, queue_words, read_over
from planner.scenario.document import Document, parse_yaml, read_yaml
from planner.sources.guessed_columns import guessed_columns

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.intake.desk import Desk, State

TICKET_FIELDS = ("brand", "group", "form")
TICKET_PARTS = ("market", "segment")
SHOWN_COLUMNS = ("start", "queue", "market", "channel", "segment", "contacts", "aht_s",
                 "aht_minutes", "answered", "abandoned", "wait_s")  # fmt: skip
MOST_WORDS = 80


@dataclass(frozen=True, slots=True)
class Table:
    """What is seen of a history before it is read as a whole.

    Parameters
    ----------
    tickets
        Whether it is tickets, whose columns are known.
    header, rows
        Names of columns, and the first rows as text.
    columns
        The table's names of columns by ours: as chosen, or else as guessed.
    size
        Bytes of the file.
    """

    tickets: bool
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: dict[str, str]
    size: int


def table_on(desk: Desk, state: State) -> Table:
    """Return the history that lies on a desk.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    path = desk.path(state.history)
    header, rows = first_rows(path)
    columns = dict(state.columns) or guessed_columns(header)
    tickets = kind_of(path) == "tickets"
    size = path.stat().st_size
    return Table(tickets, tuple(header), tuple(map(tuple, rows)), columns, size)


def report_on(desk: Desk, state: State, columns: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return what was read of a history, a line each, and its words for queues.

    Raises
    ------
    InputError
        If it cannot be read, or lacks a column.
    """
    path = desk.path(state.history)
    told, words = _read(path, path.stat().st_mtime_ns, tuple(sorted(columns.items())))
    return list(told), list(words)


@lru_cache(maxsize=16)  # lines of text, where reading a hundred megabytes takes seconds
def _read(
    path: Path, _written: int, columns: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = read_over(path, dict(columns))
    told = rows.data.lines() if rows.data is not None else []
    return tuple(told), tuple(queue_words(rows))


def centre_on(desk: Desk, state: State) -> Document | None:
    """Return the scenario that was chosen; None without one.

    Raises
    ------
    InputError
        If it is no YAML.
    """
    if state.example in EXAMPLES:
        return parse_yaml(example_text(state.example), SCENARIO_FILE)
    if state.scenario and desk.path(state.scenario).is_file():
        return read_yaml(desk.path(state.scenario))
    return None


def queues_on(state: State, words: list[str], centre: Document) -> dict[str, str]:
    """Return our queue for each of a history's words: as chosen, or else as guessed."""
    return guessed_queues(words, centre, state.queues)

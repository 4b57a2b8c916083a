"""What an explanation is made of: a place in the plan, and steps of arithmetic about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.export.axes import QueueAxis
    from planner.export.wording import Table


@dataclass(frozen=True, slots=True)
class Place:
    """A queue's interval: its numbers in the plan, and its local day and slot."""

    queue: int
    interval: int
    axis: QueueAxis
    day: int
    slot: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation.

    Parameters
    ----------
    key
        Name of the step for programs: history, day, contacts, load, positions, agents, price or
        service.
    title
        What the step finds, for a reader.
    lines
        The arithmetic in plain text, its numbers such that a reader can check it.
    value, unit
        What the step comes to.
    table
        The numbers behind it, if there are more than a line holds.
    more
        Lines that stand under the table.
    """

    key: str
    title: str
    lines: tuple[str, ...]
    value: float
    unit: str
    table: Table | None = None
    more: tuple[str, ...] = ()

"""What can go wrong, as a tree: each error carries its facts and the program's exit status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the input: where, what is allowed, what was found.

    Parameters
    ----------
    file
        The file as the user named it.
    line
        Line or row number in that file, from 1; None when it has none.
    field
        The field or column, its path joined by dots; may be empty.
    message
        What is allowed and what was found: "must be ..., got ...".

    Examples
    --------
    >>> print(Fault("scenario.yaml", 14, "queues.0.name", "must be text, got 5"))
    scenario.yaml:14: queues.0.name must be text, got 5
    """

    file: str
    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.field} {self.message}" if self.field else f"{place}: {self.message}"


class PlannerError(Exception):
    """Anything this program says no to; the program ends with ``exit_status``."""

    exit_status: int = 1


class InputError(PlannerError):
    """The input is wrong; all its faults at once, in the order of file and line.

    Parameters
    ----------
    faults
        Every fault found; repeated ones are kept once.

    Examples
    --------
    >>> error = InputError([Fault("a.csv", 9, "queue", "must be known, got 'x'"),
    ...                     Fault("a.csv", 2, "contacts", "must be a number >= 0, got 'abc'")])
    >>> print(error)
    a.csv:2: contacts must be a number >= 0, got 'abc'
    a.csv:9: queue must be known, got 'x'
    >>> error.exit_status
    2
    """

    exit_status = 2

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(
            sorted(dict.fromkeys(faults), key=lambda fault: (fault.file, fault.line or 0))
        )
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)

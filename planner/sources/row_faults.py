"""Faults in the rows of a table: each with its row number, each kind told at most twenty times."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.errors import Fault
from planner.scenario.telling import plain, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_PER_KIND = 20
IntArray = npt.NDArray[np.int64]


@dataclass(slots=True)
class RowFaults:
    """Gathers what is wrong with a table's rows.

    Parameters
    ----------
    file
        The table as the user named it.
    row_numbers
        Gives the number in the file of every row read, ``[N]``; asked only once a row is wrong.

    Examples
    --------
    >>> faults = RowFaults("contacts.csv", lambda: np.arange(2, 100))
    >>> faults.add(np.array([3]), "contacts", "be a number >= 0", lambda row: "'abc'")
    >>> print(faults.found[0])
    contacts.csv:5: contacts must be a number >= 0, got 'abc'
    """

    file: str
    row_numbers: Callable[[], IntArray]
    found: list[Fault] = field(default_factory=list)
    _numbers: IntArray | None = None

    def number(self, row: int) -> int:
        """Return the number in the file of a row read."""
        if self._numbers is None:
            self._numbers = self.row_numbers()
        return int(self._numbers[row])

    def add(
        self,
        rows: IntArray | Sequence[int],
        column: str,
        must: str,
        found: Callable[[int], str],
    ) -> None:
        """Add a fault for each of some rows, the last one standing for all beyond the twentieth."""
        for row in rows[:MOST_PER_KIND]:
            self.found.append(
                Fault(
                    self.file, self.number(int(row)), column, f"must {must}, got {found(int(row))}"
                )
            )
        more = len(rows) - MOST_PER_KIND
        if more > 0:
            row = int(rows[MOST_PER_KIND])
            message = f"must {must}, got {found(row)}, and {more - 1} more rows like it"
            message = message if more > 1 else f"must {must}, got {found(row)}"
            self.found.append(Fault(self.file, self.number(row), column, message))

    def add_whole(self, column: str, message: str, line: int | None = None) -> None:
        """Add a fault of the table as a whole."""
        self.found.append(Fault(self.file, line, column, message))


def shown(value: object) -> str:
    """Return a cell as a person would look for it in the file.

    Examples
    --------
    >>> shown("abc"), shown(-3), shown(None), shown("")
    ("'abc'", '-3', 'nothing', 'nothing')
    """
    if value is None or value == "" or (isinstance(value, float) and np.isnan(value)):
        return "nothing"
    return quoted(value) if isinstance(value, str | int | float) else plain(str(value))

"""Tables as text for a terminal: numbers to the right, everything else to the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def text_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int] = ()
) -> list[str]:
    r"""Return the lines of a table, its header first.

    Parameters
    ----------
    numbers
        Places of the columns that stand to the right.

    Examples
    --------
    >>> print("\n".join(text_table(["plan", "cost"], [["base", "9"], ["tenfold", "1,200"]], [1])))
    plan      cost
    base         9
    tenfold  1,200
    """
    table = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(header))]
    return [
        "  ".join(
            cell.rjust(width) if i in numbers else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]

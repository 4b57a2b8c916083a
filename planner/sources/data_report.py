"""What was read of a source: columns dropped, rows left out, refused and repaired, with counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from planner.errors import Fault

MOST_TOLD = 20  # of names and places


@dataclass(frozen=True, slots=True)
class DataReport:
    """What became of a source's columns and rows. It holds names of columns and counts, no cells.

    Parameters
    ----------
    files
        What was read, by name.
    rows
        Rows, lines or tickets that it had, broken ones included.
    kept
        Rows of them that became history.
    columns
        Names of the columns that were used.
    dropped
        Names of the columns that were passed over while reading.
    left_out, repaired
        Rows by reason.
    refused
        Where lines were broken and left out, as faults are told, the first twenty of them.
    refused_rows
        How many there were.
    notes
        What else is worth knowing.

    Examples
    --------
    >>> report = DataReport(("t.ndjson",), 90, 88, ("created_at",), ("subject",), {"deleted": 2})
    >>> print(report.text())
    read      t.ndjson: 90 rows, 88 kept
    columns   used: created_at
    columns   dropped on reading: subject
    left out  2 rows: deleted
    """

    files: tuple[str, ...]
    rows: int
    kept: int
    columns: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    repaired: Mapping[str, int] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    refused_rows: int = 0
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the facts for JSON."""
        return asdict(self)

    def lines(self, *, brief: bool = False) -> list[str]:
        """Return the facts as a person reads them, one a line; ``brief`` without what was used."""
        few = _some(self.files, 3)
        more = self.refused_rows - len(self.refused)
        found = [("read", f"{few}: {_rows(self.rows)}, {self.kept:,} kept")]
        if self.columns and not brief:
            found.append(("columns", f"used: {_some(self.columns)}"))
        if self.dropped:
            found.append(("columns", f"dropped on reading: {_some(self.dropped)}"))
        found += [("left out", f"{_rows(n)}: {why}") for why, n in self.left_out.items() if n]
        if self.refused_rows:
            found.append(("refused", f"{_rows(self.refused_rows)} that cannot be read, left out:"))
        found += [("", f"  {place}") for place in self.refused]
        if more > 0 and self.refused:
            found.append(("", f"  and {more:,} more"))
        found += [("repaired", f"{_rows(n)}: {why}") for why, n in self.repaired.items() if n]
        found += [("note", note) for note in self.notes]
        return [f"{name:<9} {words}" for name, words in found]

    def text(self) -> str:
        """Return the facts as a person reads them."""
        return "\n".join(self.lines())


def refusing(report: DataReport | None, faults: Iterable[Fault], count: int) -> DataReport:
    """Return a report with so many rows more that were read, broken and left out."""
    report = report or DataReport((), 0, 0)
    places = (*report.refused, *(str(fault) for fault in faults))[:MOST_TOLD]
    refused, rows = report.refused_rows + count, report.rows + count
    return replace(report, rows=rows, refused=places, refused_rows=refused)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _some(names: tuple[str, ...], most: int = MOST_TOLD) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")

"""Shifts against their pool's rules, and what they are paid and cost."""

from __future__ import annotations

from fractions import Fraction

from planner.audit.books import Books
from planner.audit.judged import Judged, near
from planner.audit.shifts import ShiftReading
from planner.errors import Fault


def allowed_shifts(books: Books) -> Judged:
    """Every shift starts on a step, has a length and breaks of its pool's, and its local times."""
    faults: list[Fault] = []
    told: dict[tuple[object, ...], list[tuple[str, str]]] = {}
    rows = [*books.files.allocation, *books.files.roster]
    for row in rows:
        each = row.paid_hours / row.heads
        key = (row.pool, row.date, row.shift, row.start, row.end, row.breaks, each)
        if key not in told:
            told[key] = list(ShiftReading(books.asked.pools[row.pool], row).faults(books.asked))
        faults += [Fault(row.file, row.line, field, message) for field, message in told[key]]
    return Judged("shifts", "shifts that their pool's rules allow", len(rows), tuple(faults))


def paid_hours_and_cost(books: Books) -> Judged:
    """Hours of a row = its heads times the shift's paid hours; its cost = those at their price."""
    faults: list[Fault] = []
    rows = [*books.allocation, *books.roster]
    for shift in rows:
        row, price = shift.row, books.asked.pools[shift.row.pool].pool.cost_per_hour
        hours = row.heads * shift.paid / 60
        if not near(float(row.paid_hours), float(hours), 2):
            message = f"must be {float(hours):.2f}, got {float(row.paid_hours):.2f}"
            faults.append(Fault(row.file, row.line, "paid_hours", message))
        if row.agent:
            continue
        cost = None if price is None else hours * Fraction(str(price))
        if (cost is None) != (row.cost is None) or not near(
            float(row.cost or 0), float(cost or 0), 2
        ):
            expected = "empty" if cost is None else f"{float(cost):.2f}"
            message = f"must be {expected}, got {float(row.cost or 0):.2f}"
            faults.append(Fault(row.file, row.line, "cost", message))
    return Judged("hours", "rows whose hours and cost are right", len(rows), tuple(faults))

"""What a repair changed: as a table, as a document, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.export.digest import missing_hours, total_cost
from planner.export.wording import counted, day_name, money, number, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.plan import Plan
    from staffing.repair import Change
    from staffing.shifts import Shift

_TOLD = 40  # changes on the screen
_FELT = 0.5  # of the currency
_WIDEST = 40  # characters of a name on the screen
OFF = "off"


def changes_table(changes: Sequence[Change]) -> pd.DataFrame:
    """Return one row per agent and day that changes: the shift before and after, or off."""
    rows = [
        (one.agent, one.pool, one.day.isoformat(), _label(one.before), _label(one.after))
        for one in changes
    ]
    return pd.DataFrame(rows, columns=["agent", "pool", "date", "before", "after"])


def changes_document(before: Plan, after: Plan, changes: Sequence[Change]) -> dict[str, Any]:
    """Return the changes, and what they do to cost and service, for a JSON document."""
    return {
        "changes": changes_table(changes).to_dict("records"),
        "unplaced_shifts": sum(left.heads for left in after.roster.unplaced),
        "cost_before": round(total_cost(before), 2),
        "cost": round(total_cost(after), 2),
        "understaffing_hours_before": round(sum(missing_hours(before)), 2),
        "understaffing_hours": round(sum(missing_hours(after)), 2),
        "overdue_work_hours_before": round(missing_hours(before)[1], 2),
        "overdue_work_hours": round(missing_hours(after)[1], 2),
    }


def repair_words(
    before: Plan, after: Plan, changes: Sequence[Change], out: Path, files: int
) -> str:
    """Return what to print of a repair: whose days change, what nobody takes, what it costs."""
    kept = len(before.roster.duties) - sum(one.before is not None for one in changes)
    agents = len({(one.pool, one.agent) for one in changes})
    lines = [
        f"{counted(len(changes), 'day')} of {counted(agents, 'agent')} "
        f"{'changes' if len(changes) == 1 else 'change'}; "
        f"{counted(kept, 'shift')} stay as they were."
    ]
    lines += _listed(changes)
    lines += [
        f"Nobody takes {counted(left.heads, 'head')} of {left.shift.label} in {left.pool} "
        f"on {day_name(left.day)}."
        for left in after.roster.unplaced
    ]
    currency = after.scenario.currency
    cost, more = total_cost(after), total_cost(after) - total_cost(before)
    (missing, late), (was, was_late) = missing_hours(after), missing_hours(before)
    sign = "more" if more >= 0 else "less"
    apart = f"{money(abs(more), currency)} {sign} than" if abs(more) >= _FELT else "as much as"
    lines += [
        "",
        f"Cost {money(cost, currency)}, {apart} before; "
        f"{number(missing, 1)} position hours missing on the line, {number(was, 1)} before; "
        f"{number(late, 1)} hours of work overdue, {number(was_late, 1)} before.",
        "Bands of service are those of the plan, moved with its middle.",
        f"{counted(files, 'file')} in {out}; the changes are in {out / 'changes.csv'}.",
    ]
    return plain("\n".join(lines))


def _listed(changes: Sequence[Change]) -> list[str]:
    shown = sorted(changes[:_TOLD], key=lambda one: (one.day, one.pool, one.agent))
    rows = [
        (day_name(one.day), _short(one.agent), _short(one.pool),
         _label(one.before), _label(one.after))
        for one in shown
    ]  # fmt: skip
    widths = [max((len(row[c]) for row in rows), default=0) for c in range(4)]
    lines = [
        "  " + "  ".join(part.ljust(width) for part, width in zip(row, widths, strict=False))
        + f"  ->  {row[4]}"
        for row in rows
    ]  # fmt: skip
    if len(changes) > _TOLD:
        lines.append(f"  ... and {len(changes) - _TOLD} more")
    return lines


def _short(name: str) -> str:
    """Return a name no wider than a line has room for."""
    return name if len(name) <= _WIDEST else f"{name[: _WIDEST - 3]}..."


def _label(shift: Shift | None) -> str:
    return OFF if shift is None else shift.label

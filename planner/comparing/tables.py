"""A comparison as files that others script against: compare.csv, compare.json, compare.xlsx."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.comparing.comparison import Figure, change, figures_of
from planner.export.tables import csv_bytes
from planner.export.workbook import tables_workbook

if TYPE_CHECKING:
    from planner.comparing.comparison import Comparison
    from planner.outcome import Outcome

COMPARE_FILES = ("compare.csv", "compare.json", "compare.xlsx", "compare.html")
"""Every file that a comparison writes."""

_WIDE = ("cost", "cost_per_contact", "paid_hours", "billed_hours", "contacts", "abandoned",
         "vendor_share", "understaffing_hours", "unplaced_shifts",
         "queues_below_promise")  # fmt: skip


def comparison_table(found: Comparison) -> pd.DataFrame:
    """Return a row per plan and figure.

    Columns: variant, part (plan, channel, market, queue, pool), name, figure, unit, value, first
    (the first plan's value), difference and, but for shares, relative_difference, a fraction of the
    first plan's. Unknown numbers, and those of what only one of the two plans has, are empty.
    """
    base = {one.key: one.rounded for one in figures_of(found.first)}
    rows = [
        _row(outcome, one, base.get(one.key, math.nan))
        for outcome in found.outcomes
        for one in figures_of(outcome)
    ]
    columns = ("variant", "part", "name", "figure", "unit", "value", "first", "difference",
               "relative_difference")  # fmt: skip
    return pd.DataFrame(rows, columns=list(columns))


def _row(outcome: Outcome, one: Figure, first: float) -> tuple[Any, ...]:
    relative = math.nan if one.unit == "share" else round(change(one.rounded, first), 4)
    difference = round(one.rounded - first, 4) + 0.0
    told = (one.rounded, first, difference, relative)
    return (outcome.name, one.part, one.name, one.figure, one.unit, *told)


def plans_table(found: Comparison) -> pd.DataFrame:
    """Return a row per plan: its main figures, then its service by channel and by market."""
    rows = []
    for outcome in found.outcomes:
        by_key = {one.key: one.rounded for one in figures_of(outcome)}
        row: dict[str, Any] = {"variant": outcome.name}
        row |= {figure: by_key[("plan", "", figure)] for figure in _WIDE}
        for part in ("channel", "market"):
            for name in found.services(part):
                key = (part, name, "service_level")
                row[f"{part} {name or 'without a name'}"] = by_key.get(key, math.nan)
        rows.append(row)
    return pd.DataFrame(rows)


def comparison_document(found: Comparison) -> dict[str, Any]:
    """Return ``compare.json``: every outcome, and its differences from the first plan's.

    ``against_first`` has figures of the plan as a whole; times stand nowhere.
    """
    base = {one.key: one.rounded for one in figures_of(found.first)}
    return {
        "name": found.title,
        "currency": found.currency,
        "first": found.first.name,
        "plans": [
            outcome.as_dict()
            | {
                "understaffing_hours": outcome.understaffing_hours,
                "queues_below_promise": [one.name for one in outcome.below],
                "against_first": {
                    one.figure: _known(round(one.rounded - base[one.key], 4) + 0.0)
                    for one in figures_of(outcome)
                    if one.part == "plan"
                },
            }
            for outcome in found.outcomes
        ],
        "not_planned": list(found.left),
        "failed": list(found.failed),
        "notes": list(found.notes),
    }


def comparison_json(found: Comparison) -> str:
    """Return ``compare.json`` as text."""
    told = comparison_document(found)
    return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def comparison_files(found: Comparison) -> dict[str, bytes]:
    """Return the bytes of the tables by file name; the page comes apart."""
    long = comparison_table(found)
    sheets = {"plans": plans_table(found), "figures": long}
    return {
        "compare.csv": csv_bytes(long),
        "compare.json": comparison_json(found).encode(),
        "compare.xlsx": tables_workbook(sheets, found.title or "Plans compared"),
    }


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None

"""A sweep as a table with a row per point, and as one JSON document."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.swept import Spread, spread_of

if TYPE_CHECKING:
    from planner.swept import Axis, Point, Swept

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MONEY, _HOURS, _SHARE = 2, 2, 5


def points_table(swept: Swept) -> pd.DataFrame:
    """Return a row per point: its values, and what came out of them.

    Shares are fractions, money is in the scenario's currency. With demand paths a figure is the
    mean over them, and its quantiles stand beside it as ``_p10`` and ``_p90``. ``promises_kept`` is
    the share of the paths on which every queue gets what it was promised.
    """
    frontier = {point.number for point in swept.frontier}
    channels = swept.channels
    return pd.DataFrame([_row(swept, point, channels, point.number in frontier)
                         for point in swept.points])  # fmt: skip


def _row(
    swept: Swept, point: Point, channels: tuple[str, ...], on_frontier: bool
) -> dict[str, Any]:
    done = point.status == "done"
    row: dict[str, Any] = {"point": point.number + 1}
    pairs = zip(swept.axes, point.values, strict=True)
    row |= {axis.name: _number(axis, value) for axis, value in pairs}
    row |= {"status": point.status, "meets_promises": _word(point.meets) if done else None}
    row |= {"on_frontier": _word(on_frontier) if done else None}
    if swept.paths:
        row |= {"paths": len(point.outcomes), "promises_kept": _told(point.share_kept, done=done)}
    for name, spread, places in figures(point, channels):
        row |= _spread(swept, name, spread, places, done=done)
    return row | {"message": point.message or None}


def _number(axis: Axis, label: str) -> str | float:
    """Return a value as a number, where all of its axis are."""
    if not all(_NUMBER.fullmatch(one) for one in axis.labels):
        return label
    return float(label) if any("." in one for one in axis.labels) else int(label)


def figures(point: Point, channels: tuple[str, ...]) -> list[tuple[str, Spread, int]]:
    """Return what is told of a point: a column's name, the figure, and its decimals."""
    outcomes = point.outcomes
    return [
        ("cost", point.cost, _MONEY),
        ("paid_hours", point.paid_hours, _HOURS),
        ("understaffing_hours", point.understaffing_hours, _HOURS),
        ("unplaced_shifts", spread_of([float(one.unplaced) for one in outcomes]), _HOURS),
        ("vendor_share", spread_of([one.vendor_share for one in outcomes]), _SHARE),
        ("contacts", spread_of([one.contacts for one in outcomes]), 1),
        ("service_level", point.service, _SHARE),
        *((f"service_level_{name}", point.channel(name), _SHARE) for name in channels),
    ]


def _spread(
    swept: Swept, name: str, spread: Spread, places: int, *, done: bool
) -> dict[str, float | None]:
    told = {name: spread.mean}
    if swept.paths:
        told |= {f"{name}_p10": spread.p10, f"{name}_p90": spread.p90}
    return {key: _told(value, places, done=done) for key, value in told.items()}


def _told(value: float, places: int = _SHARE, *, done: bool = True) -> float | None:
    return round(value, places) + 0.0 if done and math.isfinite(value) else None


def _word(yes: bool) -> str:
    return "yes" if yes else "no"


def sweep_document(swept: Swept) -> dict[str, Any]:
    """Return ``sweep.json``: the same answer gives the same document, whoever worked on it."""
    points = []
    frontier = {point.number for point in swept.frontier}
    for point in swept.points:
        told: dict[str, Any] = {
            "point": point.number + 1,
            "values": dict(zip((a.name for a in swept.axes), point.values, strict=True)),
            "status": point.status,
        }
        if point.message:
            told["message"] = point.message
        if point.status == "done":
            told |= {"meets_promises": point.meets, "on_frontier": point.number in frontier}
            told |= {"promises_kept": round(point.share_kept, _SHARE)} if swept.paths else {}
            for name, spread, places in figures(point, swept.channels):
                told |= _spread(swept, name, spread, places, done=True)
        points.append(told)
    good = swept.good
    return {
        "sweep": swept.identity,
        "title": swept.title,
        "currency": swept.currency,
        "first_day": swept.first_day,
        "days": swept.days,
        "varied": [{"name": a.name, "values": list(a.labels)} for a in swept.axes],
        "paths": swept.paths,
        "cheapest_that_meets_promises": good[0].number + 1 if good else None,
        "frontier": [point.number + 1 for point in swept.frontier],
        "points": points,
    }

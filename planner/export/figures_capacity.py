"""Pictures of capacity: heads against need, who joins, money and service, week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.capacity_found import total_service
from planner.export.drawing import Figure, layout, line
from planner.export.palette import (
    DEFERRED,
    IN_HOUSE,
    INK,
    LIVE,
    MISSING,
    PAST,
    VENDOR,
    Chart,
    mixed,
)
from planner.export.wording import Table, day_name, number, percent

if TYPE_CHECKING:
    from planner.capacity_found import Capacity, FloatArray


def _colours(found: Capacity) -> dict[str, str]:
    colours = {}
    for names, scale in (
        ([one.team.name for one in found.plan.teams], IN_HOUSE),
        ([one.vendor.name for one in found.plan.vendors], VENDOR),
    ):
        for n, name in enumerate(names):
            colours[name] = mixed(scale, n / max(len(names) - 1, 2))
    return colours


def _hours_given(found: Capacity) -> dict[str, FloatArray]:
    """Return position hours that each pool could give, ``[W]``, speed not counted."""
    fit = found.plan.question.fit
    own = {
        one.team.name: (one.team.hours * one.walk.on_contacts + one.overtime)
        * one.team.productive / fit
        for one in found.plan.teams
    }  # fmt: skip
    bought = {one.vendor.name: one.ordered * one.vendor.productive / fit
              for one in found.plan.vendors}  # fmt: skip
    return own | bought


def hours_chart(found: Capacity) -> Chart:
    """Return hours that each pool can give, stacked, against those needed."""
    given, colours = _hours_given(found), _colours(found)
    need = found.plan.question.need.sum(axis=0)
    weeks = [day.isoformat() for day in found.weeks]
    data = [_area(weeks, hours, name, colours[name]) for name, hours in given.items()]
    needed = line(weeks, need, "needed", INK, 2.5)
    needed["line"]["shape"] = "hv"
    data.append(needed)
    rows = tuple(
        (day_name(day, year=True), number(need[w]),
         *(number(hours[w]) for hours in given.values()), number(found.missing_by_week[w]))
        for w, day in enumerate(found.weeks)
    )  # fmt: skip
    return Chart(
        "hours",
        "Hours on contacts against those needed",
        "Where the line runs above the areas, hours are missing; where it runs below, heads are "
        "there who are not needed that week.",
        {"data": data, "layout": _frame("hours on contacts a week")},
        Table("Hours on contacts by week", ("week", "needed", *given, "missing"), rows),
        (*((name, colours[name]) for name in given), ("needed", INK)),
    )


def heads_chart(found: Capacity) -> Chart:
    """Return own heads by team, stacked, those in training apart, and the classes."""
    weeks, colours = [day.isoformat() for day in found.weeks], _colours(found)
    data, columns = [], {}
    training = np.sum([one.walk.in_training for one in found.plan.teams], axis=0)
    for one in found.plan.teams:
        ready = one.walk.heads - one.walk.in_training
        columns[one.team.name] = ready
        data.append(_area(weeks, ready, one.team.name, colours[one.team.name]))
    data.append(_area(weeks, training, "in training", PAST))
    hires = np.sum([one.hires for one in found.plan.teams], axis=0)
    heads = np.sum([one.walk.heads for one in found.plan.teams], axis=0)
    begun = np.flatnonzero(hires > 0)
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "a class begins",
            "x": [weeks[w] for w in begun],
            "y": [round(float(heads[w]), 2) for w in begun],
            "text": [f"{hires[w]:.0f} join" for w in begun],
            "marker": {"size": 9, "symbol": "triangle-up", "color": MISSING},
            "hovertemplate": "%{text}<extra></extra>",
        }
    )
    columns["in training"] = training
    rows = tuple(
        (day_name(day, year=True), *(number(v[w], 1) for v in columns.values()), number(hires[w]))
        for w, day in enumerate(found.weeks)
    )
    return Chart(
        "heads",
        "Own heads, and the classes that begin",
        "Those in training are paid and not yet on contacts. A triangle is a class on its first "
        "day.",
        {"data": data, "layout": _frame("heads")},
        Table("Own heads by week", ("week", *columns, "join"), rows),
        (*((name, colours[name]) for name in columns if name in colours),
         ("in training", PAST), ("a class begins", MISSING)),
    )  # fmt: skip


def cost_chart(found: Capacity) -> Chart:
    """Return each week's money by what it is for."""
    weeks = [day.isoformat() for day in found.weeks]
    zero = np.zeros(len(weeks))
    teams, vendors = found.plan.teams, found.plan.vendors
    training = sum((one.walk.in_training * one.team.hours * one.team.price for one in teams), zero)
    parts = {
        "wages": sum((one.wages + one.contact_cost for one in teams), zero) - training,
        "training": training,
        "overtime": sum((one.overtime_cost for one in teams), zero),
        "hiring and letting go": sum((one.hiring_cost for one in teams), zero),
        "vendors": sum((one.cost for one in vendors), zero),
    }
    colours = dict(zip(parts, (IN_HOUSE[0], PAST, IN_HOUSE[1], MISSING, VENDOR[0]), strict=True))
    kept = {name: value for name, value in parts.items() if value.sum() > 0.5}
    data: list[Figure] = [
        {
            "type": "bar",
            "name": name,
            "x": weeks,
            "y": [round(float(v), 2) for v in value],
            "marker": {"color": colours[name]},
        }
        for name, value in kept.items()
    ]
    rows = tuple(
        (day_name(day, year=True), *(number(v[w]) for v in kept.values()),
         number(found.plan.money[w]))
        for w, day in enumerate(found.weeks)
    )  # fmt: skip
    currency = found.scenario.currency
    return Chart(
        "cost",
        "Cost by week",
        "Wages are for those on contacts; training is what those cost who are not yet.",
        {"data": data, "layout": _frame(currency, barmode="stack", bargap=0.15)},
        Table(f"Cost by week, {currency}", ("week", *kept, "in all"), rows),
        tuple((name, colours[name]) for name in kept),
    )


def service_chart(found: Capacity) -> Chart:
    """Return service by week, on the line and of what may wait."""
    weeks = [day.isoformat() for day in found.weeks]
    on_the_line, done = total_service(found)
    named = (("answered in time on the line", on_the_line, LIVE[0]),
             ("done of what may wait", done, DEFERRED[0]))  # fmt: skip
    shown = [one for one in named if not np.isnan(one[1]).all()]
    data = [line(weeks, 100 * level, name, colour, 2.5) for name, level, colour in shown]
    rows = tuple(
        (day_name(day, year=True), *(percent(float(level[w])) for _, level, _ in shown))
        for w, day in enumerate(found.weeks)
    )
    return Chart(
        "service",
        "Service by week",
        "Read from the hours given against those needed; a week's own ups and downs by day are for "
        "its plan of shifts to show.",
        {"data": data, "layout": _frame("%", yaxis={"range": [0, 102]})},
        Table("Service by week", ("week", *(name for name, _, _ in shown)), rows),
        tuple((name, colour) for name, _, colour in shown),
    )


def _area(weeks: list[str], values: FloatArray, name: str, colour: str) -> Figure:
    trace = line(weeks, values, name, colour, 0.5, stackgroup="all", fillcolor=colour)
    trace["line"]["shape"] = "hv"  # a week's heads are there all week
    return trace | {"showlegend": False}


def _frame(unit: str, **more: object) -> Figure:
    axis = {"title": {"text": unit}}
    given = more.pop("yaxis", {})
    return layout(
        340,
        margin={"l": 60, "r": 12, "t": 12, "b": 40},
        yaxis=axis | (given if isinstance(given, dict) else {}),
        xaxis={"type": "date"},
        **more,
    )

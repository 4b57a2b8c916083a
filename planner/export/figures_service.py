"""The picture of the service: a heat map of days by hours against what was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.export.digest import Digest, ratio
from planner.export.drawing import Figure, FloatArray, IntArray, layout
from planner.export.palette import LEVEL_WORDS, LEVELS, Chart, level_of
from planner.export.wording import Table, counted, day_name, largest_part, number, percent

if TYPE_CHECKING:
    from planner.plan import Plan

_MISSED = -5e-4  # a promise missed by less is kept: what is shown is rounded


def service_chart(plan: Plan, sums: Digest, chosen: IntArray, key: str, title: str) -> Chart:
    """Return a heat map of days by hours: service against what was promised."""
    hours, grid, promised, contacts = _by_hour(plan, sums, chosen)
    beyond = grid - promised
    level = [[None if np.isnan(v) else level_of(float(v)) for v in row] for row in beyond]
    words = [
        [
            f"{percent(float(g), 1)} of {number(float(c), 1)} in time, {percent(float(p))} promised"
            for g, c, p in zip(*cells, strict=True)
        ]
        for cells in zip(grid, contacts, promised, strict=True)
    ]
    steps = len(LEVELS)
    scale = [[(n + side) / steps, colour] for n, colour in enumerate(LEVELS) for side in (0, 1)]
    heat: Figure = {
        "type": "heatmap",
        "x": [day.isoformat() for day in plan.days],
        "y": hours,
        "z": level,
        "text": words,
        "hovertemplate": "%{x|%a %e %b} %{y}:00<br>%{text}<extra></extra>",
        "zmin": -0.5,
        "zmax": steps - 0.5,
        "colorscale": scale,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
    }
    axes = {
        "xaxis": {"type": "date", "tickformat": "%a<br>%e %b"},
        "yaxis": {
            "title": {"text": "hour of the day"},
            "autorange": "reversed",
            "dtick": 2,
            "rangemode": "normal",
        },
    }
    figure = {"data": [heat], "layout": layout(80 + 18 * len(hours), hovermode="closest", **axes)}
    header = ("hour", *(day_name(day) for day in plan.days))
    rows = tuple(
        (f"{hour:02d}:00", *(percent(float(v)) for v in row))
        for hour, row in zip(hours, grid, strict=True)
    )
    return Chart(
        key, title, _service_words(plan, sums, chosen), figure,
        Table(f"Share answered in time: {title}", header, rows),
        tuple(zip(LEVEL_WORDS, LEVELS, strict=True)),
    )  # fmt: skip


def _by_hour(
    plan: Plan, sums: Digest, chosen: IntArray
) -> tuple[list[int], FloatArray, FloatArray, FloatArray]:
    """Return local hours with contacts, and ``[H, D]`` service, promise and contacts."""
    days = len(plan.days)
    contacts, in_time, promised = (np.zeros((24, days)) for _ in range(3))
    seen = plan.projection
    for q in chosen:
        if np.isnan(sums.promised[q]):
            continue
        axis = sums.axes[q]
        i = axis.inside
        at = (axis.slot[i] * plan.interval_s // 3600, axis.day[i])
        count = seen.contacts[q, i]
        np.add.at(contacts, at, count)
        np.add.at(in_time, at, count * np.nan_to_num(seen.service_level[q, i]))
        np.add.at(promised, at, count * sums.promised[q])
    contacts = np.where(contacts > 0.005, contacts, 0.0)
    busy = np.flatnonzero(contacts.sum(axis=1) > 0)
    rows = np.arange(busy[0], busy[-1] + 1) if len(busy) else np.array([], dtype=np.int64)
    count = contacts[rows]
    return rows.tolist(), ratio(in_time[rows], count), ratio(promised[rows], count), count


def _service_words(plan: Plan, sums: Digest, chosen: IntArray) -> str:
    """Return how many hours of how many queues miss their promise, and where most of them are."""
    met, missed = np.zeros(len(chosen), np.int64), np.zeros(len(chosen), np.int64)
    let_down = np.zeros((24, len(plan.days)))
    for n in range(len(chosen)):
        rows, service, promised, contacts = _by_hour(plan, sums, chosen[n : n + 1])
        busy = contacts > 0
        late = busy & (np.nan_to_num(service - promised) < _MISSED)
        met[n], missed[n] = int(busy.sum()), int(late.sum())
        let_down[rows] += np.where(late, (promised - service) * contacts, 0.0)
    if not met.any():
        return "No contacts with such a promise."
    waits = " of work that may wait" if sums.deferred[chosen].all() else " on the line"
    hours = counted(float(met.sum()), "queue-hour" if len(chosen) > 1 else "hour")
    total, worst = int(missed.sum()), int(missed.argmax())
    if not total:
        return f"Each of {hours}{waits} keeps its promise."
    said = (
        f"Of {hours}{waits} {number(total)} {'misses its' if total == 1 else 'miss their'} promise"
    )
    if len(chosen) > 1:
        part = largest_part(float(missed[worst]), float(total))
        said += f", {'' if total == 1 else part + ' '}in {sums.axes[chosen[worst]].queue}"
    hour, day = np.unravel_index(int(let_down.argmax()), let_down.shape)
    return f"{said}. Most customers are let down on {day_name(plan.days[day])} from {hour:02d}:00."

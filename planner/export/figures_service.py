"""The picture of the service: a heat map of days by hours against what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.export.digest import MISSED, Digest, ratio
from planner.export.drawing import Figure, FloatArray, IntArray, layout
from planner.export.palette import LEVEL_WORDS, LEVELS, Chart, level_of
from planner.export.wording import Table, counted, day_name, largest_part, number, percent

if TYPE_CHECKING:
    from planner.plan import Plan


@dataclass(frozen=True, slots=True)
class _Hours:
    """Local hours with contacts, and what customers get in each on each day, ``[H, D]``.

    ``judged`` is the share that stands for the promise: the hour's own ``service``, or that of the
    day or week over which it was promised.
    """

    rows: list[int]
    service: FloatArray
    judged: FloatArray
    promised: FloatArray
    contacts: FloatArray

    @property
    def beyond(self) -> FloatArray:
        """Return by how much the promise is exceeded."""
        return self.judged - self.promised


def service_chart(plan: Plan, sums: Digest, chosen: IntArray, key: str, title: str) -> Chart:
    """Return a heat map of days by hours: service against what was promised."""
    seen = _by_hour(plan, sums, chosen)
    hours, grid = seen.rows, seen.service
    level = [[None if np.isnan(v) else level_of(float(v)) for v in row] for row in seen.beyond]
    over = _over_words(sums, chosen)
    words = [
        [
            f"{percent(float(g), 1)} of {number(float(c), 1)} in time, {percent(float(p))} promised"
            + (f"{over}: {percent(float(j), 1)}" if over else "")
            for g, c, p, j in zip(*cells, strict=True)
        ]
        for cells in zip(grid, seen.contacts, seen.promised, seen.judged, strict=True)
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


def _over_words(sums: Digest, chosen: IntArray) -> str:
    """Return over what the share of some queues is promised, if not over the interval alone."""
    over = {sums.over[q] for q in chosen if not np.isnan(sums.promised[q])}
    if over <= {"interval"}:
        return ""
    return f" over the {over.pop()}" if len(over) == 1 else ", some of it over the day or week"


def _by_hour(plan: Plan, sums: Digest, chosen: IntArray) -> _Hours:
    """Return local hours with contacts, and ``[H, D]`` service, promise and contacts."""
    days = len(plan.days)
    contacts, in_time, judged, promised = (np.zeros((24, days)) for _ in range(4))
    seen = plan.projection
    for q in chosen:
        if np.isnan(sums.promised[q]):
            continue
        axis = sums.axes[q]
        i = axis.inside
        at = (axis.slot[i] * plan.interval_s // 3600, axis.day[i])
        count = seen.contacts[q, i]
        level = np.nan_to_num(seen.service_level[q, i])
        whole = sums.judged_level(int(q))
        stands = level if whole is None else np.nan_to_num(whole)[axis.day[i]]
        np.add.at(contacts, at, count)
        np.add.at(in_time, at, count * level)
        np.add.at(judged, at, count * stands)
        np.add.at(promised, at, count * sums.promised[q])
    contacts = np.where(contacts > 0.005, contacts, 0.0)
    busy = np.flatnonzero(contacts.sum(axis=1) > 0)
    rows = np.arange(busy[0], busy[-1] + 1) if len(busy) else np.array([], dtype=np.int64)
    count = contacts[rows]
    service, stands_for, asked = (ratio(part[rows], count) for part in (in_time, judged, promised))
    return _Hours(rows.tolist(), service, stands_for, asked, count)


def _service_words(plan: Plan, sums: Digest, chosen: IntArray) -> str:
    """Return how many hours of how many queues miss their promise, and where most of them are."""
    met, missed = np.zeros(len(chosen), np.int64), np.zeros(len(chosen), np.int64)
    let_down = np.zeros((24, len(plan.days)))
    for n in range(len(chosen)):
        seen = _by_hour(plan, sums, chosen[n : n + 1])
        busy = seen.contacts > 0
        late = busy & (np.nan_to_num(seen.beyond) < MISSED)
        met[n], missed[n] = int(busy.sum()), int(late.sum())
        short = np.maximum(seen.promised - seen.service, 0.0) * seen.contacts
        let_down[seen.rows] += np.where(late, short, 0.0)
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

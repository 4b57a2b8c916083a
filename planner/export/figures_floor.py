"""The picture of a floor: what each agent of a pool does on one day, line by line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.export.drawing import Figure, layout
from planner.export.palette import BAND, PAST, Chart, queue_colours
from planner.export.wording import Table, day_name, number, percent
from staffing.activities import BREAK, SPARE, activities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.plan import Plan
    from staffing.activities import Activities
    from staffing.pools import Pool

#: Most agents that a picture shows, and most letters of a name beside it.
MOST_AGENTS, _LETTERS = 40, 14
_MINUTE_MS = 60_000
_THICK = 0.8  # of a line, which is one apart from the next


@dataclass(frozen=True, slots=True)
class _Line:
    """One agent's day, its stretches ``(start on the pool's clock, minutes, activity)``."""

    agent: str
    stretches: list[tuple[pd.Timestamp, int, int]]

    def span(self) -> str:
        """Return the shift's start and end."""
        (first, _, _), (last, minutes, _) = self.stretches[0], self.stretches[-1]
        return f"{first:%H:%M}-{last + pd.Timedelta(minutes=minutes):%H:%M}"

    def told(self, names: Mapping[int, str]) -> str:
        """Return the stretches in words."""
        return ", ".join(f"{start:%H:%M} {names[code]}" for start, _, code in self.stretches)


def floor_chart(
    plan: Plan,
    day: int,
    pool: Pool | None = None,
    *,
    queue: str = "",
    first: int | None = None,
    found: Activities | None = None,
) -> Chart | None:
    """Return one day of a pool, by default of that with most agents on it; None where nobody works.

    Where more agents work than fit, every so many of them in the order of their starts.

    Parameters
    ----------
    queue
        Agents who are at this queue on the day alone; left out, all.
    first
        Number of the first agent shown, those who follow in the order of their starts below.
    found
        The pool's activities where they are known already, see ``pool_activities``.
    """
    pool = pool or _largest(plan, day)
    lines = [] if pool is None else _lines(plan, pool, day, found)
    if queue:
        code = [one.name for one in plan.queues].index(queue)
        lines = [line for line in lines if any(one == code for *_, one in line.stretches)]
    if pool is None or not lines:
        return None
    shown = _shown(lines, first)
    legend = _legend(plan, pool, shown)
    title = f"The floor of {pool.name}, {day_name(plan.days[day])}"
    names = {code: name for code, (name, _) in legend.items()}
    rows = tuple((line.agent, line.span(), line.told(names)) for line in shown)
    return Chart(
        "floor",
        title,
        _says(pool, lines, shown),
        _figure(shown, legend),
        Table(title, ("agent", "shift", "what from when on"), rows, frozenset({0, 1, 2})),
        tuple(legend.values()),
    )


def pool_activities(plan: Plan, pool: Pool) -> Activities:
    """Return what the agents of a pool do when, over all days."""
    return activities(plan.allocation, plan.roster, plan.interval_s, [pool.name])


def _shown(lines: list[_Line], first: int | None) -> list[_Line]:
    """Return as many lines as fit: from the first on, or every so many of them."""
    if first is not None:
        return lines[first : first + MOST_AGENTS] or lines[:MOST_AGENTS]
    chosen = np.unique(np.linspace(0, len(lines) - 1, min(len(lines), MOST_AGENTS)).round())
    return [lines[int(n)] for n in chosen]


def _largest(plan: Plan, day: int) -> Pool | None:
    working = [duty.pool for duty in plan.roster.duties if duty.day == plan.days[day]]
    most = max((working.count(pool.name) for pool in plan.pools), default=0)
    return next((p for p in plan.pools if most and working.count(p.name) == most), None)


def _lines(plan: Plan, pool: Pool, day: int, found: Activities | None = None) -> list[_Line]:
    """Return the day of every agent of a pool, the first to start first."""
    found = pool_activities(plan, pool) if found is None else found
    stretches = defaultdict(list)
    columns = (found.duty, found.start_minute, found.end_minute, found.activity)
    for number_, start, end, code in zip(*(c.tolist() for c in columns), strict=True):
        if plan.roster.duties[number_].day == plan.days[day]:
            stretches[number_].append((start, end - start, code))
    lines = []
    for number_ in sorted(stretches, key=lambda n: (stretches[n][0][0], n)):
        own = [
            ((plan.times[0] + pd.Timedelta(minutes=start)).tz_convert(pool.timezone), minutes, code)
            for start, minutes, code in stretches[number_]
        ]
        lines.append(_Line(plan.roster.duties[number_].agent, own))
    return lines


def _legend(plan: Plan, pool: Pool, shown: list[_Line]) -> dict[int, tuple[str, str]]:
    """Return name and colour of every activity in the picture, by its number."""
    served = [(q, queue) for q, queue in enumerate(plan.queues) if queue.name in pool.speed]
    names, waits = [queue.name for _, queue in served], [queue.deferred for _, queue in served]
    colours = queue_colours(names, waits)
    legend = {q: (queue.name, colours[queue.name]) for q, queue in served}
    legend |= {BREAK: ("break", BAND), SPARE: ("spare", PAST)}
    done = {code for line in shown for *_, code in line.stretches}
    return {code: one for code, one in legend.items() if code in done}


def _says(pool: Pool, lines: list[_Line], shown: list[_Line]) -> str:
    work = [minutes for line in lines for _, minutes, code in line.stretches if code >= 0]
    some = "" if len(shown) == len(lines) else f", {len(shown)} of them shown"
    stays = number(float(np.mean(work)) / 60, 1) if work else number(0)
    away = percent(pool.shrinkage)
    return (
        f"A line is an agent's day, {number(len(lines))} in all{some}. Agents stay with one queue "
        f"for {stays} hours on average. Where they serve several at once, it is the main one; the "
        f"{away} of paid time away from contacts is not placed within it. Clock of {pool.timezone}."
    )


def _figure(shown: list[_Line], legend: dict[int, tuple[str, str]]) -> Figure:
    bars = []
    for code, (name, colour) in legend.items():
        own = [
            (n, line.agent, start, minutes)
            for n, line in enumerate(shown)
            for start, minutes, one in line.stretches
            if one == code
        ]
        ends = [start + pd.Timedelta(minutes=minutes) for _, _, start, minutes in own]
        bars.append({
            "type": "bar",
            "orientation": "h",
            "name": escape(name),
            "y": [n for n, *_ in own],
            "base": [f"{start:%Y-%m-%dT%H:%M}" for _, _, start, _ in own],
            "x": [minutes * _MINUTE_MS for *_, minutes in own],
            "width": [_THICK] * len(own),  # left out, each trace's own nearest rows decide
            "marker": {"color": colour, "line": {"width": 0}},
            "text": [
                f"{escape(agent)}<br>{start:%H:%M}-{end:%H:%M} {escape(name)}"
                for (_, agent, start, _), end in zip(own, ends, strict=True)
            ],
            "textposition": "none",
            "hovertemplate": "%{text}<extra></extra>",
        })  # fmt: skip
    names = [line.agent for line in shown]
    short = [
        name if len(name) <= _LETTERS else f"{name[:5]}…{name[6 - _LETTERS :]}" for name in names
    ]
    return {
        "data": bars,
        "layout": layout(
            70 + 15 * len(shown),
            barmode="overlay",
            hovermode="closest",
            xaxis={"type": "date", "tickformat": "%H:%M", "side": "top"},
            yaxis={
                "range": [len(shown) - 0.5, -0.5],
                "tickvals": list(range(len(shown))),
                "ticktext": [escape(name) for name in short],
                "tickfont": {"size": 10},
                "showgrid": False,
            },
            margin={"l": 40, "r": 12, "t": 30, "b": 12},
        ),
    }

"""Pictures of a running day: planned, come and expected now, and agents needed and there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.export.drawing import Figure, layout, line
from planner.export.palette import BAND, EVENT, INK, MISSING, PAST, PLANNER, Chart
from planner.export.wording import Table, counted, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from planner.review import Review

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_DOTTED = {"color": PLANNER, "width": 1, "dash": "dot"}
_CLEAR = "rgba(0,0,0,0)"
_WHOLE_DAY = 23  # hours


def groups(seen: Review) -> list[tuple[str, list[int]]]:
    """Return the queues of each market and channel, with a name."""
    found: dict[tuple[str, str], list[int]] = {}
    for q, queue in enumerate(seen.plan.scenario.queues):
        found.setdefault((queue.market, queue.channel), []).append(q)
    several = len({market for market, _ in found}) > 1
    return [
        (f"{market}, {channel}" if several else channel, queues)
        for (market, channel), queues in found.items()
    ]


def contacts_chart(seen: Review, title: str, chosen: list[int], key: str) -> Chart:
    """Return the contacts of some queues: planned with its band, come, expected now."""
    told, found = seen.plan.forecast, seen.found
    at = _shown(seen, chosen)
    here = np.ix_(np.array(chosen), at)
    planned = told.contacts[here].sum(axis=0)
    low, high = (_together(told.contacts[here], told.quantiles[q][here]) for q in (0.1, 0.9))
    known = seen.actuals.known[here].any(axis=0)
    came = np.where(known, np.nansum(seen.actuals.contacts[here], axis=0), np.nan)
    later = at >= seen.actuals.now
    now = np.where(later, found.contacts[here].sum(axis=0), np.nan)
    now_low, now_high = (
        np.where(later, _together(found.contacts[here], edge[here]), np.nan)
        for edge in (found.low, found.high)
    )
    times = _times(seen, chosen, at)
    x = _stamps(times)
    traces = [
        line(x, high, "planned, 9 in 10 stay below", _CLEAR, 0),
        line(x, low, "planned, 1 in 10 stays below", _CLEAR, 0)
        | {"fill": "tonexty", "fillcolor": BAND},
        line(x, planned, "planned", PAST, 1.5),
        line(x, now_high, "now, 9 in 10 stay below", PLANNER, 1, line=_DOTTED),
        line(x, now_low, "now, 1 in 10 stays below", PLANNER, 1, line=_DOTTED),
        line(x, now, "expected now", PLANNER, 2.5),
        line(x, came, "came", INK, 2.5),
    ]
    figure = {"data": traces, "layout": layout(300, **_axes(seen, times, "contacts"))}
    says = (
        f"{counted(float(np.nansum(came)), 'contact')} came where "
        f"{number(float(planned[known].sum()))} were planned; {number(float(np.nansum(now)))} "
        f"more are expected now, {number(float(planned[later].sum()))} were planned."
    )
    rows = _rows(times, (planned, low, high, came, now, now_low, now_high))
    header = ("start", "planned", "1 in 10 below", "9 in 10 below", "came", "expected now",
              "now 1 in 10 below", "now 9 in 10 below")  # fmt: skip
    legend = (("planned", PAST), ("8 of 10 cases", BAND), ("came", INK), ("expected now", PLANNER))
    name = f"{title}: contacts"
    return Chart(f"contacts-{key}", name, says, figure, Table(name, header, rows), legend)


def positions_chart(seen: Review, title: str, chosen: list[int], key: str) -> Chart | None:
    """Return positions needed and there of some queues for the rest; None where all may wait."""
    live = [q for q in chosen if not seen.plan.queues[q].deferred]
    rest = np.flatnonzero((seen.found.rest[live] & (seen.found.contacts[live] > 0)).any(axis=0))
    if not rest.size:
        return None
    here = np.ix_(np.array(live), rest)
    needed = seen.moves.needed[here].sum(axis=0)
    there, moved = (
        one.given()[here].sum(axis=0) for one in (seen.moves.scheduled, seen.moves.moved)
    )
    short, left = (
        float(missing[here].sum()) * seen.plan.interval_s / 3600
        for missing in (seen.moves.missing_before, seen.moves.missing_after)
    )
    times = _times(seen, live, rest)
    x = _stamps(times)
    traces = [
        line(x, needed, "needed now", MISSING, 2.5, line=_stepped(MISSING, 2.5)),
        line(x, there, "scheduled", PAST, 2, line=_stepped(PAST, 2)),
        line(x, moved, "with the moves", PLANNER, 2, line=_stepped(PLANNER, 2) | {"dash": "dot"}),
    ]
    axes = _axes(seen, times, "positions", mark=False)
    figure: Figure = {"data": traces, "layout": layout(240, **axes)}
    says = (
        f"{counted(short, 'position hour', 1)} missing as scheduled, {number(left, 1)} "
        "with the moves."
    )
    header = ("start", "needed now", "scheduled", "with the moves")
    legend = (("needed now", MISSING), ("scheduled", PAST), ("with the moves", PLANNER))
    name = f"{title}: positions from now on"
    table = Table(name, header, _rows(times, (needed, there, moved)))
    return Chart(f"positions-{key}", name, says, figure, table, legend)


def _stepped(colour: str, width: float) -> Figure:
    return {"color": colour, "width": width, "shape": "hv"}


def _stamps(times: pd.DatetimeIndex) -> list[str]:
    return [stamp.strftime("%Y-%m-%dT%H:%M") for stamp in times]


def _rows(times: pd.DatetimeIndex, values: Sequence[FloatArray]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (f"{stamp:%a %H:%M}", *(number(float(one[i]), 1) for one in values))
        for i, stamp in enumerate(times)
    )


def _shown(seen: Review, chosen: list[int]) -> IntArray:
    """Return the intervals of today, and of the rest, in which anybody comes."""
    last = min(max(seen.actuals.now - 1, 0), len(seen.plan.times) - 1)
    day = seen.found.day[chosen]
    shown = (day == day[:, last][:, None]) | seen.found.rest[chosen]
    came = np.nan_to_num(seen.actuals.contacts[chosen])
    some = (seen.plan.forecast.contacts[chosen] > 0) | (came > 0)
    at = np.flatnonzero((shown & some & (day >= 0)).any(axis=0))
    return at if at.size else np.array([last])


def _together(means: FloatArray, edges: FloatArray) -> FloatArray:
    """Return the edge of a sum whose parts stray apart from each other."""
    apart = np.sqrt(((edges - means) ** 2).sum(axis=0))
    sign = np.sign((edges - means).sum(axis=0))
    return np.asarray(np.maximum(means.sum(axis=0) + sign * apart, 0.0), dtype=np.float64)


def _times(seen: Review, chosen: list[int], at: IntArray) -> pd.DatetimeIndex:
    scenario = seen.plan.scenario
    return seen.plan.times[at].tz_convert(scenario.market_of(scenario.queues[chosen[0]]).timezone)


def _axes(seen: Review, times: pd.DatetimeIndex, unit: str, *, mark: bool = True) -> Figure:
    one_day = len({stamp.date() for stamp in times}) == 1
    found: Figure = {
        "xaxis": {"type": "date", "tickformat": "%H:%M" if one_day else "%a %H:%M"},
        "yaxis": {"title": {"text": unit}},
    }
    hours = [stamp.hour + stamp.minute / 60 for stamp in times]
    closes = max(hours) + seen.plan.interval_s / 3600
    if not one_day and closes - min(hours) < _WHOLE_DAY:  # nobody wants to look at the nights
        found["xaxis"]["rangebreaks"] = [{"pattern": "hour", "bounds": [closes, min(hours)]}]
    now = seen.actuals.moment.tz_convert(str(times.tz)).strftime("%Y-%m-%dT%H:%M")
    if mark:
        rule = {"color": EVENT, "width": 1, "dash": "dot"}
        found["shapes"] = [{"type": "line", "x0": now, "x1": now, "y0": 0, "y1": 1,
                            "yref": "paper", "line": rule, "layer": "below"}]  # fmt: skip
        found["annotations"] = [{"x": now, "y": 1, "yref": "paper", "text": "now",
                                 "showarrow": False, "xanchor": "right", "yanchor": "top",
                                 "font": {"size": 11}}]  # fmt: skip
    return found

"""Pictures of a sweep: cost against service, and what each value does."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from planner.export.drawing import Figure, layout
from planner.export.palette import BAND, IN_HOUSE, KEPT, MISSING, PAST, Chart
from planner.export.wording import Table, number, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.swept import Point, Spread, Swept

_MOST_ROWS = 200  # of a table below a picture; the rest is in sweep.csv
_CELL, _FRAME = 30, 110  # pixels of a row of a heat map, and around all of them
_MOST_TEXT = 12  # columns of a heat map that have room for words
_LOW_TO_HIGH = [[0, "#F2F7FB"], [1, "#7FB8E6"]]  # light enough for dark words
_WORDS = "#1B1F24"

Measure = tuple[str, "Callable[[Point], Spread]", float, int]


def frontier_chart(swept: Swept) -> Chart:
    """Return every point's cost against its service, and the line that none is beyond."""
    good = [point for point in swept.done if point.meets]
    rest = [point for point in swept.done if not point.meets]
    line = swept.frontier
    data: list[Figure] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "frontier",
            "x": [_percent(point) for point in line],
            "y": [round(point.cost.mean, 2) for point in line],
            "line": {"color": PAST, "width": 1.5, "dash": "dot"},
            "hoverinfo": "skip",
        },
        _dots(swept, rest, "a promise missed", MISSING, "x"),
        _dots(swept, good, "promises kept", KEPT, "circle"),
    ]
    frame = layout(
        400,
        hovermode="closest",
        margin={"l": 60, "r": 12, "t": 12, "b": 44},
        xaxis={
            "title": {"text": "% in time, all queues with a promise"},
            "showgrid": True,
        },
        yaxis={"title": {"text": swept.currency}, "rangemode": "normal"},
    )
    return Chart(
        "frontier",
        "Cost against service",
        "Each mark is a point. Below and to the right is better; on the dotted line nothing is "
        "both cheaper and better.",
        {"data": data, "layout": frame},
        points_shown(swept, line, "The points on the line, the cheapest first"),
        (("every promise kept", KEPT), ("a promise missed", MISSING), ("frontier", PAST)),
    )


def _percent(point: Point) -> float:
    return round(100 * point.service.mean, 3)


def _dots(swept: Swept, points: Sequence[Point], name: str, colour: str, symbol: str) -> Figure:
    trace: Figure = {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [_percent(point) for point in points],
        "y": [round(point.cost.mean, 2) for point in points],
        "text": [escape(point.name) for point in points],
        "marker": {"size": 9, "color": colour, "symbol": symbol, "opacity": 0.85},
        "hovertemplate": "%{text}<br>%{y:,.0f}, %{x:.1f} % in time<extra>" + name + "</extra>",
    }
    if swept.paths:
        up = [round(p.cost.p90 - p.cost.mean, 2) for p in points]
        down = [round(p.cost.mean - p.cost.p10, 2) for p in points]
        trace["error_y"] = {"type": "data", "symmetric": False, "array": up, "arrayminus": down,
                            "thickness": 1, "width": 0, "color": colour}  # fmt: skip
    return trace


def value_charts(swept: Swept) -> list[Chart]:
    """Return what the values of one axis or two do: lines, or a map; nothing of more axes."""
    measures: list[Measure] = [
        (f"Cost, {swept.currency}", lambda point: point.cost, 1.0, 0),
        ("% answered in time", lambda point: point.service, 100.0, 1),
    ]
    if len(swept.axes) == 1:
        return [_lines(swept, f"values-{n}", measure) for n, measure in enumerate(measures)]
    if len(swept.axes) == 2:
        return [_map(swept, f"values-{n}", measure) for n, measure in enumerate(measures)]
    return []


def _lines(swept: Swept, key: str, measure: Measure) -> Chart:
    """Return one figure along an axis, as a line with the range of its paths."""
    name, told, scale, places = measure
    axis = swept.axes[0]
    spreads = [told(point) for point in swept.points]
    x = [escape(point.values[0]) for point in swept.points]
    whole = [point.status == "done" for point in swept.points]

    def row(values: Sequence[float]) -> list[float | None]:
        pairs = zip(values, whole, strict=True)
        return [round(scale * v, 3) if done and v == v else None for v, done in pairs]

    data: list[Figure] = []
    if swept.paths:
        edge: Figure = {"type": "scatter", "mode": "lines", "x": x, "hoverinfo": "skip"}
        edge["line"] = {"width": 0}
        low = {**edge, "y": row([s.p10 for s in spreads]), "name": "p10"}
        high = {**edge, "y": row([s.p90 for s in spreads]), "name": "p90"}
        data = [low, high | {"fill": "tonexty", "fillcolor": BAND}]
    colours = [KEPT if point.meets else MISSING for point in swept.points]
    symbols = ["circle" if point.meets else "x" for point in swept.points]
    data.append(
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": x,
            "y": row([s.mean for s in spreads]),
            "line": {"color": IN_HOUSE[0], "width": 2},
            "marker": {"size": 10, "color": colours, "symbol": symbols, "opacity": 1},
            "hovertemplate": "%{x}: %{y:,." + str(places) + "f}<extra></extra>",
        }
    )
    frame = layout(
        320,
        hovermode="closest",
        margin={"l": 60, "r": 12, "t": 12, "b": 44},
        xaxis={"title": {"text": escape(axis.name)}, "type": "category"},
        yaxis={"title": {"text": name}, "rangemode": "normal"},
    )
    band = "; the grey band holds 8 of 10 paths" if swept.paths else ""
    return Chart(
        key,
        f"{name.split(',')[0]} by {axis.name}",
        f"Green where every promise is kept{band}.",
        {"data": data, "layout": frame},
        points_shown(swept, swept.points, "Point by point"),
        (("every promise kept", KEPT), ("a promise missed", MISSING)),
    )


def _map(swept: Swept, key: str, measure: Measure) -> Chart:
    """Return one figure over two axes, as a map; a star where every promise is kept."""
    name, told, scale, places = measure
    down, across = swept.axes
    columns = len(across.labels)
    rows = [swept.points[n : n + columns] for n in range(0, len(swept.points), columns)]

    def cell(point: Point) -> float | None:
        value = told(point).mean
        good = point.status == "done" and value == value
        return round(scale * value, 3) if good else None

    def words(point: Point) -> str:
        value = cell(point)
        if value is None:
            return point.status
        return f"{number(value, places)}{' ★' if point.meets else ''}"

    roomy = columns <= _MOST_TEXT
    texts = [[words(p) if roomy else "★" if p.meets else "" for p in row] for row in rows]
    data = [
        {
            "type": "heatmap",
            "x": [escape(label) for label in across.labels],
            "y": [escape(label) for label in down.labels],
            "z": [[cell(point) for point in row] for row in rows],
            "text": texts,
            "texttemplate": "%{text}",
            "textfont": {"color": _WORDS},
            "colorscale": _LOW_TO_HIGH,
            "showscale": False,
            "xgap": 2,
            "ygap": 2,
            "hovertemplate": escape(down.name) + " %{y}, " + escape(across.name)
            + " %{x}: %{z:,." + str(places) + "f}<extra></extra>",
        }
    ]  # fmt: skip
    frame = layout(
        min(len(down.labels) * _CELL + _FRAME, 900),
        hovermode="closest",
        margin={"l": 60, "r": 12, "t": 12, "b": 44},
        xaxis={"title": {"text": escape(across.name)}, "type": "category"},
        yaxis={"title": {"text": escape(down.name)}, "type": "category"},
    )
    return Chart(
        key,
        f"{name.split(',')[0]} by {down.name} and {across.name}",
        "Darker is more; a star where every promise is kept.",
        {"data": data, "layout": frame},
        points_shown(swept, swept.points, "Point by point"),
    )


def points_shown(swept: Swept, points: Sequence[Point], caption: str) -> Table:
    """Return some points as a table to be read."""
    shown = points[:_MOST_ROWS]
    if len(points) > len(shown):
        caption += f"; the first {len(shown)} of {len(points)}, all are in sweep.csv"
    channels = swept.channels
    kept = "promises kept on" if swept.paths else "promises"
    spread = ("10 %", "90 %") if swept.paths else ()
    header = (*(axis.name for axis in swept.axes), swept.currency, *spread, "paid hours",
              "hours missing", "in time", *channels, kept)  # fmt: skip
    rows = tuple(_shown(swept, point, channels) for point in shown)
    return Table(caption, header, rows, frozenset(range(len(swept.axes))) | {len(header) - 1})


def _shown(swept: Swept, point: Point, channels: tuple[str, ...]) -> tuple[str, ...]:
    if point.status != "done":
        blank = ("",) * (4 + 2 * bool(swept.paths) + len(channels))
        return (*point.values, *blank, point.status)
    cost = point.cost
    kept = percent(point.share_kept) if swept.paths else "kept" if point.meets else "missed"
    return (
        *point.values,
        number(cost.mean),
        *((number(cost.p10), number(cost.p90)) if swept.paths else ()),
        number(point.paid_hours.mean),
        number(point.understaffing_hours.mean, 1),
        percent(point.service.mean, 1),
        *(percent(point.channel(name).mean, 1) for name in channels),
        kept,
    )

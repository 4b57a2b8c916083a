"""What pages are made of: figures with their tables, headline numbers, grids, empty states."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html

from planner.export.palette import INK, Chart
from planner.export.wording import Table

GRAPH: Any = {"showSendToCloud": False, "displaylogo": False, "displayModeBar": False}
DRAWN_INK = "#7F7F80"  # the style sheet knows this grey and puts in the colour of text


def tiles(facts: Sequence[tuple[str, str, str]]) -> html.Div:
    """Return headline numbers: name, value, remark."""
    return html.Div([_tile(*fact) for fact in facts], className="facts")


def _tile(name: str, value: str, remark: str) -> html.Dl:
    return html.Dl([html.Dt(name), html.Dd(value, className="v"), html.Dd(remark, className="r")])


def section(title: str, *parts: Any, says: str = "") -> html.Section:  # noqa: ANN401
    """Return a part of the page under a heading."""
    told = [html.P(says, className="sub")] if says else []
    return html.Section([html.H2(title), *told, *parts], className="card")


def figure(chart: Chart, graph_id: str | None = None) -> html.Figure:
    """Return a picture with its sentence, its legend and its table."""
    key = [
        html.Li([html.Span(className="swatch", style={"background": _css(colour)}), label])
        for label, colour in chart.legend
    ]
    height = {"height": f"{chart.figure['layout']['height']}px"}
    graph = dcc.Graph(
        figure=inked(chart.figure),
        config=GRAPH,
        responsive=True,
        style=height,
        id=graph_id or f"graph-{chart.key}",
    )
    return html.Figure(
        [
            html.Figcaption([html.H2(chart.title), html.P(chart.says)]),
            html.Ul(key, className="legend"),
            graph,
            html.Details([html.Summary("The numbers of this picture"), table(chart.table)]),
        ],
        className="card",
    )


def inked(drawn: dict[str, Any]) -> dict[str, Any]:
    """Return a figure whose lines in ink take the colour of text, light or dark."""
    shown = copy.deepcopy(drawn)
    for trace in shown["data"]:
        if trace.get("meta") == INK:
            trace.setdefault("line", {})["color"] = DRAWN_INK
    return shown


def table(content: Table) -> html.Div:
    """Return a table that scrolls in itself, never the page.

    It is one component, for a browser takes seconds over a thousand cells that are one each; the
    style sheet stands columns of numbers to the right.
    """
    numbers = " ".join(f"n{n + 1}" for n in range(len(content.header)) if n not in content.texts)
    shown = dmc.Table(
        data={"caption": content.caption, "head": content.header, "body": content.rows},
        captionSide="top",
        className=f"plain {numbers}",
    )
    return scrolled(shown, content.caption)


def scrolled(part: Any, label: str) -> html.Div:  # noqa: ANN401
    """Return a part that scrolls in itself, named for those who hear the page."""
    named: Any = {"aria-label": label, "role": "region", "tabIndex": 0}
    return html.Div(part, className="scroll", **named)


def grid(
    grid_id: str, content: Table, *, height: int = 420, wide: Mapping[int, int] | None = None
) -> dag.AgGrid:
    """Return a long table to sort and filter; names are text in it, never markup.

    Parameters
    ----------
    wide
        Widths of the columns in pixels by their numbers; the first then stays in view while the
        others move. Left out, they share what room there is.
    """
    columns = [
        {
            "field": f"c{n}",
            "headerName": name,
            **({} if n in content.texts else {"type": "rightAligned"}),
            **({} if wide is None else {"width": wide[n], "pinned": "left" if n == 0 else None}),
        }
        for n, name in enumerate(content.header)
    ]
    rows = [{f"c{n}": cell for n, cell in enumerate(row)} for row in content.rows]
    return dag.AgGrid(
        id=grid_id,
        columnDefs=columns,
        rowData=rows,
        columnSize="responsiveSizeToFit" if wide is None else None,
        defaultColDef={"sortable": True, "filter": True, "resizable": True, "minWidth": 90},
        dashGridOptions={"animateRows": False, "enableCellTextSelection": True},
        style={"height": f"{height}px"},
        className="ag-theme-quartz-auto-dark",
    )


def nothing(title: str, *says: Any) -> html.Section:  # noqa: ANN401
    """Return what is shown where there is nothing to see, and what to do then."""
    return html.Section([html.H2(title), *(html.P(one) for one in says)], className="card empty")


def failed(message: str) -> dmc.Alert:
    """Return a fault as a person reads it."""
    return dmc.Alert(
        [html.P(line) for line in message.splitlines()], title="That did not work", color="red"
    )


def _css(colour: str) -> str:
    return "var(--ink)" if colour == INK else colour

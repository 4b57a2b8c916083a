"""The page: headline numbers, the choice of a queue and a day, and that day's pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from dash import Dash, Input, Output, ctx, dcc, html, no_update
from flask import Flask, Response, abort, request

from dashboard import ids
from dashboard.figures import charts
from dashboard.reading import (
    Choice,
    Latest,
    busiest_day,
    choice_in,
    choose,
    override_words,
    queue_day,
)
from planner.export.palette import INK, Chart
from planner.export.wording import Table, day_name, money, number, percent
from planner.plan_files import PlanFiles

GRAPH: Any = {"showSendToCloud": False, "displaylogo": False, "displayModeBar": False}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def make_app(latest: Latest) -> Dash:
    """Return the application for the plan of a folder; it is for this machine's browser alone."""
    app = Dash(
        "dashboard",
        assets_folder="assets",
        serve_locally=True,
        requests_pathname_prefix="/",
        routes_pathname_prefix="/",
        title=escape(str(latest.plan().summary.get("name") or "Plan")),
        update_title="",
        add_log_handler=False,
    )
    app.layout = lambda: page(latest.plan())

    @app.callback(
        Output(ids.ADDRESS, "search"),
        Output(ids.MARKET, "value"),
        Output(ids.QUEUE, "options"),
        Output(ids.QUEUE, "value"),
        Output(ids.DAY, "value"),
        Output(ids.VIEW, "children"),
        Input(ids.ADDRESS, "search"),
        Input(ids.MARKET, "value"),
        Input(ids.QUEUE, "value"),
        Input(ids.DAY, "value"),
    )
    def show(
        search: str | None, market: str | None, queue: str | None, day: str | None
    ) -> tuple[object, ...]:
        by_hand = ctx.triggered_id in (ids.MARKET, ids.QUEUE, ids.DAY)
        plan = latest.plan()
        choice = (
            choose(plan, market=market, queue=queue, day=day)
            if by_hand
            else choice_in(plan, search)
        )
        # An address that was followed stays as it is: rewriting it would catch the Back button.
        return (choice.address if by_hand else no_update, *shown(plan, choice))

    _guard(app.server, app.csp_hashes())
    return app


def shown(plan: PlanFiles, choice: Choice) -> tuple[str, list[dict[str, str]], str, str, Any]:
    """Return market, the market's queues, queue, day and the pictures of a choice."""
    options = [
        {"label": f"{queue.name} ({queue.channel})", "value": queue.name}
        for queue in plan.queues
        if queue.market == choice.market
    ]
    pictures = [figure(chart) for chart in charts(queue_day(plan, choice), plan.pools)]
    words = override_words(plan, choice)
    view = [html.P(words, className="sub"), *pictures] if words else pictures
    return choice.market, options, choice.queue, choice.day.isoformat(), view


def page(plan: PlanFiles) -> html.Div:
    """Return the page around the pictures."""
    name, variants = str(plan.summary.get("name") or "Plan"), plan.summary.get("variants") or []
    span = f"{day_name(plan.days[0])} to {day_name(plan.days[-1], year=True)}"
    notes = [str(note) for note in plan.summary.get("notes") or []]
    return html.Div(
        [
            dcc.Location(id=ids.ADDRESS, refresh=False),
            html.Header(
                [
                    html.H1(name),
                    html.P(
                        f"The plan for {span}"
                        + (f", variant {' + '.join(map(str, variants))}" if variants else "")
                        + ". Times are on each market's own clock.",
                        className="sub",
                    ),
                ]
            ),
            html.Main(
                [
                    html.Div([tile(*fact) for fact in facts(plan)], className="facts"),
                    pickers(plan),
                    html.Section(id=ids.VIEW),
                    html.Details(
                        [html.Summary("Notes"), html.Ul([html.Li(note) for note in notes])],
                        hidden=not notes,
                    ),
                ]
            ),
        ]
    )


def facts(plan: PlanFiles) -> list[tuple[str, str, str]]:
    """Return the headline numbers: name, value, remark."""
    currency, day = str(plan.summary.get("currency") or ""), busiest_day(plan)
    contacts, cost = plan.number("contacts"), plan.number("cost")
    peak = (plan.summary.get("peak_day") or {}).get("contacts", math.nan)
    told = [q for q in plan.queues if not math.isnan(q.service_level + q.promised)]
    weight = sum(q.contacts for q in told) or math.nan
    level = sum(q.service_level * q.contacts for q in told) / weight
    promised = sum(q.promised * q.contacts for q in told) / weight
    each = cost / contacts if contacts else math.nan
    return [
        ("Contacts expected", number(contacts), f"in {len(plan.days)} days"),
        ("Busiest day", day_name(day), f"{number(peak)} contacts"),
        ("Answered in time", percent(level, 1), f"{percent(promised)} promised"),
        ("Hours missing", number(plan.number("understaffing_hours")), "of positions needed"),
        ("Cost", money(cost, currency), f"{money(each, currency, 2)} a contact offered"),
        ("Vendors take", percent(plan.number("vendor_share")), "of the contacts"),
    ]


def tile(name: str, value: str, remark: str) -> html.Dl:
    """Return one headline number."""
    return html.Dl([html.Dt(name), html.Dd(value, className="v"), html.Dd(remark, className="r")])


def pickers(plan: PlanFiles) -> html.Div:
    """Return the pickers of market, queue and day; that of the market where there are several."""
    markets = list(dict.fromkeys(queue.market for queue in plan.queues))
    days = [{"label": day_name(d, year=True), "value": d.isoformat()} for d in plan.days]

    def picker(label: str, key: str, options: list[Any], *, hidden: bool = False) -> html.Div:
        # Its value comes with the address.
        drop = dcc.Dropdown(options, id=key, clearable=False, optionHeight=38, maxHeight=380)
        return html.Div([html.Label(label, htmlFor=key), drop], hidden=hidden)

    return html.Div(
        [
            picker("Market", ids.MARKET, markets, hidden=len(markets) == 1),
            picker("Queue", ids.QUEUE, []),
            picker("Day", ids.DAY, days),
        ],
        className="pickers",
    )


def figure(chart: Chart) -> html.Figure:
    """Return a picture with its sentence, its legend and its table."""
    key = [
        html.Li([html.Span(className="swatch", style={"background": _css(colour)}), label])
        for label, colour in chart.legend
    ]
    height = {"height": f"{chart.figure['layout']['height']}px"}
    graph = dcc.Graph(
        figure=chart.figure, config=GRAPH, responsive=True, style=height, id=f"graph-{chart.key}"
    )
    return html.Figure(
        [
            html.Figcaption([html.H2(chart.title), html.P(chart.says)]),
            html.Ul(key, className="legend"),
            graph,
            html.Details([html.Summary("The numbers of this picture"), table(chart.table)]),
        ]
    )


def table(content: Table) -> html.Div:
    """Return a table that scrolls in itself, never the page."""
    head = [
        html.Th(name, scope="col", className="" if n in content.texts else "n")
        for n, name in enumerate(content.header)
    ]
    rows = [
        html.Tr(
            [html.Th(row[0], scope="row")]
            + [
                html.Td(cell, className="" if n in content.texts else "n")
                for n, cell in enumerate(row[1:], start=1)
            ]
        )
        for row in content.rows
    ]
    whole = [html.Caption(content.caption), html.Thead(html.Tr(head)), html.Tbody(rows)]
    return html.Div(html.Table(whole), className="scroll", tabIndex=0)


def _css(colour: str) -> str:
    return "var(--ink)" if colour == INK else colour


def _guard(server: Flask, scripts: Sequence[str]) -> None:
    """Let in this machine's own names alone, and let the page load from here alone.

    A foreign name in the request's Host means that another site's name was bent to this address.
    """
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", *scripts],
        "style-src": ["'self'", "'unsafe-inline'"],  # Plotly writes its own style sheet
        "img-src": ["'self'", "data:", "blob:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())

    def refuse_strangers() -> None:
        if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
            abort(403, "This page is for this machine's own browser.")

    def say_rules(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    server.before_request(refuse_strangers)
    server.after_request(say_rules)

"""The manager's page: cost, service against promises, where it is worst, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.choice import Control, Option
from dashboard.page import Page, Values
from dashboard.parts import figure, scrolled, section, table, tiles
from planner.export.figures_service import service_chart
from planner.export.findings import facts, gap_sentence, headlines, service_cells, worst_table
from planner.export.palette import LEVEL_WORDS, LEVELS
from planner.export.remedy_words import remedy_sentences

if TYPE_CHECKING:
    from dashboard.shelf import Seen

ALL = "all"


def options(seen: Seen, values: Values) -> Mapping[str, Sequence[Option]]:
    """Return markets, and the channels of the market chosen."""
    market = values.get("market") or ALL
    sums = seen.sums
    inside = sums.queues(market=None if market == ALL else market)
    there = {sums.axes[q].channel for q in inside.tolist()}
    channels = [(name, name) for name in sums.channels if name in there]
    markets = [(name, name) for name in sums.markets]
    return {
        "market": [(ALL, "All markets"), *markets],
        "channel": [(ALL, "All channels"), *channels],
    }


def show(seen: Seen, values: Values) -> list[Any]:
    """Return headline numbers, service by market and channel, its heat map, and the worst."""
    plan, sums = seen.plan, seen.sums
    market, channel = (values[key] for key in ("market", "channel"))
    chosen = sums.queues(
        market=None if market == ALL else market, channel=None if channel == ALL else channel
    )
    named = [name for name in (market, channel) if name != ALL]
    title = "Service by day and hour" + (f", {', '.join(named)}" if named else "")
    remedies = seen.once("remedies", lambda: remedy_sentences(plan, sums))
    short = seen.once("headlines", lambda: headlines(plan, sums))
    return [
        tiles([(fact.name, fact.value, fact.remark) for fact in facts(plan, sums)]),
        section("In short", html.Ul([html.Li(line) for line in short])),
        section("Service by market and channel", _cells(seen), _key()),
        figure(service_chart(plan, sums, chosen, "service", title)),
        section("Where it is worst", table(worst_table(plan, sums)), says=" ".join(remedies)),
        section("How good the plan is", html.P(gap_sentence(plan))),
    ]


def _cells(seen: Seen) -> html.Div:
    """Return the table of service; each cell leads to its own market and channel."""
    channels, rows = service_cells(seen.sums)
    head = [html.Th("Market", scope="col"), *(html.Th(name, scope="col") for name in channels)]
    body = []
    for market, cells in rows:
        shown = [
            html.Td(
                [html.Strong(cell.level), html.Small(cell.remark)],
                style={"borderLeftColor": cell.colour or "transparent"},
                className="level",
            )
            for cell in cells
        ]
        body.append(html.Tr([html.Th(market, scope="row"), *shown]))
    whole = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="levels")
    return scrolled(whole, "Service by market and channel")


def _key() -> html.Ul:
    return html.Ul(
        [
            html.Li([html.Span(className="swatch", style={"background": colour}), words])
            for colour, words in zip(LEVELS, LEVEL_WORDS, strict=True)
        ],
        className="legend",
    )


OVERVIEW = Page(
    key="overview",
    title="Overview",
    says="What the plan costs, how it serves, where it is worst, and what would mend it.",
    show=show,
    controls=(Control("market", "Market"), Control("channel", "Channel")),
    options=options,
)

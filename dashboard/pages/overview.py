"""The manager's page: cost, service against promises, where it is worst, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
from dash import dcc, html

from dashboard.choice import Control, Option, address
from dashboard.page import Page, Values
from dashboard.pages.came_so_far import came_so_far
from dashboard.parts import figure, scrolled, section, table, tiles
from dashboard.words import say
from planner.export.chosen_facts import band_words, chosen_facts
from planner.export.figures_service import service_chart
from planner.export.findings import (
    facts,
    gap_sentence,
    headlines,
    service_cells,
    worst_intervals,
    worst_table,
)
from planner.export.mending import Mending, mending
from planner.export.palette import LEVEL_WORDS, LEVELS
from planner.export.remedy_words import remedy_sentences
from planner.export.worth_rows import covers_of

if TYPE_CHECKING:
    from dashboard.shelf import Seen
    from planner.export.digest import IntArray

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
        "market": [(ALL, say("All markets")), *markets],
        "channel": [(ALL, say("All channels")), *channels],
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
    short = seen.once("headlines", lambda: headlines(plan, sums))
    told = chosen_facts(plan, sums, chosen) if named else facts(plan, sums)
    return [
        tiles([(fact.name, fact.value, fact.remark) for fact in told]),
        came_so_far(seen),
        section(say("In short"), html.Ul([html.Li(line) for line in short])),
        section(
            say("Service by market and channel"),
            _cells(seen, market, channel),
            _key(),
            says=say("A cell leads to its market and channel; below each share, in small, its "
                     "band: where it lies four times in five."),
        ),
        figure(service_chart(plan, sums, chosen, "service", title)),
        _worst(seen, chosen, named),
        section(say("How good the plan is"), html.P(gap_sentence(plan))),
    ]  # fmt: skip


def _worst(seen: Seen, chosen: IntArray, named: list[str]) -> html.Section:
    """Return the worst intervals of some queues, what would mend each, and what that costs."""
    plan, sums = seen.plan, seen.sums
    covers = seen.once("covers", lambda: covers_of(plan))
    found = seen.once(
        f"worst {chosen.tolist()}",
        lambda: [
            mending(plan, sums, covers, place)
            for place in worst_intervals(plan, sums, chosen.tolist())
        ],
    )
    title = say("Where it is worst") + (f", {', '.join(named)}" if named else "")
    if not found:
        return section(title, html.P(say("In no interval are customers let down.")))
    remedies = seen.once("remedies", lambda: remedy_sentences(plan, sums))
    whole = worst_table(plan, sums, chosen.tolist())
    return section(
        title,
        html.Ol([_mended(seen, one) for one in found], className="worst"),
        html.Details([html.Summary(say("The numbers of these intervals")), table(whole)]),
        says=" ".join(remedies),
    )


def _mended(seen: Seen, one: Mending) -> html.Li:
    asked = {"plan": str(seen.number), "queue": one.queue, "at": one.at, "day": one.at[:10]}
    parts: list[Any] = [html.Span(say("To mend it: "), className="soft"), one.remedy]
    if one.cost:
        parts += [" ", html.Strong(one.cost)]
    whole: list[Any] = [
        dcc.Link(f"{one.when}, {one.queue}", href=f"/staffing?{urlencode(asked)}"),
        html.P(one.found),
        html.P(parts),
    ]
    return html.Li(whole)


def _cells(seen: Seen, market: str, channel: str) -> html.Div:
    """Return the table of service; each cell leads to its own market and channel."""
    sums = seen.sums
    channels, rows = service_cells(sums)
    bands = seen.once("bands", lambda: _bands(seen))
    names = [html.Th(_link(seen, ALL, name, name), scope="col") for name in channels]
    head = [html.Th(say("Market"), scope="col"), *names]
    body = []
    for name, cells in rows:
        own = name if name in sums.markets else ALL
        shown = [
            html.Td(
                [
                    html.Strong(_link(seen, own, there, cell.level)),
                    html.Small(bands.get((own, there), "")),
                    html.Small(cell.remark),
                ]
                if cell.level != "–"
                else cell.level,
                style={"borderLeftColor": cell.colour or "transparent"},
                className="level chosen" if (own, there) == (market, channel) else "level",
            )
            for there, cell in zip(channels, cells, strict=True)
        ]
        body.append(html.Tr([html.Th(_link(seen, own, ALL, name), scope="row"), *shown]))
    whole = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="levels")
    return scrolled(whole, say("Service by market and channel"))


def _bands(seen: Seen) -> dict[tuple[str, str], str]:
    """Return the band of each market's channel, and of each channel in all markets."""
    plan, sums, told = seen.plan, seen.sums, {}
    for market in (ALL, *sums.markets):
        for channel in sums.channels:
            own = sums.queues(market=None if market == ALL else market, channel=channel)
            if own.size:
                some = np.isin(np.arange(len(plan.queues)), own)
                band = plan.projection.daily.overall(some)
                told[market, channel] = band_words(band.p10, band.p90)
    return told


def _link(seen: Seen, market: str, channel: str, text: str) -> dcc.Link:
    kept = {"market": market, "channel": channel}
    return dcc.Link(text, href="/" + address(seen.number, kept))


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

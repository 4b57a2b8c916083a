"""Pictures of prices: what a contact solved costs, and what is bought of a pool at each price."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from planner.export.drawing import Figure, layout
from planner.export.palette import EVENT, IN_HOUSE, MISSING, PAST, VENDOR, Chart, pool_colours
from planner.export.sourcing_tables import per_of
from planner.export.wording import Table, money, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.sourced import Sourcing, Switch
    from staffing.costing import PoolCost
    from staffing.spending import Spending

_PARTS = (
    ("on contacts", IN_HOUSE[0]),
    ("waiting for contacts", IN_HOUSE[2]),
    ("away: breaks, absence, training", PAST),
    ("contracted, not worked", MISSING),
    ("billed, not worked", VENDOR[0]),
    ("overtime premium", EVENT),
)
_DASHES = ("solid", "dash", "dot", "longdash", "dashdot")
_BAR, _FRAME = 44, 70  # pixels for a pool's bar, and around all of them
_SHOWN = 0.005  # money a contact: less is drawn as nothing

Told = tuple["PoolCost", "Spending"]


def spent_chart(found: Sourcing) -> Chart:
    """Return what a contact solved costs in each pool, parted by what the money goes for."""
    currency = found.plan.scenario.currency
    pairs = zip(found.plan.costs, found.spending, strict=True)
    told = [pair for pair in pairs if pair[0].contacts_solved >= 0.5]
    told.sort(key=lambda pair: -_each(pair)[-1])
    kept = [n for n in range(len(_PARTS)) if any(_each(pair)[n] >= _SHOWN for pair in told)]
    frame = layout(
        len(told) * _BAR + _FRAME,
        barmode="stack",
        bargap=0.3,
        hovermode="y unified",
        margin={"l": 12, "r": 12, "t": 12, "b": 44},
        xaxis={"title": {"text": f"{currency} a contact solved"}, "showgrid": True},
        yaxis={"autorange": "reversed", "type": "category", "ticksuffix": " "},
    )
    rows = tuple((pair[0].pool, *(number(value, 2) for value in _each(pair))) for pair in told)
    caption = f"{currency} a contact solved, before penalties and bonuses"
    header = ("pool", *(name for name, _ in _PARTS), "in all")
    return Chart(
        "spent",
        "What a contact solved costs, and what for",
        _spent_words(found, told),
        {"data": [_bars(told, n) for n in kept], "layout": frame},
        Table(caption, header, rows),
        tuple(_PARTS[n] for n in kept),
    )


def _each(pair: Told) -> tuple[float, ...]:
    """Return a pool's parts of the money for each contact solved, and their sum."""
    cost, spent = pair
    parts = [part / cost.contacts_solved for part in spent.parts]
    return (*parts, sum(parts))


def _bars(told: Sequence[Told], n: int) -> Figure:
    name, colour = _PARTS[n]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [escape(pair[0].pool) for pair in told],
        "x": [round(_each(pair)[n], 3) for pair in told],
        "marker": {"color": colour},
        "hovertemplate": "%{x:,.2f}<extra>" + escape(name) + "</extra>",
    }


def _spent_words(found: Sourcing, told: Sequence[Told]) -> str:
    """Return the cheapest and the dearest contact solved."""
    if not told:
        return "No pool solves a contact."
    currency = found.plan.scenario.currency
    dear, cheap = (
        f"{money(pair[0].cost_per_contact_solved, currency, 2)} in {pair[0].pool}"
        for pair in (told[0], told[-1])
    )
    return f"{dear}." if len(told) == 1 else f"From {cheap} to {dear}."


def prices_chart(found: Sourcing, switches: Sequence[Switch], key: str) -> Chart:
    """Return what is bought of some pools at each price, as a share of the most."""
    colours = pool_colours(found.plan.pools, lines=True)
    data = []
    for n, switch in enumerate(switches):
        scale, colour = 100 / max(switch.curve.most, 1e-9), colours[switch.pool]
        today = switch.today
        data.append(_steps(switch, scale, "%{y:.0f} %", colour, _DASHES[n % len(_DASHES)]))
        data.append(_dot(f"{switch.pool} today", today.price, scale * today.amount, colour))
    frame = layout(
        360,
        hovermode="closest",
        margin={"l": 52, "r": 12, "t": 12, "b": 44},
        xaxis={"title": {"text": _unit(found, switches[0])}, "showgrid": True},
        yaxis={"title": {"text": "% of the most"}, "range": [0, 104]},
    )
    own = switches[0].as_scheduled
    later = (
        "Contracted hours are paid at any price, so this is a question for the next contract."
        if own
        else "What is left on the right is bought at any price, such as a minimum."
    )
    return Chart(
        key,
        "Own teams, were their hours paid by schedule" if own else "What is bought of vendors",
        f"Each line falls where others become cheaper; the dot is today's price. {later}",
        {"data": data, "layout": frame},
        _prices_table(switches),
        tuple((switch.pool, colours[switch.pool]) for switch in switches),
    )


def _prices_table(switches: Sequence[Switch]) -> Table:
    unit = f"{per_of(switches[0])}s"
    rows = []
    for switch in switches:
        curve, today = switch.curve, switch.today
        prices = (curve.all_below, curve.half_at, curve.none_above)
        told = [number(price, 2) for price in prices] if curve.moves else ["any price", "", ""]
        amounts = (number(today.amount), number(curve.most), number(curve.least))
        rows.append((switch.pool, number(today.price, 2), *amounts, *told))
    header = ("pool", "price", f"{unit} bought", "most", "least", "most up to", "half way down at",
              "least beyond")  # fmt: skip
    return Table("The price that decides", header, tuple(rows))


def price_chart(found: Sourcing, switch: Switch) -> Chart:
    """Return what is bought of one pool at each price, in hours or contacts."""
    colour, unit = pool_colours(found.plan.pools, lines=True)[switch.pool], f"{per_of(switch)}s"
    curve, today, currency = switch.curve, switch.today, found.plan.scenario.currency
    frame = layout(
        220,
        hovermode="closest",
        xaxis={"title": {"text": _unit(found, switch)}, "showgrid": True},
        yaxis={"title": {"text": unit}},
    )
    rows = tuple(
        (number(point.price, 2), number(point.amount), number(point.cost)) for point in curve.points
    )
    half = money(curve.half_at, currency, 2)
    moves = f"Half way down at {half}." if curve.moves else "The same at any price."
    lines = [
        _steps(switch, 1.0, "%{y:,.0f} " + unit, colour),
        _dot("today", today.price, today.amount, colour),
    ]
    return Chart(
        f"price-{switch.pool}",
        switch.pool,
        f"{number(today.amount)} {unit} at {money(today.price, currency, 2)}. {moves}",
        {"data": lines, "layout": frame},
        Table(
            f"{switch.pool}: {unit} bought at each price tried, and the cost of all with what is "
            "missing at its price",
            ("price", unit, "cost of all"),
            rows,
            frozenset(),
        ),
    )


def _unit(found: Sourcing, switch: Switch) -> str:
    return f"{found.plan.scenario.currency} {'a contact' if switch.by_contact else 'an hour'}"


def _steps(switch: Switch, scale: float, hover: str, colour: str, dash: str = "solid") -> Figure:
    corners = switch.curve.corners()
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escape(switch.pool),
        "x": [round(price, 4) for price, _ in corners],
        "y": [round(scale * amount, 2) for _, amount in corners],
        "line": {"color": colour, "width": 2.5, "dash": dash},
        "hovertemplate": f"%{{x:,.2f}}: {hover}<extra>{escape(switch.pool)}</extra>",
    }


def _dot(name: str, x: float, y: float, colour: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": escape(name),
        "x": [round(x, 4)],
        "y": [round(y, 2)],
        "marker": {"color": colour, "size": 11, "line": {"width": 2, "color": "white"}},
        "hovertemplate": f"%{{x:,.2f}}<extra>{escape(name)}</extra>",
    }

"""Pictures of the supply: positions needed and on duty, agents scheduled, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from planner.export.digest import Digest, ratio
from planner.export.drawing import Figure, FloatArray, IntArray, layout, line, scope
from planner.export.palette import INK, MISSING, PAST, Chart, pool_colours
from planner.export.wording import Table, counted, day_name, interval_name, money, number, percent

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan import Plan

_SHOWN = 0.05  # positions missing below this are none


def positions_chart(
    plan: Plan,
    sums: Digest,
    market: str | None,
    days: Sequence[int],
    queues: IntArray | None = None,
    named: str = "",
) -> Chart:
    """Return positions needed and on duty over some days, stacked by pool.

    One day is shown interval by interval, more of them hour by hour; on the market's clock, or
    that of the largest market. ``queues`` are those of some channel, or one alone, ``named`` so.
    """
    chosen = sums.queues(market=market) if queues is None else queues
    part = market is not None or queues is not None
    first = sums.queues(market=market or sums.markets[0]) if queues is None else queues
    axis = sums.axes[int(first[0])]
    inside = axis.inside[np.isin(axis.day[axis.inside], days)]
    step = 1 if len(days) == 1 else max(3600 // plan.interval_s, 1)
    if len(days) == 1:
        inside = _busy(plan, inside)
    inside = inside[: len(inside) // step * step]
    local = plan.times[inside[::step]].tz_convert(axis.timezone)

    def shown(values: FloatArray) -> FloatArray:
        mean: FloatArray = values[inside].reshape(-1, step).mean(axis=1)
        return mean

    solved = plan.allocation
    served = solved.serve[:, chosen].astype(np.float64).sum(axis=1)
    given = served if part else solved.capacity
    stack = {pool.name: shown(given[p]) for p, pool in enumerate(solved.pools)}
    stack = {name: values for name, values in stack.items() if values.max(initial=0.0) > 0.005}
    at_once = chosen[~sums.deferred[chosen]]
    need = shown(plan.requirement.positions[at_once].sum(axis=0))
    whole = shown(plan.requirement.positions[chosen].sum(axis=0))
    short = shown(solved.understaffing[at_once].sum(axis=0))
    overdue = shown(solved.understaffing[chosen[sums.deferred[chosen]]].sum(axis=0))
    colours = pool_colours(solved.pools)
    figure = _stack_figure(local, stack, colours, need, whole, short, 300 if part else 380)
    most = sum(stack.values(), np.zeros(1)).max(initial=0.0)
    worst = short.max(initial=0.0)
    title = f"{named or scope(market)}, {_span_words(plan, days)}"
    pace = f"By the {interval_name(plan.interval_s)}" if step == 1 else "In hourly means"
    late = overdue.max(initial=0.0)
    behind = f", and work of up to {number(late, 1)} positions falls overdue"
    says = (
        f"{pace}, those who wait on the line need at most "
        f"{counted(need.max(initial=0.0), 'position')}, and at most {number(most)} "
        f"{'is' if number(most) == '1' else 'are'} "
        f"{_given_words(part=part, count=len(chosen))}; "
        f"{f'up to {number(worst, 1)} are' if worst >= _SHOWN else 'none is'} missing on the line"
        f"{behind if late >= _SHOWN else ''}. Clock of {axis.timezone}."
    )
    header = (
        "start", "needed at once", "needed with work that may wait", "missing on the line",
        "work falling overdue", *stack,
    )  # fmt: skip
    columns = (need, whole, short, overdue, *stack.values())
    rows = tuple(
        (f"{stamp:%a %d %b %H:%M}", *(number(float(values[n]), 1) for values in columns))
        for n, stamp in enumerate(local)
    )
    legend = (
        ("needed: waiting on the line", INK),
        ("needed with work that may wait", PAST),
        *((name, colours[name]) for name in stack),
        *((("missing on the line", MISSING),) if worst >= _SHOWN else ()),
    )
    where = "all" if market is None else str(sums.markets.index(market))
    span = "day" if len(days) == 1 else "week"
    return Chart(
        f"positions-{where}-{span}", title, says, figure, Table(title, header, rows), legend
    )


def _given_words(*, part: bool, count: int) -> str:
    return "on duty" if not part else "given to it" if count == 1 else "given to all its queues"


def _busy(plan: Plan, inside: IntArray) -> IntArray:
    """Return the intervals of a day from the first to the last with anyone needed or on duty."""
    needed = plan.requirement.positions[:, inside].sum(axis=0)
    busy = np.flatnonzero(needed + plan.allocation.capacity[:, inside].sum(axis=0) > 0)
    return inside[busy[0] : busy[-1] + 1] if len(busy) else inside


def _span_words(plan: Plan, days: Sequence[int]) -> str:
    first = day_name(plan.days[days[0]])
    return first if len(days) == 1 else f"{first} to {day_name(plan.days[days[-1]])}"


def _stack_figure(
    local: pd.DatetimeIndex,
    stack: dict[str, FloatArray],
    colours: dict[str, str],
    need: FloatArray,
    whole: FloatArray,
    short: FloatArray,
    height: int,
) -> Figure:
    x = [stamp.strftime("%Y-%m-%dT%H:%M") for stamp in local]

    def area(name: str, values: FloatArray, colour: str) -> Figure:
        drawn = line(x, values, name, colour, 0, stackgroup="duty", fillcolor=colour)
        drawn["line"]["shape"] = "hv"
        return drawn

    traces = [area(name, values, colours[name]) for name, values in stack.items()]
    traces.append(area("missing on the line", short, MISSING))
    for name, values, colour, width in (
        ("needed with work that may wait", whole, PAST, 1.5),
        ("needed: waiting on the line", need, INK, 2.0),
    ):
        drawn = line(x, values, name, colour, width)
        drawn["line"] |= {"shape": "hv"}
        traces.append(drawn)
    ticks = "%H:%M" if local[-1] - local[0] < timedelta(days=1.5) else "%a %e %b"
    shown = layout(
        height,
        xaxis={"type": "date", "tickformat": ticks, "hoverformat": "%a %e %b %H:%M"},
        yaxis={"title": {"text": "positions"}},
    )
    return {"data": traces, "layout": shown}


def cost_chart(plan: Plan) -> Chart:
    """Return the cost of each pool as a bar."""
    currency = plan.scenario.currency
    colours = pool_colours(plan.pools)
    costs = sorted(plan.costs, key=lambda cost: cost.cost)
    bars: Figure = {
        "type": "bar",
        "orientation": "h",
        "y": [escape(cost.pool) for cost in costs],
        "x": [round(cost.cost, 2) for cost in costs],
        "marker": {"color": [colours[cost.pool] for cost in costs]},
        "text": [money(cost.cost, currency) for cost in costs],
        "textposition": "auto",
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    figure = {
        "data": [bars],
        "layout": layout(
            80 + 28 * len(costs),
            hovermode="closest",
            xaxis={
                "title": {"text": f"{currency} over {counted(len(plan.days), 'day')}"},
                "rangemode": "tozero",
            },
        ),
    }
    total = sum(cost.cost for cost in costs)
    says = f"{money(total, currency)} in all."
    if costs:
        dear = costs[-1]
        says += f" {dear.pool} costs most: {percent(float(ratio(dear.cost, total)))} of it."
    legend = (("in-house", "#0072B2"), ("vendors", "#E69F00"))
    return Chart("costs", "Cost by pool", says, figure, price_table(plan), legend)


def price_table(plan: Plan) -> Table:
    """Return hours, contacts and prices per pool."""
    currency = plan.scenario.currency
    header = [
        "pool", "kind", "paid hours", "productive hours", "billed hours", "contacts", "cost",
        "penalty", "a paid hour", "a productive hour", "a contact",
    ]  # fmt: skip
    rows = [
        [
            cost.pool,
            cost.kind.replace("_", "-"),
            number(cost.paid_hours),
            number(cost.productive_hours),
            number(cost.billed_hours),
            number(cost.contacts),
            money(cost.cost, currency),
            money(cost.penalty, currency),
            money(cost.cost_per_hour, currency, 2),
            money(cost.cost_per_productive_hour, currency, 2),
            money(cost.cost_per_contact, currency, 2),
        ]
        for cost in plan.costs
    ]
    for name, values in _where_given(plan).items():
        header.append(name)
        for row, value in zip(rows, values, strict=True):
            row.append(value)
    title = "What each pool costs, and what an hour and a contact cost there"
    return Table(title, tuple(header), tuple(map(tuple, rows)), frozenset({0, 1}))


def _where_given(plan: Plan) -> dict[str, list[str]]:
    """Return the columns of what not every scenario names: bonuses, and what is not solved."""
    columns, currency = {}, plan.scenario.currency
    if any(pool.bonus for pool in plan.pools):
        columns["bonus"] = [money(cost.bonus, currency) for cost in plan.costs]
    if any(pool.solved for pool in plan.pools):
        columns["a contact solved"] = [
            money(cost.cost_per_contact_solved, currency, 2) for cost in plan.costs
        ]
    return columns


def heads_chart(plan: Plan) -> Chart:
    """Return agents scheduled per day, stacked by pool."""
    solved, colours = plan.allocation, pool_colours(plan.pools)
    heads = {
        pool.name: solved.heads[p].sum(axis=1).astype(float) for p, pool in enumerate(solved.pools)
    }
    bars = [
        {
            "type": "bar",
            "name": escape(name),
            "x": [day.isoformat() for day in solved.days],
            "y": [int(value) for value in values],
            "marker": {"color": colours[name]},
        }
        for name, values in heads.items()
    ]
    total = sum(heads.values(), np.zeros(len(solved.days)))
    most = int(total.argmax())
    says = f"Most agents work on {day_name(solved.days[most])}: {number(total[most])}."
    rows = tuple(
        (day_name(day), number(total[d]), *(number(values[d]) for values in heads.values()))
        for d, day in enumerate(solved.days)
    )
    table = Table("Agents scheduled per day", ("day", "all", *heads), rows)
    figure = {
        "data": bars,
        "layout": layout(
            300,
            barmode="stack",
            xaxis={"type": "date", "tickformat": "%e %b"},
            yaxis={"title": {"text": "agents"}},
        ),
    }
    return Chart("heads", "Agents scheduled per day", says, figure, table, tuple(colours.items()))

"""The buyer's page: what each pool really costs, and the prices, service and staff that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.export.figures_mix import frontier_chart, headcount_chart
from planner.export.figures_prices import price_chart, prices_chart, spent_chart
from planner.export.findings import Fact
from planner.export.page import Pictures, render_page
from planner.export.sourcing_tables import price_of
from planner.export.sourcing_words import (
    missing,
    penalty_sentences,
    switch_sentences,
    weeks_sentence,
)
from planner.export.wording import Table, day_name, money, number, percent

if TYPE_CHECKING:
    from planner.sourced import Sourcing


def sourcing_html(found: Sourcing) -> str:
    """Return ``sourcing.html``: the same answer gives the same text, and nothing is loaded."""
    plan, parts = found.plan, sourcing_charts(found)
    charts = [chart for part in parts.values() for chart in (*part.large, *part.small)]
    return render_page(
        "sourcing.html.j2",
        charts,
        title=f"{plan.scenario.name or 'Sourcing'}: what to buy where",
        variants=plan.variants,
        span=f"{day_name(plan.days[0])} to {day_name(plan.days[-1], year=True)}",
        facts=sourcing_facts(found),
        said=[*weeks_sentence(found), *switch_sentences(found)],
        prices=price_table(found),
        penalties=penalty_sentences(found),
        parts=parts,
        stopped=found.stopped,
        notes=[note[:1].upper() + note[1:] for note in plan.notes],
    )


def sourcing_charts(found: Sourcing) -> dict[str, Pictures]:
    """Return the pictures by part: money, prices, service, own staff."""
    kinds = (
        ("vendors", [s for s in found.switches if not s.by_contact and not s.as_scheduled]),
        ("contacts", [s for s in found.switches if s.by_contact]),
        ("own", [s for s in found.switches if not s.by_contact and s.as_scheduled]),
    )
    large = tuple(prices_chart(found, some, f"prices-{key}") for key, some in kinds if some)
    small = tuple(price_chart(found, switch) for switch in found.switches)
    return {
        "spent": Pictures((spent_chart(found),)),
        "prices": Pictures(large, small if len(small) > 1 else ()),
        "frontier": Pictures((frontier_chart(found),) if found.frontier else ()),
        "headcount": Pictures((headcount_chart(found),) if found.headcount else ()),
    }


def sourcing_facts(found: Sourcing) -> tuple[Fact, ...]:
    """Return the headline numbers: cost, what waits, what is paid and not worked, own agents."""
    plan, currency = found.plan, found.plan.scenario.currency
    whole = sum(cost.cost for cost in plan.costs)
    solved = sum(cost.contacts_solved for cost in plan.costs)
    waiting = sum(spent.waiting for spent in found.spending)
    unused = sum(spent.not_worked + spent.minimum for spent in found.spending)
    each = whole / solved if solved > 0 else float("nan")
    facts = [
        Fact("Cost", money(whole, currency), f"{money(each, currency, 2)} a contact solved"),
        Fact("Waiting for contacts", money(waiting, currency),
             f"{percent(waiting / whole if whole > 0 else 0.0)} of it, paid to be free in time"),
        Fact("Paid, not worked", money(unused, currency),
             "contracted hours, minimums and commitments"),
    ]  # fmt: skip
    good = [point for point in found.headcount if not missing(point.bill)]
    if good:
        best = min(good, key=lambda point: point.bill.money)
        facts.append(
            Fact("Cheapest number of own agents", number(best.agents, 1),
                 f"of those tried, for {money(best.bill.money, currency)}")
        )  # fmt: skip
    return tuple(facts)


def price_table(found: Sourcing) -> Table:
    """Return what an hour and a contact of each pool really cost, and what its money goes for."""
    rows = []
    for pool, cost, spent in zip(found.plan.pools, found.plan.costs, found.spending, strict=True):
        price, per = price_of(pool)
        bases = (cost.paid_hours, cost.billed_hours, cost.productive_hours)
        done = (cost.contacts, cost.contacts_solved)
        rows.append(
            (
                pool.name,
                f"{number(price, 2)} a {per}" if per == "contact" else number(price, 2),
                *(_each(cost.cost, base) for base in (*bases, *done)),
                number(spent.waiting),
                number(spent.not_worked),
                number(spent.minimum),
                number(spent.overtime),
                number(cost.cost),
            )
        )
    header = ("pool", "list price", "paid hour", "billed hour", "productive hour",
              "contact handled", "contact solved", "waiting", "not worked", "minimum", "overtime",
              "in all")  # fmt: skip
    caption = f"{found.plan.scenario.currency}, prices of one each, then sums of these days"
    return Table(caption, header, tuple(rows))


def _each(amount: float, base: float) -> str:
    return number(amount / base, 2) if base > 0.005 else number(float("nan"))

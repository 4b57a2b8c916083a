"""The page of capacity: what to decide by when, heads against need, cost and service by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.export.capacity_words import (
    decision_sentences,
    method_sentences,
    summary_sentences,
)
from planner.export.figures_capacity import cost_chart, heads_chart, hours_chart, service_chart
from planner.export.findings import Fact
from planner.export.page import Pictures, render_page
from planner.export.wording import Table, day_name, money, number

if TYPE_CHECKING:
    from planner.capacity_found import Capacity

_KINDS = {"class": "class begins", "release": "let go", "order": "hours a week ordered"}


def capacity_html(found: Capacity) -> str:
    """Return ``capacity.html``: the same answer gives the same text, and nothing is loaded."""
    parts = {
        "hours": Pictures((hours_chart(found),)),
        "heads": Pictures((heads_chart(found),) if found.plan.teams else ()),
        "cost": Pictures((cost_chart(found),)),
        "service": Pictures((service_chart(found),)),
    }
    return render_page(
        "capacity.html.j2",
        [chart for part in parts.values() for chart in part.large],
        title=f"{found.scenario.name or 'Capacity'}: who to hire, and when",
        variants=found.scenario.applied,
        span=f"{len(found.weeks)} weeks from {day_name(found.weeks[0], year=True)}",
        facts=_facts(found),
        said=summary_sentences(found),
        decided=decision_sentences(found),
        decisions=_decisions(found),
        parts=parts,
        stopped=found.plan.stopped,
        notes=[note[:1].upper() + note[1:]
               for note in (*method_sentences(found), *(f"{n}." for n in found.notes))],
    )  # fmt: skip


def _facts(found: Capacity) -> tuple[Fact, ...]:
    plan, currency = found.plan, found.scenario.currency
    cost, missing = float(plan.money.sum()), float(plan.missing.sum())
    joined = sum(float(team.hires.sum()) for team in plan.teams)
    classes = sum(one.kind == "class" for one in found.decisions)
    hours = sum(float(vendor.ordered.sum()) for vendor in plan.vendors)
    facts = [
        Fact("Cost", money(cost, currency),
             f"with nobody hired {money(found.nothing.money, currency)}, and "
             f"{number(found.nothing.missing_hours)} hours missing"),
        Fact("Missing", f"{number(missing)} h",
             f"of {number(float(plan.question.need.sum()))} hours on contacts needed"),
        Fact("To hire", number(joined),
             f"in {number(classes)} {'class' if classes == 1 else 'classes'}"),
        Fact("The peak's heads all year", money(found.peak.money, currency),
             f"{money(found.peak.money - cost, currency)} more"),
    ]  # fmt: skip
    if plan.vendors:
        facts.insert(3, Fact("Vendors", f"{number(hours)} h", "ordered"))
    return tuple(facts)


def _decisions(found: Capacity) -> Table:
    rows = tuple(
        (
            day_name(one.by, year=True),
            one.pool,
            _KINDS[one.kind],
            number(one.amount),
            day_name(one.starts, year=True),
            day_name(one.on_contacts, year=True) if one.on_contacts else "",
            number(one.worth) if one.worth >= 1 else "",
        )
        for one in found.decisions
    )
    header = ("decide by", "pool", "what", "how many", "from", "on contacts",
              "one more place saves")  # fmt: skip
    return Table("What to decide, in order of the last day for it", header, rows,
                 frozenset({0, 1, 2, 4, 5}))  # fmt: skip

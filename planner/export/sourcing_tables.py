"""The tables of sourcing: each pool's cost, what is bought at which price, service, own staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planner.sourced import Bill, Sourcing, Switch

if TYPE_CHECKING:
    from staffing.missed import Spread
    from staffing.pools import Pool

_MONEY, _PRICE, _HOURS, _SHARE = 2, 4, 2, 5


def pools_table(found: Sourcing) -> pd.DataFrame:
    """Return a row per pool: its price, what an hour and a contact cost, where its money goes.

    ``money_...`` add up to the cost before ``penalty`` and ``bonus``; ``..._expected`` and the
    quantiles are over the forecast's sample paths, prices that have no base are empty.
    """
    rows = []
    plan = found.plan
    for p, (pool, cost) in enumerate(zip(plan.pools, plan.costs, strict=True)):
        spent, (penalty, bonus) = found.spending[p], found.penalties[p]
        price, per = price_of(pool)
        rows.append(
            {
                "pool": pool.name,
                "kind": pool.kind,
                "vendor": pool.vendor,
                "price": price,
                "price_per": per,
                "scheduled_hours": round(spent.scheduled_hours, _HOURS),
                "paid_hours": round(cost.paid_hours, _HOURS),
                "productive_hours": round(cost.productive_hours, _HOURS),
                "billed_hours": round(cost.billed_hours, _HOURS),
                "contact_hours": round(spent.contact_hours, _HOURS),
                "contacts": round(cost.contacts, _HOURS),
                "contacts_solved": round(cost.contacts_solved, _HOURS),
                "cost": round(cost.cost, _MONEY),
                "cost_per_paid_hour": _each(cost.cost, cost.paid_hours),
                "cost_per_productive_hour": _each(cost.cost, cost.productive_hours),
                "cost_per_billed_hour": _each(cost.cost, cost.billed_hours),
                "cost_per_contact": _each(cost.cost, cost.contacts),
                "cost_per_contact_solved": _each(cost.cost, cost.contacts_solved),
                "money_on_contacts": round(spent.on_contacts, _MONEY),
                "money_waiting": round(spent.waiting, _MONEY),
                "money_away": round(spent.away, _MONEY),
                "money_not_worked": round(spent.not_worked, _MONEY),
                "money_minimum": round(spent.minimum, _MONEY),
                "money_overtime": round(spent.overtime, _MONEY),
                **_spread("penalty", penalty),
                **_spread("bonus", bonus),
            }
        )
    return pd.DataFrame(rows)


def price_of(pool: Pool) -> tuple[float, str]:
    """Return a pool's list price, and what it is per: hour or contact."""
    if pool.cost_per_contact is not None:
        return pool.cost_per_contact, "contact"
    return pool.cost_per_hour or 0.0, "hour"


def _each(money: float, base: float) -> float | None:
    return round(money / base, _PRICE) if base > 0.005 else None


def _spread(name: str, spread: Spread) -> dict[str, float]:
    values = {
        name: spread.planned,
        f"{name}_expected": spread.mean,
        f"{name}_p10": spread.p10,
        f"{name}_p90": spread.p90,
    }
    return {key: round(value, _MONEY) + 0.0 for key, value in values.items()}


def rates_table(found: Sourcing) -> pd.DataFrame:
    """Return a row per pool and price tried: what is bought there, and what the whole mix costs.

    ``today`` marks the pool's own price; ``paid_as`` is "scheduled" where contracted hours were
    priced as if they were paid by schedule.
    """
    rows = [
        {
            "pool": switch.pool,
            "paid_as": "scheduled" if switch.as_scheduled else "stated",
            "price": round(point.price, _PRICE),
            "price_per": per_of(switch),
            "bought": round(point.amount, _HOURS) + 0.0,
            "bought_unit": f"{per_of(switch)}s",
            "cost": round(point.cost, _MONEY),
            "today": point.price == switch.today.price,
        }
        for switch in found.switches
        for point in switch.curve.points
    ]
    columns = ["pool", "paid_as", "price", "price_per", "bought", "bought_unit", "cost", "today"]
    return pd.DataFrame(rows, columns=columns)


def per_of(switch: Switch) -> str:
    """Return what a pool's price is per: hour or contact."""
    return "contact" if switch.by_contact else "hour"


def frontier_table(found: Sourcing) -> pd.DataFrame:
    """Return a row per service promised: points moved, shares, cost, and that of a point more."""
    rows = []
    before = None
    for point in found.frontier:
        step = None
        if before is not None and point.promised > before.promised:
            step = (point.bill.money - before.bill.money) / (
                100 * (point.promised - before.promised)
            )
        rows.append(
            {
                "points": point.points,
                "promised": round(point.promised, _SHARE),
                "service_level": round(point.level, _SHARE),
                **_bill(point.bill),
                "cost_per_point": None if step is None else round(step, _MONEY) + 0.0,
            }
        )
        before = point
    columns = ["points", "promised", "service_level", *_BILL, "cost_per_point"]
    return pd.DataFrame(rows, columns=columns)


def headcount_table(found: Sourcing) -> pd.DataFrame:
    """Return a row per number of own agents: cost, contracts, vendors' share, hours missing."""
    rows = [
        {
            "factor": point.factor,
            "agents": round(point.agents, _HOURS),
            **_bill(point.bill),
            "own_cost": round(point.own_cost, _MONEY),
            "vendor_share": round(point.vendor_share, _SHARE),
        }
        for point in found.headcount
    ]
    return pd.DataFrame(rows, columns=["factor", "agents", *_BILL, "own_cost", "vendor_share"])


_BILL = ("cost", "missing_at_its_price", "shortage_hours")


def _bill(bill: Bill) -> dict[str, float]:
    """Return the money that is paid, beside what is missing at its price, which nobody is paid."""
    values = (bill.money, bill.cost - bill.money)
    money = {name: round(value, _MONEY) + 0.0 for name, value in zip(_BILL, values, strict=False)}
    return {**money, "shortage_hours": round(bill.shortage_hours, _HOURS) + 0.0}


def sourcing_document(found: Sourcing) -> dict[str, object]:
    """Return all of it as one JSON document, unknown numbers null."""
    plan = found.plan
    return {
        "scenario": plan.scenario.name,
        "variants": list(plan.variants),
        "currency": plan.scenario.currency,
        "first_day": plan.days[0].isoformat(),
        "last_day": plan.days[-1].isoformat(),
        "pools": _records(pools_table(found)),
        "switches": [_switch(switch) for switch in found.switches],
        "rates": _records(rates_table(found)),
        "frontier": _records(frontier_table(found)),
        "headcount": _records(headcount_table(found)),
        "weeks": [day.isoformat() for day in found.weeks],
        "stopped": found.stopped,
    }


def _switch(switch: Switch) -> dict[str, object]:
    curve = switch.curve
    return {
        "pool": switch.pool,
        "paid_as": "scheduled" if switch.as_scheduled else "stated",
        "price": switch.today.price,
        "price_per": per_of(switch),
        "bought": round(switch.today.amount, _HOURS),
        "most": round(curve.most, _HOURS),
        "least": round(curve.least, _HOURS),
        "all_below": round(curve.all_below, _PRICE) if curve.moves else None,
        "half_at": round(curve.half_at, _PRICE) if curve.moves else None,
        "none_above": round(curve.none_above, _PRICE) if curve.moves else None,
        **_saved(switch),
    }


def _saved(switch: Switch) -> dict[str, float | None]:
    """Return what having a pool saves, and what would be missing without it."""
    names = ("saves", "missing_at_its_price_more_without", "hours_missing_more_without")
    now, without = switch.bill, switch.without
    if without is None:
        return dict.fromkeys(names)
    values = (
        without.money - now.money,
        (without.cost - without.money) - (now.cost - now.money),
        without.shortage_hours - now.shortage_hours,
    )
    return {name: round(value, _MONEY) + 0.0 for name, value in zip(names, values, strict=True)}


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]

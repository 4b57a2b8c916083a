"""Sourcing in a screenful of words: what each pool really costs, and the price that decides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planner.export.sourcing_tables import frontier_table, per_of, price_of
from planner.export.wording import day_name
from staffing.coverage import weeks_of

if TYPE_CHECKING:
    from planner.sourced import Bill, Sourcing, Switch

_PARTS = ("on contacts", "waiting", "away", "not worked", "minimum", "overtime")
_NOTICED = 0.005  # of the money: what is missing beyond that is worth a word


def sourcing_words(found: Sourcing, out: Path, files: int) -> str:
    """Return the summary printed when sourcing is written into a folder."""
    plan = found.plan
    variant = f", variant {' + '.join(plan.variants)}" if plan.variants else ""
    title = (
        f"{plan.scenario.name or 'Sourcing'}{variant}: what to buy where, "
        f"{day_name(plan.days[0])} to {day_name(plan.days[-1], year=True)}"
    )
    blocks = [
        [title, *weeks_sentence(found)],
        _price_lines(found),
        _money_lines(found),
        [*penalty_sentences(found)],
        _listed("The price that decides", switch_sentences(found)),
        _listed("More or less service for those who wait on the line", service_sentences(found)),
        _listed("More or fewer own agents", headcount_sentences(found)),
        _closing(found, out, files),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def weeks_sentence(found: Sourcing) -> list[str]:
    """Return which weeks are asked, where these are not all."""
    if not found.weeks:
        return []
    named = " and ".join(day_name(day) for day in found.weeks)
    count = len(weeks_of(found.plan.days))
    return [
        f"Other prices, service and own staff are asked of {len(found.weeks)} of {count} weeks, "
        f"from {named}."
    ]


def _listed(title: str, sentences: list[str]) -> list[str]:
    return [title, *(f"  {line}" for line in sentences)] if sentences else []


def _price_lines(found: Sourcing) -> list[str]:
    currency = found.plan.scenario.currency
    columns = (
        ("list", "price"), ("paid", "hour"), ("billed", "hour"), ("productive", "hour"),
        ("contact", "handled"), ("contact", "solved"),
    )  # fmt: skip
    lines = [
        f"{title:<25}" + "".join(f"{words[n]:>12}" for words in columns)
        for n, title in enumerate((f"{currency} for one, penalties", "and bonuses included"))
    ]
    for pool, cost in zip(found.plan.pools, found.plan.costs, strict=True):
        price, per = price_of(pool)
        hours = (cost.paid_hours, cost.billed_hours, cost.productive_hours)
        paid, billed, productive = (_each(cost.cost, base) for base in hours)
        handled, solved = (_each(cost.cost, n) for n in (cost.contacts, cost.contacts_solved))
        listed = f"{price:,.2f}" + (" a contact" if per == "contact" else "")
        told = (listed, paid, billed, productive, handled, solved)
        lines.append(f"  {pool.name:<23}" + "".join(f"{one:>12}" for one in told))
    return lines


def _each(money: float, base: float) -> str:
    return f"{money / base:,.2f}" if base > 0.005 else "-"


def _money_lines(found: Sourcing) -> list[str]:
    lines = [f"{'What it goes for':<25}" + "".join(f"{n:>12}" for n in ("in all", *_PARTS))]
    for cost, spent in zip(found.plan.costs, found.spending, strict=True):
        invoice = cost.cost + cost.penalty - cost.bonus
        told = (invoice, *spent.parts)
        lines.append(f"  {spent.pool:<23}" + "".join(f"{value:>12,.0f}" for value in told))
    return lines


def penalty_sentences(found: Sourcing) -> list[str]:
    """Return what penalties and bonuses are expected, pool by pool, where there are any."""
    said, little = [], list[str]()
    currency = found.plan.scenario.currency
    for pool, both in zip(found.plan.pools, found.penalties, strict=True):
        terms = (("penalty", pool.penalty, both[0]), ("bonus", pool.bonus, both[1]))
        for name, agreed, spread in terms:
            if agreed is None:
                continue
            if max(spread.mean, spread.p90, spread.planned) < 0.5:
                little.append(f"{name} of {pool.name}")
                continue
            said.append(
                f"{pool.name}: a {name} of {currency} {spread.mean:,.0f} is expected, in 8 of 10 "
                f"cases {spread.p10:,.0f} to {spread.p90:,.0f}; {spread.planned:,.0f} if exactly "
                "the middle forecast comes."
            )
    if little:
        said.append(f"Next to nothing is expected as {', '.join(little)}.")
    return said


def switch_sentences(found: Sourcing) -> list[str]:
    """Return the price that decides, pool by pool."""
    said = []
    for switch in found.switches:
        said.append(f"{switch.pool}: {_decides(switch)}{_gains(found, switch)}")
    return said


def _decides(switch: Switch) -> str:
    curve, unit = switch.curve, f"{per_of(switch)}s"
    today = f"{switch.today.amount:,.0f} {unit} at its {switch.today.price:,.2f}"
    begin = "contracted, so paid at any price. Were own hours paid by schedule: "
    begin = begin if switch.as_scheduled else ""
    if not curve.moves:
        low, high = curve.points[0].price, curve.points[-1].price
        same = f"{curve.most:,.0f} {unit} are bought at any price from {low:,.2f} to {high:,.2f}"
        none = f"nothing is bought at any price from {low:,.2f} to {high:,.2f}"
        return f"{begin}{same if curve.most >= 0.5 else none}."
    least = f"{curve.least:,.0f}" if curve.least >= 0.5 else "none"
    return (
        f"{begin}{today}; all {curve.most:,.0f} up to {curve.all_below:,.2f}, half way down "
        f"at {curve.half_at:,.2f}, {least} beyond {curve.none_above:,.2f}."
    )


def _gains(found: Sourcing, switch: Switch) -> str:
    """Return what having the pool saves, or what would be missing without it."""
    tiers = next(pool.tiers for pool in found.plan.pools if pool.name == switch.pool)
    said = " Its tiers stay as they are." if tiers else ""
    if switch.without is None:
        return said
    hours = switch.without.shortage_hours - switch.bill.shortage_hours
    if hours >= 1:
        return f"{said} Without it, {hours:,.0f} position hours more would be missing."
    if missing(switch.without) and not missing(switch.bill):
        return f"{said} Without it, work would be left undone."
    gain = switch.without.money - switch.bill.money
    if abs(gain) < 0.5:
        return f"{said} Having it changes nothing today."
    verb = "saves" if gain > 0 else "costs"
    return f"{said} Having it {verb} {found.plan.scenario.currency} {abs(gain):,.0f}."


def missing(bill: Bill) -> bool:
    """Return whether a mix leaves so much undone that its money alone is no answer."""
    return bill.cost - bill.money > _NOTICED * max(bill.money, 1.0)


def service_sentences(found: Sourcing) -> list[str]:
    """Return what each service promised would cost."""
    currency = found.plan.scenario.currency
    steps = frontier_table(found)["cost_per_point"]
    lines = []
    for point, step in zip(found.frontier, steps, strict=True):
        more = "" if step is None or step != step else f", {step:,.0f} a point more"
        here = " (as it is)" if point.points == 0 else ""
        left = f"; {point.bill.shortage_hours:,.0f} position hours missing"
        lines.append(
            f"{point.promised:.0%} promised, {point.level:.0%} reached: {currency} "
            f"{point.bill.money:,.0f}{more}{left if missing(point.bill) else ''}{here}"
        )
    return lines


def headcount_sentences(found: Sourcing) -> list[str]:
    """Return what other numbers of own agents would cost, and where it is least."""
    currency = found.plan.scenario.currency
    lines = [
        f"{point.agents:,.4g} own agents: {currency} {point.bill.money:,.0f}, vendors take "
        f"{point.vendor_share:.0%} of the contacts"
        + ("; work is left undone" if missing(point.bill) else "")
        + (" (as it is)" if point.factor == 1 else "")
        for point in found.headcount
    ]
    good = [point for point in found.headcount if not missing(point.bill)]
    today = next((point for point in found.headcount if point.factor == 1), None)
    if good and today is not None:
        least = min(good, key=lambda point: point.bill.money)
        if least is today:
            lines.append("No other number tried is cheaper and leaves nothing undone.")
        else:
            saved = today.bill.money - least.bill.money
            lines.append(
                f"Cheapest of those tried with nothing left undone: {least.agents:,.4g}, "
                + (f"{currency} {saved:,.0f} less." if saved > 0 else "which are needed.")
            )
    return lines


def _closing(found: Sourcing, out: Path, files: int) -> list[str]:
    stopped = ["Stopped early: what was worked out until then is written."] if found.stopped else []
    return [*stopped, f"{files} files in {out}. Look at {out / 'sourcing.html'} first."]

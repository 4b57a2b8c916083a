"""What the buyer's page says of another rate: the plan left as it is, and planned anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.parts import tiles
from dashboard.words import say
from planner.export.sourcing_tables import price_of
from planner.export.wording import Table, day_name, money, number, percent
from planner.rates import at_these_rates

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.rates import Mix

_NOTICED_HOURS, _NAMED = 1.0, 5  # in the sentence of what moves


def left_as_it_is(plan: Plan, asked: Mapping[str, float]) -> list[Any]:
    """Return what is known at once: what the plan costs at the rates asked, if any are."""
    return [_few([_as_it_is(plan, asked)])] if asked else []


def _as_it_is(plan: Plan, asked: Mapping[str, float]) -> tuple[str, str, str]:
    """Return what the plan costs at other rates if nobody plans anew."""
    currency = plan.scenario.currency
    now, then = sum(cost.cost for cost in plan.costs), at_these_rates(plan, asked)
    name = say("The plan left as it is, {days} days", days=len(plan.days))
    if then is None:
        return name, "–", say("its prices by volume do not move with a rate")
    return name, money(then, currency), _more(then - now, currency)


def _more(change: float, currency: str) -> str:
    if abs(change) < 0.5:
        return say("as much as today")
    told = money(abs(change), currency)
    return say("{money} more than today" if change > 0 else "{money} less than today", money=told)


def answer_tiles(
    plan: Plan, asked: Mapping[str, float], ready: tuple[Sequence[Any], Mix], mix: Mix
) -> list[Any]:
    """Return headline numbers: the plan left as it is, planned anew, and what is missing then."""
    currency = plan.scenario.currency
    weeks, today = ready
    more = mix.shortage_hours - today.shortage_hours
    missing = (
        say("as many as today")
        if abs(more) < 0.5
        else say("{hours} more than today" if more > 0 else "{hours} fewer than today",
                 hours=number(abs(more)))
    )  # fmt: skip
    return [
        _few(
            [
                _as_it_is(plan, asked),
                (say("Planned anew, {weeks}, at least", weeks=_weeks(weeks)),
                 money(mix.money, currency), _more(mix.money - today.money, currency)),
                (say("Position hours missing then"), number(mix.shortage_hours), missing),
            ]
        )
    ]  # fmt: skip


def _few(facts: Sequence[tuple[str, str, str]]) -> html.Div:
    return html.Div(tiles(facts), className="few")


def moves(plan: Plan, today: Mix, mix: Mix) -> str:
    """Return whose hours grow and shrink, the most first."""
    moved = {
        pool.name: mix.paid_hours[pool.name] - today.paid_hours[pool.name] for pool in plan.pools
    }
    order = sorted(moved, key=lambda name: -abs(moved[name]))
    told = [
        f"{name} {_signed(moved[name])}" for name in order if abs(moved[name]) >= _NOTICED_HOURS
    ]
    if not told:
        return say("Nothing moves: the same hours stay the cheapest, only their price changes.")
    return say("Paid hours that move: {pools}.", pools=", ".join(told[:_NAMED]))


def bought(plan: Plan, asked: Mapping[str, float], today: Mix, mix: Mix) -> Table:
    """Return what is bought of each pool at today's rates and at those asked."""
    rows = []
    for pool in plan.pools:
        name = pool.name
        price, rate = price_of(pool)[0], asked.get(name)
        hours = mix.paid_hours[name] - today.paid_hours[name]
        contacts = mix.contacts[name] - today.contacts[name]
        rows.append(
            (
                name,
                number(price, 2),
                number(price if rate is None else rate, 2),
                number(today.paid_hours[name]),
                number(mix.paid_hours[name]),
                _signed(hours),
                number(today.contacts[name]),
                number(mix.contacts[name]),
                _signed(contacts),
            )
        )
    header = tuple(
        say(name)
        for name in ("pool", "rate today", "rate asked", "paid hours today", "then", "change",
                     "contacts today", "then", "change")
    )  # fmt: skip
    return Table(say("What would be bought, heads in fractions"), header, tuple(rows))


def _signed(change: float) -> str:
    shown = number(change)
    return "" if shown == "0" else shown if change < 0 else f"+{shown}"


def _weeks(weeks: Sequence[Any]) -> str:
    return say("one week") if len(weeks) == 1 else say("{count} weeks", count=len(weeks))


def ready_words(plan: Plan, weeks: Sequence[Any], today: Mix) -> str:
    """Return what today's cheapest mix costs, while no rate is changed."""
    named = say(" and ").join(day_name(day) for day in weeks)
    cost = money(today.money, plan.scenario.currency)
    return say(
        "Ready: change a rate above. At today's rates the cheapest mix of {weeks} (from "
        "{named}) costs {cost}, heads in fractions.",
        weeks=_weeks(weeks), named=named, cost=cost,
    )  # fmt: skip


def remark(plan: Plan, weeks: Sequence[Any]) -> str:
    """Return how far to trust the answer: what it leaves out, and the plan's own distance."""
    return say(
        "Asked of {weeks} (from {named}); “today” is the same mix at today's rates. Heads "
        "are counted in fractions, and what passes from week to week stays as in the plan: a plan "
        "in whole heads costs more, this one {gap} more than such a bound. The plan left as it is "
        "counts all its days, with penalties and bonuses; the mix is before them.",
        weeks=_weeks(weeks),
        named=say(" and ").join(day_name(day) for day in weeks),
        gap=percent(max(plan.allocation.gap, 0.0), 1),
    )

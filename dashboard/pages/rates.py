"""Another rate asked on the buyer's page: what the plan would cost, and what would be bought."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html

from dashboard import ids
from dashboard.apart import Apart, Desks
from dashboard.choice import chosen, wanted
from dashboard.page import Values
from dashboard.parts import failed, section, table, tiles
from dashboard.price_work import answer_rates
from dashboard.words import say
from planner.errors import PlannerError
from planner.export.sourcing_tables import price_of
from planner.export.wording import Table, day_name, money, number, percent
from planner.rates import at_these_rates

if TYPE_CHECKING:
    from dashboard.shelf import Seen, Shelf
    from planner.plan import Plan
    from planner.rates import Mix

PAGE = "sourcing"
RATE = "sourcing-rate"
ANSWER, TICK, LISTED, BACK, DAY = (
    ids.control(PAGE, key) for key in ("answer", "rates-tick", "listed", "back", "day")
)
_HIGHEST = 1e6  # what a rate may be
_PREFIX = "rate."  # of a pool's name in the address
_EVERY_MS = 1000
_NOTICED_HOURS, _NAMED = 1.0, 5  # in the sentence of what moves


def rates_section(plan: Plan, values: Values) -> html.Section:
    """Return an input for each pool's rate, as the address has it, and room for the answer."""
    currency = plan.scenario.currency
    inputs = []
    for n, pool in enumerate(plan.pools):
        price, per = price_of(pool)
        asked = _rate(values.get(_PREFIX + pool.name))
        unit = say("{currency} an hour" if per == "hour" else "{currency} a contact",
                   currency=currency)  # fmt: skip
        inputs.append(
            dmc.NumberInput(
                id={"type": RATE, "pool": n},
                label=f"{pool.name}, {unit}",
                value=price if asked is None else asked,
                min=0,
                max=_HIGHEST,
                decimalScale=4,
                step=1 if per == "hour" else 0.1,
                debounce=600,
            )
        )
    listed = [[pool.name, price_of(pool)[0]] for pool in plan.pools]
    live: Any = {"aria-live": "polite"}
    return section(
        say("Another rate"),
        html.Div(inputs, className="pickers rates"),
        dmc.Button(say("Back to today's rates"), id=BACK, variant="default", size="xs", n_clicks=0),
        html.Div(id=ANSWER, className="answer", **live),
        dcc.Store(id=LISTED, data=listed),
        dcc.Interval(id=TICK, interval=_EVERY_MS, disabled=False),
        says=say("Change what a pool is paid: what the plan would cost, and what would be bought."),
    )


def _rate(told: object) -> float | None:
    """Return a rate as told, None where it is none."""
    try:
        rate = float(str(told))
    except ValueError:
        return None
    return rate if math.isfinite(rate) and 0 <= rate <= _HIGHEST else None


def changed(plan: Plan, told: Sequence[object]) -> dict[str, float]:
    """Return the rates that are not today's, by pool; what is no rate is left out.

    Raises
    ------
    PlannerError
        Where there are not as many as pools: the page is of another plan.
    """
    if len(told) != len(plan.pools):
        message = f"must have a rate for each of {len(plan.pools)} pools, got {len(told)}"
        raise PlannerError(message)
    asked = {}
    for pool, one in zip(plan.pools, told, strict=True):
        rate = _rate(one)
        if rate is not None and not math.isclose(rate, price_of(pool)[0], abs_tol=5e-5):
            asked[pool.name] = rate
    return asked


def asked_plan(shelf: Shelf, search: str | None) -> Seen:
    """Return the plan of an address, the newest where it names none."""
    plans = [(str(number_of), name) for number_of, name in shelf.plans()]
    return shelf.get(int(chosen(wanted(search).get("plan"), plans) or 0))


def wire_rates(app: Dash, shelf: Shelf) -> None:
    """Answer when a rate is changed, and keep it in the address."""
    desks = Desks(answer_rates)
    here = ids.control(PAGE, ids.HERE)

    @app.callback(
        Output(ANSWER, "children"),
        Output(TICK, "disabled"),
        Input(TICK, "n_intervals"),
        Input({"type": RATE, "pool": ALL}, "value"),
        State(here, "search"),
    )
    def answer(ticks: int | None, told: list[object], search: str | None) -> tuple[Any, ...]:
        try:
            seen = asked_plan(shelf, search)
            asked = changed(seen.plan, told)
            if not ticks and not asked:  # the page comes first
                return say("The weeks get ready as soon as the page is shown."), False
            desk = desks.known(seen)
            again = ctx.triggered_id != TICK
            if desk is None or desk.phase == "done" or (desk.phase == "failed" and again):
                desk = desks.begun(seen, instead=True)
        except PlannerError as error:
            return failed(str(error)), True
        return _answered(seen, desk, asked)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        """(rates, day, listed) => {
            const still = window.dash_clientside.no_update;
            if (location.pathname !== "/sourcing" || !listed) return still;
            const told = new URLSearchParams(location.search);
            [...told.keys()].filter(k => k.startsWith("rate.")).forEach(k => told.delete(k));
            listed.forEach(([name, price], n) => {
                const rate = rates[n];
                if (rate !== "" && rate != null && Number(rate) !== price)
                    told.set("rate." + name, rate);
            });
            if (day && day !== "all") told.set("day", day); else told.delete("day");
            const text = told.toString();
            history.replaceState(history.state, "", location.pathname + (text ? "?" + text : ""));
            return still;
        }""",
        Output(LISTED, "modified_timestamp"),
        Input({"type": RATE, "pool": ALL}, "value"),
        Input(DAY, "value"),
        State(LISTED, "data"),
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        "(clicks, listed) => clicks ? listed.map(one => one[1])"
        " : listed.map(() => window.dash_clientside.no_update)",
        Output({"type": RATE, "pool": ALL}, "value"),
        Input(BACK, "n_clicks"),
        State(LISTED, "data"),
        prevent_initial_call=True,
    )


def _answered(seen: Seen, desk: Apart, asked: Mapping[str, float]) -> tuple[Any, bool]:
    """Return what is known so far, and whether that is all."""
    if desk.phase == "failed":
        return failed(desk.reason), True
    ready = desk.told.get("ready")
    question = tuple(sorted(asked.items()))
    if asked and ready is not None and question not in desk.answers:
        desk.ask(question)
    plan = seen.plan
    if ready is None:
        return [*_left(plan, asked), _working(desk, say("The weeks get ready"))], False
    weeks, today = ready
    if not asked:
        return html.P(_ready_words(plan, weeks, today), className="sub"), True
    mix = desk.answers.get(question)
    if mix is None:
        return [*_left(plan, asked), _working(desk, say("Looking for the cheapest mix"))], False
    return [*_tiles(plan, asked, ready, mix), html.P(_moves(plan, today, mix)),
            table(_bought(plan, asked, today, mix)),
            html.P(_remark(plan, weeks), className="sub")], True  # fmt: skip


def _working(desk: Apart, what: str) -> html.Div:
    done, of = desk.steps.get("rates", (0, 1))
    return html.Div(
        [
            html.P(say("{what}: {done} of {of}.", what=what, done=done, of=of)),
            dmc.Progress(value=100 * (done + 0.5) / max(of, 1), animated=True,
                         **{"aria-label": what}),
        ]
    )  # fmt: skip


def _left(plan: Plan, asked: Mapping[str, float]) -> list[Any]:
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


def _tiles(
    plan: Plan, asked: Mapping[str, float], ready: tuple[Sequence[Any], Mix], mix: Mix
) -> list[Any]:
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


def _moves(plan: Plan, today: Mix, mix: Mix) -> str:
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


def _bought(plan: Plan, asked: Mapping[str, float], today: Mix, mix: Mix) -> Table:
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


def _ready_words(plan: Plan, weeks: Sequence[Any], today: Mix) -> str:
    named = say(" and ").join(day_name(day) for day in weeks)
    cost = money(today.money, plan.scenario.currency)
    return say(
        "Ready: change a rate above. At today's rates the cheapest mix of {weeks} (from "
        "{named}) costs {cost}, heads in fractions.",
        weeks=_weeks(weeks), named=named, cost=cost,
    )  # fmt: skip


def _remark(plan: Plan, weeks: Sequence[Any]) -> str:
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

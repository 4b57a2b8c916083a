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
from dashboard.pages.rate_words import (
    answer_tiles,
    bought,
    left_as_it_is,
    moves,
    ready_words,
    remark,
)
from dashboard.parts import failed, section, table
from dashboard.price_work import answer_rates
from dashboard.words import say
from planner.errors import PlannerError
from planner.export.sourcing_tables import price_of

if TYPE_CHECKING:
    from dashboard.shelf import Seen, Shelf
    from planner.plan import Plan

PAGE = "sourcing"
RATE = "sourcing-rate"
ANSWER, TICK, LISTED, BACK, DAY = (
    ids.control(PAGE, key) for key in ("answer", "rates-tick", "listed", "back", "day")
)
_HIGHEST = 1e6  # what a rate may be
_PREFIX = "rate."  # of a pool's name in the address
_EVERY_MS = 1000


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
        return [*left_as_it_is(plan, asked), _working(desk, say("The weeks get ready"))], False
    weeks, today = ready
    if not asked:
        return html.P(ready_words(plan, weeks, today), className="sub"), True
    mix = desk.answers.get(question)
    if mix is None:
        return [
            *left_as_it_is(plan, asked),
            _working(desk, say("Looking for the cheapest mix")),
        ], False
    return [*answer_tiles(plan, asked, ready, mix), html.P(moves(plan, today, mix)),
            table(bought(plan, asked, today, mix)),
            html.P(remark(plan, weeks), className="sub")], True  # fmt: skip


def _working(desk: Apart, what: str) -> html.Div:
    done, of = desk.steps.get("rates", (0, 1))
    return html.Div(
        [
            html.P(say("{what}: {done} of {of}.", what=what, done=done, of=of)),
            dmc.Progress(value=100 * (done + 0.5) / max(of, 1), animated=True,
                         **{"aria-label": what}),
        ]
    )  # fmt: skip

"""What if: a slider for each event, overrides of a day, and the variant that they make."""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ALL as EVERY
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import ids
from dashboard.choice import address, chosen, wanted
from dashboard.choosing import ALL, chosen_day, chosen_queues, chosen_words
from dashboard.parts import section
from dashboard.wishes import multipliers, multipliers_text, overrides_list, overrides_text
from dashboard.words import say
from planner.export.changed_days import as_changes, effects, further_overrides
from planner.export.wording import day_name, event_name, number
from planner.foreseen import change_words

if TYPE_CHECKING:
    from dashboard.page import Values
    from dashboard.shelf import Seen, Shelf
    from planner.export.changed_days import Effect
    from planner.scenario.foreseen import Override

SLIDER, DROP = "demand-event", "demand-drop"
KIND, VALUE, NOTE, ADD, RESET, SAID = (
    f"demand-{part}" for part in ("kind", "value", "note", "add", "reset", "said")
)
SHOWN = ("market", "channel", "queue", "day")  # where an override's day and queues come from
MOST_CHANGE, MOST_TIMES = 1_000_000, 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is tried: multipliers by event, overrides, and these as the address has them."""

    multipliers: dict[str, float]
    overrides: tuple[Override, ...]
    listed: list[dict[str, Any]]

    def __bool__(self) -> bool:
        """Whether anything is tried at all."""
        return bool(self.multipliers or self.overrides)


def wanted_changes(seen: Seen, values: Values) -> Wanted:
    """Return what the address asks to try.

    Raises
    ------
    InputError
        If its overrides are none.
    """
    text = values.get("overrides", "")
    return Wanted(
        multipliers(values.get("events", ""), _movable(seen)),
        further_overrides(text),
        overrides_list(text),
    )


def _effects(seen: Seen) -> tuple[Effect, ...]:
    return seen.once("effects", lambda: effects(seen.plan))


def _movable(seen: Seen) -> dict[str, float]:
    return {one.name: one.multiplier for one in _effects(seen) if one.seen}


def changes_section(seen: Seen, values: Values, tried: Wanted) -> html.Section:
    """Return the sliders, the form of overrides, what is tried, and the way to run it."""
    sliders = [_slider(one, tried) for one in _effects(seen) if one.seen]
    away = [event_name(one.name) for one in _effects(seen) if not one.seen]
    told: list[Any] = [] if sliders else [html.P(say("No event moves a day of this plan."))]
    if away:
        told.append(
            html.P(say("Taken away in this plan, so that only a run tells of it: {events}.",
                       events=", ".join(away)))
        )  # fmt: skip
    return section(
        say("What if"),
        *told,
        html.Div(sliders, className="sliders"),
        _form(seen, values),
        _list(tried),
        _run(seen, tried),
        says=say("An event at 3 has three times its own effect; the rest of the day stays. The "
                 "dashed line above is the forecast's own arithmetic."),
    )  # fmt: skip


def _slider(one: Effect, tried: Wanted) -> html.Div:
    value = tried.multipliers.get(one.name, one.multiplier)
    least, most = min(1.0, one.multiplier, value), max(10.0, one.multiplier, value)
    name = event_name(one.name)
    where = ", ".join(one.markets)
    does = say("at most {factor} times the day, {markets}", factor=number(one.factor, 2),
               markets=where)  # fmt: skip
    return html.Div(
        [
            html.Span([html.Strong(name), f" \u00d7{value:g} ", html.Small(does)]),
            dmc.Slider(
                id={"type": SLIDER, "name": one.name}, min=least, max=most, step=0.5, value=value,
                thumbLabel=say("{event}: times its effect", event=name), updatemode="mouseup",
                marks=[{"value": n, "label": f"\u00d7{n}"} for n in (1, 2, 3, 5, 10)],
                size="lg",
            ),
        ]
    )  # fmt: skip


def _form(seen: Seen, values: Values) -> html.Div:
    where, day = chosen_words(values), seen.plan.days[chosen_day(seen, values)]
    kinds = [
        {"value": "factor", "label": say("times")},
        {"value": "add", "label": say("more")},
        {"value": "contacts", "label": say("exactly")},
    ]
    head = say("Override {day} in {where}, for each queue:", day=day_name(day), where=where)
    return html.Div(
        [
            html.P(head, className="label", id="demand-override-head"),
            html.Div(
                [
                    dmc.Select(id=KIND, data=kinds, value="factor", allowDeselect=False,
                               label=say("What")),
                    dmc.NumberInput(id=VALUE, label=say("How much"), decimalScale=3, step=0.1,
                                    placeholder="1.2", allowedDecimalSeparators=[",", "."]),
                    dmc.TextInput(id=NOTE, label=say("Why"), placeholder=say("TV spot")),
                    dmc.Button(say("Try it"), id=ADD, variant="default"),
                ],
                className="asks narrow",
            ),
            html.P("", id=SAID, className="said", role="status"),
        ]
    )  # fmt: skip


def _list(tried: Wanted) -> html.Ul:
    rows = []
    for n, one in enumerate(tried.overrides):
        where = ", ".join((*(one.markets or ()), *(one.queues or ()))) or say("all queues")
        when = day_name(one.day) if one.day else ""
        why = f" ({one.note})" if one.note else ""
        rows.append(
            html.Li(
                [
                    f"{when}, {where}: {change_words(one)}{why} ",
                    dmc.Button(say("Take away"), id={"type": DROP, "n": n}, variant="subtle",
                               size="compact-sm"),
                ]
            )
        )  # fmt: skip
    return html.Ul(rows, hidden=not rows)


def _run(seen: Seen, tried: Wanted) -> html.Div:
    """Return the way to a run of what is tried; the reset is there at all times."""
    changes = as_changes(seen.plan.scenario, tried.multipliers, tried.overrides)
    parts: list[Any] = []
    if tried and seen.number:
        query = urlencode({"plan": seen.number, "changes": ",".join(changes)})
        parts.append(
            dcc.Link(say("Make this a variant and run it"), href=f"/scenarios?{query}",
                     className="button")
        )  # fmt: skip
    elif tried:
        words = " ".join(f"--variant {shlex.quote(one)}" for one in changes)
        told = say("To run it: `planner run SCENARIO {words}`", words=words)
        parts.append(html.Code(told, className="command"))
    reset = dmc.Button(say("Back to the plan"), id=RESET, variant="default", disabled=not tried)
    return html.Div([*parts, reset], className="goes")


_FOCUS = """() => {
    if (!window.plannerSlider) {
        window.plannerSlider = {name: null};
        document.addEventListener("focusin", event => {
            const slider = event.target.getAttribute("role") === "slider";
            window.plannerSlider.name = slider ? event.target.getAttribute("aria-label") : null;
        });
    }
    const name = window.plannerSlider.name;
    setTimeout(() => {
        if (!name || document.activeElement !== document.body) { return; }
        for (const one of document.querySelectorAll("[role=slider]")) {
            if (one.getAttribute("aria-label") === name) { one.focus(); }
        }
    }, 60);
    return window.dash_clientside.no_update;
}"""


def wire_changes(app: Dash, shelf: Shelf) -> None:
    """Put into the address what is moved, added and taken away; the page follows its address."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        _FOCUS,  # a slider that is drawn again keeps the keyboard
        Output(ids.control("demand", ids.VIEW), "title"),
        Input(ids.control("demand", ids.VIEW), "children"),
    )
    here = ids.control("demand", ids.HERE)
    names = [ids.control("demand", key) for key in SHOWN]

    @app.callback(
        Output(here, "search", allow_duplicate=True),
        Output(SAID, "children"),
        Input({"type": SLIDER, "name": EVERY}, "value"),
        Input({"type": DROP, "n": EVERY}, "n_clicks"),
        Input(ADD, "n_clicks"),
        Input(RESET, "n_clicks"),
        State({"type": SLIDER, "name": EVERY}, "id"),
        State(KIND, "value"),
        State(VALUE, "value"),
        State(NOTE, "value"),
        State(here, "search"),
        *(State(name, "value") for name in names),
        prevent_initial_call=True,
    )
    def change(
        moved: list[float],
        dropped: list[int | None],
        added: int | None,
        reset: int | None,
        sliders: list[dict[str, str]],
        kind: str,
        value: float | str | None,
        note: str | None,
        search: str | None,
        *picked: str,
    ) -> tuple[Any, Any]:
        values = wanted(search)
        shown = dict(zip(SHOWN, picked, strict=True))
        seen = shelf.get(_plan(shelf, values.get("plan")))
        listed = overrides_list(values.get("overrides", ""))
        by = ctx.triggered_id
        if by == RESET and reset:
            told = {**values, "events": "", "overrides": ""}
        elif by == ADD and added:
            fault = _fault(kind, value)
            if fault:
                return no_update, fault
            one = _stated(seen, shown, kind, float(str(value)), note or "")
            told = {**values, "overrides": overrides_text([*listed, one])}
        elif isinstance(by, dict) and by.get("type") == DROP and any(dropped):
            left = [one for n, one in enumerate(listed) if n != by["n"]]
            told = {**values, "overrides": overrides_text(left)}
        else:
            now = _movable(seen)
            text = ",".join(f"{i['name']}-x{v:g}" for i, v in zip(sliders, moved, strict=True))
            told = {**values, "events": multipliers_text(multipliers(text, now))}
        if all(told.get(key, "") == values.get(key, "") for key in ("events", "overrides")):
            return no_update, ""
        rest = {key: text for key, text in {**told, **shown}.items() if key != "plan"}
        return address(seen.number, rest), ""


def _plan(shelf: Shelf, asked: str | None) -> int:
    return int(chosen(asked, [(str(number), name) for number, name in shelf.plans()]))


def _fault(kind: str, value: float | str | None) -> str:
    """Return what is wrong with an amount, "" for nothing."""
    try:
        amount = float(str(value))
    except ValueError:
        return say("How much must be a number, such as 1.2.")
    if not math.isfinite(amount) or abs(amount) > MOST_CHANGE:
        return say("How much must be at most a million.")
    if amount < 0 and kind != "add":
        return say("How much must be 0 or more.")
    if kind == "factor" and amount > MOST_TIMES:
        return say("A day can be made at most 1000 times as large.")
    return ""


def _stated(seen: Seen, shown: Values, kind: str, amount: float, note: str) -> dict[str, Any]:
    """Return an override of the day and the queues that are chosen."""
    one: dict[str, Any] = {"day": shown["day"], kind: amount}
    if shown["channel"] == ALL and shown["queue"] == ALL:
        if shown["market"] != ALL:
            one["markets"] = [shown["market"]]
    else:
        one["queues"] = [seen.plan.queues[q].name for q in chosen_queues(seen, shown).tolist()]
    if note.strip():
        one["note"] = note.strip()[:200]
    return one

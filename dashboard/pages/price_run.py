"""The price that decides, worked out from the buyer's page: begun, followed and stopped there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html

from dashboard import ids
from dashboard.apart import Apart, Desks
from dashboard.pages.rates import PAGE, asked_plan
from dashboard.parts import failed, figure, section
from dashboard.price_work import work_out
from dashboard.words import say
from planner.errors import PlannerError
from planner.export.sourcing_page import sourcing_charts
from planner.export.sourcing_words import (
    headcount_sentences,
    service_sentences,
    switch_sentences,
    weeks_sentence,
)
from planner.export.wording import seconds
from planner.sourced import Sourcing
from planner.sourcing import as_planned

if TYPE_CHECKING:
    from dashboard.shelf import Seen, Shelf

START, STOP, STATE, FOUND, TICK = (
    ids.control(PAGE, key) for key in ("start", "stop", "state", "found", "run-tick")
)
_STAGES = {
    "prices": "Trying prices",
    "headcount": "Moving own staff",
    "frontier": "Moving the promise",
}
_EVERY_MS = 1000


def run_section(*, large: bool) -> html.Div:
    """Return the button that begins, the one that stops, and room for what is found."""
    long = say("In a large centre this takes many minutes; the page stays usable.")
    live: Any = {"aria-live": "polite"}
    return html.Div(
        [
            section(
                say("The price that decides, and what service costs"),
                html.Div(
                    [
                        dmc.Button(say("Work it out"), id=START, n_clicks=0, color="blue.8"),
                        dmc.Button(say("Stop"), id=STOP, n_clicks=0, variant="default",
                                   disabled=True),
                    ],
                    className="buttons",
                ),
                html.Div(id=STATE, className="answer", **live),
                dcc.Interval(id=TICK, interval=_EVERY_MS, disabled=True),
                says=say(
                    "At which price of each pool the mix would switch, what more or less service "
                    "costs, and more or fewer own agents."
                )
                + (f" {long}" if large else ""),
            ),
            html.Div(id=FOUND),
        ]
    )  # fmt: skip


def wire_run(app: Dash, shelf: Shelf) -> None:
    """Begin, follow and stop the work; a page that is loaded again finds it."""
    desks = Desks(work_out)

    @app.callback(
        Output(STATE, "children"),
        Output(FOUND, "children"),
        Output(START, "disabled"),
        Output(STOP, "disabled"),
        Output(TICK, "disabled"),
        Input(TICK, "n_intervals"),
        Input(START, "n_clicks"),
        Input(STOP, "n_clicks"),
        State(ids.control(PAGE, ids.HERE), "search"),
    )
    def follow(_ticks: int, begin: int, end: int, search: str | None) -> tuple[Any, ...]:
        try:
            seen = asked_plan(shelf, search)
            if ctx.triggered_id == START and begin:
                desk: Apart | None = desks.begun(seen)
            else:
                desk = desks.known(seen)
            if ctx.triggered_id == STOP and end and desk is not None:
                desk.stop()
        except PlannerError as error:
            return failed(str(error)), [], False, True, True
        if desk is None:
            return say("Not worked out yet."), [], False, True, True
        if desk.phase == "working":
            return _progress(desk), [], True, False, False
        if desk.phase == "failed":
            return failed(desk.reason), [], False, True, True
        return _state(desk), _found(seen, desk), False, True, True


def _progress(desk: Apart) -> list[Any]:
    """Return how far each stage is."""
    told: list[Any] = []
    since = seconds(time.monotonic() - desk.begun)
    if desk.stopping:
        told.append(html.P(say("Stopping: what is done is kept. Stop again to end it without.")))
    told.append(html.P(say("At work for {since}.", since=since)))
    for stage, name in _STAGES.items():
        done, of = desk.steps.get(stage, (0, 0))
        if of:
            said = say("{name}: {done} of {of}", name=say(name), done=done, of=of)
            told += [html.P(said), dmc.Progress(value=100 * done / of, **{"aria-label": said})]
    return told


def _state(desk: Apart) -> str:
    found = desk.told.get("found")
    if found is None:
        return say("It was stopped before anything was found.")
    return say("Stopped early: this is what was found until then.") if found["stopped"] else ""


def _found(seen: Seen, desk: Apart) -> list[Any]:
    """Return the sentences and pictures of what was found."""
    told = desk.told.get("found")
    if told is None:
        return []
    known: Sourcing = seen.once("sourced", lambda: as_planned(seen.plan))
    found = Sourcing(known.plan, known.spending, known.penalties, **told)
    parts = sourcing_charts(found)
    small = parts["prices"].small
    said = (
        ("The price that decides", [*weeks_sentence(found), *switch_sentences(found)]),
        ("Service for those who wait on the line", service_sentences(found)),
        ("Own agents", headcount_sentences(found)),
    )
    return [
        *(section(say(name), html.Ul([html.Li(line) for line in lines])) for name, lines in said
          if lines),
        *(figure(chart) for chart in parts["prices"].large),
        html.Div([figure(chart, f"price-{n}") for n, chart in enumerate(small)], className="pairs"),
        *(figure(chart) for key in ("frontier", "headcount") for chart in parts[key].large),
    ]  # fmt: skip

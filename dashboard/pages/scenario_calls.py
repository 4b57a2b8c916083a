"""What happens on the page of what-if when something is picked, typed or pressed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update

from dashboard import ids
from dashboard.pages.all_plans import wire_all_plans
from dashboard.pages.side_by_side import (
    comparison_of,
    notes_section,
    pictures,
    queues_section,
    side_by_side,
)
from dashboard.parts import failed
from dashboard.words import say
from dashboard.work.asking import changes_in, looked_at, run_variant
from dashboard.work.faults import faults
from dashboard.work.panel import ENDED, POKE, plan_options, poke, wire_jobs
from planner.comparing.tables import comparison_files
from planner.errors import PlannerError

if TYPE_CHECKING:
    from dashboard.shelf import Shelf

ASKED, BODY, WITH, COMPARED = (
    f"scenarios-{part}" for part in ("asked", "body", "with", "compared")
)
PICKED, TYPED, NAME, NOTE, CHECKED, RUN, RUN_SAID = (
    f"scenarios-{part}"
    for part in ("picked", "typed", "name", "note", "checked", "run", "run-said")
)
AS_CSV, AS_EXCEL, SAVED = (f"scenarios-{part}" for part in ("csv", "excel", "saved"))
_ENDED, _POKE = ids.control("scenarios", ENDED), ids.control("scenarios", POKE)

# What is selected goes into the address without the page being made anew.
_ADDRESS = """(others, picked, typed) => {
    if (location.pathname === "/scenarios") {
        const told = new URLSearchParams(location.search);
        const lines = (typed || "").split("\\n").map(line => line.trim()).filter(line => line);
        const values = {with: (others || []).join(","),
                        changes: [...(picked || []), ...lines].join(",")};
        for (const [name, value] of Object.entries(values)) {
            if (value) { told.set(name, value); } else { told.delete(name); }
        }
        const search = "?" + told.toString().replaceAll("%2C", ",");
        if (search !== location.search) { history.replaceState(history.state, "", search); }
    }
    return window.dash_clientside.no_update;
}"""

Body = Callable[["Shelf", dict[str, Any]], list[Any]]
Options = Callable[["Shelf", int], list[dict[str, str]]]


def wire(app: Dash, shelf: Shelf, body: Body, with_options: Options) -> None:
    """Add the page's callbacks."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        _ADDRESS,
        Output(ASKED, "modified_timestamp"),
        Input(WITH, "value"),
        Input(PICKED, "value", allow_optional=True),
        Input(TYPED, "value", allow_optional=True),
        prevent_initial_call=True,
    )

    @app.callback(Output(BODY, "children"), Input(ASKED, "data"))
    def fill(asked: dict[str, Any]) -> Any:  # noqa: ANN401
        try:
            return body(shelf, asked)
        except PlannerError as error:
            return failed(str(error))

    wire_jobs(app, shelf, "scenarios")
    wire_all_plans(app, shelf)
    _wire_comparison(app, shelf)
    _wire_form(app, shelf)
    _wire_plans(app, shelf, with_options)


def _numbers(asked: dict[str, Any], others: list[str] | None) -> list[int]:
    return [int(asked["plan"]), *(int(one) for one in others or () if one.isdecimal())]


def _wire_comparison(app: Dash, shelf: Shelf) -> None:
    @app.callback(
        Output(COMPARED, "children"), Input(WITH, "value"), State(ASKED, "data"),
    )  # fmt: skip
    def compare(others: list[str] | None, asked: dict[str, Any]) -> Any:  # noqa: ANN401
        try:
            found = comparison_of(shelf, _numbers(asked, others))
        except PlannerError as error:
            return faults(error, title=say("These plans cannot be compared"))
        queues = queues_section(found)
        files = html.Div(
            [
                dmc.Button(say("All figures as CSV"), id=AS_CSV, variant="default", size="xs"),
                dmc.Button(say("As an Excel workbook"), id=AS_EXCEL, variant="default", size="xs"),
                dcc.Download(id=SAVED),
            ],
            className="goes",
        )
        told = [*side_by_side(found), *([queues] if queues is not None else [])]
        several = len(found.outcomes) > 1
        return [*told, files, *pictures(found), *([notes_section()] if several else [])]

    @app.callback(
        Output(SAVED, "data"),
        Input(AS_CSV, "n_clicks"),
        Input(AS_EXCEL, "n_clicks"),
        State(WITH, "value"),
        State(ASKED, "data"),
        prevent_initial_call=True,
    )
    def save(
        csv: int | None, excel: int | None, others: list[str] | None, asked: dict[str, Any]
    ) -> Any:  # noqa: ANN401
        if not csv and not excel:
            return no_update
        from dash import ctx

        name = "compare.csv" if ctx.triggered_id == AS_CSV else "compare.xlsx"
        files = comparison_files(comparison_of(shelf, _numbers(asked, others)))
        return {"content": b64encode(files[name]).decode(), "filename": name, "base64": True}


def _wire_form(app: Dash, shelf: Shelf) -> None:
    if shelf.store is None:
        return
    store = shelf.store

    @app.callback(
        Output(CHECKED, "children"),
        Output(RUN, "disabled"),
        Input(PICKED, "value"),
        Input(TYPED, "value"),
        State(ASKED, "data"),
    )
    def check(
        picked: list[str] | None, typed: str | None, asked: dict[str, Any]
    ) -> tuple[Any, bool]:
        changes = [*(picked or ()), *changes_in(typed or "")]
        if not changes:
            return html.P(say("Nothing is changed yet."), className="sub"), True
        try:
            looked_at(store, int(asked["plan"]), changes)
        except PlannerError as error:
            return faults(error, f"{store.name}: "), True
        said = say("Will be planned with: {changes}", changes=", ".join(changes))
        return html.P(said, className="sub"), False

    @app.callback(
        Output(RUN_SAID, "children"),
        Output(_POKE, "data", allow_duplicate=True),
        Input(RUN, "n_clicks"),
        State(PICKED, "value"),
        State(TYPED, "value"),
        State(NAME, "value"),
        State(NOTE, "value"),
        State(ASKED, "data"),
        running=[(Output(RUN, "loading"), True, False)],
        prevent_initial_call=True,
    )
    def run(
        clicks: int | None,
        picked: list[str] | None,
        typed: str | None,
        name: str | None,
        note: str | None,
        asked: dict[str, Any],
    ) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        changes = [*(picked or ()), *changes_in(typed or "")]
        try:
            number = run_variant(store, int(asked["plan"]), changes, name or "", note or "")
        except PlannerError as error:
            return faults(error, f"{store.name}: "), no_update
        return html.P(say("Plan {number} is on its way: see below.", number=number)), poke()


def _wire_plans(app: Dash, shelf: Shelf, with_options: Options) -> None:
    @app.callback(
        Output(ids.PLAN, "data", allow_duplicate=True),
        Output(WITH, "data"),
        Input(_ENDED, "data"),
        State(ASKED, "data"),
        prevent_initial_call=True,
    )
    def plans(_stamp: str, asked: dict[str, Any]) -> tuple[Any, Any]:
        """Offer a plan that has just come wherever plans are picked."""
        known = plan_options(shelf)
        return known, with_options(shelf, asked["plan"])

"""What happens on the page of data when a file has come, or something is picked or pressed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboard import ids
from dashboard.intake.desk import Desk
from dashboard.intake.desk import State as Kept
from dashboard.intake.reading import table_on
from dashboard.intake.upload import take_uploads
from dashboard.pages.data_history import LEAVE_OUT, READ_SO
from dashboard.parts import failed
from dashboard.words import say
from dashboard.work.asking import run_question
from dashboard.work.faults import faults
from dashboard.work.panel import ENDED, POKE, plan_options, poke, wire_jobs
from planner.errors import PlannerError
from planner.handed_over import IGNORE

if TYPE_CHECKING:
    from dashboard.shelf import Shelf

TOKEN, UPLOADED, CHANGED, STEPS, EXAMPLE, NAME, NOTE, CHECK, CHECK_SAID, PLAN, PLAN_SAID = (
    f"data-{part}"
    for part in ("token", "uploaded", "changed", "steps", "example", "name", "note", "check",
                 "check-said", "plan", "plan-said")
)  # fmt: skip
_COLUMNS = {"type": "data-column", "ours": ALL}
_WORDS = {"type": "data-word", "word": ALL}

_ADDRESS = """(uploaded, changed, token) => {
    if (location.pathname === "/data" && (uploaded || changed)) {
        const told = new URLSearchParams(location.search);
        told.set("data", token);
        history.replaceState(history.state, "", "?" + told.toString());
    }
    return window.dash_clientside.no_update;
}"""

Body = Callable[["Shelf", str], list[Any]]
Work = Callable[["Shelf"], Any]


def drop_id(name: str) -> dict[str, str]:
    """Return the name of the button that takes a file away."""
    return {"type": "data-drop", "name": name}


def wire(app: Dash, shelf: Shelf, body: Body, work: Work) -> None:
    """Add the page's callbacks, and the address that files are sent to."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        _ADDRESS,
        Output(TOKEN, "modified_timestamp"),
        Input(UPLOADED, "data"),
        Input(CHANGED, "data"),
        State(TOKEN, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(STEPS, "children"),
        Input(TOKEN, "data"),
        Input(UPLOADED, "data"),
        Input(CHANGED, "data"),
    )
    def fill(token: str, _uploaded: Any, _changed: Any) -> Any:  # noqa: ANN401
        try:
            return body(shelf, token)
        except PlannerError as error:
            return failed(str(error))

    @app.callback(Output("data-work", "children"), Input(TOKEN, "data"))
    def at_work(_token: str) -> Any:  # noqa: ANN401
        return work(shelf)

    if shelf.store is None:
        return
    take_uploads(app.server)
    wire_jobs(app, shelf, "data")
    _wire_choices(app)
    _wire_planning(app, shelf)

    @app.callback(
        Output(ids.PLAN, "data", allow_duplicate=True),
        Input(ids.control("data", ENDED), "data"),
        prevent_initial_call=True,
    )
    def plans(_stamp: str) -> list[dict[str, str]]:
        return plan_options(shelf)


def _wire_choices(app: Dash) -> None:
    @app.callback(
        Output(CHANGED, "data", allow_duplicate=True),
        Input(EXAMPLE, "value"),
        State(TOKEN, "data"),
        prevent_initial_call=True,
    )
    def choose(example: str | None, token: str) -> Any:  # noqa: ANN401
        desk = Desk(token)
        before = desk.state
        if (example or "") == before.example:
            return no_update
        if example:
            desk.drop(before.scenario)
        scenario = "" if example else before.scenario
        desk.put(replace(before, example=example or "", scenario=scenario, queues={}))
        return poke()

    @app.callback(
        Output(CHANGED, "data", allow_duplicate=True),
        Input({"type": "data-drop", "name": ALL}, "n_clicks"),
        State(TOKEN, "data"),
        prevent_initial_call=True,
    )
    def drop(_clicks: list[int | None], token: str) -> Any:  # noqa: ANN401
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update
        desk, name = Desk(token), str(ctx.triggered_id["name"])
        state = desk.state
        if name not in (state.scenario, state.history, *desk.tables()):
            return no_update
        desk.drop(name)
        if name == state.history:
            state = replace(state, history="", columns={}, queues={})
        elif name == state.scenario:
            state = replace(state, scenario="")
        desk.put(state)
        return poke()

    @app.callback(
        Output(CHANGED, "data", allow_duplicate=True),
        Input(READ_SO, "n_clicks"),
        State(_COLUMNS, "value"),
        State(_COLUMNS, "id"),
        State(TOKEN, "data"),
        prevent_initial_call=True,
    )
    def read_so(
        clicks: int | None, picked: list[str | None], which: list[dict[str, str]], token: str
    ) -> Any:  # noqa: ANN401
        if not clicks:
            return no_update
        desk = Desk(token)
        desk.put(replace(desk.state, columns=_columns(picked, which), queues={}))
        return poke()


def _columns(picked: list[str | None], which: list[dict[str, str]]) -> dict[str, str]:
    pairs = zip(which, picked, strict=True)
    return {one["ours"]: theirs for one, theirs in pairs if theirs}


def _put(
    desk: Desk,
    columns: tuple[list[str | None], list[dict[str, str]]],
    words: tuple[list[str | None], list[dict[str, str]]],
) -> Kept:
    """Keep how a history is to be read, as it is picked on the page."""
    state = desk.state
    if state.history:
        queues = {
            one["word"]: IGNORE if queue == LEAVE_OUT else str(queue or IGNORE)
            for one, queue in zip(words[1], words[0], strict=True)
        }
        picked = _columns(*columns) or table_on(desk, state).columns
        state = replace(state, columns=picked, queues=queues)
        desk.put(state)
    return state


def _wire_planning(app: Dash, shelf: Shelf) -> None:
    store = shelf.store
    if store is None:
        return
    how = [State(_COLUMNS, "value"), State(_COLUMNS, "id"), State(_WORDS, "value"),
           State(_WORDS, "id"), State(TOKEN, "data")]  # fmt: skip

    @app.callback(
        Output(CHECK_SAID, "children"),
        Input(CHECK, "n_clicks"),
        *how,
        running=[(Output(CHECK, "loading"), True, False)],
        prevent_initial_call=True,
    )
    def check(clicks: int | None, *told: Any) -> Any:  # noqa: ANN401
        if not clicks:
            return no_update
        *picked, token = told
        desk = Desk(token)
        try:
            _put(desk, (picked[0], picked[1]), (picked[2], picked[3]))
            found = desk.handed_over().check()
        except PlannerError as error:
            return faults(error, *desk.hidden)
        text = found.text()
        for place in desk.hidden:
            text = text.replace(place, "")
        named: Any = {"aria-label": say("Check it")}
        return html.Pre(text, className="check", tabIndex="0", **named)

    @app.callback(
        Output(PLAN_SAID, "children"),
        Output(ids.control("data", POKE), "data", allow_duplicate=True),
        Output(CHANGED, "data", allow_duplicate=True),
        Input(PLAN, "n_clicks"),
        State(NAME, "value"),
        State(NOTE, "value"),
        *how,
        running=[(Output(PLAN, "loading"), True, False)],
        prevent_initial_call=True,
    )
    def plan(clicks: int | None, name: str | None, note: str | None, *told: Any) -> Any:  # noqa: ANN401
        if not clicks:
            return no_update, no_update, no_update
        *picked, token = told
        desk = Desk(token)
        try:
            _put(desk, (picked[0], picked[1]), (picked[2], picked[3]))
            run_question(store, desk.handed_over().question(), name or "", note or "")
        except PlannerError as error:
            return faults(error, *desk.hidden), no_update, no_update
        desk.remove()
        return None, poke(), poke()

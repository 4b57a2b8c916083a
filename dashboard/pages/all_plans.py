"""Every plan of a store on a page: the list, and of one its name, notes, log and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard.choice import address
from dashboard.ids import control
from dashboard.parts import nothing, section
from dashboard.shelf import has_answer
from dashboard.who import demand
from dashboard.words import say
from dashboard.work.asking import run_again
from dashboard.work.faults import faults
from dashboard.work.panel import ENDED, POKE, poke
from planner.errors import Fault, InputError, PlannerError
from planner.store.plans import add_note, found, log_of, notes_of, remove, rename

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.shelf import Shelf
    from planner.store.database import Store
    from planner.store.plans import Entry, PlanRecord

GRID, LOOKED, PANE = (f"scenarios-{part}" for part in ("plans", "looked", "pane"))
NEW_NAME, NEW_NOTE, RENAME, ADD, REMOVE, AGAIN = (
    f"scenarios-{part}" for part in ("new-name", "new-note", "rename", "add", "remove", "again")
)
_SPACED = "d3.formatLocale({decimal: '.', thousands: '\u202f', grouping: [3]}).format(',.0f')"
_NUMBER = {"function": f"params.value == null ? '' : {_SPACED}(params.value)"}
_MONEY = {
    "function": f"params.value == null ? '' : params.data.currency + ' ' + {_SPACED}(params.value)"
}

_LOOK = """(rows) => {
    if (location.pathname === "/scenarios" && rows && rows.length) {
        const told = new URLSearchParams(location.search);
        told.set("look", rows[0].id);
        const search = "?" + told.toString().replaceAll("%2C", ",");
        if (search !== location.search) { history.replaceState(history.state, "", search); }
    }
    return window.dash_clientside.no_update;
}"""


def all_plans(shelf: Shelf, look: str) -> html.Section:
    """Return the list of all plans, and below it one of them."""
    title = say("All plans")
    if shelf.store is None:
        return nothing(title, say("A folder holds one plan. A store keeps many, with their log."))
    records = shelf.records()
    chosen = look if any(str(one.id) == look for one in records) else ""
    return section(
        title,
        _grid(records, chosen),
        html.Div(pane(shelf.store, int(chosen)) if chosen else _none(), id=PANE),
        dcc.Store(id=LOOKED),
        says=say("The newest first. Choose one for its notes, its log, and what can be done."),
    )


def _none() -> html.P:
    return html.P(say("No plan is chosen in the list."), className="sub")


def rows(records: Sequence[PlanRecord]) -> list[dict[str, Any]]:
    """Return plans as the list has them."""
    return [
        {
            "id": one.id,
            "key": str(one.id),
            "name": one.name,
            "status": say(one.status),
            "days": f"{one.first_day}, {one.days}",
            "cost": one.cost,
            "currency": one.currency,
            "missing": one.understaffing_hours,
            "who": one.created_by,
            "when": f"{one.created_at:%Y-%m-%d %H:%M}",
        }
        for one in records
    ]


def _grid(records: Sequence[PlanRecord], chosen: str) -> html.Div:
    right = {"type": "rightAligned"}
    columns = [
        {"field": "id", "headerName": say("Plan"), "maxWidth": 75, "minWidth": 65, **right},
        {"field": "name", "headerName": say("Name"), "minWidth": 190, "flex": 3, "filter": True,
         "tooltipField": "name"},
        {"field": "status", "headerName": say("Status"), "maxWidth": 120, "filter": True},
        {"field": "cost", "headerName": say("Cost"), "valueFormatter": _MONEY, "flex": 1,
         "minWidth": 130, **right},
        {"field": "missing", "headerName": say("Missing, h"), "valueFormatter": _NUMBER,
         "flex": 1, "minWidth": 105, **right},
        {"field": "who", "headerName": say("By"), "flex": 1, "filter": True, "minWidth": 95},
        {"field": "when", "headerName": say("Asked for (UTC)"), "minWidth": 150, "flex": 1},
        {"field": "days", "headerName": say("First day, days"), "minWidth": 140, "flex": 1},
    ]  # fmt: skip
    height = min(max(len(records), 2), 9) * 42 + 52
    grid = dag.AgGrid(
        id=GRID,
        columnDefs=columns,
        rowData=rows(records),
        getRowId="params.data.key",
        selectedRows={"ids": [chosen]} if chosen else [],
        defaultColDef={"sortable": True, "resizable": True, "minWidth": 80},
        dashGridOptions={
            "animateRows": False,
            "rowSelection": {"mode": "singleRow", "checkboxes": False,
                             "enableClickSelection": True},
        },
        style={"height": f"{height}px"},
        className="ag-theme-quartz-auto-dark",
    )  # fmt: skip
    return html.Div(grid)


def pane(store: Store, number: int) -> list[Any]:
    """Return one plan: what became of it, its notes and log, and what can be done with it."""
    one = found(store, str(number))
    answer = has_answer(one)
    opened = f"/{address(one.id, {})}"
    ways: list[Any] = [dcc.Link(say("Open it"), href=opened)] if answer else []
    if one.status in ("failed", "stopped"):
        again = dmc.Button(say("Run it again"), id=AGAIN, size="compact-sm", variant="default")
        ways.append(again)
    status = f"{say(one.status)}: {one.reason}" if one.reason else say(one.status)
    asked = say("asked for by {who} at {when} UTC", who=one.created_by,
                when=f"{one.created_at:%Y-%m-%d %H:%M}")  # fmt: skip
    edited = say("version {version}, last changed by {who}", version=one.version, who=one.edited_by)
    shown = dcc.Store(id=control(LOOKED, "at"), data={"plan": one.id, "version": one.version})
    return [
        shown,
        html.H3(f"{one.id}: {one.name}"),
        html.P(f"{status} · {asked} · {edited}", className="sub"),
        html.Div(ways, className="goes"),
        html.Div([_edits(one), _entries(say("Notes"), notes_of(store, number), say("None yet."))],
                 className="asks"),
        _entries(say("Who did what"), log_of(store, number), ""),
        _removal(one),
    ]  # fmt: skip


def _edits(one: PlanRecord) -> html.Div:
    return html.Div(
        [
            html.Div(
                [
                    dmc.TextInput(id=NEW_NAME, value=one.name, label=say("Name")),
                    dmc.Button(say("Rename"), id=RENAME, variant="default"),
                ],
                className="with-button",
            ),
            html.Div(
                [
                    dmc.TextInput(id=NEW_NOTE, value="", label=say("A note")),
                    dmc.Button(say("Add it"), id=ADD, variant="default"),
                ],
                className="with-button",
            ),
        ]
    )


def _entries(title: str, entries: Sequence[Entry], none: str) -> html.Div:
    lines = [
        html.Li([html.Small(f"{one.at:%Y-%m-%d %H:%M} UTC, {one.who}"), html.Div(one.text)])
        for one in entries
    ]
    return html.Div([html.H4(title), html.Ul(lines, className="entries") if lines else none])


def _removal(one: PlanRecord) -> html.Details:
    what = say("With its files, notes and actuals, for good. The log keeps that it was there.")
    sure = dmc.Button(say("Remove it for good"), id=REMOVE, color="red", variant="light")
    return html.Details([html.Summary(say("Remove this plan")), html.P(what), sure])


def wire_all_plans(app: Dash, shelf: Shelf) -> None:
    """Add the callbacks of the list and of the plan below it."""
    if shelf.store is None:
        return
    store = shelf.store
    app.clientside_callback(  # type: ignore[no-untyped-call]
        _LOOK, Output(LOOKED, "data"), Input(GRID, "selectedRows"), prevent_initial_call=True
    )

    @app.callback(
        Output(GRID, "rowData"),
        Input(control("scenarios", ENDED), "data"),
        prevent_initial_call=True,
    )
    def renew(_stamp: str) -> list[dict[str, Any]]:
        return rows(shelf.records())

    @app.callback(
        Output(PANE, "children"),
        Input(GRID, "selectedRows"),
        State(control(LOOKED, "at"), "data", allow_optional=True),
        prevent_initial_call=True,
    )
    def look(chosen: list[dict[str, Any]] | None, at: dict[str, int] | None) -> Any:  # noqa: ANN401
        if not isinstance(chosen, list) or not chosen:
            return no_update
        number = int(chosen[0]["id"])
        if at is not None and at["plan"] == number:
            return no_update  # on the page already, perhaps with a note half written
        try:
            return pane(store, number)
        except PlannerError as error:
            return faults(error, title=say("This plan cannot be shown"))

    _wire_edits(app, store)


def _wire_edits(app: Dash, store: Store) -> None:
    @app.callback(
        Output(PANE, "children", allow_duplicate=True),
        Output(control("scenarios", POKE), "data", allow_duplicate=True),
        Input(RENAME, "n_clicks"),
        Input(ADD, "n_clicks"),
        Input(REMOVE, "n_clicks"),
        Input(AGAIN, "n_clicks", allow_optional=True),
        State(NEW_NAME, "value"),
        State(NEW_NOTE, "value"),
        State(control(LOOKED, "at"), "data"),
        prevent_initial_call=True,
    )
    def change(
        _rename: int | None,
        _add: int | None,
        _remove: int | None,
        _again: int | None,
        name: str | None,
        note: str | None,
        at: dict[str, int],
    ) -> tuple[Any, Any]:
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update, no_update
        number, version = int(at["plan"]), int(at["version"])
        told: list[Any] = []
        try:
            _changed(store, str(ctx.triggered_id), number, version, (name or "", note or ""))
        except PlannerError as error:
            told = [faults(error, f"{store.name}: ", title=say("That was not done"))]
        try:
            return [*told, *pane(store, number)], poke()
        except PlannerError:
            gone = html.P(say("Plan {number} is removed.", number=number), className="sub")
            return [*told, gone], poke()


def _changed(store: Store, what: str, number: int, version: int, texts: tuple[str, str]) -> None:
    """Do what a button says to a plan that was read as a version.

    Raises
    ------
    PlannerError
        If it cannot be done, or another edited the plan since.
    """
    name, note = (text.strip() for text in texts)
    owner = found(store, str(number)).created_by
    if what == RENAME:
        rename(store, number, name, demand("edit", owner).name, version)
    elif what == REMOVE:
        remove(store, number, demand("edit", owner).name, version)
    elif what == AGAIN:
        run_again(store, number)
    elif not note or len(note) > 2000:
        must = "must be a text of 1 to 2000 characters, got " + ("more" if note else "nothing")
        raise InputError([Fault("note", None, "", must)])
    else:
        add_note(store, number, note, demand("note").name)

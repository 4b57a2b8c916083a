"""The page of data: a centre and its history handed over, checked, and planned."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.intake.desk import MOST, Desk, State, clear_away
from dashboard.page import Page, Values
from dashboard.pages.data_calls import (
    CHANGED,
    CHECK,
    CHECK_SAID,
    EXAMPLE,
    NAME,
    NOTE,
    PLAN,
    PLAN_SAID,
    STEPS,
    TOKEN,
    UPLOADED,
    drop_id,
    wire,
)
from dashboard.pages.data_history import history_parts
from dashboard.parts import failed, nothing, section
from dashboard.words import say
from dashboard.work.faults import faults
from dashboard.work.panel import jobs_panel, poke_store
from planner.errors import PlannerError
from planner.examples import EXAMPLES
from planner.scenario.raw import names

if TYPE_CHECKING:
    from dash import Dash

    from dashboard.shelf import Seen, Shelf

_ACCEPT = {"history": ".csv,.parquet,.ndjson,.json,.jsonl,.txt", "scenario": ".yaml,.yml",
           "table": ".csv,.parquet"}  # fmt: skip


def show(_seen: Seen | None, values: Values) -> list[Any]:
    """Return the page's frame; ``body`` fills it by what lies on the visitor's desk."""
    asked = values.get("data", "")
    try:
        Desk(asked)
    except PlannerError:
        asked = secrets.token_urlsafe(24)
    return [
        dcc.Store(id=TOKEN, data=asked),
        dcc.Store(id=UPLOADED),
        dcc.Store(id=CHANGED),
        poke_store("data"),
        dcc.Loading(html.Div(id=STEPS), delay_show=400, overlay_style={"visibility": "visible"}),
        html.Div(id="data-work"),
    ]


def body(shelf: Shelf, token: str) -> list[Any]:
    """Return the steps from a centre and its history to a plan."""
    if shelf.store is None:
        what = say("What is planned here is kept in a store. Open one with "
                   "`planner dashboard --store STORE`.")  # fmt: skip
        return [nothing(say("A folder holds one plan"), what)]
    clear_away()
    desk = Desk(token)
    state = desk.state
    return [
        _centre(desk, state, token),
        section(say("2. Its history"), *_guarded(lambda: _history(desk, state, token))),
        _plan(state),
    ]


def work(shelf: Shelf) -> Any:  # noqa: ANN401
    """Return the plans at work."""
    return jobs_panel("data", shelf) if shelf.store is not None else None


def _guarded(make: Any) -> list[Any]:  # noqa: ANN401
    try:
        told: list[Any] = make()
    except PlannerError as error:
        return [failed(str(error))]
    return told


def _centre(desk: Desk, state: State, token: str) -> html.Section:
    from dashboard.intake.reading import centre_on

    options = [{"value": name, "label": f"{name}: {says}"} for name, says in EXAMPLES.items()]
    told: list[Any] = []
    try:
        document = centre_on(desk, state)
    except PlannerError as error:
        told = [faults(error, *desk.hidden, title=say("The scenario cannot be read"))]
    else:
        if document is not None:
            queues, pools = names(document.value, "queues"), names(document.value, "pools")
            title = document.value.get("name") or say("No title")
            counts = {"queues": len(queues), "pools": len(pools)}
            what = say("{title}: {queues} queues, {pools} pools.", title=title, **counts)
            told = [html.P(what)]
    files = [name for name in (state.scenario, *desk.tables()) if name]
    listed = [_file(name, desk) for name in files]
    return section(
        say("1. The centre"),
        html.Div(
            [
                dmc.Select(
                    id=EXAMPLE, data=options, value=state.example or None, clearable=True,
                    label=say("An example"), placeholder=say("Pick one"), maxDropdownHeight=400,
                ),
                upload("scenario", token, say("Or your own: a scenario file (YAML)")),
                upload("table", token, say("Tables that it names: agents, drivers (optional)")),
            ],
            className="asks",
        ),
        html.Ul(listed, className="files") if listed else None,
        *told,
        says=say("Markets, queues, promises, pools and the days to plan."),
    )  # fmt: skip


def _file(name: str, desk: Desk) -> html.Li:
    size = desk.path(name).stat().st_size if desk.path(name).is_file() else 0
    label: Any = {"aria-label": say("Take {name} away", name=name)}
    return html.Li(
        [
            html.Span(f"{name}, {size_words(size)}"),
            dmc.Button(say("Take away"), id=drop_id(name), size="compact-xs", variant="default",
                       attributes={"root": label}),
        ]
    )  # fmt: skip


def size_words(size: int) -> str:
    """Return a file's size for a reader.

    Examples
    --------
    >>> size_words(512), size_words(2_500_000)
    ('1 kB', '2.5 MB')
    """
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(round(size / 1e3), 1)} kB"


def upload(kind: str, token: str, label: str) -> html.Div:
    """Return the place of a file input; the page's script puts it there and sends the file."""
    most = MOST[kind]
    told: Any = {
        "data-upload": kind,
        "data-token": token,
        "data-label": label,
        "data-most": str(most),
        "data-accept": _ACCEPT[kind],
        "data-large": say("must be of {most} MB at most, got more", most=f"{most / (1 << 20):g}"),
        "data-empty": say("must hold something, got nothing"),
        "data-sending": say("Sending"),
        "data-reading": say("Sent; being looked over"),
        "data-failed": say("It could not be sent: try again"),
    }
    return html.Div(className="upload", key=f"{kind}-{token}", **told)


def _history(desk: Desk, state: State, token: str) -> list[Any]:
    if not state.history:
        own = (
            say("The example's own history is read, unless you hand over another.")
            if state.example
            else say("CSV, Parquet, or tickets of Zendesk as NDJSON; 100 MB at most.")
        )
        label = say("A history: contacts by interval and queue, or one row a contact")
        return [html.P(own, className="sub"), upload("history", token, label)]
    return [
        html.Ul([_file(state.history, desk)], className="files"),
        *history_parts(desk, state),
    ]


def _plan(state: State) -> html.Section:
    return section(
        say("3. Check and plan"),
        html.Div(
            [
                dmc.TextInput(id=NAME, value="", label=say("Name of the plan"),
                              placeholder=say("Left out: the scenario's")),
                dmc.TextInput(id=NOTE, value="", label=say("A note to it")),
            ],
            className="asks",
        ),
        html.Div(
            [
                dmc.Button(say("Check it"), id=CHECK, variant="default", disabled=not state.centre),
                dmc.Button(say("Plan it"), id=PLAN, disabled=not state.centre),
                html.Span("" if state.centre else say("Choose a centre first."), className="sub"),
            ],
            className="goes",
        ),
        dcc.Loading(html.Div(id=CHECK_SAID), delay_show=300,
                    overlay_style={"visibility": "visible"}),
        html.Div(id=PLAN_SAID, role="status"),
        says=say("A check tells all that is wrong, with its lines. The files that you handed over "
                 "are removed once the plan is on its way; it keeps what it needs of them."),
    )  # fmt: skip


def _wire(app: Dash, shelf: Shelf) -> None:
    wire(app, shelf, body, work)


DATA = Page(
    key="data",
    title="Data",
    says="From a centre and its past contacts to a finished plan.",
    show=show,
    wire=_wire,
    without_plan=True,
)

"""The application: the shell, and each page wired to its address."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate
from flask_compress import Compress

from dashboard import ids
from dashboard.accounts import Accounts, add_accounts
from dashboard.choice import Option, address, chosen, wanted
from dashboard.guard import guard
from dashboard.health import add_health
from dashboard.page import Page, Values
from dashboard.pages import PAGES
from dashboard.parts import failed, nothing
from dashboard.shelf import Seen, Shelf
from dashboard.shell import links, options_of, shell
from dashboard.words import say
from planner.errors import PlannerError


def make_app(shelf: Shelf, accounts: Accounts | None = None) -> Dash:
    """Return the application for the plans of a shelf.

    Parameters
    ----------
    accounts
        How people log in; without, it is for this machine's browser alone.
    """
    app = Dash(
        "dashboard",
        assets_folder="assets",
        serve_locally=True,
        requests_pathname_prefix="/",
        routes_pathname_prefix="/",
        suppress_callback_exceptions=True,  # a page's parts come with the page
        title="Planner",
        update_title="",
        add_log_handler=False,
    )
    Compress(app.server)
    app.index_string = app.index_string.replace("<html>", '<html lang="en">')
    app.layout = lambda: shell(PAGES, _plans(shelf))
    _wire_shell(app, shelf)
    for page in PAGES:
        _wire_page(app, shelf, page)
        if page.wire is not None:
            page.wire(app, shelf)
    add_health(app.server, shelf.store)
    guard(app.server, app.csp_hashes(), accounts.doors if accounts else None)
    if accounts:
        add_accounts(app.server, accounts)
    return app


def warm_up(shelf: Shelf) -> None:
    """Work out the first page of the newest plan beside, so that nobody waits for it."""

    def work() -> None:
        with suppress(PlannerError):  # whoever opens the page is told
            for number, _ in shelf.plans()[:1]:
                seen = shelf.get(number)
                PAGES[0].show(seen, selected(PAGES[0], seen, {})[0])

    threading.Thread(target=work, daemon=True).start()


def _plans(shelf: Shelf) -> list[tuple[str, str]]:
    return [(str(number), name) for number, name in shelf.plans()]


def _wire_shell(app: Dash, shelf: Shelf) -> None:
    @app.callback(
        Output(ids.MAIN, "children"),
        Output(ids.MENU, "children"),
        Output(ids.PLAN, "data"),
        Output(ids.PLAN, "value"),
        Output(ids.ADDRESS, "search"),
        Output(ids.BURGER, "opened"),
        Input(ids.ADDRESS, "pathname"),
        Input(ids.PLAN, "value"),
        State(ids.ADDRESS, "search"),
    )
    def turn_to(path: str | None, picked: str | None, search: str | None) -> tuple[Any, ...]:
        plans = _plans(shelf)
        by_hand = ctx.triggered_id == ids.PLAN
        if by_hand and (picked or "") == chosen(wanted(search).get("plan"), plans):
            raise PreventUpdate  # the picker itself said again what it shows
        plan = chosen(picked if by_hand else wanted(search).get("plan"), plans)
        page = next((page for page in PAGES if page.path == path), None)
        search = address(int(plan) if plan else None, {}) if by_hand else search
        kept = address(int(plan) if plan else None, {})
        body = _no_such_page() if page is None else _body(page, shelf, plan, wanted(search))
        moved = search if by_hand else no_update
        return body, links(PAGES, path or "/", kept), options_of(plans), plan or None, moved, False

    app.clientside_callback(  # type: ignore[no-untyped-call]
        "opened => ({width: 190, breakpoint: 'sm', collapsed: {mobile: !opened}})",
        Output(ids.SHELL, "navbar"),
        Input(ids.BURGER, "opened"),
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        """code => {
            const now = document.cookie.match(/(?:^|; )language=(\\w+)/);
            if (code && (now ? now[1] !== code : document.documentElement.dataset.said)) {
                document.cookie = `language=${code}; path=/; max-age=31536000; SameSite=Strict`;
                location.reload();
            }
            document.documentElement.dataset.said = "1";
            document.documentElement.lang = code || "en";
            return window.dash_clientside.no_update;
        }""",
        Output(ids.LANGUAGE, "data"),
        Input(ids.LANGUAGE, "value"),
    )


def _no_such_page() -> html.Section:
    return nothing("There is no such page", "Choose one of the pages in the menu.")


def _body(page: Page, shelf: Shelf, plan: str, values: Values) -> list[Any]:
    """Return a page with its controls; what it shows comes with what is selected."""
    head = html.Header([html.H1(say(page.title)), html.P(say(page.says), className="sub")])
    if not plan and not page.without_plan:
        return [head, nothing("No plan yet", "Run one on the page Scenarios, or with "
                              "`planner run SCENARIO --store STORE`.")]  # fmt: skip
    try:
        seen = shelf.get(int(plan)) if plan else None
        options = page.options(seen, values) if seen is not None else {}
    except PlannerError as error:
        return [head, failed(str(error))]
    pickers = []
    for one in page.controls:
        data = options.get(one.key, ())
        pickers.append(_picker(page, one.key, one.label, one.kind, data, values.get(one.key)))
    return [
        dcc.Location(id=ids.control(page.key, ids.HERE), refresh=False),
        head,
        html.Div(pickers, className="pickers", hidden=not pickers),
        dcc.Loading(html.Div(id=ids.control(page.key, ids.VIEW)), delay_show=400,
                    overlay_style={"visibility": "visible"}),
    ]  # fmt: skip


def _picker(
    page: Page,
    key: str,
    label: str,
    kind: str,
    options: Sequence[Option],
    value: str | None,
) -> html.Div:
    name, data = ids.control(page.key, key), options_of(options)
    now = chosen(value, options)
    if kind == "segments":
        part = html.Div(
            [
                html.Span(say(label), className="label"),
                dmc.SegmentedControl(id=name, data=data, value=now),
            ]
        )
        return html.Div(part)
    return html.Div(
        dmc.Select(id=name, label=say(label), data=data, value=now, allowDeselect=False,
                   searchable=len(data) > 12, nothingFoundMessage="None of that name"),
        hidden=len(data) < 2,
    )  # fmt: skip


def _wire_page(app: Dash, shelf: Shelf, page: Page) -> None:
    """Show what is selected: by a control, which changes the address, or by the address."""
    keys = [one.key for one in page.controls]
    here, view = ids.control(page.key, ids.HERE), ids.control(page.key, ids.VIEW)
    names = [ids.control(page.key, key) for key in keys]

    @app.callback(
        Output(here, "search"),
        Output(view, "children"),
        *(Output(name, "data") for name in names),
        *(Output(name, "value") for name in names),
        Input(here, "search"),
        *(Input(name, "value") for name in names),
    )
    def show(search: str | None, *picked: str | None) -> tuple[Any, ...]:
        by_hand = ctx.triggered_id in names
        asked = wanted(search)
        by_name = {key: value or "" for key, value in zip(keys, picked, strict=True)}
        kept_too = {key: asked[key] for key in page.keeps if key in asked}
        values = {**by_name, **kept_too} if by_hand else asked
        still = (no_update,) * (2 * len(keys))
        try:
            seen = _seen(shelf, asked.get("plan"), page)
            told, options = (values, {}) if seen is None else selected(page, seen, values)
            parts = page.show(seen, told)  # type: ignore[arg-type]
        except PlannerError as error:
            return (no_update, failed(str(error)), *still)
        kept = {key: str(told[key]) for key in keys if key in told}
        plan = None if seen is None else seen.number
        moved = address(plan, {**kept, **kept_too}) if by_hand else no_update
        data = [options_of(options.get(key, ())) for key in keys]
        return (moved, parts, *data, *(kept.get(key, "") for key in keys))


def _seen(shelf: Shelf, plan: str | None, page: Page) -> Seen | None:
    number = chosen(plan, _plans(shelf))
    return None if not number and page.without_plan else shelf.get(int(number))


def selected(page: Page, seen: Seen, values: Values) -> tuple[dict[str, str], dict[str, Any]]:
    """Return what is chosen on a page and the options of each control, one after the other."""
    told: dict[str, str] = dict(values)
    options: dict[str, Any] = {}
    for one in page.controls:
        options = dict(page.options(seen, told))
        told[one.key] = chosen(told.get(one.key), options.get(one.key, ()))
    return told, options

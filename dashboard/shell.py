"""What is around every page: the plan's name, the pages' names, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import dcc, html
from flask import current_app, has_request_context

from dashboard import ids
from dashboard.who import ACCOUNTS, me
from dashboard.words import LANGUAGES, language, say

if TYPE_CHECKING:
    from dashboard.choice import Option
    from dashboard.page import Page

_THEME = {
    "fontFamily": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif",
    "primaryColor": "blue",
    "primaryShade": {"light": 8, "dark": 8},
    "respectReducedMotion": True,
}


def shell(pages: Sequence[Page], plans: Sequence[Option]) -> dmc.MantineProvider:
    """Return the frame; the page itself comes with the address."""
    header = dmc.AppShellHeader(
        dmc.Group(
            [
                dmc.Burger(id=ids.BURGER, hiddenFrom="sm", opened=False, size="sm",
                           **{"aria-label": say("Pages")}),
                html.Span("Planner", className="brand"),
                dmc.Select(
                    id=ids.PLAN, data=options_of(plans), allowDeselect=False, searchable=True,
                    nothingFoundMessage=say("No such plan"), className="plan-picker",
                    attributes={"input": {"aria-label": say("Plan")}},
                ),
                dmc.Select(
                    id=ids.LANGUAGE, data=options_of(LANGUAGES), value=language(),
                    allowDeselect=False, w=110, visibleFrom="sm",
                    attributes={"input": {"aria-label": say("Language")}},
                ),
                *_account(),
                dmc.ColorSchemeToggle(
                    lightIcon=html.Span("☀"), darkIcon=html.Span("☾"), variant="default",
                    size="lg", attributes={"root": {"aria-label": say("Light or dark")}},
                ),
            ],
            h="100%", px="md", gap="sm", wrap="nowrap",
        )
    )  # fmt: skip
    named: Any = {"aria-label": say("Pages")}
    menu = dmc.AppShellNavbar(
        html.Nav(id=ids.MENU, children=links(pages, "/", ""), **named), p="xs"
    )
    main = dmc.AppShellMain(html.Div(id=ids.MAIN, role="main"))
    frame = dmc.AppShell(
        [header, menu, main],
        id=ids.SHELL,
        header={"height": 56},
        navbar={"width": 190, "breakpoint": "sm", "collapsed": {"mobile": True}},
        padding="md",
    )
    address = dcc.Location(id=ids.ADDRESS, refresh="callback-nav")
    return dmc.MantineProvider([address, frame], theme=_THEME, defaultColorScheme="auto")


def _account() -> list[html.A]:
    """Return the way to one's own account and out; nothing where there are no accounts."""
    if not has_request_context() or ACCOUNTS not in current_app.extensions:
        return []
    named: Any = {"aria-label": f"{say('Account')}: {me().name}"}
    return [html.A(me().name, href="/account", className="account", **named)]


def links(pages: Sequence[Page], path: str, search: str) -> list[dmc.NavLink]:
    """Return the pages' links; they keep the plan."""
    return [
        dmc.NavLink(label=say(page.title), href=page.path + search, active=page.path == path)
        for page in pages
    ]


def options_of(options: Sequence[Option]) -> list[dict[str, str]]:
    """Return options as pickers take them."""
    return [{"value": value, "label": label} for value, label in options]

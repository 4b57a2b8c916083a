"""The page of what-if: run a variant, see plans side by side, and who did what with which plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.page import Page, Values
from dashboard.pages.all_plans import all_plans
from dashboard.pages.scenario_calls import (
    ASKED,
    BODY,
    CHECKED,
    COMPARED,
    NAME,
    NOTE,
    PICKED,
    RUN,
    RUN_SAID,
    TYPED,
    WITH,
    wire,
)
from dashboard.pages.side_by_side import MOST
from dashboard.parts import nothing, section
from dashboard.shelf import FOLDER, has_answer
from dashboard.words import say
from dashboard.work.asking import changes_in, ready_in
from dashboard.work.panel import jobs_panel, poke_store

if TYPE_CHECKING:
    from dash import Dash

    from dashboard.shelf import Seen, Shelf

_LABEL = 110  # letters of what a ready variant changes


def show(seen: Seen | None, values: Values) -> list[Any]:
    """Return the page's frame, which keeps what the address asks; ``body`` fills it."""
    asked = {key: values.get(key, "") for key in ("with", "changes", "look")}
    plan = None if seen is None else seen.number
    told = dcc.Store(id=ASKED, data={"plan": plan, **asked})
    return [told, poke_store("scenarios"), html.Div(id=BODY)]


def body(shelf: Shelf, asked: dict[str, Any]) -> list[Any]:
    """Return the page for a plan and what its address asks."""
    plan = asked["plan"]
    if plan is None:
        start = dcc.Link(say("Begin with your data or an example"), href="/data")
        nobody = nothing(say("No finished plan yet"), say("Variants are made of a plan."), start)
        work = [poke_store("data"), jobs_panel("data", shelf)]  # there is nothing to compare yet
        return [nobody, *work, all_plans(shelf, asked["look"])]
    return [
        _form(shelf, plan, asked["changes"]),
        jobs_panel("scenarios", shelf),
        _compare(shelf, plan, asked["with"]),
        all_plans(shelf, asked["look"]),
    ]


def _form(shelf: Shelf, plan: int, changes: str) -> html.Section:
    title = say("Run a variant")
    if shelf.store is None or plan == FOLDER:
        kept = say("This plan lies in a folder: variants are made of plans in a store. Keep it "
                   "with `planner run SCENARIO --store STORE`, and open that store.")  # fmt: skip
        return section(title, html.P(kept))
    ready = ready_in(shelf.store, plan)
    names = {one.name for one in ready}
    wanted = changes_in(changes)
    data = [{"value": one.name, "label": f"{one.name}: {_short(one.says)}"} for one in ready]
    typed = "\n".join(one for one in wanted if one not in names)
    return section(
        title,
        html.Div(
            [
                dmc.MultiSelect(
                    id=PICKED, data=data, value=[one for one in wanted if one in names],
                    label=say("Ready changes"), searchable=True, clearable=True,
                    hidePickedOptions=True, placeholder=say("Pick one or more"),
                    nothingFoundMessage=say("None of that name: type it on the right"),
                    maxDropdownHeight=320,
                ),
                dmc.Textarea(
                    id=TYPED, value=typed, label=say("Changes of your own, one a line"),
                    placeholder=_example(shelf, plan), autosize=True, minRows=2,
                    maxRows=8, debounce=350, spellCheck=False,
                ),
                dmc.TextInput(id=NAME, value="", label=say("Name of the plan"),
                              placeholder=say("Left out: the scenario's, with the changes")),
                dmc.TextInput(id=NOTE, value="", label=say("A note to it")),
            ],
            className="asks",
        ),
        html.Div(id=CHECKED, className="checked"),
        html.Div(
            [
                dmc.Button(say("Run it"), id=RUN, disabled=True),
                html.Div(id=RUN_SAID, role="status"),
            ],
            className="goes",
        ),
        says=say("Of the plan chosen above. The plan itself stays as it is."),
    )  # fmt: skip


def _example(shelf: Shelf, plan: int) -> str:
    """Return examples of changes that fit the plan."""
    scenario = shelf.get(plan).plan.scenario
    pool = scenario.pools[0].name if scenario.pools else "paris"
    return f"pools.{pool}.agents=40\nqueues.*.aht_factor=1.1"


def _short(says: str) -> str:
    return says if len(says) <= _LABEL else f"{says[: _LABEL - 1]}…"


def _compare(shelf: Shelf, plan: int, others: str) -> html.Section:
    data, wanted = with_options(shelf, plan), others.split(",")
    known = {one["value"] for one in data}
    picked = [number for number in dict.fromkeys(wanted) if number in known][: MOST - 1]
    if not others:
        picked = alike(shelf, plan)
    return section(
        say("Side by side"),
        dmc.MultiSelect(
            id=WITH, data=data, value=picked, maxValues=MOST - 1, searchable=True, clearable=True,
            label=say("Compare the plan above with up to three others"),
            placeholder=say("Pick plans") if data else say("There is no other plan yet"),
            hidePickedOptions=True,
        ),
        dcc.Loading(html.Div(id=COMPARED, className="compared"), delay_show=400,
                    overlay_style={"visibility": "visible"}),
    )  # fmt: skip


def with_options(shelf: Shelf, plan: int) -> list[dict[str, str]]:
    """Return the plans that a plan can be compared with."""
    plans = [(str(number), name) for number, name in shelf.plans() if number != plan]
    return [{"value": number, "label": name} for number, name in plans]


def alike(shelf: Shelf, plan: int) -> list[str]:
    """Return the newest plans of the same scenario and days, where nothing else is asked."""
    records = {one.id: one for one in shelf.records() if has_answer(one)}
    mine = records.get(plan)
    if mine is None:
        return []
    same = [
        str(one.id)
        for one in records.values()
        if one.id != plan
        and (one.scenario, one.first_day, one.days) == (mine.scenario, mine.first_day, mine.days)
    ]
    return same[: MOST - 1]


def _wire(app: Dash, shelf: Shelf) -> None:
    wire(app, shelf, body, with_options)


SCENARIOS = Page(
    key="scenarios",
    title="Scenarios",
    says="Ask what if, see plans side by side, and look up what was run, by whom, and why.",
    show=show,
    wire=_wire,
    without_plan=True,
)

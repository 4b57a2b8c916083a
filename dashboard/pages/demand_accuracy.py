"""How good the forecast has been: against what came, and tried on the past when asked."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
import numpy as np
from dash import Dash, Input, Output, State, dcc, html

from dashboard.choosing import chosen_queues
from dashboard.parts import failed, section, table, tiles
from dashboard.words import say
from planner.actuals import read_actuals
from planner.errors import PlannerError
from planner.export.accuracy_words import accuracy_so_far, came_sums, tried_on_the_past
from planner.store.actuals import actuals_files, actuals_of

if TYPE_CHECKING:
    from dashboard.page import Values
    from dashboard.shelf import Seen, Shelf
    from planner.actuals import Actuals
    from planner.export.accuracy_words import Accuracy
    from planner.reforecast import DaySum

ASKED, SO_FAR = "demand-asked", "demand-so-far"
TRY, TRIED = "demand-try", "demand-tried"


def accuracy_sections(seen: Seen, values: Values, queue: int) -> list[Any]:
    """Return the places of both, filled once the rest of the page is there."""
    chosen = chosen_queues(seen, values).tolist()
    name = seen.plan.queues[queue].name
    known = _tried(seen, queue) if seen.knows(f"tried {queue}") else []
    return [
        dcc.Store(id=ASKED, data={"plan": seen.number, "queues": chosen, "queue": queue}),
        section(say("Accuracy so far"), html.Div(id=SO_FAR)),
        section(
            say("Tried on the past"),
            dmc.Button(say("Try {queue} on its past", queue=name), id=TRY, variant="default",
                       disabled=bool(known)),
            dcc.Loading(html.Div(known, id=TRIED, className="answer"), delay_show=200),
            says=say("The forecast made again from six days of the past that knew nothing of what "
                     "came after, as `planner backtest` does. It takes about five seconds."),
        ),
    ]  # fmt: skip


def wire_accuracy(app: Dash, shelf: Shelf) -> None:
    """Fill in what came so far with the page, and what the past says when asked."""

    @app.callback(Output(SO_FAR, "children"), Input(ASKED, "data"))
    def so_far(asked: dict[str, Any]) -> list[Any]:
        try:
            seen = shelf.get(int(asked["plan"]))
            return _so_far(shelf, seen, asked["queues"])
        except PlannerError as error:
            return [failed(str(error))]

    @app.callback(
        Output(TRIED, "children"),
        Input(TRY, "n_clicks"),
        State(ASKED, "data"),
        prevent_initial_call=True,
    )
    def try_it(_clicks: int | None, asked: dict[str, Any]) -> list[Any]:
        try:
            return _tried(shelf.get(int(asked["plan"])), int(asked["queue"]))
        except PlannerError as error:
            return [failed(str(error))]


def _so_far(shelf: Shelf, seen: Seen, queues: list[int]) -> list[Any]:
    if shelf.store is None or not seen.number:
        return [html.P(say("What came is read in for plans of a store."))]
    kept = actuals_of(shelf.store, seen.number)
    if not kept:
        return [
            html.P(
                say("Nothing has been read in yet of what came on these days: "
                    "`planner actuals {plan} TABLE`.", plan=seen.number)
            )
        ]  # fmt: skip
    last = kept[-1]
    content = actuals_files(shelf.store, seen.number)[f"actuals-{len(kept)}.parquet"]
    name = f"came {last.sha256} {last.known_until}"
    actuals, days = seen.once(name, lambda: _read(seen, content, last.known_until))
    count = len(seen.plan.queues)
    chosen = np.array([q for q in queues if 0 <= q < count], dtype=np.int64)
    found = accuracy_so_far(seen.plan, actuals, days, chosen)
    if found is None:
        return [html.P(say("Nothing of these queues has come yet."))]
    return _told(found)


def _read(seen: Seen, content: bytes, until: dt.datetime) -> tuple[Actuals, tuple[DaySum, ...]]:
    moment = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory(prefix="planner-") as place:
        file = Path(place) / "actuals.parquet"
        file.write_bytes(content)
        actuals = read_actuals(seen.plan, file, moment.isoformat())
    return actuals, came_sums(seen.plan, actuals)


def _tried(seen: Seen, queue: int) -> list[Any]:
    if not 0 <= queue < len(seen.plan.queues):
        return []
    found = seen.once(f"tried {queue}", lambda: tried_on_the_past(seen.plan, queue))
    if found is None:
        return [html.P(say("The queue has too little history of its own to be tried on."))]
    return _told(found)


def _told(found: Accuracy) -> list[Any]:
    return [html.P(found.says), tiles(found.facts), table(found.table)]

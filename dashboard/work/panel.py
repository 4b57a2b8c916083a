"""Plans at work on a page: how far each is, a button to stop it, and what became of the last."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard.choice import address
from dashboard.ids import control
from dashboard.parts import failed
from dashboard.who import demand
from dashboard.words import say
from dashboard.work.jobs import Job, at_work, job_of, just_ended
from dashboard.work.worker import worker_for
from planner.errors import PlannerError
from planner.export.wording import money, number
from planner.store.jobs import ask_to_stop
from planner.store.plans import found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.shelf import Shelf
    from planner.store.plans import PlanRecord

EVERY_MS = 1500
_SILENT = 20.0  # seconds without a word of a worker, from which on it is told
JOBS, TICK, POKE, ENDED = "jobs", "tick", "poke", "ended"


def jobs_panel(page: str, shelf: Shelf) -> html.Div:
    """Return the plans at work; whoever reloads the page finds them again.

    ``wire_jobs`` keeps it up to date while something runs. Whatever changes the data of the store
    ``POKE`` has it looked at again; that of ``ENDED`` changes when a plan has ended or come.
    """
    records = _tended(shelf)
    parts: list[Any] = [
        html.Div(_told(page, shelf, records), id=control(page, JOBS), **_LIVE),
        dcc.Interval(id=control(page, TICK), interval=EVERY_MS, disabled=not at_work(records)),
        dcc.Store(id=control(page, ENDED), data=_stamp(records)),
    ]
    return html.Div(parts)


_LIVE: Any = {"aria-live": "polite", "aria-atomic": "false"}


def poke_store(page: str) -> dcc.Store:
    """Return what has the plans at work looked at again; it is there before all that uses it."""
    return dcc.Store(id=control(page, POKE))


def wire_jobs(app: Dash, shelf: Shelf, page: str) -> None:
    """Add the callbacks of a page's panel."""
    if shelf.store is None:
        return
    store = shelf.store

    @app.callback(
        Output(control(page, JOBS), "children"),
        Output(control(page, TICK), "disabled"),
        Output(control(page, ENDED), "data"),
        Input(control(page, TICK), "n_intervals"),
        Input(control(page, POKE), "data"),
        State(control(page, ENDED), "data"),
        prevent_initial_call=True,
    )
    def look(_ticks: int | None, _poke: Any, before: str | None) -> tuple[Any, ...]:  # noqa: ANN401
        try:
            records = _tended(shelf)
        except PlannerError as error:
            return failed(str(error)), False, no_update
        stamp = _stamp(records)
        moved = no_update if stamp == before else stamp
        return _told(page, shelf, records), not at_work(records), moved

    @app.callback(
        Output(control(page, POKE), "data", allow_duplicate=True),
        Input({"type": "stop", "page": page, "plan": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def stop(_clicks: list[int | None]) -> Any:  # noqa: ANN401
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update
        with suppress(PlannerError):  # it has ended meanwhile, or is another's: the next look tells
            plan = int(ctx.triggered_id["plan"])
            one = found(store, str(plan))
            who = demand("edit", one.created_by).name
            if one.stop_asked:
                worker_for(store).end(plan, who)
            else:
                ask_to_stop(store, plan, who)
        return poke()


def plan_options(shelf: Shelf) -> list[dict[str, str]]:
    """Return the plans that can be looked at, as the picker above every page takes them."""
    return [{"value": str(number), "label": name} for number, name in shelf.plans()]


def poke() -> str:
    """Return something new to say that the plans are to be looked at again."""
    return dt.datetime.now(dt.UTC).isoformat()


def _tended(shelf: Shelf) -> tuple[PlanRecord, ...]:
    if shelf.store is not None:
        worker_for(shelf.store).tend()
    return shelf.records()


def _stamp(records: Sequence[PlanRecord]) -> str:
    """Return a text that changes when a plan begins, ends, comes, goes or is edited."""
    return " ".join(f"{one.id}.{one.status}.{one.version}" for one in records[:200])


def _told(page: str, shelf: Shelf, records: Sequence[PlanRecord]) -> list[Any]:
    now = dt.datetime.now(dt.UTC)
    working, ended = at_work(records), just_ended(records, now)
    if not working and not ended:
        return []
    worker = None if shelf.store is None else worker_for(shelf.store)
    trouble = worker.trouble if worker is not None and working else ""
    ours = {one.id for one in working if worker is not None and worker.works_on(one)}
    lines = [_line(page, one, now, ours=one.id in ours) for one in working]
    lines += [_end(one) for one in ended]
    title = say("At work") if working else say("Just ended")
    told = [failed(trouble)] if trouble else []
    return [
        html.Section([html.H2(title), *told, html.Ul(lines, className="jobs")], className="card")
    ]


def _line(page: str, one: PlanRecord, now: dt.datetime, *, ours: bool) -> html.Li:
    job = job_of(one.progress)
    if one.status == "queued":
        said, share = say("Waits for its turn"), None
    elif one.stop_asked:
        said, share = say("Stopping: the best found till now is kept"), job.share
    else:
        said, share = _stage(job), job.share
    bar: Any = {"aria-label": say("How far {name} is", name=one.name), "max": "1"}
    bar |= {} if share is None else {"value": str(share)}
    stop: Any = {"aria-label": say("Stop {name}", name=one.name)}
    notes = [job.note, _so_far(one, now), _silence(one, now)]
    return html.Li(
        [
            html.Div([html.Strong(f"{one.id}: {one.name}"), html.Span(said, className="said")]),
            html.Progress(**bar),
            html.Small(" · ".join(note for note in notes if note)),
            dmc.Button(
                say("End it at once") if one.stop_asked and ours else say("Stop"),
                id={"type": "stop", "page": page, "plan": one.id},
                size="compact-sm", variant="default", disabled=one.stop_asked and not ours,
                attributes={"root": stop},
            ),
        ],
        key=f"job-{one.id}",
    )  # fmt: skip


def _stage(job: Job) -> str:
    if job.steps is None:
        return say(job.stage)
    return f"{say(job.stage)}: {say('{done} of {of}', done=job.steps[0], of=job.steps[1])}"


def _so_far(one: PlanRecord, now: dt.datetime) -> str:
    if one.started_at is None:
        return say("asked for by {who}", who=one.created_by)
    spent = max((now - one.started_at).total_seconds(), 0.0)
    return say("{time} so far", time=_time(spent))


def _time(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d} min" if whole >= 60 else f"{whole} s"


def _silence(one: PlanRecord, now: dt.datetime) -> str:
    if one.status != "running" or one.heartbeat_at is None:
        return ""
    silent = (now - one.heartbeat_at).total_seconds()
    return "" if silent < _SILENT else say("not heard for {time}", time=_time(silent))


def _end(one: PlanRecord) -> html.Li:
    """Return how a plan ended, with the way to it where it has an answer."""
    name = html.Strong(f"{one.id}: {one.name}")
    if one.cost is None:
        word = say("Failed") if one.status == "failed" else say("Stopped")
        return html.Li([html.Div([name, html.Span(f"{word}: {one.reason}", className="said bad")])])
    word = say("Done") if one.status == "done" else say("Stopped early")
    cost = money(one.cost, one.currency)
    missing = say("{hours} hours missing", hours=number(one.understaffing_hours or 0.0))
    there = dcc.Link(say("Open it"), href=f"/{address(one.id, {})}")
    return html.Li(
        html.Div([name, html.Span(f"{word}: {cost}, {missing}", className="said good"), there])
    )

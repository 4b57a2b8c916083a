"""The planner's page of positions: needed against scheduled, by pool, with the work that waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, html, no_update

from dashboard import ids
from dashboard.choice import Control, Option, chosen
from dashboard.choosing import (
    chosen_day,
    chosen_queues,
    chosen_words,
    day_options,
    queue_options,
)
from dashboard.page import Page, Values
from dashboard.parts import figure, section, table
from dashboard.words import say
from planner.export.explain import explain_interval
from planner.export.figures_hours import backlog_chart, occupancy_chart
from planner.export.figures_supply import positions_chart
from planner.export.wording import day_name

if TYPE_CHECKING:
    from dashboard.shelf import Seen, Shelf
    from planner.export.steps import Step

GRAPH = "staffing-positions"


def options(seen: Seen, values: Values) -> Mapping[str, Sequence[Option]]:
    """Return markets, channels, queues, days, and the intervals of the queue shown."""
    told = dict(values)
    for key in ("market", "channel", "queue"):
        told[key] = chosen(told.get(key), queue_options(seen, told)[key])
    days = day_options(seen)
    if not told.get("day"):  # an address may name the interval alone
        days.sort(key=lambda day: day[0] != told.get("at", "")[:10])
    told["day"] = chosen(told.get("day"), days)
    return {**queue_options(seen, told), "day": days, "at": _intervals(seen, told)}


def _intervals(seen: Seen, values: Values) -> list[Option]:
    """Return the starts of a queue's intervals on a day that have contacts, the busiest first."""
    q, inside = _shown(seen, values)
    contacts = seen.plan.projection.contacts[q]
    busy = [i for i in inside if contacts[i] > 0] or inside
    if not busy:
        return []
    most = max(busy, key=lambda i: contacts[i])
    starts = {i: str(seen.sums.axes[q].stamps[i]) for i in busy}
    clock = {i: starts[i][11:16] for i in busy}
    twice = [i for i in busy if list(clock.values()).count(clock[i]) > 1]
    labels = {i: f"{clock[i]} {starts[i][19:]}" if i in twice else clock[i] for i in busy}
    first = (starts[most], say("{time}, the busiest", time=labels[most]))
    return [first, *((starts[i], labels[i]) for i in busy if i != most)]


def _shown(seen: Seen, values: Values) -> tuple[int, list[int]]:
    """Return the queue whose arithmetic is shown, the largest of those chosen, and its day."""
    sums, day = seen.sums, chosen_day(seen, values)
    queues = chosen_queues(seen, values).tolist()
    at_once = [q for q in queues if not sums.deferred[q]] or queues
    q = max(at_once, key=lambda one: float(sums.contacts[one, day]))
    axis = sums.axes[q]
    return q, axis.inside[axis.day[axis.inside] == day].tolist()


def show(seen: Seen, values: Values) -> list[Any]:
    """Return positions needed and given on a day, occupancy, what waits, and one interval."""
    plan, sums = seen.plan, seen.sums
    day, name = chosen_day(seen, values), chosen_words(values)
    queues = chosen_queues(seen, values)
    market = None if values["market"] == "all" else values["market"]
    part = None if values["channel"] == values["queue"] == "all" else queues
    named = f"{name}, {day_name(plan.days[day])}"
    waits = backlog_chart(plan, sums, queues, day, named)
    hint = say("Click an interval, or choose it above, to see its arithmetic below.")
    return [
        figure(positions_chart(plan, sums, market, [day], part, name), GRAPH),
        html.P(hint, className="sub"),
        figure(occupancy_chart(plan, sums, queues, day, named)),
        *([] if waits is None else [figure(waits)]),
        _arithmetic(seen, values),
    ]


def _arithmetic(seen: Seen, values: Values) -> html.Section:
    """Return the eight steps of the interval that is chosen, from its history to its price."""
    q, inside = _shown(seen, values)
    axis = seen.sums.axes[q]
    i = next((one for one in inside if str(axis.stamps[one]) == values.get("at")), None)
    if i is None:
        return section(say("No interval"), html.P(say("Nothing comes on this day.")))
    told = seen.once(f"interval {q} {i}", lambda: explain_interval(seen.plan, q, i, axis))
    others = "" if values["queue"] != "all" else say("The largest of the queues chosen. ")
    says = others + say("The same steps as `planner explain`.")
    return section(
        f"{told.queue}, {told.when}",
        html.Ol([_step(one) for one in told.steps], className="steps"),
        says=says,
    )


def _step(step: Step) -> html.Li:
    return html.Li(
        [
            html.H3(step.title),
            *(html.P(line) for line in step.lines),
            *([] if step.table is None else [table(step.table)]),
            *(html.P(line, className="more") for line in step.more),
        ]
    )


def wire(app: Dash, _shelf: Shelf) -> None:
    """Choose the interval that is clicked; the clock of the picture is that of its first queue."""

    @app.callback(
        Output(ids.control("staffing", "at"), "value", allow_duplicate=True),
        Input(GRAPH, "clickData"),
        State(ids.control("staffing", "at"), "data"),
        prevent_initial_call=True,
    )
    def choose(clicked: Any, listed: list[dict[str, str]]) -> Any:  # noqa: ANN401
        return clicked_interval(clicked, listed) or no_update


def clicked_interval(clicked: Any, listed: Sequence[Mapping[str, str]]) -> str:  # noqa: ANN401
    """Return which of the intervals listed a click on the picture means, "" for none.

    Examples
    --------
    >>> listed = [{"value": "2027-02-14T10:15:00+01:00"}]
    >>> clicked_interval({"points": [{"x": "2027-02-14 10:15"}]}, listed)
    '2027-02-14T10:15:00+01:00'
    """
    try:
        start = str(clicked["points"][0]["x"]).replace(" ", "T")[:16]
    except (KeyError, IndexError, TypeError):
        return ""
    return next((one["value"] for one in listed if one["value"].startswith(start)), "")


STAFFING = Page(
    key="staffing",
    title="Staffing",
    says="Positions needed and given, by pool; the work that waits, and for how long.",
    show=show,
    controls=(
        Control("market", "Market"),
        Control("channel", "Channel"),
        Control("queue", "Queue"),
        Control("day", "Day"),
        Control("at", "Interval"),
    ),
    options=options,
    wire=wire,
)

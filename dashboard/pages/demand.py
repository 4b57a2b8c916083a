"""The planner's page of contacts: what came, what is expected, of what, and what if not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import Dash, html

from dashboard.choice import Control, Option
from dashboard.choosing import (
    chosen_day,
    chosen_queues,
    chosen_words,
    day_options,
    queue_options,
)
from dashboard.page import Page, Values
from dashboard.pages.demand_accuracy import accuracy_sections, wire_accuracy
from dashboard.pages.demand_changes import changes_section, wanted_changes, wire_changes
from dashboard.parts import figure, section, table
from dashboard.words import say
from planner.export.changed_days import changed_days
from planner.export.day_parts import factor_text, method_words
from planner.export.explain_day import explain_day
from planner.export.figures_demand import days_chart, events_table
from planner.export.figures_hours import hours_chart
from planner.export.forecast_days import factors_table
from planner.export.wording import THIN, Table, day_name, number

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dashboard.shelf import Seen, Shelf

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
WEEKS, YEAR = "weeks", "year"


def options(seen: Seen, values: Values) -> Mapping[str, Sequence[Option]]:
    """Return markets, channels and queues, days, and how much of the past is shown."""
    past = [(WEEKS, say("8 weeks")), (YEAR, say("13 months"))]
    return {**queue_options(seen, values), "day": day_options(seen), "past": past}


def show(seen: Seen, values: Values) -> list[Any]:
    """Return history and forecast, what if, the day by interval and factor by factor, accuracy."""
    plan, sums = seen.plan, seen.sums
    chosen, day, name = chosen_queues(seen, values), chosen_day(seen, values), chosen_words(values)
    wanted = wanted_changes(seen, values)
    changed = ratios = None
    if wanted:
        days = changed_days(plan, wanted.multipliers, wanted.overrides)
        changed = days[chosen].sum(axis=0)
        ratios = _over(days[:, day], sums.contacts[:, day])
    title = say("{name}: history and forecast by day", name=name)
    by_day = days_chart(
        plan, sums, chosen, "demand-days", title, long=values["past"] == YEAR, changed=changed
    )
    q = int(max(chosen.tolist(), key=lambda one: float(sums.contacts[one].sum())))
    hours = hours_chart(
        plan, sums, chosen, day, f"{name}, {day_name(plan.days[day], year=True)}", ratios
    )
    return [
        figure(by_day),
        html.Details(
            [
                html.Summary(say("Events by name, day and market")),
                table(events_table(plan, sums, chosen, long=values["past"] == YEAR)),
            ],
            className="card",
        ),
        changes_section(seen, values, wanted),
        figure(hours),
        _day_section(seen, q, day, alone=len(chosen) == 1),
        _days_section(seen, q),
        *accuracy_sections(seen, values, q),
    ]


def _over(new: npt.NDArray[np.float64], old: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    ratios: npt.NDArray[np.float64] = new / old.clip(min=1e-9)
    ratios[old <= 0] = 1.0  # a day that nothing was expected of has no shape to scale
    return ratios


def _day_section(seen: Seen, q: int, day: int, *, alone: bool) -> html.Section:
    """Return what a queue's day is made of, factor by factor, as ``planner forecast --explain``."""
    told = explain_day(seen.plan.scenario, seen.plan.forecast, q, day)
    rows = tuple((factor_text(part), part.words) for part in told.parts)
    caption = say("Their product is the day's contacts")
    whole = [line for line in told.text().splitlines()[2:] if line and not line.startswith("  ")]
    parts: list[Any] = [html.P(_THOUSANDS.sub(THIN, line)) for line in whole]
    if rows:
        total = (f"= {number(told.contacts)}", say("contacts"))
        content = Table(caption, (say("factor"), say("what it stands for")), (*rows, total),
                        frozenset({0, 1}))  # fmt: skip
        parts = [table(content), *parts]
    which = "" if alone else say("The largest of the queues chosen. ")
    return section(
        say("What {queue} is made of on {day}", queue=told.queue, day=day_name(told.date)),
        *parts,
        says=which + say("The first is in contacts, each other one multiplies it."),
    )


def _days_section(seen: Seen, q: int) -> html.Section:
    told = seen.plan.forecast.by_queue[q]
    content = seen.once(f"factors {q}", lambda: factors_table(seen.plan.scenario, told))
    return section(
        say("Every day of {queue}, factor by factor", queue=told.queue),
        table(content),
        says=say("Method: {method}.", method=method_words(told)),
    )


def wire(app: Dash, shelf: Shelf) -> None:
    """Add what sliders and buttons of the page do."""
    wire_changes(app, shelf)
    wire_accuracy(app, shelf)


DEMAND = Page(
    key="demand",
    title="Demand",
    says="What came and what is expected, of what each day is made, and what if it were more.",
    show=show,
    controls=(
        Control("market", "Market"),
        Control("channel", "Channel"),
        Control("queue", "Queue"),
        Control("day", "Day"),
        Control("past", "History shown", "segments"),
    ),
    options=options,
    keeps=("events", "overrides"),
    wire=wire,
)

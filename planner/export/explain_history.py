"""The start of an explanation: what the history says of such an interval."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from planner.export.steps import Place, Step
from planner.export.wording import Table, day_name, event_name, number
from planner.inputs import events_by_queue

if TYPE_CHECKING:
    from forecasting.history import History
    from planner.plan import Plan

_WEEKS, _YEARS = 6, 3  # how many precedents are shown
_FELT = 0.05  # an event that moves a day by less does not date it


def history_step(plan: Plan, place: Place) -> Step:
    """Return what came in this slot on the same weekday, and as long before such an event."""
    history = next((past for past in plan.histories if past.queue == place.axis.queue), None)
    title, unit = "What came before", "contacts"
    if history is None:
        line = "this queue has no history of its own: other queues hand contacts on to it"
        return Step("history", title, (line,), float("nan"), unit)
    day = plan.days[place.day]
    end = history.first_day + dt.timedelta(days=len(history.contacts))
    last_same = end - dt.timedelta(days=(end - day).days % 7 or 7)
    weekly = [last_same - dt.timedelta(weeks=n) for n in range(_WEEKS)]
    precedents = dict.fromkeys(weekly, "same weekday") | _event_days(plan, place, history)
    rows, counts = [], []
    for past, why in precedents.items():
        row = (past - history.first_day).days
        if 0 <= row < len(history.contacts) and np.isfinite(history.contacts[row, place.slot]):
            count = float(history.contacts[row, place.slot])
            total = float(np.nansum(history.contacts[row]))
            rows.append((day_name(past, year=True), why, number(count), number(total)))
            counts += [count] if past in weekly else []
    mean = float(np.mean(counts)) if counts else float("nan")
    line = f"mean of the last {len(counts)} same weekdays at this time: {number(mean, 1)} contacts"
    header = ("day", "which", "contacts in this interval", "contacts that day")
    caption = "What the history says of this interval"
    table = Table(caption, header, tuple(rows), frozenset({0, 1}))
    return Step("history", title, (line,), mean, unit, table if rows else None)


def _event_days(plan: Plan, place: Place, history: History) -> dict[dt.date, str]:
    """Return the days as far from the event that moves this day most, in earlier years."""
    day = plan.days[place.day]
    parts = plan.forecast.by_queue[place.queue].parts
    known = events_by_queue(plan.scenario, history.first_day).get(place.axis.queue, ())
    pulls = {event: abs(float(parts[f"event {event.name}"][place.day]) - 1)
             for event in known if f"event {event.name}" in parts}  # fmt: skip
    event = max(pulls, key=lambda event: pulls[event], default=None)
    if event is None or pulls[event] < _FELT:
        return {}
    offset = min(((day - date).days for date in event.dates), key=abs)
    name = event_name(event.name)
    count = f"{abs(offset)} day{'' if abs(offset) == 1 else 's'}"
    words = f"{count} {'before' if offset < 0 else 'after'} {name}" if offset else name
    earlier = [date for date in event.dates if date < day - dt.timedelta(days=offset)]
    return {date + dt.timedelta(days=offset): words for date in reversed(earlier[-_YEARS:])}

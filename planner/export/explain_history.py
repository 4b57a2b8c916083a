"""The start of an explanation: what the history says of such an interval."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from planner.circumstances import events_by_queue
from planner.export.steps import Place, Step
from planner.export.wording import WEEKDAYS, Table, day_name, event_name, number

if TYPE_CHECKING:
    from forecasting.events import Event
    from forecasting.history import History
    from planner.export.digest import Digest
    from planner.plan import Plan

_WEEKS, _YEARS = 6, 3  # how many precedents are shown
_EDGES = ("month_start", "month_end")  # too frequent for one of them to be remembered
_AROUND = 3  # days from an event within which its busiest day is looked for
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
    which = "same weekday" if len(counts) == 1 else f"{len(counts)} same weekdays"
    line = f"mean of the last {which} at this time: {number(mean, 1)} contacts"
    if not counts:
        line = "the history tells nothing of this time on this weekday"
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


def past_peaks(plan: Plan, sums: Digest) -> str:
    """Return what came at earlier occurrences of the busiest day's event, where it was otherwise.

    Nothing is said where there is no such event, or where the day expected lies between the
    busiest days that the last occurrences brought. Queues with a history count.
    """
    named = {history.queue for history in plan.histories}
    known = [q for q, axis in enumerate(sums.axes) if axis.queue in named]
    if not known:
        return ""
    daily = sums.contacts[known].sum(axis=0)
    peak = int(daily.argmax())
    event, date = _nearest_event(plan, sums, known, plan.days[peak])
    if event is None:
        return ""
    earlier = [past for past in event.dates if past < min(date, plan.days[0])]
    found = [day for past in earlier if (day := _busiest_near(plan, past)) is not None][-_YEARS:]
    totals = [_total(plan, day) for day in found]
    if not totals or round(min(totals)) <= round(daily[peak]) <= round(max(totals)):
        return ""
    listed = ", ".join(
        f"{number(total)} ({WEEKDAYS[day.weekday()][:3]} {day.year})"
        for day, total in zip(found, totals, strict=True)
    )
    name = event_name(event.name)
    on_it = set(found) <= set(event.dates) and plan.days[peak] == date
    several = f"{name}s" if name.lower().endswith("day") else f"times of {name}"
    start = f"Past {several}" if on_it else f"The busiest days around past {several}"
    this = "this one is" if on_it else "this time it is"
    return (
        f"{start}: {listed}; {this} a {WEEKDAYS[plan.days[peak].weekday()]}, "
        f"{number(float(daily[peak]))} expected."
    )


def _nearest_event(
    plan: Plan, sums: Digest, known: list[int], day: dt.date
) -> tuple[Event | None, dt.date]:
    """Return the event that moves a day and lies nearest to it, and its date there."""
    first = min(history.first_day for history in plan.histories)
    by_queue, at = events_by_queue(plan.scenario, first), (day - plan.days[0]).days
    near: list[tuple[int, int, Event, dt.date]] = []
    for n, q in enumerate(sorted(known, key=lambda q: -float(sums.contacts[q].sum()))):
        parts = plan.forecast.by_queue[q].parts
        for event in by_queue.get(sums.axes[q].queue, ()):
            part = parts.get(f"event {event.name}")
            if event.name not in _EDGES and part is not None and abs(float(part[at]) - 1) > _FELT:
                date = min(event.dates, key=lambda date: abs((date - day).days))
                near.append((abs((date - day).days), n, event, date))
    if not near:
        return None, day
    _, _, event, date = min(near, key=lambda found: found[:2])
    return event, date


def _busiest_near(plan: Plan, date: dt.date) -> dt.date | None:
    """Return the busiest day within three of a date; None where a history does not reach it."""
    days = [date + dt.timedelta(days=n) for n in range(-_AROUND, _AROUND + 1)]
    for history in plan.histories:
        end = history.first_day + dt.timedelta(days=len(history.contacts))
        if not history.first_day <= days[0] <= days[-1] < end:
            return None
    return max(days, key=lambda day: _total(plan, day))


def _total(plan: Plan, day: dt.date) -> float:
    rows = [history.contacts[(day - history.first_day).days] for history in plan.histories]
    return float(sum(np.nansum(row) for row in rows))

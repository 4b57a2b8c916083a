"""What may be said of an agent, whether a file or a plan says it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from planner.scenario.types import FIRST_DATE, LAST_DATE
from staffing.people import ANY_TIME, NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from staffing.people import Agent, Minutes, Wish, Worked

HOURS_A_WEEK = (0.5, 168.0)
SENIORITY = (0.0, 100_000.0)
WEIGHT = (0.0, 1000.0)  # of a wish
PAID_HOURS = (0.0, 24.0)  # of a shift
LONGEST_SHIFT = dt.timedelta(hours=48)
_APART = 3  # days between a shift's date and its start in UTC, at most


def strange_parts(agent: Agent) -> tuple[str, ...]:
    """Return what of an agent no file may say, by the names of its fields.

    Examples
    --------
    >>> from staffing.people import Agent
    >>> strange_parts(Agent("Ada", hours_per_week=24.0))
    ()
    >>> strange_parts(Agent("", hours_per_week=float("nan"), times={7: (0, 60)}))
    ('name', 'hours_per_week', 'times')
    """
    begins, ends = agent.first_day, agent.last_day
    hours = HOURS_A_WEEK[0] if agent.hours_per_week is None else agent.hours_per_week
    good = {
        "name": bool(agent.name.strip()) and agent.name.isprintable(),
        "number": agent.number == "" or agent.number.isprintable(),
        "hours_per_week": _within(hours, HOURS_A_WEEK),
        "last_day": begins is None or ends is None or begins <= ends,
        "times": all(
            0 <= day <= 6 and (span == NEVER or _is_span(span)) for day, span in agent.times.items()
        ),
        "absences": all(first <= last for first, last in agent.absences),
        "wishes": all(_good_wish(wish) for wish in agent.wishes),
        "seniority": _within(agent.seniority, SENIORITY),
        "worked": all(_good_shift(shift) for shift in agent.worked),
        "dates": all(FIRST_DATE <= day <= LAST_DATE for day in _dates(agent)),
    }
    return tuple(name for name, fits in good.items() if not fits)


def _within(value: float, ends: tuple[float, float]) -> bool:
    return ends[0] <= value <= ends[1]


def _is_span(span: Minutes) -> bool:
    return ANY_TIME[0] <= span[0] < span[1] <= ANY_TIME[1]


def _good_wish(wish: Wish) -> bool:
    return _within(wish.weight, WEIGHT) and _is_span(wish.within)


def _good_shift(shift: Worked) -> bool:
    if shift.start.tzinfo is None or shift.end.tzinfo is None:
        return False
    near = abs((shift.start.date() - shift.day).days) <= _APART
    lasts = shift.end - shift.start
    return (
        near and dt.timedelta() < lasts <= LONGEST_SHIFT and _within(shift.paid_hours, PAID_HOURS)
    )


def _dates(agent: Agent) -> Iterator[dt.date]:
    yield from (day for day in (agent.first_day, agent.last_day) if day is not None)
    yield from (day for span in agent.absences for day in span)
    yield from (wish.day for wish in agent.wishes)
    yield from (shift.day for shift in agent.worked)
    yield from agent.off

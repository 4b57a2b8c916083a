"""A day on which nobody of a pool is there: which day is telling, and who is there when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from planner.scenario.raw import Raw, items
from planner.scenario.types import read_date

_DAY = dt.timedelta(days=1)
_EDGES = ("month_start", "month_end")


def outage(pool: Raw, day: dt.date, first: dt.date) -> tuple[dict[str, Any], str]:
    """Return the change that takes a pool's agents away on one day, and that in words.

    They are there again the day after, at full speed: a pool's newcomers count as trained.

    Examples
    --------
    >>> paris = {"name": "paris", "agents": 60}
    >>> change, says = outage(paris, dt.date(2027, 2, 12), dt.date(2027, 2, 1))
    >>> {str(day): count for day, count in change["pools"]["paris"]["agents"].items()}
    {'2027-02-01': 60, '2027-02-12': 0, '2027-02-13': 60}
    >>> says
    'nobody of paris is there, or paid, on Fri 12 Feb 2027'
    """
    before = count_steps(pool.get("agents")) or {}
    steps = {max(since, first) if since else first: count for since, count in before.items()}
    after = next((n for since, n in sorted(steps.items(), reverse=True) if since <= day + _DAY), 0)
    change: dict[str, Any] = {"agents": dict(sorted({**steps, day: 0, day + _DAY: after}.items()))}
    says = f"nobody of {pool['name']} is there, or paid, on {day_words(day)}"
    if pool.get("newcomers") is not None:
        change["newcomers"] = None
        says += "; its newcomers count as trained"
    return {"pools": {pool["name"]: change}}, says


def day_words(day: dt.date) -> str:
    """Return a day as people read it.

    Examples
    --------
    >>> day_words(dt.date(2027, 2, 1))
    'Mon 1 Feb 2027'
    """
    return f"{day:%a} {day.day} {day:%b %Y}"


def count_steps(agents: object) -> dict[dt.date | None, int] | None:
    """Return how many agents there are from each date on, None of agents that are in a file.

    Examples
    --------
    >>> count_steps(60), count_steps(["Ada", "Bo"]), count_steps({"file": "agents.csv"})
    ({None: 60}, {None: 2}, None)
    """
    if isinstance(agents, list):
        return {None: len(agents)}
    if isinstance(agents, int) and not isinstance(agents, bool):
        return {None: agents}
    if not isinstance(agents, dict):
        return None
    steps = {read_date(day): count for day, count in agents.items()}
    good = steps and None not in steps and all(isinstance(n, int) for n in steps.values())
    return {day: steps[day] for day in sorted(day for day in steps if day)} if good else None


def outage_day(values: Raw) -> dt.date | None:
    """Return a telling day of the horizon: an event's in it, else its first Monday, or first day.

    The busiest day is known only once it is forecast; another can be named.
    """
    horizon = values.get("horizon")
    horizon = horizon if isinstance(horizon, dict) else {}
    first, count = read_date(horizon.get("first_day")), horizon.get("days")
    if first is None or not isinstance(count, int) or count < 1:
        return None
    days = [first + n * _DAY for n in range(count)]
    dated = sorted(date for date in _event_dates(values, first.year) if date in days)
    mondays = [day for day in days if day.weekday() == 0]
    return [*dated, *mondays, first][0]


def _event_dates(values: Raw, year: int) -> set[dt.date]:
    """Return the dates of all events: stated, or those of gift days in the markets' countries."""
    from forecasting.calendars import event_dates

    found = values.get("markets")
    given = found.values() if isinstance(found, dict) else ()
    countries = {market.get("country") for market in given if isinstance(market, dict)}
    dates: set[dt.date] = set()
    for _, event in items(values, "events"):
        stated, name = event.get("dates"), event.get("name")
        if isinstance(stated, list):
            dates |= {day for day in map(read_date, stated) if day is not None}
        elif isinstance(name, str) and name not in _EDGES:
            for country in sorted(str(one) for one in countries if one):
                dates |= _gift_dates(event_dates, name, country, year)
    return dates


def _gift_dates(ask: Any, name: str, country: str, year: int) -> set[dt.date]:  # noqa: ANN401
    try:
        return {*ask(name, country, year, year + 1)}
    except (ValueError, KeyError):
        return set()

"""What is known of each queue beside its past: events, holidays, drivers, overrides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from forecasting.calendars import GIFT_DAYS, event_dates, public_holidays
from forecasting.drivers import Driver
from forecasting.events import Event
from forecasting.overrides import Override
from forecasting.queue_forecast import Circumstances
from planner.errors import InputError
from planner.foreseen import bounds, concerns, reached
from planner.market_calendars import PAST_HORIZON, school_of
from planner.scenario.queues import Event as ScenarioEvent
from planner.scenario.queues import Queue as ScenarioQueue
from planner.sources.driver_table import load_drivers

if TYPE_CHECKING:
    from planner.scenario.model import Scenario


def circumstances(scenario: Scenario, first_day: dt.date) -> dict[str, Circumstances]:
    """Return what is known of each queue beside its past, by its name.

    Parameters
    ----------
    first_day
        First day of the history.

    Raises
    ------
    InputError
        With every fault of the drivers' files.
    """
    events, school = events_by_queue(scenario, first_day), school_by_queue(scenario, first_day)
    holidays, drivers = holidays_by_queue(scenario, first_day), drivers_by_queue(scenario)
    overrides = overrides_by_queue(scenario)
    return {
        queue.name: Circumstances(
            events[queue.name],
            holidays[queue.name],
            school[queue.name],
            drivers[queue.name],
            overrides[queue.name],
            queue.aht_s,
            f"{queue.channel} {queue.segment}",
        )
        for queue in scenario.queues
    }


def events_by_queue(scenario: Scenario, first_day: dt.date) -> dict[str, tuple[Event, ...]]:
    """Return the events that concern each queue, dated from ``first_day`` to past the horizon.

    ``first_day`` is the first day of the history. Gift days that a market does not have are left
    out there. The event that another is like is among its queue's events: the scenario's checks
    ask for it, since its effect is learned there.
    """
    years = first_day.year - 1, scenario.days[-1].year + 1
    by_name = {event.name: event for event in scenario.events}
    result = {}
    for queue in scenario.queues:
        country = scenario.market_of(queue).country or ""
        chosen = [event for event in scenario.events if concerns(event, queue)]
        dated = [(event, _dates(event, country, years)) for event in chosen]
        result[queue.name] = tuple(
            _event(event, dates, by_name.get(event.like or "")) for event, dates in dated if dates
        )
    return result


def _event(event: ScenarioEvent, dates: tuple[dt.date, ...], other: ScenarioEvent | None) -> Event:
    """Return an event with its dates; one like another has that one's window, unless stated."""
    before, after = event.days_before, event.days_after
    if other is not None:
        before = other.days_before if before is None else before
        after = other.days_after if after is None else after
    return Event(
        event.name,
        dates,
        days_before=before,
        days_after=after,
        multiplier=event.multiplier,
        uplift=event.uplift,
        like=event.like,
        strength=event.strength,
    )


def _dates(event: ScenarioEvent, country: str, years: tuple[int, int]) -> tuple[dt.date, ...]:
    if event.dates is not None:
        return event.dates
    return event_dates(event.name, country, *years) if event.name in GIFT_DAYS else ()


def drivers_by_queue(scenario: Scenario) -> dict[str, tuple[Driver, ...]]:
    """Return the drivers that each queue follows, read from their files, in the scenario's order.

    Raises
    ------
    InputError
        With every fault of the drivers' files, or where one has no past to learn from.
    """
    tables = load_drivers(scenario)
    before = scenario.horizon.first_day
    faults, result = [], {}
    for queue in scenario.queues:
        mine = []
        for i, driver in enumerate(scenario.drivers):
            if not concerns(driver, queue):
                continue
            values = tables[driver.name].of(queue.market)
            mine.append(Driver(driver.name, values, driver.effect, driver.lag_days))
            if not any(day < before for day in values):
                where = f"for market {queue.market} " if queue.market else ""
                must = f"must have values {where}before the horizon's first day {before}, got none"
                faults.append(scenario.fault(("drivers", i, "file"), must))
        result[queue.name] = tuple(mine)
    if faults:
        raise InputError(faults)
    return result


def overrides_by_queue(scenario: Scenario) -> dict[str, tuple[Override, ...]]:
    """Return the overrides that concern each queue, in the scenario's order.

    One of an event that does not concern the queue is left out there.
    """
    result: dict[str, list[Override]] = {queue.name: [] for queue in scenario.queues}
    for override in scenario.overrides:
        own = Override(
            *bounds(override),
            event=override.event,
            factor=override.factor,
            add=override.add,
            contacts=override.contacts,
            note=override.note,
        )
        for queue in reached(scenario, override):
            result[queue.name].append(own)
    return {name: tuple(found) for name, found in result.items()}


def holidays_by_queue(scenario: Scenario, first_day: dt.date) -> dict[str, Mapping[dt.date, str]]:
    """Return each queue's public holidays from ``first_day`` to a month past the horizon.

    Those of the market's subdivision are among them.
    """
    last_day = scenario.days[-1] + PAST_HORIZON
    parts = {queue.name: _part(scenario, queue) for queue in scenario.queues}
    known: dict[tuple[str, str | None], Mapping[dt.date, str]] = {
        part: public_holidays(part[0], first_day, last_day, part[1])
        for part in set(parts.values())
        if part[0]
    }
    return {name: known.get(part, {}) for name, part in parts.items()}


def _part(scenario: Scenario, queue: ScenarioQueue) -> tuple[str, str | None]:
    market = scenario.market_of(queue)
    return market.country or "", market.subdivision


def school_by_queue(scenario: Scenario, first_day: dt.date) -> dict[str, Mapping[dt.date, str]]:
    """Return each queue's school holidays from ``first_day`` to a month past the horizon.

    Empty where the market turns them off or nobody knows them, see
    ``planner.market_calendars.calendar_warnings``.

    Examples
    --------
    >>> from planner.scenario.model import scenario_of
    >>> from planner.scenario.document import parse_yaml
    >>> text = '''
    ... horizon: {first_day: 2027-02-01, days: 28}
    ... history: {file: contacts.csv}
    ... markets: {FR: {timezone: Europe/Paris, country: FR, subdivision: Zone A}}
    ... queues: [{name: fr, market: FR}]
    ... '''
    >>> found = school_by_queue(scenario_of(parse_yaml(text, "scenario.yaml")), dt.date(2027, 1, 1))
    >>> found["fr"][dt.date(2027, 2, 14)]
    'Winter Break'
    """
    last_day = scenario.days[-1] + PAST_HORIZON
    markets = {queue.market: scenario.market_of(queue) for queue in scenario.queues}
    known = {name: school_of(market, first_day, last_day) for name, market in markets.items()}
    return {queue.name: known[queue.market].days for queue in scenario.queues}

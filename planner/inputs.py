"""The scenario in the words of forecasting and staffing: axes, histories, events, queues."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.calendars import GIFT_DAYS, event_dates, public_holidays
from forecasting.drivers import Driver
from forecasting.events import Event
from forecasting.history import History, history_from_intervals, local_slots
from forecasting.overrides import Override
from planner.errors import InputError
from planner.foreseen import bounds, concerns, reached
from planner.market_calendars import PAST_HORIZON, school_of
from planner.pool_inputs import lost_lengths, staffing_pools
from planner.scenario.queues import Event as ScenarioEvent
from planner.scenario.queues import Promise as ScenarioPromise
from planner.scenario.queues import Queue as ScenarioQueue
from planner.scenario.telling import quoted
from planner.sources.driver_table import load_drivers
from staffing.queues import Promise, Queue, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.scenario.model import Scenario
    from planner.sources.table import HistoryTable

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
DAY_MINUTES = 1440


def time_axis(scenario: Scenario) -> pd.DatetimeIndex:
    """Return the starts of the intervals in UTC, ``[I]``.

    They run from the earliest local midnight of the horizon's first day to the latest local
    midnight after its last, over the markets of all queues. For a forecast by day the axis is
    the horizon's days at 00:00 UTC, and stands for the local day of every market.

    Examples
    --------
    >>> from planner.scenario.model import scenario_of
    >>> from planner.scenario.document import parse_yaml
    >>> text = '''
    ... horizon: {first_day: 2027-02-01, days: 1}
    ... history: {file: contacts.csv}
    ... markets: {FR: {timezone: Europe/Paris}, GB: {timezone: Europe/London}}
    ... queues: [{name: fr, market: FR}, {name: gb, market: GB}]
    ... '''
    >>> times = time_axis(scenario_of(parse_yaml(text, "scenario.yaml")))
    >>> times[0].isoformat(), len(times)
    ('2027-01-31T23:00:00+00:00', 100)
    """
    first = scenario.horizon.first_day
    step = pd.Timedelta(minutes=scenario.interval_minutes)
    if scenario.interval_minutes == DAY_MINUTES:
        return pd.date_range(
            pd.Timestamp(first, tz="UTC"), periods=scenario.horizon.days, freq=step
        )
    zones = sorted({scenario.market_of(queue).timezone for queue in scenario.queues})
    after = first + dt.timedelta(days=scenario.horizon.days)
    start = min(_midnight(first, zone) for zone in zones)
    end = max(_midnight(after, zone) for zone in zones)
    return pd.date_range(start, periods=math.ceil((end - start) / step), freq=step)


def _midnight(day: dt.date, timezone: str) -> pd.Timestamp:
    """Return the UTC time at which a local day begins, which may be after 00:00."""
    wall = pd.Timestamp(day).tz_localize(timezone, ambiguous=True, nonexistent="shift_forward")
    return wall.tz_convert("UTC")


def zone_of(scenario: Scenario, queue: ScenarioQueue) -> str:
    """Return the zone that a queue's days are counted in: UTC for a forecast by day."""
    by_day = scenario.interval_minutes == DAY_MINUTES
    return "UTC" if by_day else scenario.market_of(queue).timezone


def local_days(scenario: Scenario, times: pd.DatetimeIndex) -> IntArray:
    """Return each interval's day of the horizon on its queue's clock, ``[Q, I]``; -1 outside."""
    first, count = scenario.horizon.first_day, scenario.horizon.days
    zones = [zone_of(scenario, queue) for queue in scenario.queues]
    day = {zone: local_slots(times, zone, scenario.interval_s, first)[0] for zone in set(zones)}
    found = np.array([day[zone] for zone in zones])
    return np.where((found >= 0) & (found < count), found, -1)


def open_mask(scenario: Scenario, times: pd.DatetimeIndex) -> BoolArray:
    """Return whether each queue is open in each interval of the axis, ``[Q, I]``.

    False outside of the horizon's local days and on the market's closed dates.
    """
    first = scenario.horizon.first_day
    days = local_days(scenario, times)
    result = np.zeros(days.shape, dtype=bool)
    for q, queue in enumerate(scenario.queues):
        slot = local_slots(times, zone_of(scenario, queue), scenario.interval_s, first)[1]
        shut = np.isin(days[q], [(date - first).days for date in scenario.market_of(queue).closed])
        week = queue.open.slots(scenario.interval_s)
        result[q] = week[(days[q] + first.weekday()) % 7, slot] & (days[q] >= 0) & ~shut
    return result


def histories(scenario: Scenario, table: HistoryTable) -> tuple[History, ...]:
    """Return the past of each queue that has one, in the scenario's order.

    Rows on and after the horizon's first day are left aside. A queue's own ``aht_s`` stands in
    the place of the history's. Queues without rows are those that others escalate to.

    Raises
    ------
    InputError
        When a queue has no rows before the horizon's first day.
    """
    before = scenario.horizon.first_day
    faults = []
    result = []
    for q, queue in enumerate(scenario.queues):
        rows = table.rows_of(queue.name)
        if rows.empty:
            continue
        zone = zone_of(scenario, queue)
        start = pd.DatetimeIndex(rows["start"])
        past = np.asarray(start < _midnight(before, zone))
        if not past.any():
            message = f"must have history before the horizon's first day {before}, got none"
            faults.append(scenario.fault(("queues", q, "name"), message))
            continue
        result.append(_history(scenario, queue, start[past], rows[past]))
    if faults:
        raise InputError(faults)
    return tuple(result)


def _history(
    scenario: Scenario, queue: ScenarioQueue, start: pd.DatetimeIndex, rows: pd.DataFrame
) -> History:
    contacts = rows["contacts"].to_numpy(dtype=np.float64)
    own = queue.aht_s
    aht_s = np.full(len(rows), own) if own else rows["aht_s"].to_numpy(dtype=np.float64)
    return history_from_intervals(
        queue.name,
        zone_of(scenario, queue),
        scenario.interval_s,
        start,
        contacts,
        None if np.isnan(aht_s).all() else aht_s,
        queue.open.slots(scenario.interval_s),
        absent_days=scenario.history.absent_days,
        closed_days=scenario.market_of(queue).closed,
    )


def check_aht(scenario: Scenario, table: HistoryTable) -> None:
    """Raise unless every queue's handling time is known, from the scenario or the history.

    The history counts up to the horizon, and where it tells of contacts that were handled.

    Raises
    ------
    InputError
        Naming every queue whose handling time nobody knows.
    """
    faults = [
        scenario.fault(
            ("queues", q, "aht_s"),
            f"must be given, as the history has none for {quoted(queue.name)}, got nothing",
        )
        for q, queue in enumerate(scenario.queues)
        if queue.aht_s is None and not _tells_aht(scenario, queue, table)
    ]
    if faults:
        raise InputError(faults)


def _tells_aht(scenario: Scenario, queue: ScenarioQueue, table: HistoryTable) -> bool:
    rows = table.rows_of(queue.name)
    before = _midnight(scenario.horizon.first_day, zone_of(scenario, queue))
    return bool((rows["aht_s"].notna() & (rows["contacts"] > 0) & (rows["start"] < before)).any())


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


def escalations(scenario: Scenario) -> dict[str, tuple[str, float]]:
    """Return where a queue's contacts go on to, by queue: (queue, share of its contacts)."""
    return {
        queue.name: (queue.escalates.to, queue.escalates.share)
        for queue in scenario.queues
        if queue.escalates
    }


def staffing_queues(scenario: Scenario) -> tuple[Queue, ...]:
    """Return the queues as staffing sees them, in the scenario's order."""
    return tuple(
        Queue(
            queue.name,
            _target(queue),
            patience_s=math.inf if queue.patience_s is None else queue.patience_s,
            concurrency=queue.concurrency,
        )
        for queue in scenario.queues
    )


def _target(queue: ScenarioQueue) -> Target | Promise:
    target = queue.target
    if isinstance(target, ScenarioPromise):
        return Promise(target.reply_within_hours, target.share, target.clock, target.max_occupancy)
    return Target(
        service_level=target.service_level,
        answer_within_s=target.answer_within_s,
        over=target.over,
        max_occupancy=target.max_occupancy,
        max_abandonment=target.max_abandonment,
        max_asa_s=target.max_asa_s,
        minimum=target.minimum,
    )


def simplifications(scenario: Scenario) -> tuple[str, ...]:
    """Return what the scenario asks for and the plan answers more simply, in words."""
    over, every, queues = [], [], scenario.queues
    for queue in queues:
        if isinstance(queue.target, ScenarioPromise):
            every += [queue.name] if queue.target.share < 1 else []
        elif queue.target.over != "interval":
            over.append(queue.name)
    penalties = [pool.name for pool in scenario.pools if pool.penalty]
    hourly = [
        pool.name
        for pool in scenario.pools
        if pool.cost_per_hour is not None and pool.committed_share_of_forecast
    ]
    named = {
        "targets over a day or week are kept in every interval": over,
        "replies are planned in time for every contact, though the promise is for a share": every,
        "penalties are taken off the invoice, but the program does not yet weigh them": penalties,
        "committed_share_of_forecast changes nothing where scheduled hours are billed": hourly,
        "hours, breaks and contract leave no room for a shift of these paid lengths": (
            lost_lengths(scenario)
        ),
        "nobody's shift began before the first day, so its first hours cannot be covered by shifts "
        "that run past midnight": _begin_at_night(scenario),
    }
    return tuple(f"{what}: {', '.join(names)}" for what, names in named.items() if names)


def _begin_at_night(scenario: Scenario) -> list[str]:
    """Return the pools that a shift from before the horizon would have work for at its start."""
    if scenario.interval_minutes == DAY_MINUTES:
        return []
    times = time_axis(scenario)
    is_open = dict(zip((q.name for q in scenario.queues), open_mask(scenario, times), strict=True))
    live = {q.name for q in scenario.queues if not isinstance(q.target, ScenarioPromise)}
    result = []
    for pool in staffing_pools(scenario):
        shifts = pool.shifts
        until = min(shifts.latest_end - DAY_MINUTES, shifts.earliest_start)
        begin = _midnight(scenario.horizon.first_day, pool.timezone)
        early = np.asarray(times < begin + pd.Timedelta(minutes=until))
        if until > 0 and any((is_open[name] & early).any() for name in live & set(pool.speed)):
            result.append(pool.name)
    return result

"""The scenario in the words of forecasting and staffing: axes, histories, events, queues."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.history import History, history_from_intervals, local_slots
from planner.errors import InputError
from planner.paid_time import is_slowed
from planner.pool_inputs import lost_lengths, staffing_pools
from planner.scenario.queues import Promise as ScenarioPromise
from planner.scenario.queues import Queue as ScenarioQueue
from planner.scenario.telling import quoted
from planner.scenario.types import MOST_AGE_HOURS
from staffing.queues import Promise, Queue, Target
from staffing.requirement import MOST_ERLANGS
from staffing.starting import NOTHING_WAITS, Backlog, standing

if TYPE_CHECKING:
    from planner.scenario.model import Scenario
    from planner.sources.table import HistoryTable

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
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


def before_horizon(scenario: Scenario, queue: ScenarioQueue) -> pd.Timestamp:
    """Return when the horizon begins on a queue's clock: its history is what came before."""
    return _midnight(scenario.horizon.first_day, zone_of(scenario, queue))


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


def target_periods(scenario: Scenario, times: pd.DatetimeIndex) -> IntArray:
    """Return the number of the day or week that each queue's share is promised over, ``[Q, I]``.

    Days are counted from the horizon's first, weeks from the one that holds it. A week runs from
    Monday to Sunday on the queue's clock, and is cut off where the horizon begins or ends. -1
    outside the horizon, and where the share is promised in every interval.
    """
    days = local_days(scenario, times)
    result = np.full_like(days, -1)
    for q, queue in enumerate(scenario.queues):
        over = "interval" if isinstance(queue.target, ScenarioPromise) else queue.target.over
        if over != "interval":
            inside = days[q] >= 0
            number = period_number(days[q], over, scenario.horizon.first_day)
            result[q] = np.where(inside, number, -1)
    return result


def period_number(days: IntArray, over: Literal["day", "week"], first: dt.date) -> IntArray:
    """Return the number of the period of days counted from the horizon's first.

    Examples
    --------
    2027-02-03 is a Wednesday:

    >>> period_number(np.arange(7), "week", dt.date(2027, 2, 3)).tolist()
    [0, 0, 0, 0, 0, 1, 1]
    """
    return (days + first.weekday()) // 7 if over == "week" else days


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
    """Return the past of each queue that plans from its own, in the scenario's order.

    Rows on and after the horizon's first day are left aside. A queue's own ``aht_s`` stands in
    the place of the history's. A queue without rows before the horizon has no past but what
    others hand on to it; where none does, its past is one unknown day, which forecasts nothing.
    """
    fed = {queue.escalates.to for queue in scenario.queues if queue.escalates}
    result = []
    for queue in scenario.queues:
        rows = table.rows_of(queue.name)
        start = pd.DatetimeIndex(rows["start"])
        before = before_horizon(scenario, queue)
        past = np.asarray(start < before)
        if past.any():
            result.append(_history(scenario, queue, start[past], rows[past]))
        elif queue.name not in fed:
            result.append(_unseen(scenario, queue))
    return tuple(result)


def _unseen(scenario: Scenario, queue: ScenarioQueue) -> History:
    """Return the past of a queue that nothing is known of: the day before the horizon, unknown."""
    week = queue.open.slots(scenario.interval_s)
    return History(
        queue.name,
        zone_of(scenario, queue),
        scenario.interval_s,
        scenario.horizon.first_day - dt.timedelta(days=1),
        np.full((1, week.shape[1]), np.nan),
        None,
        week,
        frozenset(scenario.market_of(queue).closed),
    )


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
        if not knows_aht(scenario, queue, table)
    ]
    if faults:
        raise InputError(faults)


def check_size(scenario: Scenario, contacts: FloatArray, aht_s: FloatArray) -> None:
    """Raise where a queue's contacts would take more agents than can be told apart.

    Parameters
    ----------
    contacts, aht_s
        What is to be staffed for, and seconds each takes ``[Q, I]``.

    Raises
    ------
    InputError
        Naming every such queue.
    """
    faults = []
    for q, queue in enumerate(scenario.queues):
        load = np.nan_to_num(contacts[q] * aht_s[q]) / scenario.interval_s
        most = float(load.max()) / (queue.target.max_occupancy or 1.0)
        if most > MOST_ERLANGS:
            must = f"must ask for {MOST_ERLANGS:,.0f} agents at a time at most"
            found = f"got {most:.3g} (contacts x AHT / interval over max_occupancy)"
            faults.append(scenario.fault(("queues", q), f"{must}, {found}"))
    if faults:
        raise InputError(faults)


def knows_aht(scenario: Scenario, queue: ScenarioQueue, table: HistoryTable) -> bool:
    """Return whether a queue's handling time is known, see ``check_aht``."""
    return queue.aht_s is not None or _tells_aht(scenario, queue, table)


def _tells_aht(scenario: Scenario, queue: ScenarioQueue, table: HistoryTable) -> bool:
    rows = table.rows_of(queue.name)
    before = before_horizon(scenario, queue)
    return bool((rows["aht_s"].notna() & (rows["contacts"] > 0) & (rows["start"] < before)).any())


def escalations(scenario: Scenario) -> dict[str, tuple[str, float]]:
    """Return where a queue's contacts go on to, by queue: (queue, share of its contacts)."""
    return {
        queue.name: (queue.escalates.to, queue.escalates.share)
        for queue in scenario.queues
        if queue.escalates
    }


def staffing_queues(
    scenario: Scenario, patience_s: Mapping[str, float] | None = None
) -> tuple[Queue, ...]:
    """Return the queues as staffing sees them, in the scenario's order.

    Parameters
    ----------
    patience_s
        Seconds by queue, for those whose scenario says ``patience_s: history``, see
        ``planner.found_patience.history_patience``.
    """
    told = patience_s or {}
    first = scenario.horizon.first_day
    midnight = [_midnight(first, zone_of(scenario, queue)) for queue in scenario.queues]
    return tuple(
        Queue(
            queue.name,
            _target(queue),
            patience_s=_patience(queue, told),
            concurrency=queue.concurrency,
            aht_alone_s=None if (alone := queue.aht_alone_s) is None else alone * queue.aht_factor,
            priority=queue.priority,
            backlog=_backlog(queue, (begins - min(midnight)).total_seconds()),
        )
        for queue, begins in zip(scenario.queues, midnight, strict=True)
    )


def _patience(queue: ScenarioQueue, told: Mapping[str, float]) -> float:
    if queue.patience_s is None or isinstance(queue.target, ScenarioPromise):
        return math.inf  # whose work may wait has nobody on the line
    return told[queue.name] if queue.patience_s == "history" else queue.patience_s


def _backlog(queue: ScenarioQueue, counted_s: float) -> Backlog:
    """Return what waits at a queue when its first day begins; as old as promised where unsaid."""
    waits, target = queue.backlog, queue.target
    if waits is None or not waits.contacts or not isinstance(target, ScenarioPromise):
        return NOTHING_WAITS
    age = waits.oldest_hours
    oldest = min(target.reply_within_hours, MOST_AGE_HOURS) if age is None else age
    return Backlog(waits.contacts, oldest, counted_s)


def waiting_words(scenario: Scenario) -> tuple[str, ...]:
    """Return in words what waits at each queue when the horizon begins."""
    if scenario.interval_minutes == DAY_MINUTES:
        return ()
    said, is_open = [], open_mask(scenario, time_axis(scenario))
    endless = {queue.name: math.inf for queue in scenario.queues}  # patience changes nothing here
    for queue, mask in zip(staffing_queues(scenario, endless), is_open, strict=True):
        promise, waits = queue.target, queue.backlog
        if isinstance(promise, Promise) and waits.contacts > 0:
            within_s = promise.reply_within_hours * 3600.0
            late = standing(waits, mask, scenario.interval_s, within_s, promise.clock).late
            some = f"{late:,.0f} of them late already" if late >= 0.5 else "none of them late yet"
            said.append(
                f"{queue.name}: {waits.contacts:,.0f} contacts at the start, the oldest "
                f"{waits.oldest_hours:,.3g} h old, {some}"
            )
    return tuple(said)


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
    every = [
        queue.name
        for queue in scenario.queues
        if isinstance(queue.target, ScenarioPromise) and queue.target.share < 1
    ]
    penalties = [pool.name for pool in scenario.pools if pool.penalty]
    bonuses = [pool.name for pool in scenario.pools if pool.bonus]
    hourly = [
        pool.name
        for pool in scenario.pools
        if pool.cost_per_hour is not None and pool.committed_share_of_forecast
    ]
    pools = staffing_pools(scenario)
    kept = [p.name for p in pools if p.contract.paid == "contracted" and p.minimum_hours_per_week]
    named = {
        "replies are planned in time for every contact, though the promise is for a share": every,
        "penalties are taken off the invoice, but the program does not yet weigh them": penalties,
        "bonuses are put on the invoice, but the program does not yet weigh them": bonuses,
        "committed_share_of_forecast changes nothing where scheduled hours are billed": hourly,
        "minimum_hours_per_week changes nothing where contracted hours are paid": kept,
        "hours, breaks and contract leave no room for a shift of these paid lengths": (
            lost_lengths(scenario)
        ),
        "agents on duty work at the mean pace of all who are employed that day, newcomers among "
        "them": [pool.name for pool in pools if is_slowed(pool)],
        "newcomers change nothing, as nobody joins on a later date of agents, or all did long "
        "before the first day": [
            pool.name
            for pool in pools
            if pool.pace is not None and pool.agents.any() and not is_slowed(pool)
        ],
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

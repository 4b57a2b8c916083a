"""What a scenario knows beforehand, in words: its drivers, its overrides, what is odd in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from forecasting.drivers import Driver
    from planner.scenario.foreseen import Driver as ScenarioDriver
    from planner.scenario.foreseen import Override as ScenarioOverride
    from planner.scenario.model import Scenario
    from planner.scenario.queues import Queue

MOST_NAMES = 5
_FAR_BEYOND = 1.5  # times the most of a driver's past


class Addressed(Protocol):
    """A part of the scenario that concerns some queues."""

    @property
    def markets(self) -> tuple[str, ...] | None:
        """Names of its markets, None for all."""

    @property
    def queues(self) -> tuple[str, ...] | None:
        """Names of its queues, None for all of its markets."""


def concerns(part: Addressed, queue: Queue) -> bool:
    """Return whether an event, a driver or an override concerns a queue."""
    in_market = part.markets is None or queue.market in part.markets
    return in_market and (part.queues is None or queue.name in part.queues)


def reached(scenario: Scenario, override: ScenarioOverride) -> tuple[Queue, ...]:
    """Return the queues that an override concerns, and its event with it."""
    return tuple(queue for queue in scenario.queues if reaches(scenario, override, queue))


def reaches(scenario: Scenario, override: ScenarioOverride, queue: Queue) -> bool:
    """Return whether an override concerns a queue, and its event with it."""
    return concerns(override, queue) and (
        override.event is None
        or any(concerns(e, queue) for e in scenario.events if e.name == override.event)
    )


def bounds(override: ScenarioOverride) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of an override, None where it has no bound."""
    if override.day is not None:
        return override.day, override.day
    return override.first_day, override.last_day


def driver_words(scenario: Scenario) -> tuple[str, ...]:
    """Return each driver in words: its effect, its lag and its queues."""
    result = []
    for driver in scenario.drivers:
        lag = f", {driver.lag_days} days later" if driver.lag_days else ""
        where = _listed(q.name for q in scenario.queues if concerns(driver, q))
        result.append(f"{driver.name} ({driver.effect}{lag}: {where})")
    return tuple(result)


def override_words(scenario: Scenario) -> tuple[str, ...]:
    """Return each override in words: what it changes, when and where, and why."""
    return tuple(_override_words(scenario, override) for override in scenario.overrides)


def _override_words(scenario: Scenario, override: ScenarioOverride) -> str:
    where = _listed(queue.name for queue in reached(scenario, override))
    why = override.note or override.name or ""
    when = _when(*bounds(override))
    return f"{change_words(override)}{when} in {where}{f' ({why})' if why else ''}"


def change_words(override: ScenarioOverride) -> str:
    """Return what an override changes, in words.

    Examples
    --------
    >>> from planner.scenario.foreseen import Override
    >>> change_words(Override(event="valentines_day", factor=1.2)), change_words(Override(add=-5))
    ('the effect of valentines_day times 1.2', '-5 contacts a day')
    """
    first, last = bounds(override)
    each = "" if first is not None and first == last else " a day"
    if override.factor is not None:
        what = f"times {override.factor:g}"
    elif override.add is not None:
        what = f"{override.add:+g} contacts{each}"
    else:
        what = f"{override.contacts:g} contacts{each}"
    if not override.event:
        return what
    own = override.factor is not None
    return f"the effect of {override.event} {what}" if own else f"{what} for {override.event}"


def _when(first: dt.date | None, last: dt.date | None) -> str:
    if first == last:
        return f" on {first}" if first else ""
    return (f" from {first}" if first else "") + (f" until {last}" if last else "")


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - MOST_NAMES} more" if len(found) > MOST_NAMES else ""
    return ", ".join(found[:MOST_NAMES]) + more or "no queue"


def foreseen_notes(scenario: Scenario, drivers: Mapping[str, Sequence[Driver]]) -> tuple[str, ...]:
    """Return what is worth knowing of drivers and overrides and is no fault.

    ``drivers`` are those of each queue, see ``planner.circumstances.drivers_by_queue``.
    """
    unknown = [_unknown_days(scenario, driver, drivers) for driver in scenario.drivers]
    found = [
        *(note for notes in unknown for note in notes),
        *_beyond_past(scenario, drivers),
        *(note for i in range(len(scenario.overrides)) for note in _override_notes(scenario, i)),
    ]
    return tuple(found)


def _beyond_past(scenario: Scenario, drivers: Mapping[str, Sequence[Driver]]) -> list[str]:
    """Return which drivers are planned far above all that their past shows."""
    found = []
    for driver in {one.name: one for own in drivers.values() for one in own}.values():
        before = [value for day, value in driver.values.items() if day < scenario.days[0]]
        plan = [driver.values[day] for day in scenario.days if day in driver.values]
        if before and plan and max(plan) > _FAR_BEYOND * max(before) > 0:
            found.append(
                f"{driver.name}: planned up to {max(plan):,g}, while its past shows "
                f"{max(before):,g} at most: the forecast reaches beyond what it learned from"
            )
    return found


def _unknown_days(
    scenario: Scenario, driver: ScenarioDriver, drivers: Mapping[str, Sequence[Driver]]
) -> list[str]:
    """Return on which days of the horizon that a queue is open a driver is not known."""
    by_last: dict[dt.date, list[str]] = {}
    gaps: set[dt.date] = set()
    for queue in scenario.queues:
        closed = set(scenario.market_of(queue).closed)
        for own in drivers.get(queue.name, ()):
            if own.name != driver.name or own.last_day is None:
                continue
            missing = [
                day
                for day in scenario.days
                if queue.open.week[day.weekday()] and day not in closed and not own.knows(day)
            ]
            gaps |= {day for day in missing if day < own.last_day}
            if any(day > own.last_day for day in missing):
                by_last.setdefault(own.last_day, []).append(queue.name)
    several = len(by_last) > 1
    result = [
        f"{driver.name} is known until {last}{f' for {_listed(names)}' if several else ''}: "
        "later days count as its usual ones"
        for last, names in sorted(by_last.items())
    ]
    if gaps:
        days = f"{len(gaps)} day{'s' if len(gaps) > 1 else ''} from {min(gaps)} on"
        result.append(f"{driver.name} has no value for {days}: they count as its usual ones")
    return result


def _override_notes(scenario: Scenario, number: int) -> list[str]:
    override = scenario.overrides[number]
    what = f"overrides.{number}"
    why = override.note or override.name
    label = f"{what} ({why})" if why else what
    first, last = bounds(override)
    start, end = scenario.days[0], scenario.days[-1]
    if not reached(scenario, override):
        return [f"{label} changes nothing: it concerns no queue"]
    if (last is not None and last < start) or (first is not None and first > end):
        return [f"{label} changes nothing: its days lie outside the horizon"]
    if (first is not None and first < start) or (last is not None and last > end):
        return [f"{label} reaches beyond the horizon, where it changes nothing"]
    return []

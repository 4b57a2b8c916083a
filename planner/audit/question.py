"""What is audited against: the scenario's pools and queues on one axis of intervals."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from planner.audit.clock import DAY_MINUTES, instant, wall
from planner.audit.terms import Terms, terms_of
from planner.scenario.queues import Promise

if TYPE_CHECKING:
    from planner.scenario.model import Scenario
    from planner.scenario.queues import Queue


@dataclass(frozen=True, slots=True)
class Question:
    """A scenario as an auditor reads it.

    Parameters
    ----------
    scenario
        The scenario, variants applied.
    pools, queues
        By name.
    zones
        Each queue's clock.
    step
        Minutes of an interval.
    first, intervals
        The instant at which the first interval begins, and how many there are.
    """

    scenario: Scenario
    pools: dict[str, Terms]
    queues: dict[str, Queue]
    zones: dict[str, ZoneInfo]
    step: int
    first: int
    intervals: int

    @property
    def hours(self) -> float:
        """Hours of an interval."""
        return self.step / 60

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The horizon's days."""
        return self.scenario.days

    def deferred(self, queue: str) -> bool:
        """Return whether a queue's work may wait."""
        return isinstance(self.queues[queue].target, Promise)

    def day_of(self, queue: str, interval: int) -> dt.date:
        """Return the day on a queue's calendar on which an interval begins."""
        return wall(self.first + interval * self.step, self.zones[queue]).date()

    def inside(self, queue: str) -> range:
        """Return the intervals that begin in the horizon's days on a queue's calendar."""
        zone, after = self.zones[queue], self.days[-1] + dt.timedelta(days=1)
        bounds = (instant(self.days[0], 0, zone), instant(after, 0, zone))
        return range(*(-((self.first - bound) // self.step) for bound in bounds))

    def is_open(self, queue: str) -> list[bool]:
        """Return in which intervals a queue is open, on the whole axis.

        An interval counts as open when any of its minutes is; dates on which the market is shut
        have none.
        """
        return _is_open(self, queue)


def question_of(scenario: Scenario) -> Question:
    """Return a scenario as an auditor reads it.

    Examples
    --------
    >>> from planner.scenario.document import parse_yaml
    >>> from planner.scenario.model import scenario_of
    >>> text = '''
    ... horizon: {first_day: 2027-02-01, days: 1}
    ... history: {file: contacts.csv}
    ... markets: {FR: {timezone: Europe/Paris}, GB: {timezone: Europe/London}}
    ... queues: [{name: fr, market: FR}, {name: gb, market: GB}]
    ... '''
    >>> asked = question_of(scenario_of(parse_yaml(text, "scenario.yaml")))
    >>> asked.intervals, asked.inside("fr"), asked.inside("gb")
    (100, range(0, 96), range(4, 100))
    """
    zones = {q.name: ZoneInfo(scenario.market_of(q).timezone) for q in scenario.queues}
    after = scenario.days[-1] + dt.timedelta(days=1)
    first = min(instant(scenario.days[0], 0, zone) for zone in zones.values())
    last = max(instant(after, 0, zone) for zone in zones.values())
    step = scenario.interval_minutes
    return Question(
        scenario=scenario,
        pools={pool.name: terms_of(scenario, pool) for pool in scenario.teams},
        queues={queue.name: queue for queue in scenario.queues},
        zones=zones,
        step=step,
        first=first,
        intervals=-((first - last) // step),
    )


def _is_open(asked: Question, name: str) -> list[bool]:
    queue, inside = asked.queues[name], asked.inside(name)
    shut = set(asked.scenario.market_of(queue).closed)
    minutes = _open_minutes(queue.open.week)
    result = [False] * asked.intervals
    for i in inside:
        begins = wall(asked.first + i * asked.step, asked.zones[name])
        at = begins.weekday() * DAY_MINUTES + begins.hour * 60 + begins.minute
        at -= at % asked.step
        open_here = not minutes.isdisjoint(range(at, at + asked.step))
        result[i] = open_here and begins.date() not in shut
    return result


@functools.lru_cache(maxsize=256)
def _open_minutes(week: tuple[tuple[tuple[int, int], ...], ...]) -> frozenset[int]:
    """Return the minutes of a week, from Monday 00:00 on, in which a queue is open."""
    return frozenset(
        (day * DAY_MINUTES + minute) % (7 * DAY_MINUTES)
        for day, ranges in enumerate(week)
        for opens, closes in ranges
        for minute in range(opens, closes)
    )

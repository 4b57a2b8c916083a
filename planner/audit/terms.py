"""What a pool's people may do, as its scenario says: who is there, which shifts, at which pace."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from planner.audit.agents import is_employed, is_there, ordinary_hours
from planner.audit.clock import DAY_MINUTES, instant
from planner.scenario.agents import made_up_names
from planner.scenario.queues import Promise

if TYPE_CHECKING:
    from planner.scenario.agents import Person
    from planner.scenario.model import Scenario
    from planner.scenario.pools import Break, Pool
    from planner.scenario.queues import Queue


@dataclass(frozen=True, slots=True)
class Pattern:
    """A working day whatever its start, minutes: how long, which are pauses, how many are paid."""

    span: int
    pauses: tuple[tuple[int, int], ...]
    paid: int


@dataclass(frozen=True, slots=True)
class Terms:
    """One pool of the scenario with its defaults filled in.

    Parameters
    ----------
    pool
        What the scenario says.
    zone
        Whose clock and days its shifts are counted by.
    earliest, latest
        First start and last end, minutes after midnight.
    agents
        How many are employed on each day of the horizon.
    productive
        Share of an hour on duty that makes positions on each day: what shrinkage leaves, at the
        mean pace of those employed.
    names
        Each agent's turn: who is 5 is there on days with more than 5 agents.
    contracted
        Whether contracted hours are paid, worked or not.
    patterns
        The shifts that there may be.
    people
        The agents by name, where more is known of them.
    """

    pool: Pool
    zone: ZoneInfo
    earliest: int
    latest: int
    agents: dict[dt.date, int]
    productive: dict[dt.date, float]
    names: dict[str, int]
    contracted: bool
    patterns: tuple[Pattern, ...]
    people: dict[str, Person]

    def there(self, day: dt.date) -> int:
        """Return how many agents may work on a day: who is employed, not away and not off."""
        if not self.people:
            return self.agents.get(day, 0)
        return sum(is_there(agent, day) for agent in self.people.values())

    def days_employed(self, agent: str, days: Sequence[dt.date]) -> int:
        """Return on how many of some days an agent is employed."""
        person, turn = self.people.get(agent), self.names.get(agent, 0)
        if person is None:
            return sum(self.agents[day] > turn for day in days)
        return sum(is_employed(person, day) for day in days)

    def ordinary(self, agent: str, days: Sequence[dt.date]) -> Fraction:
        """Return the hours that an agent may work over days of a week before overtime begins."""
        person = self.people.get(agent)
        if person is None:
            return Fraction(str(self.pool.contract.hours_per_week))
        return ordinary_hours(person, self.pool.contract, days)

    @property
    def speed(self) -> dict[str, float]:
        """Speed at each queue served."""
        return {served.name: served.speed for served in self.pool.queues}

    def on_notice(self, days: Sequence[dt.date]) -> list[dt.date]:
        """Return those of some days for which hours are ordered: the first of the horizon."""
        notice = self.pool.notice
        if notice is None or self.contracted:
            return []
        first = next(iter(self.agents))
        return [day for day in days if (day - first).days < notice.days]

    def starts(self, span: int) -> list[int]:
        """Return the minutes after midnight at which a shift of a length may start.

        Every step from the earliest start on, and as late as its end allows.
        """
        last = self.latest - span
        if last < self.earliest:
            return []
        stepped = range(self.earliest, last + 1, self.pool.shifts.start_every_minutes)
        return sorted({*stepped, last})

    def reach(self, days: Sequence[dt.date]) -> Iterator[tuple[int, int]]:
        """Yield ``[from, to)`` in minutes: when somebody can be on duty, shift after shift."""
        stretches = _duty(self)
        for day in days:
            if self.there(day):
                for start, parts in stretches.items():
                    begins = instant(day, start, self.zone)
                    yield from ((begins + first, begins + last) for first, last in parts)


def _duty(terms: Terms) -> dict[int, list[tuple[int, int]]]:
    """Return by start the stretches on duty of all shifts that begin then, minutes after it."""
    found: dict[int, set[tuple[int, int]]] = {}
    for pattern in terms.patterns:
        parts = set(on_duty(pattern.span, pattern.pauses))
        for start in terms.starts(pattern.span):
            found.setdefault(start, set()).update(parts)
    return {start: sorted(parts) for start, parts in found.items()}


def on_duty(span: int, pauses: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a shift that are no pause.

    Examples
    --------
    >>> list(on_duty(465, [(180, 225)]))
    [(0, 180), (225, 465)]
    """
    begins = 0
    for first, last in pauses:
        yield begins, first
        begins = last
    yield begins, span


def terms_of(scenario: Scenario, pool: Pool) -> Terms:
    """Return what a pool of the scenario may do."""
    zone = ZoneInfo(pool.timezone or _market_zone(scenario, pool.queues[0].name))
    earliest, latest = _window(scenario, pool, zone)
    names = pool.agents.names or made_up_names(pool.name, pool.agents.most)
    left = 1.0 - pool.shrinkage.total
    return Terms(
        pool=pool,
        zone=zone,
        earliest=earliest,
        latest=latest,
        agents={day: _employed(pool, day) for day in scenario.days},
        productive={day: left * pace(pool, day) for day in scenario.days},
        names={name: turn for turn, name in enumerate(names)},
        contracted=(pool.contract.paid or _USUALLY_PAID[pool.kind]) == "contracted",
        patterns=tuple(_patterns(pool, latest - earliest)),
        people={agent.name: agent for agent in pool.agents.people},
    )


def _employed(pool: Pool, day: dt.date) -> int:
    people = pool.agents.people
    return sum(is_employed(one, day) for one in people) if people else pool.agents.on(day)


_USUALLY_PAID = {"in_house": "contracted", "vendor": "scheduled"}
_USUAL_WINDOW = (7 * 60, 21 * 60)
_WINDOW_STEP = 30


def pace(pool: Pool, day: dt.date) -> float:
    """Return the mean speed of all who are employed on a day, to four decimals; 1 for nobody.

    Each agent has a day of joining. Those of the first date were there before; who came last leaves
    first.

    Examples
    --------
    >>> from planner.scenario.pools import Pool
    >>> first = dt.date(2026, 11, 2)
    >>> temps = Pool(name="temps", queues=["fr"], cost_per_hour=30, newcomers={"speed": [0, 0.6]},
    ...              agents={"2026-11-02": 15, "2026-11-09": 20})
    >>> [pace(temps, first + dt.timedelta(days)) for days in (6, 7, 14, 21)]
    [1.0, 0.75, 0.9, 1.0]
    """
    if pool.newcomers is None or not pool.agents.on(day):
        return 1.0
    joined: list[dt.date | None] = []
    for turn, (since, count) in enumerate(pool.agents.steps):
        if since is None or since <= day:
            del joined[count:]
            joined += [since if turn else None] * (count - len(joined))
    speeds = [_speed(pool.newcomers.speed, since, day) for since in joined]
    return round(float(sum(speeds) / len(speeds)), 4)


def _speed(by_week: Sequence[float], since: dt.date | None, day: dt.date) -> Fraction:
    week = len(by_week) if since is None else (day - since).days // 7
    return Fraction(str(by_week[week])) if week < len(by_week) else Fraction(1)


def _patterns(pool: Pool, room: int) -> Iterator[Pattern]:
    """Yield the shifts that a pool's rules allow within so many minutes, and a legal day."""
    step = pool.shifts.start_every_minutes
    found: set[Pattern] = set()
    for hours in pool.shifts.paid_hours:
        if hours > pool.contract.max_hours_per_day:
            continue
        breaks = [rule for rule in pool.shifts.breaks if hours > rule.after_hours[1]]
        paid = round(hours * 60)
        span = paid + sum(rule.minutes for rule in breaks if not rule.paid)
        for begins in itertools.product(*(_begins(rule, step) for rule in breaks)):
            ends = [at + rule.minutes for at, rule in zip(begins, breaks, strict=True)]
            pauses = tuple(sorted(zip(begins, ends, strict=True)))
            bounds = [*itertools.chain(*pauses), span]
            if span <= room and bounds == sorted(bounds) and bounds[-2:] != [span, span]:
                found.add(Pattern(span, pauses, paid))
    found |= {one for one in _in_two_parts(pool) if one.span <= room}
    yield from sorted(found, key=lambda one: (one.span, one.pauses))


def _in_two_parts(pool: Pool) -> Iterator[Pattern]:
    """Yield the shifts in two parts: one long unpaid pause, no other, and not too long in all."""
    split, step = pool.shifts.split, pool.shifts.start_every_minutes
    if split is None:
        return
    first, last = (round(hours * 60) for hours in split.after_hours)
    least, most = split.pause_minutes
    for hours in split.paid_hours:
        paid = round(hours * 60)
        for begins in range(first, last + 1, step):
            for minutes in range(least, most + 1, step):
                span = paid + minutes
                fits = begins < paid and span <= split.max_span_hours * 60
                if fits and hours <= pool.contract.max_hours_per_day:
                    yield Pattern(span, ((begins, begins + minutes),), paid)


def _begins(rule: Break, step: int) -> range:
    first, last = (round(hours * 60) for hours in rule.after_hours)
    return range(first, last + 1, step)


def _market_zone(scenario: Scenario, name: str) -> str:
    queue = next(queue for queue in scenario.queues if queue.name == name)
    return scenario.market_of(queue).timezone


def _window(scenario: Scenario, pool: Pool, zone: ZoneInfo) -> tuple[int, int]:
    """Return first start and last end; those left out follow the queues whose customers wait."""
    given = pool.shifts
    opens, closes = _opening(scenario, pool, zone)
    shortest = min(_length(pool, hours) for hours in given.paid_hours)
    first = opens if given.earliest_start is None else given.earliest_start
    if given.latest_end is None:
        return first, max(closes, first + shortest)
    return min(first, max(given.latest_end - shortest, 0)), given.latest_end


def _length(pool: Pool, hours: float) -> int:
    unpaid = [b.minutes for b in pool.shifts.breaks if not b.paid and hours > b.after_hours[1]]
    return math.ceil(hours * 60) + sum(unpaid)


def _opening(scenario: Scenario, pool: Pool, zone: ZoneInfo) -> tuple[int, int]:
    """Return when the first of a pool's live queues opens and the last closes, on its own clock."""
    served = {one.name for one in pool.queues}
    live = [q for q in scenario.queues if q.name in served and not isinstance(q.target, Promise)]
    spans = [span for queue in live for span in _spans(scenario, queue, zone)]
    if not spans:
        return _USUAL_WINDOW
    opens, closes = min(first for first, _ in spans), max(last for _, last in spans)
    if opens < 0 or closes - opens >= DAY_MINUTES:
        return 0, DAY_MINUTES
    return opens - opens % _WINDOW_STEP, closes


def _spans(scenario: Scenario, queue: Queue, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """Yield a queue's opening hours on another clock, for every difference that there is."""
    own = ZoneInfo(scenario.market_of(queue).timezone)
    first = dt.datetime.combine(scenario.horizon.first_day, dt.time(), dt.UTC)
    nights = [first + dt.timedelta(days=day) for day in range(scenario.horizon.days + 1)]
    for ahead in {_ahead(night, zone) - _ahead(night, own) for night in nights}:
        for opens, closes in itertools.chain(*queue.open.week):
            yield opens + ahead, closes + ahead


@functools.lru_cache(maxsize=4096)
def _ahead(moment: dt.datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset() or dt.timedelta()
    return round(offset.total_seconds() / 60)

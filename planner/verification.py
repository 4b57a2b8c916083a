"""A plan judged: its service simulated contact by contact, and what an audit of it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.audit.judged import Judged
from planner.inputs import local_days, open_mask
from planner.plan import Plan
from staffing.daily import sums_by_day
from staffing.lines import known_aht
from staffing.simulation import Team, simulate

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_CONTACTS = 3_000_000.0  # drawn for each of the comparisons, about
_FEWEST, _MOST = 10, 400  # replications

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Service:
    """Contacts and what becomes of them by queue and day, in one replication or on average.

    Parameters
    ----------
    contacts, in_time, lost
        Counts ``[Q, D]``.
    """

    contacts: FloatArray
    in_time: FloatArray
    lost: FloatArray

    @property
    def service_level(self) -> FloatArray:
        """Share of the contacts answered in time ``[Q, D]``; 1 where none come."""
        return np.where(self.contacts > 0, self.in_time / np.maximum(self.contacts, 1e-12), 1.0)


@dataclass(frozen=True, slots=True)
class Verification:
    """Projected against simulated service, and what an audit finds.

    Parameters
    ----------
    projected
        As the plan projects it, at the expected contacts.
    simulated
        The mean of simulated days: each queue with the positions that the plan gives it.
    error
        Standard error of the simulated service level ``[Q, D]``.
    shared
        The mean of simulated days on which pools answer all queues that they can: the positions
        planned for work that may wait do that, and whoever is free takes the next contact.
    low, high
        The plan's band of each day's service level ``[Q, D]``.
    inside
        Share of days simulated from the forecast's sample paths that lie in the band ``[Q, D]``.
    replications
        How many days stand behind ``simulated``, ``shared`` and ``inside``.
    counts
        What every rule of an audit of the plan's files finds.
    """

    projected: Service
    simulated: Service
    error: FloatArray
    shared: Service
    low: FloatArray
    high: FloatArray
    inside: FloatArray
    replications: tuple[int, int, int]
    counts: tuple[Judged, ...] = ()

    @property
    def apart(self) -> FloatArray:
        """Projected less simulated service level ``[Q, D]``, 0 where no contacts come."""
        came = self.projected.contacts > 0
        apart = self.projected.service_level - self.simulated.service_level
        return np.where(came, apart, 0.0)


def verify(plan: Plan, progress: Progress = lambda done, of: None) -> Verification:
    """Return a plan's projection beside a simulation, without an audit.

    Parameters
    ----------
    plan
        The plan, its forecast with sample paths.
    progress
        Called with steps done and steps in all.

    Notes
    -----
    The simulation draws its own chance from the scenario's seed. Expected contacts are simulated so
    often that about three million contacts are drawn, 10 to 400 times.
    """
    day = local_days(plan.scenario, plan.times)
    floor = _Floor(plan, day, open_mask(plan.scenario, plan.times))
    expected = plan.projection.contacts[None]
    often = int(np.clip(_CONTACTS / max(expected.sum(), 1.0), _FEWEST, _MOST))
    less = max(often // 5, 3)
    queues = len(plan.queues)
    steps = 2 * queues + less
    done = iter(range(1, steps + 1))

    def step() -> None:
        progress(next(done), steps)

    progress(0, steps)
    alone = [floor.alone(q, np.repeat(expected[:, q], often, axis=0), step) for q in range(queues)]
    drawn = [floor.alone(q, plan.forecast.paths[:, q], step) for q in range(queues)]
    shared = list(floor.shared(expected, less, step))
    band = plan.projection.daily.by_day()
    level = np.stack([one.service_level for one in drawn], axis=1)[:, :, 0]
    near = (level >= band.p10 - 1e-9) & (level <= band.p90 + 1e-9)
    return Verification(
        projected=_projected(plan, day),
        simulated=_joined([_mean(one) for one in alone]),
        error=np.concatenate([_error(one) for one in alone]),
        shared=_mean(_joined(shared)),
        low=band.p10,
        high=band.p90,
        inside=near.mean(axis=0) if len(near) else np.ones(band.p10.shape),
        replications=(often, less, len(near)),
    )


@dataclass(frozen=True, slots=True)
class _Floor:
    """The plan's floor: who is there, and which day it is ``[Q, I]``."""

    plan: Plan
    day: IntArray
    is_open: npt.NDArray[np.bool_]

    def alone(
        self, q: int, contacts: npt.NDArray[np.floating], step: Callable[[], None]
    ) -> Service:
        """Return simulated days of one queue with the positions it is given ``[R, 1, D]``."""
        given = self.plan.projection.positions[q]
        deferred = self.plan.queues[q].deferred
        team = Team(np.ceil(given), {0: 1.0}, {0: given}) if deferred else Team(given, {0: 1.0})
        rng = np.random.default_rng((self.plan.scenario.seed, q, len(contacts)))
        seen = simulate(
            self.plan.queues[q : q + 1],
            np.maximum(np.asarray(contacts, np.float64), 0.0)[:, None],
            self._aht()[q : q + 1],
            [team],
            self.plan.interval_s,
            is_open=self.is_open[q : q + 1],
            rng=rng,
        )
        step()
        return _by_day([seen.contacts, seen.in_time, seen.lost], self.day[q : q + 1], self._days)

    def shared(
        self, contacts: FloatArray, often: int, step: Callable[[], None]
    ) -> Iterator[Service]:
        """Yield simulated days of all queues with pools that share their agents ``[1, Q, D]``."""
        rng = np.random.default_rng((self.plan.scenario.seed, len(self.plan.queues), often))
        for _ in range(often):
            seen = simulate(
                self.plan.queues, contacts, self._aht(), self._teams(), self.plan.interval_s,
                is_open=self.is_open, rng=rng,
            )  # fmt: skip
            step()
            yield _by_day([seen.contacts, seen.in_time, seen.lost], self.day, self._days)

    def _teams(self) -> list[Team]:
        solved = self.plan.allocation
        serve = solved.serve.astype(np.float64)
        number = {queue.name: q for q, queue in enumerate(self.plan.queues)}
        return [
            Team(
                solved.capacity[p],
                {number[name]: speed for name, speed in pool.speed.items()},
                {
                    number[name]: serve[p, number[name]]
                    for name in pool.speed
                    if self.plan.queues[number[name]].deferred
                },
            )
            for p, pool in enumerate(solved.pools)
        ]

    def _aht(self) -> FloatArray:
        return known_aht(np.asarray(self.plan.forecast.aht_s, np.float64), self.plan.interval_s)

    @property
    def _days(self) -> int:
        return len(self.plan.days)


def _by_day(counts: Sequence[FloatArray], day: IntArray, days: int) -> Service:
    """Return counts ``[R, Q, I]`` added up by day ``[R, Q, D]``."""
    return Service(*(sums_by_day(count, day, days) for count in counts))


def _projected(plan: Plan, day: IntArray) -> Service:
    seen = plan.projection
    counts = (seen.contacts, seen.contacts * seen.service_level, seen.contacts * seen.abandonment)
    return _mean(_by_day([count[None] for count in counts], day, len(plan.days)))


def _mean(some: Service) -> Service:
    """Return the mean over replications."""
    return Service(*(x.mean(axis=0) for x in (some.contacts, some.in_time, some.lost)))


def _error(some: Service) -> FloatArray:
    """Return the standard error of the share answered in time ``[Q, D]``."""
    mean = _mean(some)
    stray = some.in_time - mean.service_level * some.contacts
    deviation = np.sqrt(np.square(stray).sum(axis=0) / max(len(stray) - 1, 1) / len(stray))
    error: FloatArray = deviation / np.maximum(mean.contacts, 1e-12)
    return error


def _joined(some: Sequence[Service]) -> Service:
    """Return several queues, or several replications, as one."""
    parts = ([getattr(one, name) for one in some] for name in ("contacts", "in_time", "lost"))
    return Service(*(np.concatenate(part) for part in parts))

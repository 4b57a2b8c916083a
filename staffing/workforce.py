"""How a team's heads come and go by week: classes, training, learning, leavers, seasons."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

WEEKS_A_YEAR = 52.0


@dataclass(frozen=True, slots=True)
class Hiring:
    """On what terms a team takes people on and lets them go.

    Parameters
    ----------
    class_size
        Fewest and most people of a class, which are whole.
    every_weeks
        At most one class begins in so many weeks.
    lead_weeks
        Weeks from deciding a class to its first day.
    cost_per_hire
        Money for finding one, beside wages.
    speed
        Speed in the first, second ... week after joining; 0: in training, paid and not on contacts.
    trainers
        Heads who are off contacts while a class is in training.
    leave_a_week
        Share of those there who leave in a week.
    leave_a_week_at_first
        The same among those who are still in ``speed``'s weeks.
    min_weeks
        Weeks for which somebody who joins is kept at least.
    release_notice_weeks
        Weeks from deciding to let people go to their leaving; None: nobody is let go.
    release_cost
        Money for letting one go.
    most_heads
        Seats; None: no limit.
    season
        Number of the season of each week ``[W]``: all go when it ends, and -1 employs nobody.
    """

    class_size: tuple[int, int] = (1, 20)
    every_weeks: int = 1
    lead_weeks: int = 0
    cost_per_hire: float = 0.0
    speed: tuple[float, ...] = ()
    trainers: float = 0.0
    leave_a_week: float = 0.0
    leave_a_week_at_first: float = 0.0
    min_weeks: int = 0
    release_notice_weeks: int | None = None
    release_cost: float = 0.0
    most_heads: float | None = None
    season: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def training_weeks(self) -> int:
        """Weeks after joining in which somebody is not on contacts at all."""
        return next((k for k, speed in enumerate(self.speed) if speed > 0), len(self.speed))

    @property
    def begin_weeks(self) -> int:
        """Weeks for which those of a class are followed by themselves, at least one."""
        return max(len(self.speed), self.min_weeks, 1)

    def speed_after(self, weeks: int) -> float:
        """Return the speed so many weeks after joining.

        Examples
        --------
        >>> [Hiring(speed=(0.0, 0.6)).speed_after(week) for week in range(3)]
        [0.0, 0.6, 1.0]
        """
        return self.speed[weeks] if weeks < len(self.speed) else 1.0

    def staying(self, weeks: int) -> float:
        """Return the share of a class that is still there so many weeks after joining.

        Examples
        --------
        >>> hiring = Hiring(speed=(0.0,), leave_a_week=0.01, leave_a_week_at_first=0.05)
        >>> [round(hiring.staying(week), 4) for week in range(3)]
        [1.0, 0.95, 0.9405]
        """
        first = min(weeks, len(self.speed))
        return float((1 - self.leave_a_week_at_first) ** first
                     * (1 - self.leave_a_week) ** (weeks - first))  # fmt: skip

    def begins(self, week: int) -> tuple[tuple[int, int], ...]:
        """Return the classes that are followed in a week: (first week, weeks since)."""
        reach = range(min(self.begin_weeks, week + 1))
        return tuple((week - k, k) for k in reach if self.same_season(week - k, week))

    def same_season(self, first: int, later: int) -> bool:
        """Whether somebody there in one week may still be there in a later one."""
        if not len(self.season):
            return True
        return bool(self.season[later] >= 0 and self.season[first] == self.season[later])


def weekly_share(a_year: float) -> float:
    """Return the share that leaves in a week where so many leave in a year.

    Examples
    --------
    >>> round(weekly_share(0.30), 5)
    0.00684
    """
    return float(1.0 - (1.0 - a_year) ** (1.0 / WEEKS_A_YEAR))


@dataclass(frozen=True, slots=True)
class Walk:
    """A team's heads by week, ``[W]`` each.

    Those there in a week are those of the week before and the hired, less leavers and released,
    who are gone when the week begins.
    """

    heads: FloatArray
    in_training: FloatArray
    on_contacts: FloatArray
    leavers: FloatArray
    released: FloatArray


def walk(
    hiring: Hiring,
    start: float,
    hires: npt.ArrayLike,
    released: npt.ArrayLike,
    pace: npt.ArrayLike | None = None,
) -> Walk:
    """Return a team's heads week by week: the same that the program counts, step by step.

    Parameters
    ----------
    hiring
        Its terms.
    start
        Heads in the first week.
    hires, released
        People who join at the start of each week, and who go at its end, ``[W]``.
    pace
        Mean speed of those there from the start, by week ``[W]``; left out: 1.

    Examples
    --------
    Ten, one in ten of whom leaves each week, and a class of four that trains for a week:

    >>> terms = Hiring(speed=(0.0,), leave_a_week=0.1)
    >>> there = walk(terms, 10, [0, 4, 0], [0, 0, 0])
    >>> there.heads.tolist(), there.on_contacts.tolist(), there.leavers.tolist()
    ([10.0, 13.0, 12.1], [10.0, 9.0, 12.1], [0.0, 1.0, 0.9])
    """
    joined, gone = np.asarray(hires, dtype=np.float64), np.asarray(released, dtype=np.float64)
    weeks, long = len(joined), hiring.begin_weeks
    speed = np.ones(weeks) if pace is None else np.asarray(pace, dtype=np.float64)
    steady = np.zeros(weeks)
    heads, training, working = np.zeros(weeks), np.zeros(weeks), np.zeros(weeks)
    opens = joined > 0
    for w in range(weeks):
        if w == 0:
            steady[0] = start if hiring.same_season(0, 0) else 0.0
        elif hiring.same_season(w - 1, w):
            stays = 1 - hiring.leave_a_week
            steady[w] = (steady[w - 1] - gone[w - 1]) * stays
            if w >= long and hiring.same_season(w - long, w):
                steady[w] += joined[w - long] * hiring.staying(long)
        heads[w] = steady[w]
        old = start * (1 - hiring.leave_a_week) ** w if hiring.same_season(0, w) else 0.0
        working[w] = steady[w] - (1 - speed[w]) * old
        for first, since in hiring.begins(w):
            there = joined[first] * hiring.staying(since)
            heads[w] += there
            training[w] += there if hiring.speed_after(since) == 0 else 0.0
            working[w] += there * hiring.speed_after(since)
            if since < hiring.training_weeks and opens[first]:
                working[w] -= hiring.trainers
    before = np.concatenate([[heads[0] if weeks else 0.0], heads[:-1]])
    left = np.concatenate([[0.0], gone[:-1]])
    start_joined = np.concatenate([[0.0], joined[1:]])
    return Walk(heads, training, working, before + start_joined - left - heads, left)

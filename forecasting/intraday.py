"""What came so far tells of what is to come: a forecast re-anchored within its day and its week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import nnls

from forecasting.history import read_only
from forecasting.uncertainty import count_quantile

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.history import BoolArray, FloatArray, History, IntArray

_RECENT_DAYS = 182
_HOUR_S = 3600
_FEWEST_DAYS = 6  # of a weekday, for its hours to tell anything
_FEWEST_CONTACTS = 20  # of a day
_MEMORIES_H = (1.0, 2.0, 4.0, 8.0)
_MOST_SD = 0.5
_OWN_PART = 0.2  # least share of a day's variance that all its hours have in common
_FADES = 0.95  # what is left of the days' common surprise from one day to the next
_WEEKS, _LAGS = 4, 4
_CARRY, _BELIEF_DAYS = 0.3, 40  # how far a surprise is thought to carry before the past has spoken
_FREEDOM = 4.0  # of Student's distribution: how often days stray far beyond what was thought
_HALF_CONTACTS = 100.0  # of handling times that are believed by half
_NEVER = 1e-3  # chance below which a stretch of nothing is taken for an outage


@dataclass(frozen=True, slots=True)
class Habits:
    """How a queue strays from its forecast within a day, and from one day to the next.

    Parameters
    ----------
    sd
        Standard deviation of an hour's rate around the rest of its day, as a share.
    memory_h
        Hours after which such a surprise is down to a third.
    noise
        Variance of an hour's count over its mean, given its rate; at least 1.
    carry
        Correlation of a day's surprise with the next day's, in [0, 0.95].
    """

    sd: float = 0.1
    memory_h: float = 2.0
    noise: float = 1.0
    carry: float = _CARRY


@dataclass(frozen=True, slots=True)
class Anchored:
    """A forecast after what is known by now.

    Parameters
    ----------
    expected
        Contacts expected now, of what is known and what is to come alike [I].
    factor
        By what the forecast is multiplied, 1 where nothing was expected [I].
    kept
        What is left of the standard deviation of the factor, 1 where nothing came near [I].
    block
        Number of each interval's hour, -1 where nothing was expected [I].
    spread
        Covariance of the hours' factors that is left [B, B].
    noise
        Variance of a count over its mean, given the factors.
    """

    expected: FloatArray
    factor: FloatArray
    kept: FloatArray
    block: IntArray
    spread: FloatArray
    noise: float

    def total(self, chosen: BoolArray) -> tuple[float, float, float]:
        """Return the contacts expected in some intervals [I] together, with quantiles 0.1 and 0.9.

        Counts of the intervals as if none of them were known yet.
        """
        mean = float(self.expected[chosen].sum())
        if mean <= 0:
            return 0.0, 0.0, 0.0
        inside = chosen & (self.block >= 0)
        weight = np.bincount(
            self.block[inside], self.expected[inside] / self.factor[inside], len(self.spread)
        )
        sigma = np.sqrt(np.log1p(max(float(weight @ self.spread @ weight), 0.0) / mean**2))
        low, high = (float(count_quantile(q, mean, sigma, self.noise)) for q in (0.1, 0.9))
        return mean, low, high


def anchor(
    expected: npt.ArrayLike,
    actual: npt.ArrayLike,
    sigma: npt.ArrayLike,
    day: npt.ArrayLike,
    hour: npt.ArrayLike,
    habits: Habits,
) -> Anchored:
    """Return a queue's forecast re-anchored on what came so far.

    Parameters
    ----------
    expected
        Contacts forecast [I].
    actual
        Contacts that came; NaN where unknown or yet to come [I].
    sigma
        Standard deviation of the log factor of each interval's day, as it was forecast [I].
    day, hour
        Number of each interval's local day, and the hour of its wall clock [I].
    habits
        How the queue strays.

    Notes
    -----
    An hour's rate is its forecast times a factor of mean 1. Factors of hours share their day's,
    those of days in a row a part of it; around it the hours of a day stray with a memory. Counts
    have ``noise`` times their mean as variance. A day that strays far widens its own variance, as
    if days were Student's. The factors expected are the best linear ones
    given the counts (credibility, Buhlmann 1967; for one day alone the gamma-Poisson's own mean),
    and never below a twentieth.

    Examples
    --------
    A day known to a fifth, a hundred contacts expected so far, 120 came: four fifths of the 20 %
    more are believed.

    >>> steady = Habits(sd=0.0, noise=1.0)
    >>> sure = np.sqrt(np.log1p(0.04))
    >>> found = anchor([100, 200], [120, np.nan], [sure, sure], [0, 0], [9, 10], steady)
    >>> found.factor.round(4).tolist(), found.expected.round(1).tolist()
    ([1.16, 1.16], [116.0, 232.0])
    """
    mean, count, sd = (np.asarray(a, dtype=np.float64) for a in (expected, actual, sigma))
    days, hours = (np.asarray(a, dtype=np.int64) for a in (day, hour))
    some = mean > 0
    block = np.full(mean.shape, -1, dtype=np.int64)
    names, block[some] = np.unique(days[some] * 24 + hours[some], return_inverse=True)
    size = len(names)
    known = some & ~np.isnan(count)
    offered = _sums(block[known], mean[known], size)
    came = _sums(block[known], count[known], size)
    whole = _sums(block[some], mean[some], size)
    block_sd = _sums(block[some], mean[some] * sd[some], size) / np.maximum(whole, 1e-300)
    spread = _prior(names // 24, names % 24, whole, block_sd, habits)
    wider = _widened(spread, offered, came, names // 24, habits.noise)
    factor, left = _believed(spread * np.outer(wider, wider), offered, came, habits.noise)
    was, own = np.diagonal(spread), np.maximum(np.diagonal(left), 0.0)
    kept = np.sqrt(np.divide(own, was, out=np.ones(size), where=was > 0))
    by_interval, kept = (np.append(values, 1.0)[block] for values in (factor, kept))
    return Anchored(
        read_only(mean * by_interval), read_only(by_interval), read_only(kept), read_only(block),
        read_only(left), habits.noise,
    )  # fmt: skip


def handling_factor(planned_s: float, actual_s: float, contacts: float) -> float:
    """Return by what a queue's handling times are multiplied, after what was seen of them.

    Parameters
    ----------
    planned_s, actual_s
        Seconds that the contacts seen should have taken and did take, in all.
    contacts
        How many they are: one contact strays as much as it takes, a queue's mean by a tenth, so
        that a hundred contacts are believed by half.

    Examples
    --------
    >>> handling_factor(30_000.0, 36_000.0, 100.0)
    1.1
    >>> handling_factor(0.0, 0.0, 0.0)
    1.0
    """
    if planned_s <= 0 or contacts <= 0:
        return 1.0
    return 1.0 + contacts / (contacts + _HALF_CONTACTS) * (actual_s / planned_s - 1.0)


def _sums(block: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Return the sums of values by block [B]."""
    return np.asarray(np.bincount(block, values, size), dtype=np.float64)


def _prior(
    day: IntArray, hour: IntArray, mean: FloatArray, sd: FloatArray, habits: Habits
) -> FloatArray:
    """Return the covariance of the hours' factors before anything came [B, B].

    A day's total varies as it was forecast to: what its hours stray is taken off what they share.
    """
    apart = np.abs(day[:, None] - day[None, :])
    same = apart == 0
    own = np.exp(-np.abs(hour[:, None] - hour[None, :]) / habits.memory_h) * same
    number = np.unique(day, return_inverse=True)[1]
    total = np.bincount(number, mean)[number]
    share = mean / np.maximum(total, 1e-300)
    inside = np.bincount(number, share * (own @ share))[number] if len(day) else share
    variance = np.expm1(sd**2)
    wander = np.where(sd > 0, np.expm1(habits.sd**2), 0.0)
    common = np.maximum(variance - wander * inside, _OWN_PART * variance)
    carry = habits.carry / _FADES
    alike = np.where(same, 1.0, carry * _FADES**apart)
    deviation, strayed = np.sqrt(common), np.sqrt(wander)
    return np.asarray(
        alike * np.outer(deviation, deviation) + own * np.outer(strayed, strayed), dtype=np.float64
    )


def _widened(
    prior: FloatArray, offered: FloatArray, came: FloatArray, day: IntArray, noise: float
) -> FloatArray:
    """Return by how much each hour's deviation is larger than forecast [B], 1 on usual days.

    A day that strays far from its forecast shows that the forecast was less sure than it said: its
    deviations are taken to be Student's, of few degrees of freedom, given one of them.
    """
    number = np.unique(day, return_inverse=True)[1]
    same = number[:, None] == number[None, :]
    strayed = np.bincount(number, came - offered)
    own = offered * ((prior * same) @ offered) + noise * offered
    usual = np.bincount(number, own)
    square = np.divide(strayed**2, usual, out=np.zeros_like(strayed), where=usual > 0)
    freedom = _FREEDOM
    return np.asarray(np.sqrt(np.maximum((freedom + square) / (freedom + 1.0), 1.0)))[number]


def _believed(
    prior: FloatArray, offered: FloatArray, came: FloatArray, noise: float
) -> tuple[FloatArray, FloatArray]:
    """Return the factors expected [B] and the covariance that is left [B, B]."""
    seen = np.flatnonzero(offered > 0)
    if not seen.size:
        return np.ones(len(prior)), prior
    across = prior[:, seen] * offered[seen]
    within = across[seen] * offered[seen][:, None] + np.diag(noise * offered[seen])
    solved = cho_factor(within, lower=True)
    factor = 1.0 + across @ cho_solve(solved, came[seen] - offered[seen])
    left = prior - across @ cho_solve(solved, across.T)
    return np.maximum(factor, 0.05), (left + left.T) / 2


def outages(
    expected: npt.ArrayLike, actual: npt.ArrayLike, sigma: npt.ArrayLike, noise: float
) -> BoolArray:
    """Return the intervals of a stretch of nothing that chance does not explain [I].

    A stretch is taken for an outage, of the line or of the count, where its contacts would be none
    less than once in a thousand times, the day's factor as uncertain as it was.

    Examples
    --------
    >>> outages([6, 6, 6, 6], [5, 0, 0, 7], [0.2] * 4, 1.0).tolist()
    [False, True, True, False]
    >>> outages([1, 1, 1, 1], [1, 0, 0, 2], [0.2] * 4, 1.0).tolist()
    [False, False, False, False]
    """
    mean, count, sd = (np.asarray(a, dtype=np.float64) for a in (expected, actual, sigma))
    found = np.zeros(mean.shape, dtype=np.bool_)
    nothing = np.flatnonzero((mean > 0) & (count == 0))
    open_ = np.cumsum(mean > 0)  # closed hours do not part a stretch
    runs = np.split(nothing, np.flatnonzero(np.diff(open_[nothing]) > 1) + 1)
    for run in runs:
        total = float(mean[run].sum())
        over = noise - 1.0 + total * float(np.expm1(sd[run].max(initial=0.0) ** 2))
        chance = np.exp(-total) if over < 1e-9 else (1.0 + over) ** (-total / over)
        found[run] = chance < _NEVER
    return found


def learn_habits(history: History) -> Habits:
    """Return how a queue strayed within its days, and from day to day, in its last half year.

    Within days: counts by the hour against the day's total times the weekday's usual shares; their
    covariances are set against those of a memory and of noise alone, by least squares. From day to
    day: how far the surprises of a week against the four before go together. A history by the day
    tells nothing of the hours, a short one little: then the usual values stand.
    """
    usual = Habits()
    if not len(history.contacts):
        return usual
    per = max(_HOUR_S // history.interval_s, 1)
    recent = history.contacts[-_RECENT_DAYS:]
    counts = recent.reshape(len(recent), -1, per).sum(axis=2)
    first = (history.first_day.weekday() + len(history.contacts) - len(recent)) % 7
    weekday = (np.arange(len(recent)) + first) % 7
    noise, sd, memory = usual.noise, usual.sd, usual.memory_h
    if counts.shape[1] > 2:
        found = _within(counts, weekday, max(history.interval_s / _HOUR_S, 1.0))
        noise, sd, memory = found or (noise, sd, memory)
    return Habits(sd, memory, noise, _carry(counts.sum(axis=1), noise))


def _within(
    counts: FloatArray, weekday: IntArray, hours: float
) -> tuple[float, float, float] | None:
    """Return noise, standard deviation and memory of the hours; None where nothing tells them."""
    seen, shapes, weights = [], [], []
    for number in range(7):
        own = counts[(weekday == number) & (np.nan_to_num(counts.sum(axis=1)) >= _FEWEST_CONTACTS)]
        if len(own) < _FEWEST_DAYS:
            continue
        total = own.sum(axis=1)
        share = own.sum(axis=0) / total.sum()
        open_ = np.flatnonzero(share > 0.002)
        if len(open_) < 3:
            continue
        part = share[open_] / share[open_].sum()
        apart = np.abs(open_[:, None] - open_[None, :]) * hours
        strayed = np.clip(own[:, open_] / (total[:, None] * share[open_]) - 1.0, -1.0, 2.0)
        seen.append((strayed.T @ strayed / (len(own) - 1)).ravel())
        alone = (np.diag(1.0 / part) - 1.0) * float((1.0 / total).mean())
        pull = np.eye(len(part)) - part  # takes the day's own mean off, whatever it was
        shapes.append(
            [alone.ravel(), *((pull @ np.exp(-apart / m) @ pull.T).ravel() for m in _MEMORIES_H)]
        )
        weights.append(np.sqrt(len(own)) * np.outer(part, part).ravel())
    if not seen:
        return None
    weight, target = np.concatenate(weights), np.concatenate(seen)
    told = [np.concatenate(column) for column in zip(*shapes, strict=True)]
    fits = [
        nnls(np.stack([told[0], own], axis=1) * weight[:, None], target * weight)
        for own in told[1:]
    ]
    best = int(np.argmin([miss for _, miss in fits]))
    noise, variance = fits[best][0]
    sd = float(min(np.sqrt(np.log1p(variance)), _MOST_SD))
    return float(np.clip(noise, 1.0, 10.0)), sd, _MEMORIES_H[best]


def _carry(total: FloatArray, noise: float) -> float:
    """Return how far a day's surprise carries to the next, from days ``[D]`` a week at a time."""
    pairs = [_CARRY * _BELIEF_DAYS], [float(_BELIEF_DAYS)]
    strayed = np.full((max(len(total) // 7 - _WEEKS, 0), 7), np.nan)
    noisy = np.zeros_like(strayed)
    weeks = total[len(total) % 7 :].reshape(-1, 7)
    for row in range(len(strayed)):
        before = weeks[row : row + _WEEKS]
        told = np.isfinite(before).sum(axis=0)
        mean = np.divide(np.nansum(before, axis=0), told, out=np.zeros(7), where=told > 0)
        some = mean > 0
        strayed[row, some] = np.clip(weeks[row + _WEEKS, some] / mean[some] - 1.0, -1.0, 1.0)
        noisy[row, some] = noise * (1.0 + 1.0 / told[some]) / mean[some]
    usable = (
        np.abs(strayed) <= 3.0 * max(float(np.nanmedian(np.abs(strayed))), 1e-9)
        if np.isfinite(strayed).any()
        else np.zeros(strayed.shape, bool)
    )
    variance = float((strayed**2 - noisy)[usable].mean()) if usable.any() else 0.0
    if variance <= 0:
        return _CARRY
    for lag in range(1, _LAGS + 1):
        both = usable[:, :-lag] & usable[:, lag:]
        product = (strayed[:, :-lag] * strayed[:, lag:])[both]
        pairs[0].append(float(product.sum()) / variance / _FADES ** (lag - 1))
        pairs[1].append(float(len(product)))
    return float(np.clip(sum(pairs[0]) / sum(pairs[1]), 0.0, 0.95))

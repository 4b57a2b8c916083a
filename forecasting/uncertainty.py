"""How sure a forecast is: the spread of days, quantiles of counts, correlated sample paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaincinv, ndtr, ndtri

from forecasting.level import AHEAD_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from forecasting.history import FloatArray, History, IntArray
    from forecasting.openings import DaySeries
    from forecasting.parts import DayForecast

_MIN_DAY_SD = 0.03
_EVENT_SD = 0.15  # what an event's size is thought to vary by before its years have spoken
_UNSEEN_SD = 0.35  # a stated uplift, or a shape nobody has seen
_BELIEF_YEARS = 2.0
_RECENT_DAYS = 180
_INNER, _OUTER = 1.2816, 1.96  # standard errors of the quantiles 0.9 and 0.975

SHARED = 0.3
"""Least correlation of level and event errors between queues of a centre."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations of a queue's day factor on the log scale.

    Parameters
    ----------
    day
        Of each day by itself [D].
    drift
        Of the level after the days since the history's end [D].
    keep
        Share of a level error that is left a day later.
    events
        By event name, of the event's size on each day [D], 0 outside of its window.
    """

    day: FloatArray
    drift: FloatArray
    keep: float
    events: Mapping[str, FloatArray]

    def scaled(self, by: FloatArray) -> Spread:
        """Return the spread with each day's standard deviations multiplied [D]."""
        events = {name: part * by for name, part in self.events.items()}
        return Spread(self.day * by, self.drift * by, self.keep, events)

    @property
    def total(self) -> FloatArray:
        """Standard deviation of the log day factor [D]."""
        square = self.day**2 + self.drift**2
        for part in self.events.values():
            square = square + part**2
        return np.sqrt(square)


def count_dispersion(history: History, shares: FloatArray, fitted: DayForecast) -> float:
    """Return the variance of a slot's count over its mean, given the day's total; at least 1.

    Parameters
    ----------
    shares
        Share of an ordinary day's contacts per slot [7, S].
    """
    if history.slots == 1:
        return fitted.dispersion * fitted.inflation
    recent = history.contacts[-_RECENT_DAYS:]
    weekday = np.array([day.weekday() for day in history.days[-_RECENT_DAYS:]], dtype=np.int64)
    share = shares[weekday] if len(weekday) else np.empty((0, history.slots))
    total = np.where(share > 0, recent, 0.0).sum(axis=1)
    whole = ~np.isnan(total)
    mean = total[whole, None] * share[whole]
    noise = mean * (1 - share[whole])
    if float(noise.sum()) <= 0:
        return 1.0
    square = np.where(share[whole] > 0, (recent[whole] - mean) ** 2, 0.0)
    return float(np.clip(square.sum() / noise.sum(), 1.0, 10.0))


def ordinary_day_sd(series: DaySeries, fitted: DayForecast, dispersion: float) -> float:
    """Return the log standard deviation of ordinary days beyond their count noise."""
    days = np.flatnonzero(series.ordinary)
    actual, mean = series.contacts[days], fitted.expected[days]
    square = fitted.weight[days] * fitted.inflation * (actual - mean) ** 2
    below = float((mean**2).sum())
    if below <= 0:
        return 2 * _MIN_DAY_SD
    variance = float((square - dispersion * mean).sum()) / below
    return float(np.sqrt(np.log1p(max(variance, _MIN_DAY_SD**2))))


def event_sds(
    series: DaySeries, fitted: DayForecast, day_sd: float, dispersion: float
) -> tuple[list[float], float]:
    """Return the log sd of each event's size from left-out years [E], and of its single days."""
    known: list[list[float]] = [[] for _ in series.events]
    above = below = 0.0
    for error in fitted.errors:
        actual, expected = float(error.actual.sum()), float(error.expected.sum())
        if expected <= 0:
            continue
        ratio = np.log((actual + 1) / (expected + 1))
        noise = dispersion / expected + day_sd**2 / len(error.expected) + fitted.level.sd**2 / 2
        known[error.event].append(max(ratio**2 - noise, 0.0))
        mean = error.expected * (actual / expected)
        above += float(((error.actual - mean) ** 2 - dispersion * mean).sum())
        below += float((mean**2).sum())
    every = [min(value, 1.0) for values in known for value in values]
    centre = (sum(every) + 4 * _EVENT_SD**2) / (len(every) + 4)
    size = [
        float(np.sqrt((sum(v) + _BELIEF_YEARS * centre) / (len(v) + _BELIEF_YEARS))) for v in known
    ]
    single = float(np.sqrt(np.log1p(max(above / below, 0.0)))) if below > 0 else day_sd
    return size, max(single, day_sd)


def spread(
    series: DaySeries,
    fitted: DayForecast,
    origin: int,
    days: IntArray,
    factors: Mapping[str, FloatArray],
    dispersion: float,
) -> Spread:
    """Return the spread of some days as it was foreseen at ``origin``.

    Parameters
    ----------
    origin
        Element of the series from which nothing was known.
    days
        Elements of the days [D].
    factors
        Factor of each event on each of them [D], multipliers included.
    dispersion
        Variance of a count over its mean.
    """
    ordinary = ordinary_day_sd(series, fitted, dispersion)
    sizes, single = event_sds(series, fitted, ordinary, dispersion)
    ahead = np.maximum(days - origin + 1, 1)
    keep = fitted.level.persistence ** (1 / AHEAD_DAYS)
    drift = fitted.level.sd * np.sqrt((1 - keep ** (2 * ahead)) / (1 - keep ** (2 * AHEAD_DAYS)))
    day = np.full(len(ahead), ordinary)
    events = {}
    for number, event in enumerate(series.events):
        name = f"event {event.name}"
        factor = factors[name]
        share = np.abs(factor - 1.0) / np.maximum(factor, 1.0)  # of the day due to the event
        seen = any(error.event == number for error in fitted.errors)
        size = sizes[number] if seen or not event.is_yearly else _UNSEEN_SD
        events[name] = size * np.minimum(2.0 * share, 1.0)
        if event.is_yearly:
            pull = np.minimum(2.0 * share, 1.0)
            day = np.maximum(day, ordinary + (single - ordinary) * pull)
    return Spread(day, drift, keep, events)


def shared_share(
    series: Sequence[DaySeries], fitted: Sequence[DayForecast], sds: Sequence[float]
) -> float:
    """Return the correlation of ordinary days' factors between queues, 0 to 0.95.

    Count noise is independent between queues, so the covariance of relative errors is the
    factors' own; it is set against the product of their standard deviations.
    """
    last = max((one.first_day.toordinal() + one.end for one in series), default=0)
    errors = np.full((len(series), _RECENT_DAYS), np.nan)
    for row, (one, fit) in enumerate(zip(series, fitted, strict=True)):
        days = np.flatnonzero(one.ordinary & (fit.expected > 0))
        place = one.first_day.toordinal() + days - last + _RECENT_DAYS
        days, place = days[place >= 0], place[place >= 0]
        relative = (one.contacts[days] - fit.expected[days]) / fit.expected[days]
        errors[row, place] = np.clip(relative, -1, 1)
    sd = np.asarray(sds)
    both = (~np.isnan(errors)).astype(np.float64)
    known = np.nan_to_num(errors)
    shared = np.einsum("qd,pd->qp", both, both)
    product = np.einsum("qd,pd->qp", known, known)
    pairs = np.triu(shared >= 30, k=1)
    below = float((np.outer(sd, sd) * shared)[pairs].sum())
    return float(np.clip(product[pairs].sum() / below, 0.0, 0.95)) if below > 0 else 0.0


def day_factors(
    spreads: Sequence[Spread], correlation: float, replications: int, rng: np.random.Generator
) -> FloatArray:
    """Return sampled factors of each queue's days [R, Q, D], with mean 1 over the replications.

    The level drifts from day to day, a day has a surprise of its own, and an event is as a whole
    larger or smaller than thought; each is shared between queues in part. Replications come in
    mirrored pairs.

    Parameters
    ----------
    correlation
        Of two queues' day surprises, 0 to 1.
    """
    queues, days = len(spreads), len(spreads[0].day) if spreads else 0
    half = (replications + 1) // 2
    common = max(correlation, SHARED)

    def draw(share: float, count: int) -> FloatArray:
        ours = rng.standard_normal((half, 1, count))
        own = rng.standard_normal((half, queues, count))
        mixed: FloatArray = np.sqrt(share) * ours + np.sqrt(1 - share) * own
        return mixed

    log = draw(correlation, days) * np.stack([s.day for s in spreads])
    log += _drift(draw(common, days), spreads)
    for name in sorted({name for s in spreads for name in s.events}):
        size = np.stack([s.events.get(name, np.zeros(days)) for s in spreads])
        log += draw(common, 1) * size
    both = np.exp(np.concatenate([log, -log])[:replications])
    factors: FloatArray = both / both.mean(axis=0)
    return factors


def _drift(noise: FloatArray, spreads: Sequence[Spread]) -> FloatArray:
    """Return level errors [R, Q, D] that grow from day to day to each queue's drift."""
    sd = np.stack([s.drift for s in spreads])
    keep = np.array([s.keep for s in spreads])
    level = np.empty_like(noise)
    level[:, :, 0] = noise[:, :, 0] * sd[:, 0]
    for day in range(1, noise.shape[2]):
        kept = keep * sd[:, day - 1]
        new = np.sqrt(np.maximum(sd[:, day] ** 2 - kept**2, 0.0))
        level[:, :, day] = keep * level[:, :, day - 1] + new * noise[:, :, day]
    return level


def count_quantile(
    q: float,
    mean: npt.ArrayLike,
    sigma: npt.ArrayLike,
    dispersion: npt.ArrayLike,
    tail: npt.ArrayLike = 1.0,
) -> FloatArray:
    """Return a quantile of counts with an uncertain mean; arrays broadcast, counts in fractions.

    The gamma distribution with the count's mean and variance
    ``dispersion * mean + mean**2 * (exp(sigma**2) - 1)``.

    Parameters
    ----------
    q
        Quantile in (0, 1).
    mean
        Expected counts; 0 gives 0.
    sigma
        Log standard deviation of the mean.
    dispersion
        Variance over mean of a count whose mean is certain.
    tail
        How much farther out the outer quantiles 0.025 and 0.975 lie, in standard errors; the
        inner ones, 0.1 to 0.9, stay. It holds for the mean's share of the variance.

    Examples
    --------
    The 90 % quantile of a Poisson count of mean 100 is 113:

    >>> round(float(count_quantile(0.9, 100.0, 0.0, 1.0)))
    113
    """
    mu, sd, over, far = np.broadcast_arrays(
        *(np.asarray(value, dtype=np.float64) for value in (mean, sigma, dispersion, tail))
    )
    some = mu > 0
    m = mu[some]
    of_mean = m * np.expm1(sd[some] ** 2)
    scale = over[some] + of_mean  # variance over mean
    z = float(ndtri(q))
    beyond = np.clip((abs(z) - _INNER) / (_OUTER - _INNER), 0.0, 1.0)
    level = ndtr(z * (1.0 + beyond * (far[some] - 1.0) * of_mean / scale))
    result = np.zeros(mu.shape)
    result[some] = gammaincinv(m / scale, level) * scale
    return result

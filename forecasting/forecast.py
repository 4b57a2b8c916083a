"""The door: histories and calendars in, contacts per queue and interval with their spread out."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from forecasting.history import read_only
from forecasting.pooling import curves_of_others
from forecasting.queue_forecast import Circumstances, QueueForecast, QueueWork, begin, finish
from forecasting.uncertainty import count_quantile, day_factors, shared_share

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from forecasting.history import BoolArray, FloatArray, History

QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Contacts of all queues in all intervals.

    Parameters
    ----------
    queues
        Names [Q].
    times
        Starts of the intervals in UTC [I].
    interval_s
        Length of an interval in seconds.
    contacts, aht_s
        Expected contacts, and handling time in seconds (NaN where nothing tells it) [Q, I].
    model
        What the model alone expects, before a planner's overrides [Q, I].
    quantiles
        Quantiles ``QUANTILES`` of an interval's count, its count noise included [Q, I].
    paths
        Sampled expectations [R, Q, I], float32: contacts given the replication's day factors,
        without count noise. Their mean over R is ``contacts``.
    sigma
        Standard deviation of the log day factor [Q, I].
    by_queue
        Each queue's days and parts [Q].
    """

    queues: tuple[str, ...]
    times: pd.DatetimeIndex
    interval_s: int
    contacts: FloatArray
    aht_s: FloatArray
    model: FloatArray
    quantiles: Mapping[float, FloatArray]
    paths: npt.NDArray[np.float32]
    sigma: FloatArray
    by_queue: tuple[QueueForecast, ...]

    def at_risk(self, risk: float) -> FloatArray:
        """Return the contacts to staff for [Q, I]: the day factor at its quantile ``risk``.

        0.5 gives the expected ``contacts``; 0.9 contacts that at least nine days in ten stay
        below, up to count noise: a little more than nine, since quantiles are counted from the
        expectation, which lies above the middle.

        Raises
        ------
        ValueError
            When ``risk`` is not in (0, 1).
        """
        if not 0 < risk < 1:
            msg = f"risk must be in (0, 1), a fraction, got {risk}"
            raise ValueError(msg)
        return self.contacts * np.exp(self.sigma * float(ndtri(risk)))


def forecast(
    histories: Sequence[History],
    days: Sequence[dt.date],
    times: pd.DatetimeIndex,
    *,
    known: Mapping[str, Circumstances],
    rng: np.random.Generator,
    replications: int = 50,
    progress: Callable[[int, int], None] | None = None,
) -> Forecast:
    """Return the forecast of all queues.

    Parameters
    ----------
    histories
        Each queue's past [Q], all of one interval length; lengths of the past may differ.
    days
        Local days of the horizon in a row [D], the same for all queues.
    times
        Starts of the horizon's intervals in UTC [I]: regular, from the earliest local midnight
        of the first day to the latest after the last.
    known
        By queue name what is known of it beside its past: events, holidays, drivers, overrides.
    rng
        Source of randomness of the sample paths.
    replications
        Number of sample paths R.
    progress
        Called with (steps done, steps): two for each queue, its own history and its forecast.

    Raises
    ------
    ValueError
        When intervals differ between queues or from ``times``, days are not in a row, or a queue
        has two events of one name.

    Examples
    --------
    A queue with ten contacts each weekday morning and five each afternoon:

    >>> import datetime as dt
    >>> from forecasting.history import History
    >>> hours = np.repeat([[True, True]] * 5 + [[False, False]] * 2, 1, axis=0)
    >>> counts = np.where(hours, [10.0, 5.0], 0.0)
    >>> past = History("fr", "Europe/Paris", 43_200, dt.date(2024, 1, 1),
    ...                np.tile(counts, (26, 1)), None, hours)
    >>> monday = dt.date(2024, 7, 1)
    >>> times = pd.date_range("2024-06-30T22:00Z", periods=2, freq="12h")
    >>> found = forecast([past], [monday], times, known={}, rng=np.random.default_rng(1))
    >>> found.contacts.round(1).tolist()
    [[10.0, 5.0]]
    """
    _check(histories, days, times, known)
    nothing, count = Circumstances(), len(histories)
    told = progress or _quiet
    begun = []
    for number, history in enumerate(histories):
        begun.append(begin(history, days[-1], known.get(history.queue, nothing)))
        told(number + 1, 2 * count)
    kinds = [one.known.kind for one in begun]
    lent = curves_of_others([one.fitted.found for one in begun], kinds)
    work = []
    for number, one in enumerate(begun):
        work.append(finish(one, days, times, lent[number]))
        told(count + number + 1, 2 * count)
    interval_s = histories[0].interval_s if histories else 900
    return _gather(work, times, interval_s, replications, rng)


def _quiet(_done: int, _of: int) -> None:
    """Show no progress."""


def _check(
    histories: Sequence[History],
    days: Sequence[dt.date],
    times: pd.DatetimeIndex,
    known: Mapping[str, Circumstances],
) -> None:
    faults = []
    if not days or any((b - a).days != 1 for a, b in itertools.pairwise(days)):
        faults.append("days must be one or more days in a row")
    lengths = sorted({history.interval_s for history in histories})
    if len(lengths) > 1:
        faults.append(f"histories must share one interval_s, got {lengths}")
    if times.tz is None:
        faults.append("times must be in UTC, got times without a zone")
    if len(times) > 1 and lengths and (times[1] - times[0]).total_seconds() != lengths[0]:
        faults.append(f"times must be {lengths[0]} s apart, got {times[1] - times[0]}")
    for queue, own in known.items():
        names = [event.name for event in own.events]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            faults.append(f"events of queue {queue} must have different names, got twice {twice}")
    if faults:
        raise ValueError("; ".join(faults))


def _gather(
    work: Sequence[QueueWork],
    times: pd.DatetimeIndex,
    interval_s: int,
    replications: int,
    rng: np.random.Generator,
) -> Forecast:
    """Return all queues on the common axis, with quantiles and sample paths."""
    shape = (len(work), len(times))
    contacts, handling, sigma = np.zeros(shape), np.full(shape, np.nan), np.zeros(shape)
    model = np.zeros(shape)
    paths = np.zeros((replications, *shape), dtype=np.float32)
    if work:
        sds = [one.ordinary_sd for one in work]
        alike = shared_share([w.fitted.series for w in work], [w.days for w in work], sds)
        factors = day_factors([w.spread for w in work], alike, replications, rng)
    for q, one in enumerate(work):
        inside: BoolArray = one.day >= 0
        day, slot = one.day[inside], one.slot[inside]
        own = one.forecast
        share = own.share[day, slot] / np.maximum(one.portions[day, slot], 1.0)
        contacts[q, inside] = own.day_total[day] * share
        model[q, inside] = own.model_total[day] * share
        handling[q, inside] = own.aht_s[day, slot]
        sigma[q, inside] = own.day_sigma[day]
        paths[:, q, inside] = factors[:, q, day] * contacts[q, inside]
    over = np.array([w.forecast.dispersion for w in work]).reshape(-1, 1)
    tail = np.array([w.forecast.tail for w in work]).reshape(-1, 1)
    return Forecast(
        tuple(w.forecast.queue for w in work),
        times,
        interval_s,
        read_only(contacts),
        read_only(handling),
        read_only(model),
        {q: read_only(count_quantile(q, contacts, sigma, over, tail)) for q in QUANTILES},
        read_only(paths),
        read_only(sigma),
        tuple(w.forecast for w in work),
    )

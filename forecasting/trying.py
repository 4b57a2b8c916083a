"""A backtest at work: one origin after the other, everything made anew from its past."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.accuracy import naive_error
from forecasting.aligned import nearest_event
from forecasting.history import FloatArray, History, days_from, read_only
from forecasting.judged import HIGH, LOW, METHODS, QUANTILES, Backtest, Centre
from forecasting.methods import OTHERS
from forecasting.openings import open_totals
from forecasting.pooling import curves_of_others
from forecasting.queue_forecast import (
    OVERRIDE,
    Begun,
    Circumstances,
    QueueForecast,
    QueueWork,
    begin,
    finish,
)
from forecasting.rivals import RIVALS
from forecasting.trials import Trial
from forecasting.uncertainty import count_quantile, day_factors, shared_share

_NORMAL_P90 = 1.2816
_REPLICATIONS = 100

Columns = dict[str, npt.NDArray[Any]]


@dataclass(slots=True)
class Work:
    """A backtest as it grows from origin to origin, the latest first."""

    histories: tuple[History, ...]
    known: tuple[Circumstances, ...]
    rng: np.random.Generator
    rows: list[Columns] = field(default_factory=list)
    centre: list[tuple[npt.NDArray[Any], ...]] = field(default_factory=list)
    judged: set[tuple[int, int]] = field(default_factory=set)
    weights: dict[int, Mapping[str, tuple[float, float]]] = field(default_factory=dict)

    def try_from(
        self, origin: dt.date, asked: Mapping[int, Trial], told: Callable[[float], None]
    ) -> None:
        """Forecast from one origin, and keep what the queues in ``asked`` get to hear."""
        last = max(trial.last_day for trial in asked.values())
        days = days_from(origin, (last - origin).days + 1)
        begun: dict[int, Begun] = {}
        for q, history in enumerate(self.histories):
            past = history.until(origin)
            if len(past.contacts):
                begun[q] = begin(past, last, self.known[q])
            told(0.3 * (q + 1) / len(self.histories))
        kinds = [one.known.kind for one in begun.values()]
        lent = curves_of_others([one.fitted.found for one in begun.values()], kinds)
        curves = dict(zip(begun, lent, strict=True))
        done = {}
        for number, (q, trial) in enumerate(asked.items()):
            axis = _axis(days, self.histories[q])
            done[q] = finish(begun[q], days, axis, curves[q])
            self._keep(q, trial, done[q])
            told(0.3 + 0.7 * (number + 1) / len(asked))
        self._add_up(origin, asked, done)

    def _keep(self, q: int, trial: Trial, work: QueueWork) -> None:
        """Keep the rows of a queue's days that no other trial has judged."""
        series, own = work.fitted.series, work.forecast
        at = (trial.origin - series.first_day).days
        ahead = slice(at, at + len(own.days))
        actual = _actual(self.histories[q], trial, own)
        fresh = [
            d
            for d, day in enumerate(own.days)
            if not np.isnan(actual[d]) and (q, day.toordinal()) not in self.judged
        ]
        self.judged |= {(q, own.days[d].toordinal()) for d in fresh}
        self.weights.setdefault(q, own.weights)
        rivals = [rival(series)[ahead] for rival in RIVALS.values()]
        expected = np.stack([*rivals, _alone(own), own.model_total])
        event, offset = nearest_event(series)
        pick = np.maximum(event, 0)
        occurrence = series.occurrence[pick, np.arange(len(event))] if len(series.events) else event
        quantile = [
            count_quantile(p, own.model_total, own.day_sigma, own.dispersion, own.tail)
            for p in QUANTILES
        ]
        known = np.where(series.known, series.contacts, np.nan)
        names = np.array([one.name for one in series.events] + [""], dtype=object)
        self.rows.append(
            {
                "queue": np.full(len(fresh), q),
                "origin": np.full(len(fresh), np.datetime64(trial.origin, "D")),
                "day": np.array(own.days, dtype="datetime64[D]")[fresh],
                "expected": expected[:, fresh].T,
                "actual": actual[fresh],
                "quantiles": np.stack(quantile)[:, fresh].T,
                "scale": np.full(len(fresh), naive_error(known[: series.end])),
                "event": names[event[ahead][fresh]],
                "offset": offset[ahead][fresh],
                "occurrence": np.where(event < 0, -1, occurrence)[ahead][fresh],
            }
        )

    def _add_up(
        self, origin: dt.date, asked: Mapping[int, Trial], done: Mapping[int, QueueWork]
    ) -> None:
        """Keep all queues of a trial added up, with the band of their sum."""
        works = list(done.values())
        sds = [one.ordinary_sd for one in works]
        alike = shared_share([w.fitted.series for w in works], [w.days for w in works], sds)
        factors = day_factors([w.spread for w in works], alike, _REPLICATIONS, self.rng)
        actual = np.stack(
            [_actual(self.histories[q], asked[q], work.forecast) for q, work in done.items()]
        )
        each = np.stack([work.forecast.model_total for work in works])
        each = np.where(np.isnan(actual), 0.0, each)
        over = np.array([work.forecast.dispersion for work in works])
        middle, noise = each.sum(axis=0), _NORMAL_P90 * np.sqrt(over @ each)
        edges = np.quantile((factors * each).sum(axis=1), [LOW, HIGH], axis=0)
        low = middle - np.hypot(np.maximum(middle - edges[0], 0.0), noise)
        high = middle + np.hypot(np.maximum(edges[1] - middle, 0.0), noise)
        days = np.array(works[0].forecast.days, dtype="datetime64[D]")
        seen = ~np.isnan(actual).all(axis=0)
        first = np.full(len(days), np.datetime64(origin, "D"))
        every = (first, days, middle, np.maximum(low, 0.0), high, np.nansum(actual, axis=0))
        self.centre.append(tuple(column[seen] for column in every))

    def result(self, notes: tuple[str, ...]) -> Backtest:
        """Return all rows, queue after queue and day after day."""
        joined = _joined(self.rows)
        order = np.lexsort((joined["day"], joined["queue"]))
        table = {name: read_only(column[order]) for name, column in joined.items()}
        names = tuple(sorted({str(name) for name in table["event"] if name}))
        number = {name: n for n, name in enumerate(names)} | {"": -1}
        table["event"] = np.array([number[str(n)] for n in table["event"]], dtype=np.int64)
        expected, quantiles = table.pop("expected"), table.pop("quantiles")
        columns = [np.concatenate(c) for c in zip(*self.centre, strict=True)] or [
            np.empty(0, dtype=t) for t in ("datetime64[D]",) * 2 + ("f8",) * 4
        ]
        turn = np.lexsort((columns[1], columns[0]))
        return Backtest(
            queues=tuple(history.queue for history in self.histories),
            methods=METHODS,
            expected=read_only(expected.T),
            quantiles={p: read_only(quantiles[:, k]) for k, p in enumerate(QUANTILES)},
            event_names=names,
            centre=Centre(*(read_only(column[turn]) for column in columns)),
            weights=tuple(self.weights.get(q, {}) for q in range(len(self.histories))),
            notes=notes,
            **table,
        )


def _joined(
    rows: Sequence[Columns],
) -> Columns:
    empty: Columns = {
        "queue": np.empty(0, dtype=np.int64),
        "origin": np.empty(0, dtype="datetime64[D]"),
        "day": np.empty(0, dtype="datetime64[D]"),
        "expected": np.empty((0, len(METHODS))),
        "actual": np.empty(0),
        "quantiles": np.empty((0, len(QUANTILES))),
        "scale": np.empty(0),
        "event": np.empty(0, dtype=object),
        "offset": np.empty(0, dtype=np.int64),
        "occurrence": np.empty(0, dtype=np.int64),
    }
    return {name: np.concatenate([none, *(r[name] for r in rows)]) for name, none in empty.items()}


def _alone(own: QueueForecast) -> FloatArray:
    """Return what the regression expects without the other methods, 0 on closed days."""
    parts = [part for name, part in own.parts.items() if name not in (OTHERS, OVERRIDE)]
    return np.where(own.model_total > 0, np.prod(parts, axis=0), 0.0)


def _actual(history: History, trial: Trial, own: QueueForecast) -> FloatArray:
    """Return what came on each of the days [D]; NaN outside of the trial or where unknown."""
    totals = open_totals(history)[0]
    at = np.array([(day - history.first_day).days for day in own.days])
    inside = np.array([trial.holds(day) for day in own.days]) & (at >= 0) & (at < len(totals))
    result = np.full(len(at), np.nan)
    result[inside] = totals[at[inside]]
    return result


def _axis(days: Sequence[dt.date], history: History) -> pd.DatetimeIndex:
    """Return the starts of the days' intervals in UTC, on the queue's clock."""
    after = days[-1] + dt.timedelta(days=1)
    start, end = (
        pd.Timestamp(day)
        .tz_localize(history.timezone, ambiguous=True, nonexistent="shift_forward")
        .tz_convert("UTC")
        for day in (days[0], after)
    )
    step = pd.Timedelta(seconds=history.interval_s)
    return pd.date_range(start, periods=math.ceil((end - start) / step), freq=step)

"""Contacts that one queue hands on to another: level 1 asks level 2."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from forecasting.forecast import Forecast
from forecasting.history import local_slots
from forecasting.overrides import Override, apply_overrides
from forecasting.queue_forecast import OVERRIDE, QueueForecast
from forecasting.uncertainty import count_quantile
from planner.circumstances import overrides_by_queue
from planner.inputs import local_days, open_mask, zone_of
from planner.scenario.model import Scenario
from planner.scenario.queues import Promise, Queue

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

HANDED_ON = "handed on"  # the part that stands in the place of the level
EVENT = "event "
SAME = 1e-9  # numbers closer than this share of themselves are one number
LEAST_TOLD = 0.05  # contacts: fewer would be told as 0.0


def with_escalated(
    forecast: Forecast, scenario: Scenario, onward: Mapping[str, tuple[str, float]]
) -> Forecast:
    """Return the forecast of every queue of the scenario, in the scenario's order.

    A queue with a history of its own keeps its forecast: that history already counts what was
    handed on to it. A queue without one gets the shares that others hand on: at the earliest, as
    nobody knows yet when they will be handled. What comes while its source is shut is handed on
    when that opens next; what waits at its source when the horizon begins, evenly over the
    source's first open day. Work that may wait arrives when it is handed on; what is to be
    answered at once arrives at the queue's next opening. What is handed on, or could be taken,
    only after the horizon's last opening is left out, with a note.
    Its sources' days are taken to be high and low together, and quantiles are those of its sums.
    What overrides make of a source is handed on with it; the queue's own then act on its days, as
    they do on the days of a queue with a history.

    Parameters
    ----------
    forecast
        Forecast of the queues that have a history.
    scenario
        The question.
    onward
        By queue, where its contacts go on to and which share of them.
    """
    rows = {name: _row(forecast, q) for q, name in enumerate(forecast.queues)}
    takers = {taker.queue.name: taker for taker in _takers(scenario, forecast)}
    givers = {giver.name: giver for giver in _givers(scenario, forecast)}
    overrides = overrides_by_queue(scenario)
    missing = [queue.name for queue in scenario.queues if queue.name not in rows]
    while missing:  # a chain of escalations is resolved from its start; loops were refused before
        ready = [
            name
            for name in missing
            if all(source in rows for source, (to, _) in onward.items() if to == name)
        ]
        for name in ready:
            sources = [
                (givers[s].handed_on(rows[s]), share)
                for s, (to, share) in onward.items()
                if to == name
            ]
            rows[name] = _derived(takers[name], sources, tuple(forecast.quantiles), overrides[name])
        missing = [name for name in missing if name not in rows]
    ordered = [rows[queue.name] for queue in scenario.queues]
    return replace(
        forecast,
        queues=tuple(queue.name for queue in scenario.queues),
        contacts=np.array([row.contacts for row in ordered]),
        aht_s=np.array([row.aht_s for row in ordered]),
        model=np.array([row.model for row in ordered]),
        quantiles={
            level: np.array([row.quantiles[k] for row in ordered])
            for k, level in enumerate(forecast.quantiles)
        },
        paths=np.stack([row.paths for row in ordered], axis=1),
        sigma=np.array([row.sigma for row in ordered]),
        by_queue=tuple(row.days for row in ordered),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One queue's forecast on the interval axis, and its events' factors by day."""

    contacts: FloatArray
    aht_s: FloatArray
    model: FloatArray
    quantiles: tuple[FloatArray, ...]
    paths: npt.NDArray[np.float32]
    sigma: FloatArray
    days: QueueForecast
    events: Mapping[str, FloatArray]
    late: float = 0.0  # contacts that are handed on after the horizon
    waited: float = 0.0  # contacts that waited when it began


@dataclass(frozen=True, slots=True)
class _Taker:
    """A queue that others hand contacts on to.

    ``takes`` says whether each interval takes contacts, and ``into`` in which one those that
    arrive in it are taken, -1 for never; ``day`` (-1 outside of the horizon) and ``slot`` are those
    of its market's clock, all [I]. ``days`` are the horizon's.
    """

    queue: Queue
    days: tuple[dt.date, ...]
    takes: BoolArray
    into: IntArray
    day: IntArray
    slot: IntArray


@dataclass(frozen=True, slots=True)
class _Giver:
    """A queue that hands contacts on.

    ``into`` says in which interval those that arrive in it are handed on, -1 for never, and
    ``waiting`` when those that wait when the horizon begins are, all [I].
    """

    name: str
    into: IntArray
    waiting: FloatArray

    def handed_on(self, row: _Row) -> _Row:
        """Return the queue's forecast at the time when its contacts are handed on."""
        contacts = _moved(row.contacts, self.into) + self.waiting
        paths = _moved(row.paths.astype(np.float64), self.into) + self.waiting
        return replace(
            row,
            contacts=contacts,
            model=_moved(row.model, self.into) + self.waiting,
            paths=paths.astype(np.float32),
            sigma=_ratio(_moved(row.contacts * row.sigma, self.into), contacts),
            late=float(row.contacts[self.into < 0].sum()),
            waited=float(self.waiting.sum()),
        )


def _givers(scenario: Scenario, forecast: Forecast) -> list[_Giver]:
    days, is_open = local_days(scenario, forecast.times), open_mask(scenario, forecast.times)
    result = []
    for q, queue in enumerate(scenario.queues):
        waits = isinstance(queue.target, Promise) and is_open[q].any()
        into = _next(is_open[q]) if waits else np.arange(len(forecast.times))
        there = is_open[q] if is_open[q].any() else days[q] >= 0
        first = there & (days[q] == days[q][there].min())
        count = queue.backlog.contacts if queue.backlog else 0.0
        result.append(_Giver(queue.name, into, first * (count / first.sum())))
    return result


def _takers(scenario: Scenario, forecast: Forecast) -> list[_Taker]:
    times, first_day = forecast.times, scenario.horizon.first_day
    days, is_open = local_days(scenario, times), open_mask(scenario, times)
    result = []
    for q, queue in enumerate(scenario.queues):
        takes = days[q] >= 0 if isinstance(queue.target, Promise) else is_open[q]
        _, slot = local_slots(times, zone_of(scenario, queue), scenario.interval_s, first_day)
        result.append(_Taker(queue, scenario.days, takes, _next(takes), days[q], slot))
    return result


def _next(takes: BoolArray) -> IntArray:
    """Return the first interval from each on that takes contacts, -1 when none is left.

    Examples
    --------
    >>> _next(np.array([False, True, False, False, True, False])).tolist()
    [1, 1, 4, 4, 4, -1]
    """
    open_at = np.flatnonzero(takes)
    at = np.searchsorted(open_at, np.arange(len(takes)))
    return np.append(open_at, -1)[at]


def _row(forecast: Forecast, q: int) -> _Row:
    own = forecast.by_queue[q]
    return _Row(
        forecast.contacts[q],
        _filled(forecast.aht_s[q]),
        forecast.model[q],
        tuple(values[q] for values in forecast.quantiles.values()),
        forecast.paths[:, q],
        forecast.sigma[q],
        own,
        {n.removeprefix(EVENT): part for n, part in own.parts.items() if n.startswith(EVENT)},
    )


def _derived(
    taker: _Taker,
    sources: Sequence[tuple[_Row, float]],
    levels: Sequence[float],
    overrides: Sequence[Override],
) -> _Row:
    handed = [share * row.contacts for row, share in sources]
    swing = [part * row.sigma for part, (row, _) in zip(handed, sources, strict=True)]
    paths = np.sum([share * row.paths for row, share in sources], axis=0)
    model = np.sum([share * row.model for row, share in sources], axis=0)
    contacts = _moved(np.sum(handed, axis=0), taker.into)
    came = _Came(
        contacts,
        _moved(model, taker.into),
        _moved(paths, taker.into),
        _ratio(_moved(np.sum(swing, axis=0), taker.into), contacts),
    )
    events = _event_factors(sources)
    after, touched = _overridden(taker, came, events, overrides)
    days = _days(taker, sources, after, touched)
    over, tail = days.dispersion, days.tail
    return _Row(
        after.contacts,
        np.full_like(contacts, taker.queue.aht_s or np.nan),
        after.model,
        tuple(count_quantile(q, after.contacts, after.sigma, over, tail) for q in levels),
        after.paths.astype(np.float32),
        after.sigma,
        days,
        events,
    )


@dataclass(frozen=True, slots=True)
class _Came:
    """What a queue takes: contacts, the model's, their paths [R, I] and spread, else [I]."""

    contacts: FloatArray
    model: FloatArray
    paths: FloatArray
    sigma: FloatArray


def _event_factors(sources: Sequence[tuple[_Row, float]]) -> dict[str, FloatArray]:
    """Return by event the factor that its sources' days together have by it [D]."""
    result = {}
    for name in dict.fromkeys(name for row, _ in sources for name in row.events):
        total = np.sum([share * row.days.day_total for row, share in sources], axis=0)
        without = np.zeros(len(total))
        for row, share in sources:
            factor = row.events.get(name, np.ones(len(total)))
            day = share * row.days.day_total
            without += np.divide(day, factor, out=day.copy(), where=factor > 0)
        result[name] = np.divide(total, without, out=np.ones(len(total)), where=without > 0)
    return result


def _overridden(
    taker: _Taker,
    came: _Came,
    events: Mapping[str, FloatArray],
    overrides: Sequence[Override],
) -> tuple[_Came, BoolArray]:
    """Return what a queue takes after its own overrides, and on which days they act [D]."""
    count, inside = len(taker.days), taker.day >= 0
    day = taker.day[inside]
    before = _summed(came.contacts[inside], day, count)
    takes = _summed(taker.takes[inside], day, count) > 0
    after, touched = apply_overrides(taker.days, before, takes, events, overrides)
    after, touched = np.where(takes, after, before), touched & takes  # nobody is there to take them
    scale = np.ones(len(taker.day))
    scale[inside] = np.divide(after, before, out=np.ones(count), where=before > 0)[day]
    contacts, paths, sigma = came.contacts * scale, came.paths * scale, came.sigma.copy()
    stated = (before <= 0) & (after > 0)
    if stated.any():  # such a day is like the others: their hours, their spread
        new = np.flatnonzero(inside & taker.takes & stated[taker.day])
        slots = _summed(came.contacts, taker.slot, int(taker.slot.max()) + 1)[taker.slot[new]]
        weight = slots if slots.any() else np.ones(len(new))
        whole = _summed(weight, taker.day[new], count)[taker.day[new]]
        contacts[new] = _ratio(after[taker.day[new]] * weight, whole)
        sigma[new] = (came.sigma * came.contacts).sum() / max(came.contacts.sum(), SAME)
        swing = came.paths.sum(axis=1)
        swing = swing / swing.mean() if swing.any() else np.ones(len(swing))
        paths[:, new] = swing[:, None] * contacts[new]
    return _Came(contacts, came.model, paths, sigma), touched


def _days(
    taker: _Taker, sources: Sequence[tuple[_Row, float]], came: _Came, touched: BoolArray
) -> QueueForecast:
    """Return a queue's days, made up of what it takes in each interval."""
    like = sources[0][0].days
    inside = taker.day >= 0
    at = taker.day[inside], taker.slot[inside]
    by_slot, swing = np.zeros_like(like.share), np.zeros_like(like.share)
    np.add.at(by_slot, at, came.contacts[inside])
    np.add.at(swing, at, (came.contacts * came.sigma)[inside])
    total = by_slot.sum(axis=1)
    model = _summed(came.model[inside], taker.day[inside], len(taker.days))
    by_model = model > 0
    weight = [share * float(row.contacts.sum()) for row, share in sources]
    return replace(
        like,
        queue=taker.queue.name,
        parts={
            HANDED_ON: np.where(by_model, model, total),
            OVERRIDE: np.divide(total, model, out=np.ones(len(total)), where=by_model),
        },
        day_total=total,
        model_total=model,
        overridden=touched | (np.abs(total - model) > SAME * np.maximum(total, model)),
        share=_ratio(by_slot, total[:, None]),
        day_sigma=_ratio(swing.sum(axis=1), total),
        dispersion=_mean([1 + share * (r.days.dispersion - 1) for r, share in sources], weight),
        tail=_mean([row.days.tail for row, _ in sources], weight),
        aht_s=np.full_like(like.aht_s, taker.queue.aht_s or np.nan),
        method="escalation",
        notes=_notes(taker, sources),
        weights={},
        offsets={},
        in_event=None,
    )


def _notes(taker: _Taker, sources: Sequence[tuple[_Row, float]]) -> tuple[str, ...]:
    name, names = taker.queue.name, ", ".join(row.days.queue for row, _ in sources)
    notes = [f"{name}: contacts handed on by {names}"]
    waited = sum(share * row.waited for row, share in sources)
    if waited >= LEAST_TOLD:
        notes.append(
            f"{name}: {waited:,.1f} of these wait at the start of the horizon where they came, and "
            "are handed on over that queue's first open day"
        )
    lost = sum(
        share * (float(row.contacts[taker.into < 0].sum()) + row.late) for row, share in sources
    )
    if lost >= LEAST_TOLD:
        notes.append(
            f"{name}: {lost:,.1f} contacts handed on after the horizon's last opening are left out"
        )
    return tuple(notes)


def _mean(values: Sequence[float], weight: Sequence[float]) -> float:
    """Return a weighted mean over sources, 1 where none hands anything on.

    Drawing the share p of a count of dispersion d leaves 1 + p (d - 1): rare draws are Poisson.
    """
    return float(np.average(values, weights=weight)) if sum(weight) > 0 else 1.0


def _moved(values: FloatArray, into: IntArray) -> FloatArray:
    """Return values [..., I] added up in the intervals that take them."""
    kept = into >= 0
    result = np.zeros(values.shape)
    np.add.at(result.T, into[kept], values.T[kept])  # the view's first axis is the interval
    return result


def _summed(values: FloatArray | BoolArray, at: IntArray, count: int) -> FloatArray:
    """Return values added up by place [count]."""
    return np.asarray(np.bincount(at, values, count), dtype=np.float64)


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Return a quotient, 0 where nothing is below."""
    result = np.zeros(above.shape)
    np.divide(above, below, out=result, where=np.broadcast_to(below > 0, above.shape))
    return result


def _filled(aht_s: FloatArray) -> FloatArray:
    """Return handling times with the mean of those known where an interval has none.

    NaN throughout where nobody knows one: a forecast may be without, staffing asks before.
    """
    known = np.isfinite(aht_s)
    return np.where(known, aht_s, aht_s[known].mean()) if known.any() else aht_s

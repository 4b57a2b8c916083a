"""What queues lend each other: an event's effect, for one that has seen it once or never."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.events import OUTSIDE
from forecasting.regression import Regression, with_prior
from forecasting.ridge import Prior, exp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.history import BoolArray, FloatArray, IntArray

_APART = 0.25  # how far queues' effects are thought to lie apart on the log scale
_BELIEF = 4.0  # values' worth of that thought
_ENOUGH_YEARS = 3  # occurrences from which on a queue believes in itself alone


@dataclass(frozen=True, slots=True)
class Curve:
    """An event's effect by open-day offset, as other queues have seen it.

    Parameters
    ----------
    offsets
        Open days from the event [K], in order.
    log
        Log of the factor [K].
    variance
        Of that log for a queue that has not been seen [K].
    lenders
        How many queues it comes from.
    """

    offsets: IntArray
    log: FloatArray
    variance: FloatArray
    lenders: int

    def factor(self, offsets: IntArray) -> FloatArray:
        """Return the factor on days with these offsets [T], 1 outside of the curve."""
        place = np.searchsorted(self.offsets, offsets).clip(0, len(self.offsets) - 1)
        inside = (offsets != OUTSIDE) & (self.offsets[place] == offsets)
        return np.where(inside, exp(self.log[place]), 1.0)


def curves_of_others(
    found: Sequence[Regression | None], alike: Sequence[str]
) -> list[dict[str, Curve]]:
    """Return for each queue, by event name, the effect that the other queues have seen.

    Queues lend to those of the same kind; where no such queue knows the event, all others lend.

    Parameters
    ----------
    found
        Each queue's regression, None where its history is too short for one [Q].
    alike
        Each queue's kind, such as its channel [Q].
    """
    result: list[dict[str, Curve]] = [{} for _ in found]
    names = {name for one in found if one for name in one.table.offsets}
    for name in sorted(names):
        table = _table(found, name)
        tells = np.isfinite(table.variance).any(axis=1)
        for q in range(len(found)):
            others = tells & (np.arange(len(found)) != q)
            kind = others & np.array([one == alike[q] for one in alike])
            lenders = kind if kind.any() else others
            if lenders.any():
                result[q][name] = _curve(table, lenders)
    return result


def with_lent(found: Regression, curves: Mapping[str, Curve]) -> Regression:
    """Return the regression with others' curves as prior of events that it has seen little of."""
    prior, table = found.fit.prior, found.table
    penalty, centre, changed = prior.penalty.copy(), prior.centre.copy(), False
    for number, event in enumerate(found.series.events):
        seen = found.series.occurrence[number][found.rows]
        curve = curves.get(event.name)
        if curve is None or event.name not in table.offsets:
            continue
        if len(np.unique(seen[seen >= 0])) >= _ENOUGH_YEARS:
            continue
        offsets = table.offsets[event.name]
        first = table.parts[f"event {event.name}"].start
        place = np.searchsorted(curve.offsets, offsets).clip(0, len(curve.offsets) - 1)
        told = np.flatnonzero(curve.offsets[place] == offsets)
        own = first + told
        penalty[own, :], penalty[:, own] = 0.0, 0.0  # its neighbours speak through the curve
        penalty[own, own] = 1.0 / curve.variance[place[told]]
        centre[own] = curve.log[place[told]]
        changed = True
    return with_prior(found, Prior(penalty, centre)) if changed else found


@dataclass(frozen=True, slots=True)
class _Table:
    """An event's effects in all queues [Q, K], their variances infinite where nothing is told."""

    offsets: IntArray
    log: FloatArray
    variance: FloatArray


def _table(found: Sequence[Regression | None], name: str) -> _Table:
    rows = [(q, one) for q, one in enumerate(found) if one and name in one.table.offsets]
    offsets = np.unique(np.concatenate([one.table.offsets[name] for _, one in rows]))
    log = np.zeros((len(found), len(offsets)))
    variance = np.full(log.shape, np.inf)
    for q, one in rows:
        first = one.table.parts[f"event {name}"].start
        own = slice(first, first + len(one.table.offsets[name]))
        place = np.searchsorted(offsets, one.table.offsets[name])
        log[q, place] = one.fit.coefficients[own]
        variance[q, place] = one.fit.variance[own]
    return _Table(offsets, log, variance)


def _curve(table: _Table, lenders: BoolArray) -> Curve:
    """Return the lenders' mean effect, each the surer the more it weighs."""
    log, variance = table.log[lenders], table.variance[lenders]
    told = np.isfinite(variance)
    weight = np.where(told, 1.0 / (np.where(told, variance, 1.0) + _APART**2), 0.0)
    total = np.maximum(weight.sum(axis=0), 1e-9)
    mean = (weight * log).sum(axis=0) / total
    # How far queues lie apart beyond the noise of their own estimates, over all offsets.
    square = np.where(told, (log - mean) ** 2 - np.where(told, variance, 0.0), 0.0)
    count = max(float(told.sum()) - len(mean), 0.0)
    apart = (float(square.sum()) + _BELIEF * _APART**2) / (count + _BELIEF)
    between = max(apart, 0.05**2)
    return Curve(table.offsets, mean, 1.0 / total + between, int(lenders.sum()))

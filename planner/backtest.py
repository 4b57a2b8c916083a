"""Every method against what really happened, and what its errors would have cost in agents."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.backtest import backtest
from forecasting.history import History
from forecasting.judged import METHODS, Backtest
from forecasting.scores import Score, scores
from planner.circumstances import circumstances
from planner.inputs import histories

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.scenario.model import Scenario
    from planner.scenario.queues import Queue
    from planner.sources.table import HistoryTable

USUAL_OCCUPANCY = 0.85
"""Share of time on contacts that a queue without a cap of its own is converted at."""

MOST_DAYS = 28
"""Longest trial where the user names none."""

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Rate:
    """What a contact of a queue takes.

    Parameters
    ----------
    hours
        Agents' paid hours for a contact; NaN where no handling time is known.
    price
        What a paid hour costs, the mean over the pools that serve the queue and are paid by the
        hour; NaN where there is none.
    """

    hours: float
    price: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What one method's errors come to in a week; NaN where no rate is known.

    Parameters
    ----------
    too_many, too_few
        Paid hours of agents for contacts that did not come, and missing for those that did.
    idle, missing
        The same in money.
    """

    too_many: float
    too_few: float
    idle: float
    missing: float

    @property
    def wrong(self) -> float:
        """Hours too many and too few together."""
        return self.too_many + self.too_few

    @property
    def money(self) -> float:
        """Money for hours too many and too few together."""
        return self.idle + self.missing


@dataclass(frozen=True, slots=True)
class Judgement:
    """A backtest with its scores and costs.

    Parameters
    ----------
    scenario
        The question whose history was tried.
    days, windows
        Length and number of the trials asked for.
    found
        What each method expected, and what came.
    scores
        By queue, all of them under the empty name, and method.
    costs
        The same keys; the sum over the queues whose rate is known under the empty name.
    classes
        By channel and segment, and by method combined, the mean weight on ordinary days and in
        event windows.
    past
        Each queue's history, in the order of ``found.queues``.
    seconds
        How long the trials took.
    notes
        What to know about it.
    """

    scenario: Scenario
    days: int
    windows: int
    found: Backtest
    scores: Mapping[tuple[str, str], Score]
    costs: Mapping[tuple[str, str], Cost]
    classes: Mapping[str, Mapping[str, tuple[float, float]]]
    past: tuple[History, ...]
    seconds: float
    notes: tuple[str, ...]


def judge(
    scenario: Scenario,
    table: HistoryTable,
    progress: Callable[[str, int, int], None],
    *,
    days: int | None = None,
    windows: int = 6,
) -> Judgement:
    """Return how each method would have done on the history of a scenario.

    Parameters
    ----------
    days, windows
        Length and number of trials at the end of the history; ``days`` left out: the horizon's,
        at most 28.

    Raises
    ------
    InputError
        When a queue has rows, but none before the horizon.
    """
    days = days or min(scenario.horizon.days, MOST_DAYS)
    past = histories(scenario, table)
    known = circumstances(
        scenario, min((one.first_day for one in past), default=scenario.horizon.first_day)
    )
    start = time.perf_counter()
    progress("backtest", 0, 1)
    found = backtest(
        past,
        known=known,
        days=days,
        windows=windows,
        rng=np.random.default_rng(scenario.seed),
        progress=lambda done, of: progress("backtest", done, of),
    )
    spent = time.perf_counter() - start
    rates = rates_of(scenario, past)
    return Judgement(
        scenario=scenario,
        days=days,
        windows=windows,
        found=found,
        scores={(score.queue, score.method): score for score in scores(found)},
        costs=costs_of(found, rates),
        classes=_classes(scenario, found),
        past=past,
        seconds=spent,
        notes=(*found.notes, *_notes(scenario, found, rates)),
    )


def rates_of(scenario: Scenario, past: Sequence[History]) -> dict[str, Rate]:
    """Return what a contact of each queue with a history takes, by its name.

    Hours are handling time over concurrency, over the occupancy cap (0.85 where the queue has
    none), over the share of paid time that is not shrinkage, in the mean of the pools that serve
    the queue.
    """
    by_name = {queue.name: queue for queue in scenario.queues}
    return {history.queue: _rate(scenario, by_name[history.queue], history) for history in past}


def _rate(scenario: Scenario, queue: Queue, history: History) -> Rate:
    pools = [pool for pool in scenario.pools if queue.name in {one.name for one in pool.queues}]
    prices = [pool.cost_per_hour for pool in pools if pool.cost_per_hour is not None]
    shrinkage = float(np.mean([pool.shrinkage.total for pool in pools])) if pools else 0.0
    busy = queue.target.max_occupancy or USUAL_OCCUPANCY
    aht_s = (queue.aht_s or _mean_aht_s(history)) * queue.aht_factor
    hours = aht_s / queue.concurrency / 3600 / busy / (1 - shrinkage)
    return Rate(hours, float(np.mean(prices)) if prices else np.nan)


def _mean_aht_s(history: History) -> float:
    """Return the mean handling time of all past contacts in seconds, NaN where none is known."""
    if history.aht_s is None:
        return np.nan
    told = ~np.isnan(history.aht_s) & (np.nan_to_num(history.contacts) > 0)
    if not told.any():
        return np.nan
    return float(np.average(history.aht_s[told], weights=history.contacts[told]))


def costs_of(found: Backtest, rates: Mapping[str, Rate]) -> dict[tuple[str, str], Cost]:
    """Return the cost of each method's errors in a week, by queue and in all.

    Contacts too many and too few are added up day by day: they do not make up for each other.
    """
    result: dict[tuple[str, str], Cost] = {}
    for m, method in enumerate(found.methods):
        each = []
        for q, name in enumerate(found.queues):
            rows = found.queue == q
            error = found.expected[m, rows] - found.actual[rows]
            weeks = len(error) / _WEEK
            if not weeks:
                continue
            hours = np.array([np.maximum(error, 0).sum(), np.maximum(-error, 0).sum()])
            hours *= rates[name].hours / weeks
            cost = Cost(*hours.tolist(), *(hours * rates[name].price).tolist())
            result[name, method] = cost
            each.append(cost)
        if each:
            result["", method] = Cost(
                *(_sum(each, key) for key in ("too_many", "too_few", "idle", "missing"))
            )
    return result


def _sum(costs: Sequence[Cost], key: str) -> float:
    """Return the sum of what is known, NaN where nothing is."""
    values = np.array([getattr(cost, key) for cost in costs])
    return float(np.nansum(values)) if not np.isnan(values).all() else np.nan


def _classes(scenario: Scenario, found: Backtest) -> dict[str, dict[str, tuple[float, float]]]:
    kinds: dict[str, list[Mapping[str, tuple[float, float]]]] = {}
    for queue in scenario.queues:
        own = found.weights[found.queues.index(queue.name)] if queue.name in found.queues else {}
        if own:
            kinds.setdefault(f"{queue.channel} {queue.segment}".strip(), []).append(own)
    return {
        kind: {
            name: (
                float(np.mean([own[name][0] for own in every])),
                float(np.mean([own[name][1] for own in every])),
            )
            for name in every[0]
        }
        for kind, every in kinds.items()
    }


def _notes(scenario: Scenario, found: Backtest, rates: Mapping[str, Rate]) -> tuple[str, ...]:
    judged = {found.queues[q] for q in np.unique(found.queue)}
    told = {
        "no handling time in the scenario or the history, so left out of the hours": [
            name for name, rate in rates.items() if np.isnan(rate.hours) and name in judged
        ],
        "served by no pool that is paid by the hour, so left out of the money": [
            name
            for name, rate in rates.items()
            if np.isnan(rate.price) and scenario.pools and name in judged
        ],
        "no history of its own, since others hand contacts on to it, so not tried": [
            queue.name for queue in scenario.queues if queue.name not in rates
        ],
    }
    return tuple(f"{what}: {', '.join(names)}" for what, names in told.items() if names)


def ranking(judged: Judgement, queue: str = "") -> tuple[Score, ...]:
    """Return the scores of all methods on a queue, or on all of them, the best first."""
    own = [judged.scores[queue, m] for m in METHODS if (queue, m) in judged.scores]
    return tuple(sorted(own, key=lambda score: np.nan_to_num(score.wape, nan=np.inf)))

"""What service a share of the positions needed gives: a curve from a typical week's intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.fewest import Question
from staffing.queues import Queue, Target

FloatArray = npt.NDArray[np.float64]

#: Shares of the positions needed at which the curve is worked out.
RATIOS = np.concatenate([[0.0], np.arange(0.3, 1.61, 0.05)])


@dataclass(frozen=True, slots=True)
class ServiceByRatio:
    """A queue's service level by the share of the positions needed that is given.

    Parameters
    ----------
    ratio, level
        Points of the curve, rising.
    """

    ratio: FloatArray
    level: FloatArray

    def at(self, ratio: npt.ArrayLike) -> FloatArray:
        """Return the service level at shares given; beyond the curve that of its end."""
        return np.asarray(np.interp(np.asarray(ratio), self.ratio, self.level))


def service_by_ratio(
    queue: Queue, contacts: FloatArray, aht_s: FloatArray, load: FloatArray, positions: FloatArray
) -> ServiceByRatio:
    """Return how a queue's service follows what is given of what it needs.

    Parameters
    ----------
    queue
        The queue.
    contacts, aht_s, load, positions
        Of its intervals, ``[I]``; load in erlangs of agents, positions those needed.

    Returns
    -------
    ServiceByRatio
        For work that may wait, the share of it that is done. For the others, the mean over the
        intervals, contacts weighing, if each had the same share of its positions: by Erlang at the
        whole numbers of agents below and above, in proportion.

    Examples
    --------
    >>> queue = Queue("phone", Target(0.8, 20))
    >>> one = np.ones(1)
    >>> curve = service_by_ratio(queue, 100 * one, 180 * one, 10 * one, 14 * one)
    >>> curve.at([0.5, 1.0, 1.5]).round(3).tolist()
    [0.0, 0.888, 1.0]
    """
    busy = (contacts > 0) & (positions > 0)
    target = queue.target
    if not isinstance(target, Target) or not busy.any():
        return ServiceByRatio(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    question = Question(target, queue.patience_s, queue.concurrency, queue.aht_alone_s)
    weight, handling = contacts[busy], aht_s[busy]
    erlangs = load[busy] * queue.concurrency
    levels = []
    for ratio in RATIOS:
        exact = ratio * positions[busy]
        below = np.floor(exact + 1e-9)
        part = np.clip(exact - below, 0.0, 1.0)
        lower, upper = (_level(question, n, erlangs, handling) for n in (below, below + 1))
        levels.append(np.average((1 - part) * lower + part * upper, weights=weight))
    return ServiceByRatio(RATIOS, np.maximum.accumulate(np.array(levels)))


def _level(
    question: Question, positions: FloatArray, load: FloatArray, aht_s: FloatArray
) -> FloatArray:
    """Return the service level of whole positions; 0 where nobody is there."""
    found = question.served(np.maximum(positions, 1.0), load, aht_s).service_level
    return np.asarray(np.where(positions >= 1, np.nan_to_num(found), 0.0))

"""What a planner does today: Erlang C in every interval, and written work at its hour.

The fairest strong form of it: calls and chats have Erlang C positions in every interval, nobody
hanging up; e-mail and social are staffed evenly from the interval in which they come to the last
in which the promise allows a reply, open intervals only, which is lower and smoother than in the
interval in which they come (``as_they_come``, the common form). Then the cheapest cover of all of
these at once: the same shifts, contracts, prices and agents shared between queues, by the same
program. Nothing waits for a quiet hour.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from benchmarks.allocation_centres import Question, over
from staffing.demand import Demand, deadlines
from staffing.queues import Promise, Queue, Target

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def planned_today(question: Question, *, as_they_come: bool = False) -> Demand:
    """Return the positions that a planner would cover, of every queue in every interval."""
    patient = replace(
        over(question, "interval"),
        queues=tuple(_endless(queue) for queue in over(question, "interval").queues),
    )
    demand = patient.demand()
    positions = demand.positions.copy()
    for q, queue in enumerate(question.queues):
        if isinstance(queue.target, Promise):
            load = demand.load[q]
            if not as_they_come:
                load = spread_evenly(load, queue.target, question.is_open[q], question.interval_s)
            positions[q] = load
    nothing = np.zeros_like(positions)
    return replace(
        demand,
        queues=tuple(_at_once(queue) for queue in patient.queues),
        positions=positions,
        load=nothing,
        not_due=nothing,
        waiting=np.zeros_like(demand.waiting),
        overdue=np.zeros_like(demand.overdue),
        unavoidable=nothing,
        ladders={},
    )


def _endless(queue: Queue) -> Queue:
    return queue if queue.deferred else replace(queue, patience_s=math.inf)


def _at_once(queue: Queue) -> Queue:
    return replace(queue, target=Target(None)) if queue.deferred else queue


def spread_evenly(
    load: FloatArray, promise: Promise, is_open: BoolArray, interval_s: int
) -> FloatArray:
    """Return work done evenly over the open intervals until it is due ``[I]``; none is left over.

    Examples
    --------
    >>> work, is_open = np.array([6.0, 0.0, 0.0, 3.0]), np.array([True, True, True, True])
    >>> spread_evenly(work, Promise(3, clock="open"), is_open, 3600).tolist()
    [2.0, 2.0, 2.0, 3.0]
    """
    due = np.minimum(deadlines(promise, is_open, interval_s), len(load) - 1)
    done = np.zeros_like(load)
    for i in np.flatnonzero(load):
        until = np.flatnonzero(is_open[i : due[i] + 1]) + i
        where = until if until.size else np.array([i])
        done[where] += load[i] / where.size
    return done

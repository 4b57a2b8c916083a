"""When agents were on duty, as the contacts that they took tell it, and how many at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Longest time without a contact that an agent is still taken to be on duty, in seconds.
GAP_S = 3600.0


@dataclass(frozen=True, slots=True)
class Duty:
    """Stretches on duty ``[N]``: whose, from when and until when in seconds on one clock."""

    agent: IntArray
    begin_s: FloatArray
    end_s: FloatArray

    @property
    def total_s(self) -> float:
        """Seconds on duty of all agents together."""
        return float((self.end_s - self.begin_s).sum())


def on_duty(
    agent: npt.ArrayLike,
    begin_s: npt.ArrayLike,
    end_s: npt.ArrayLike,
    *,
    gap_s: float = GAP_S,
) -> Duty:
    """Return when agents were on duty: from a first contact to a last one without a long gap.

    Parameters
    ----------
    agent
        A number for each contact's agent; below 0 where that is not known ``[N]``.
    begin_s, end_s
        When handling began and ended, in seconds on one clock ``[N]``.
    gap_s
        An agent without a contact for longer than this was away.

    Raises
    ------
    ValueError
        When the arrays do not fit each other, or a contact ends before it begins.

    Notes
    -----
    What is found is too little at both ends (an agent waits for the first contact) and too much
    inside (a break shorter than ``gap_s``): the availability that is fitted to it makes up for
    both, so positions and availability belong together.

    Examples
    --------
    >>> got = on_duty([1, 1, 1, 2], [0, 600, 9000, 300], [300, 900, 9300, 500])
    >>> got.agent.tolist(), got.begin_s.tolist(), got.end_s.tolist()
    ([1, 1, 2], [0.0, 9000.0, 300.0], [900.0, 9300.0, 500.0])
    """
    who = np.asarray(agent, np.int64)
    begin, end = np.asarray(begin_s, np.float64), np.asarray(end_s, np.float64)
    if not who.shape == begin.shape == end.shape:
        message = f"begin_s and end_s must have the shape of agent, {who.shape}"
        raise ValueError(message)
    known = (who >= 0) & np.isfinite(begin) & np.isfinite(end)
    who, begin, end = who[known], begin[known], end[known]
    if np.any(end < begin):
        raise ValueError("end_s must not be before begin_s")
    order = np.lexsort((begin, who))
    who, begin, end = who[order], begin[order], end[order]
    if not who.size:
        return Duty(who, begin, end)
    latest = _latest(who, end)
    fresh = np.r_[True, (np.diff(who) != 0) | (begin[1:] - latest[:-1] > gap_s)]
    first = np.flatnonzero(fresh)
    last = np.r_[first[1:], who.size] - 1
    return Duty(who[first], begin[first], latest[last])


def _latest(who: IntArray, end: FloatArray) -> FloatArray:
    """Return for each contact when its agent's contacts so far have ended."""
    offset = (who - who[0]) * (float(np.abs(end).max()) * 2.0 + 1.0)
    result: FloatArray = np.maximum.accumulate(end + offset) - offset
    return result


def agents_per_interval(
    duty: Duty, edges_s: FloatArray, weight: npt.ArrayLike | None = None
) -> FloatArray:
    """Return the mean number of agents on duty between neighbouring times.

    Parameters
    ----------
    duty
        When they were.
    edges_s
        Times in seconds, rising ``[I + 1]``.
    weight
        What each stretch counts as ``[N]``; None: one agent.

    Examples
    --------
    >>> duty = Duty(np.array([1, 2]), np.array([0.0, 450]), np.array([1800.0, 900]))
    >>> agents_per_interval(duty, np.array([0.0, 900, 1800, 2700])).tolist()
    [1.5, 1.0, 0.0]
    """
    share = np.ones(duty.agent.size) if weight is None else np.asarray(weight, np.float64)
    spent = _before(duty.begin_s, share, edges_s) - _before(duty.end_s, share, edges_s)
    result: FloatArray = np.maximum(np.diff(spent), 0.0) / np.diff(edges_s)
    return result


def _before(moment: FloatArray, share: FloatArray, edges: FloatArray) -> FloatArray:
    """Return the weighted seconds from moments to each edge, where the edge is later."""
    order = np.argsort(moment, kind="stable")
    moments, weights = moment[order], share[order]
    count = np.searchsorted(moments, edges)
    total = np.r_[0.0, np.cumsum(weights)][count]
    result: FloatArray = edges * total - np.r_[0.0, np.cumsum(weights * moments)][count]
    return result


def busy_while_waiting(
    duty: Duty,
    begin_s: FloatArray,
    end_s: FloatArray,
    queued_s: FloatArray,
    left_s: FloatArray,
) -> float | None:
    """Return the share of agents on duty who were on a contact while customers waited.

    Whoever is able to take a contact is on one then, so this is availability as it is seen,
    without any formula. None where nobody waited while an agent was on duty.

    Parameters
    ----------
    duty
        When agents were on duty.
    begin_s, end_s
        When the handling of contacts by agents on duty began and ended.
    queued_s, left_s
        When customers began to wait and when they were answered or hung up. Leave out the few
        seconds that a free agent takes to answer.

    Examples
    --------
    >>> duty = Duty(np.array([1, 2]), np.array([0.0, 0]), np.array([1000.0, 1000]))
    >>> busy_while_waiting(duty, np.array([0.0]), np.array([500.0]), np.array([100.0]),
    ...     np.array([300.0]))
    0.5
    """
    times = np.unique(np.concatenate([duty.begin_s, duty.end_s, begin_s, end_s, queued_s, left_s]))
    if times.size < 2:
        return None
    middle, lasting = (times[1:] + times[:-1]) / 2.0, np.diff(times)
    there = _present(duty.begin_s, duty.end_s, middle)
    busy = _present(begin_s, end_s, middle)
    waiting = _present(queued_s, left_s, middle) > 0
    total = float((there * lasting)[waiting].sum())
    return float((busy * lasting)[waiting].sum()) / total if total > 0 else None


def _present(begin: FloatArray, end: FloatArray, moment: FloatArray) -> FloatArray:
    came = np.searchsorted(np.sort(begin), moment)
    gone = np.searchsorted(np.sort(end), moment)
    return (came - gone).astype(np.float64)

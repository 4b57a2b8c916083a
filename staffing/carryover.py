"""Queues answered at once, interval after interval, with the customers carried over."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from staffing.chain import Piece, State, advance, gathered, stationary
from staffing.erlang import service
from staffing.fluid import FloatArray, IntArray, Rates
from staffing.lines import Ahead, BoolArray, Lines
from staffing.virtual_wait import Meeting, meeting

_FULL = 0.95  # occupancy from which a queue is followed in time
_WAIT_SHARE = 0.02  # of the threshold: a mean wait that differs by less is not carried over
_LEAST_CARRIED = 0.01  # customers
_LEAST_SLOTS, _LEAST_CONTACTS = 1e-6, 1e-9  # less is nothing

#: By queue and interval after which it closes: numbers who wait then, and their probabilities.
_Left = dict[tuple[int, int], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True, slots=True)
class Carried:
    """What the customers of queues answered at once live through, arrays ``[N, I]``.

    Parameters
    ----------
    service_level, abandonment
        Shares of the contacts offered in the interval.
    asa_s
        Mean wait in seconds of those answered among them; where nobody is, how long they waited
        until they left or the queue closed.
    occupancy
        Work done over what the slots can do fully used; without slowing the share of their time
        that they are busy.
    backlog
        Customers waiting at the end of the interval.
    abandoned
        Customers who leave unanswered during the interval, whenever they came.
    followed
        Whether the interval was followed in time (else: a steady queue).
    """

    service_level: FloatArray
    abandonment: FloatArray
    asa_s: FloatArray
    occupancy: FloatArray
    backlog: FloatArray
    abandoned: FloatArray
    followed: BoolArray


def carry(lines: Lines) -> Carried:
    """Return the service of queues answered at once, customers carried over between intervals.

    Parameters
    ----------
    lines
        The queues, their contacts and their slots.

    Notes
    -----
    An interval with less than 95 % of the slots asked for, and before which neither a backlog nor
    a shorter queue than its own was left (mean waits within a fiftieth of the threshold), is a
    steady queue: Erlang C or A. Every other one is followed in time by M/M/s+M
    (``staffing.chain``), from the state in which the interval before ended, until nothing is
    carried over any more. A queue opens empty.

    Agents who leave (slots fall from one interval to the next) finish their contact outside the
    queue; those who are idle leave first. Customers still waiting when the queue closes are lost:
    they count as abandoned in the closed interval that follows, and in the ``abandonment`` of the
    last ones who came. Hang-ups among those who come in an interval are foreseen with its slots,
    then scaled to those that happen. Contacts that arrive while the queue is closed are lost.

    Examples
    --------
    Two slots, contacts for four in the first of three quarters of an hour, nobody hangs up:

    >>> row = np.array([[12.0, 3.0, 0.0]])
    >>> lines = Lines(row, 0 * row + 300.0, 0 * row + 2.0, row >= 0, np.array([20.0]),
    ...     np.array([np.inf]), 900)
    >>> carry(lines).backlog.round(1).tolist()
    [[5.2, 3.1, 0.7]]
    """
    lines = _without_crumbs(lines)
    result = _steady(lines)
    static = _static(lines, result.backlog)
    starts = lines.is_open & ~static & _shifted(static | ~lines.is_open)
    row, interval = np.nonzero(starts)
    if row.size:
        left = _follow(lines, result, static, row, interval)
        _settle(lines, result)
        _close(lines, result, left)
    return result


def _without_crumbs(lines: Lines) -> Lines:
    """Return the queues with what is no slot and no contact in any sense set to 0."""
    slots = np.where(lines.slots > _LEAST_SLOTS, lines.slots, 0.0)
    contacts = np.where(lines.contacts > _LEAST_CONTACTS, lines.contacts, 0.0)
    return replace(lines, slots=slots, contacts=contacts)


def _shifted(values: BoolArray) -> BoolArray:
    """Return the values of the interval before; true before the first."""
    before = np.ones_like(values)
    before[:, 1:] = values[:, :-1]
    return before


def _steady(lines: Lines) -> Carried:
    """Return every interval as a steady queue; closed ones lose whoever comes."""
    shape = lines.contacts.shape
    level = np.where(lines.is_open, 1.0, 0.0)
    level[lines.contacts <= 0] = 1.0
    zero = np.zeros(shape)
    calm = lines.is_open & (lines.contacts > 0) & (lines.occupied < _FULL)
    row = np.nonzero(calm)[0]
    steady = service(
        lines.slots[calm],
        lines.contacts[calm],
        lines.aht_s[calm],
        lines.interval_s,
        lines.answer_within_s[row],
        lines.patience_s[row],
        slowing=None if lines.slowing is None else lines.slowing.at(calm),
    )
    level[calm] = steady.service_level
    lost, asa, busy, waiting = zero.copy(), zero.copy(), zero.copy(), zero.copy()
    lost[calm], asa[calm] = steady.abandonment, steady.asa_s
    busy[calm], waiting[calm] = steady.occupancy, steady.queue_length
    lost[~lines.is_open & (lines.contacts > 0)] = 1.0
    followed = np.zeros(shape, np.bool_)
    return Carried(level, lost, asa, busy, waiting, lost * lines.contacts, followed)


def _tolerance(lines: Lines) -> FloatArray:
    """Return the customers ``[N, I]`` below which nothing counts as carried over."""
    wait = _WAIT_SHARE * lines.answer_within_s[:, None]
    return wait * lines.contacts / lines.interval_s + _LEAST_CARRIED


def _static(lines: Lines, waiting: FloatArray) -> BoolArray:
    """Return the intervals that a steady queue before them leads into a steady queue."""
    calm = lines.occupied < _FULL
    before = np.concatenate([waiting[:, :1], waiting[:, :-1]], axis=1)
    alike = np.abs(waiting - before) <= _tolerance(lines)
    opens = _shifted(~lines.is_open) & (lines.contacts > 0)
    result: BoolArray = lines.is_open & calm & alike & ~opens
    return result


def _opening(lines: Lines, row: IntArray, interval: IntArray) -> State:
    """Return the states in which queues are before the first interval that is followed."""
    before = np.maximum(interval - 1, 0)
    opens = (interval == 0) | ~lines.is_open[row, before]
    rates = lines.rates(row, before)
    arrival = np.where(opens, 0.0, rates.arrival)
    return stationary(replace(rates, arrival=arrival))


def _follow(
    lines: Lines, result: Carried, static: BoolArray, row: IntArray, interval: IntArray
) -> _Left:
    """Follow every stretch of intervals from its start until nothing is carried over.

    All stretches advance together. One that has not cleared when the next begins goes on over it:
    it comes later and so has the last word. Returned is who still waits where a queue closes.
    """
    ahead, closing = Ahead.of(lines), _Left()
    state = _opening(lines, row, interval)
    before = lines.slots[row, np.maximum(interval - 1, 0)]
    fresh = (interval == 0) | ~lines.is_open[row, np.maximum(interval - 1, 0)]
    before = np.where(fresh, lines.slots[row, interval], before)
    tolerance = _tolerance(lines)
    steady = result.backlog.copy()
    last = lines.contacts.shape[1] - 1
    while row.size:
        rates = lines.rates(row, interval)
        moved = State(state.row, _left(state, before, rates.slots), state.mass)
        ends = []
        for piece in advance(moved, rates, lines.interval_s):
            _record(lines, result, ahead, piece, row, interval, rates)
            ends.append(piece.end)
        state = gathered(ends)
        waiting = np.bincount(
            state.row,
            state.mass * np.maximum(state.customers - rates.slots[state.row], 0.0),
            row.size,
        )
        result.backlog[row, interval] = waiting
        after = np.minimum(interval + 1, last)
        cleared = np.abs(waiting - steady[row, after]) <= tolerance[row, after]
        goes_on = (interval < last) & lines.is_open[row, after]
        goes_on &= ~(cleared & static[row, after])
        closes = (interval < last) & ~lines.is_open[row, after] & (waiting > _LEAST_CONTACTS)
        for at in np.flatnonzero(closes).tolist():
            here = state.row == at
            queue = np.maximum(state.customers[here] - rates.slots[at], 0.0)
            closing[int(row[at]), int(interval[at])] = queue, state.mass[here]
        state = _kept(state, goes_on)
        before = rates.slots[goes_on]
        row, interval = row[goes_on], interval[goes_on] + 1
    return closing


def _left(state: State, before: FloatArray, now: FloatArray) -> FloatArray:
    """Return the numbers of customers once agents who leave have taken their contact along."""
    had, has = before[state.row], now[state.row]
    taken: FloatArray = state.customers - np.maximum(np.minimum(state.customers, had) - has, 0.0)
    return taken


def _kept(state: State, stays: BoolArray) -> State:
    """Return the states of the queues that are followed further, renumbered."""
    number = np.cumsum(stays) - 1
    kept = stays[state.row]
    return State(number[state.row[kept]], state.customers[kept], state.mass[kept])


def _record(
    lines: Lines,
    result: Carried,
    ahead: Ahead,
    piece: Piece,
    row: IntArray,
    interval: IntArray,
    rates: Rates,
) -> None:
    """Write what a batch of queues met in their intervals."""
    own = rates.take(piece.rows)
    at = (row[piece.rows], interval[piece.rows])
    met = meeting(piece.mean, piece.points, piece.step, own, lines.answer_within_s[at[0]])
    result.service_level[at] = np.clip(met.in_time, 0.0, 1.0)
    result.abandonment[at] = np.clip(met.lost, 0.0, 1.0)
    result.asa_s[at] = _asa(lines, ahead, piece, met, own, at)
    busy = np.minimum(met.busy / np.where(own.slots > 0, own.slots, 1.0), 1.0)
    result.occupancy[at] = np.where(own.slots > 0, busy, 0.0)
    result.abandoned[at] = met.waiting * own.leaving * lines.interval_s
    result.followed[at] = True


def _asa(
    lines: Lines,
    ahead: Ahead,
    piece: Piece,
    met: Meeting,
    rates: Rates,
    at: tuple[IntArray, IntArray],
) -> FloatArray:
    """Return the mean wait of those answered; without hang-ups with the slots yet to come."""
    answered = 1.0 - met.lost
    some = answered > 1e-9
    hasty = np.where(some, met.wait_s / np.where(some, answered, 1.0), lines.patience_s[at[0]])
    patient = np.flatnonzero(rates.leaving <= 0)
    if patient.size:
        mean, points = piece.mean[patient], piece.points[patient]
        queue = np.maximum(points - rates.slots[patient][:, None] + 1.0, 0.0)
        wait = ahead.wait(queue, at[0][patient], at[1][patient])
        hasty[patient] = (mean * wait).sum(axis=1)
    return hasty


def _settle(lines: Lines, result: Carried) -> None:
    """Make the hang-ups foreseen for those who come add up to those who do hang up.

    Foreseen they are as if the slots stayed as they are; where more come later, fewer hang up.
    """
    followed = result.followed
    begins = followed & ~(_shifted(followed) & _shifted(lines.is_open))
    begins[:, 0] = followed[:, 0]
    stretch = np.cumsum(begins.ravel())[followed.ravel()] - 1
    foreseen = (result.abandonment * lines.contacts)[followed]
    real = result.abandoned.copy()
    real[:, -1] += result.backlog[:, -1] * result.abandonment[:, -1]  # not yet decided
    planned, happened = np.bincount(stretch, foreseen), np.bincount(stretch, real[followed])
    factor = happened / np.where(planned > 0, planned, 1.0)
    result.abandonment[followed] = np.minimum(result.abandonment[followed] * factor[stretch], 1.0)


def _close(lines: Lines, result: Carried, left: _Left) -> None:
    """Count who still waits at closing as lost, among the last who came and did not hang up.

    With B waiting, the last n of them hold min(B, n) of those lost: its mean, as n grows from one
    interval to the one before, says how many of each are.
    """
    for (row, interval), (queue, mass) in left.items():
        waiting = float(queue @ mass)
        result.abandoned[row, interval + 1] += waiting
        now, last, lost = interval, 0.0, 0.0
        while waiting - lost > 1e-9 and now >= 0 and result.followed[row, now]:
            came = float(lines.contacts[row, now])
            if came > 0:
                stays = 1.0 - float(result.abandonment[row, now])
                last += came * stays
                upto = float(np.minimum(queue, last) @ mass)
                result.abandonment[row, now] += min((upto - lost) / came, stays)
                lost = upto
            now -= 1
    np.minimum(
        result.service_level,
        1.0 - result.abandonment,
        out=result.service_level,
        where=result.followed,
    )

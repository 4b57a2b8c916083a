"""Customers in a queue as a birth-and-death process in time: states, lattices, steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from staffing.fluid import FloatArray, IntArray, Rates, fluid

_NEGLIGIBLE = 1e-10  # mass of one state below which it is left out
_CHUNK = 30_000  # states of one batch: small enough for the processor's cache
_WIDEST = 1_500  # lattice points of one queue
_FINENESS = 4.0  # lattice points to a standard deviation
_FEWEST_STEPS, _MOST_STEPS = 4, 64  # of an interval

# exp(z) is about weight_0 / (pole_0 - z) + Re(weight / (pole - z)): Pade [2/3]
_REAL_POLE, _POLE = 3.6378342527444905, 2.6810828736277577 + 3.0504301992474137j
_REAL_WEIGHT, _WEIGHT = 18.29749817484585, -15.29749817484579 - 8.343280489494965j


@dataclass(frozen=True, slots=True)
class State:
    """Distribution of the number of customers in several queues, as one ragged list.

    Parameters
    ----------
    row
        Queue of each entry, ascending, 0 to B - 1.
    customers, mass
        Number in the queue or in service, and its probability.
    """

    row: IntArray
    customers: FloatArray
    mass: FloatArray


@dataclass(frozen=True, slots=True)
class Lattice:
    """Numbers of customers looked at: ``low + step * (0 .. size - 1)`` for each queue ``[B]``."""

    low: FloatArray
    step: FloatArray
    size: IntArray

    def take(self, rows: IntArray) -> Lattice:
        """Return the lattices of some of the queues."""
        return Lattice(self.low[rows], self.step[rows], self.size[rows])

    @property
    def points(self) -> FloatArray:
        """Numbers of customers ``[B, M]``, padded to the widest lattice."""
        width = np.arange(int(self.size.max(initial=1)))
        return self.low[:, None] + self.step[:, None] * width


def _steps(slots: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the distance of lattice points: 1 up to 63 slots, a quarter of a deviation beyond."""
    finest = np.sqrt(np.maximum(np.maximum(slots, low), 1.0)) / _FINENESS
    widest = np.maximum((high - low) / _WIDEST, 1.0)
    exponent = np.maximum(np.floor(np.log2(np.maximum(finest, 1.0))), np.ceil(np.log2(widest)))
    result: FloatArray = np.exp2(exponent)
    return result


def _lattice(slots: FloatArray, low: FloatArray, high: FloatArray) -> Lattice:
    """Return lattices that hold everything between two numbers of customers."""
    step = _steps(slots, low, high)
    # a strong drift scatters more on a wide lattice than it does in truth
    blur = np.where(step > 1, 6.0 * np.sqrt(step * (high - low)), 0.0)
    low, high = low - blur, high + blur
    start = np.maximum(np.floor(low / step), 0.0) * step
    size = (np.ceil((high - start) / step) + 2).astype(np.int64)
    return Lattice(start, step, size)


def window(state: State, rates: Rates, seconds: float) -> Lattice:
    """Return the lattice on which a state can be followed for ``seconds``.

    The extremes of the state are moved as the fluid moves, and six deviations are added of what
    arrivals and departures can scatter in that time; what lies outside has a probability under
    about 1e-8.
    """
    queues = rates.slots.size
    low, high = np.full(queues, np.inf), np.full(queues, -np.inf)
    np.minimum.at(low, state.row, state.customers)
    np.maximum.at(high, state.row, state.customers)
    highest = np.maximum(high, fluid(high, rates, seconds))
    lowest = np.minimum(low, fluid(low, rates, seconds))
    out = rates.slots * rates.service + rates.leaving * np.maximum(highest - rates.slots, 0.0)
    pull = np.minimum(rates.leaving, rates.service * _least_gain(rates))
    memory = np.where(pull > 0, np.minimum(seconds, 0.5 / np.where(pull > 0, pull, 1.0)), seconds)
    scatter = 6.0 * np.sqrt((rates.arrival + out) * memory) + 4.0
    # Poisson arrivals alone: nothing else makes the queue longer
    coming = rates.arrival * seconds
    scatter_up = np.minimum(scatter, high - highest + coming + 7.0 * np.sqrt(coming) + 8.0)
    return _lattice(rates.slots, lowest - scatter, highest + scatter_up)


def _least_gain(rates: Rates) -> FloatArray | float:
    """Return how much the work done grows at least with one more contact open ``[B]``."""
    if rates.slowing is None:
        return 1.0
    return rates.slowing.gain(rates.slowing.concurrency - 1.0)


def flows(points: FloatArray, step: FloatArray, rates: Rates) -> tuple[FloatArray, FloatArray]:
    """Return the rates up and down ``[B, M]`` between neighbouring points of a lattice.

    With a step of 1 these are the queue's own rates. With a wider one they are those with the
    same drift and the same variance (with the least variance the lattice allows where the drift
    is stronger).
    """
    slots, arrival = rates.slots[:, None], rates.arrival[:, None]
    out = rates.service[:, None] * rates.done(points)
    out = out + rates.leaving[:, None] * np.maximum(points - slots, 0.0)
    width = step[:, None]
    drift = (arrival - out) / width
    total = np.maximum((arrival + out) / width**2, np.abs(drift))
    return (total + drift) / 2.0, (total - drift) / 2.0


def stationary(rates: Rates) -> State:
    """Return the state that constant rates lead to; ``arrival < slots * service`` or leaving > 0.

    Examples
    --------
    A single line with half its capacity used is empty half of the time:

    >>> one = [np.array([value]) for value in (0.5, 1.0, 0.0, 1.0)]
    >>> round(float(stationary(Rates(*one)).mass[0]), 6)
    0.5
    """
    load = rates.arrival / rates.service
    spread = 7.0 * np.sqrt(load) + 5.0
    low = load - spread
    if rates.slowing is not None:
        number, gain = rates.slowing.balance(load, rates.slots)
        low = number - 7.0 * np.sqrt(load / np.maximum(gain, 1e-9)) - 5.0
    share = np.clip(load / np.maximum(rates.slots, 1e-9), 1e-9, 1.0 - 1e-6)
    tail = -20.0 / np.log(share)
    safe = np.where(rates.leaving > 0, rates.leaving, 1.0)
    hangers = np.where(rates.leaving > 0, 8.0 * np.sqrt(rates.arrival / safe) + 5.0, np.inf)
    high = np.maximum(load + spread, rates.slots + np.minimum(tail, hangers))
    lattice = _lattice(rates.slots, np.maximum(low, 0.0), high)
    parts = []
    order = np.argsort(lattice.size, kind="stable")
    for rows in _pieces(order, lattice.size, np.zeros_like(order)):
        some = lattice.take(rows)
        points = some.points
        up, down = flows(points, some.step, rates.take(rows))
        tiny = np.finfo(float).tiny
        ratio = np.log(np.maximum(up[:, :-1], tiny)) - np.log(np.maximum(down[:, 1:], tiny))
        ratio[up[:, :-1] <= 0] = -1e3  # nobody comes: empty, even without slots
        level = np.concatenate([np.zeros((rows.size, 1)), np.cumsum(ratio, axis=1)], axis=1)
        level[np.arange(points.shape[1]) >= some.size[:, None]] = -np.inf
        mass = np.exp(level - level.max(axis=1, keepdims=True))
        parts.append(_listed(mass / mass.sum(axis=1, keepdims=True), points, rows))
    return gathered(parts)


def _listed(mass: FloatArray, points: FloatArray, rows: IntArray) -> State:
    """Return a table of probabilities as a ragged list, negligible ones left out."""
    kept = mass > _NEGLIGIBLE
    scaled = mass / np.where(kept, mass, 0.0).sum(axis=1, keepdims=True)
    row = np.broadcast_to(rows[:, None], mass.shape)
    return State(row[kept], points[kept], scaled[kept])


def gathered(parts: list[State]) -> State:
    """Return several lists as one, in ascending order of the queue."""
    if not parts:
        return State(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    row = np.concatenate([part.row for part in parts])
    order = np.argsort(row, kind="stable")
    customers = np.concatenate([part.customers for part in parts])
    mass = np.concatenate([part.mass for part in parts])
    return State(row[order], customers[order], mass[order])


def _pieces(order: IntArray, size: IntArray, kind: IntArray) -> Iterator[IntArray]:
    """Yield queues in the given order, in batches of one kind, of similar size, not too large."""
    start, sizes, kinds = 0, size[order].tolist(), kind[order].tolist()
    while start < len(sizes):
        stop, widest = start + 1, 1.5 * sizes[start] + 10.0
        while stop < len(sizes) and kinds[stop] == kinds[start] and sizes[stop] <= widest:
            if sizes[stop] * (stop + 1 - start) > _CHUNK:
                break
            stop += 1
        yield order[start:stop]
        start = stop


def _dense(state: State, lattice: Lattice, rows: IntArray, queues: int) -> FloatArray:
    """Return the probabilities of some queues on their lattices ``[b, M]``, means kept."""
    place = np.full(queues, -1, np.int64)
    place[rows] = np.arange(rows.size)
    first = np.searchsorted(state.row, np.arange(queues + 1))
    counts = first[rows + 1] - first[rows]
    entry = np.arange(counts.sum()) + np.repeat(first[rows] - np.cumsum(counts) + counts, counts)
    row = place[state.row[entry]]
    some = lattice.take(rows)
    width = int(some.size.max())
    spot = (state.customers[entry] - some.low[row]) / some.step[row]
    below = np.clip(np.floor(spot).astype(np.int64), 0, some.size[row] - 2)
    share = np.clip(spot - below, 0.0, 1.0)
    flat, mass = row * width + below, state.mass[entry]
    length = rows.size * width
    table: FloatArray = np.bincount(flat, mass * (1.0 - share), length).astype(np.float64)
    table += np.bincount(flat + 1, mass * share, length)
    return table.reshape(rows.size, width)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some queues after an interval: mean distribution ``[b, M]`` over it, and the lattice."""

    rows: IntArray
    points: FloatArray
    step: FloatArray
    mean: FloatArray
    end: State


def advance(state: State, rates: Rates, seconds: float) -> Iterator[Piece]:
    """Yield, batch by batch, what becomes of every queue in ``seconds`` of constant rates.

    Notes
    -----
    p' = p Q is solved in equal steps by p(t + h) = sum over i of c_i (g_i - h Q)^-1 p(t), the
    partial fractions of the Pade approximant [2/3] of the exponential (order 5, L-stable: the
    stability function of Radau IIA, Hairer and Wanner 1996, IV.5). The mean over a step takes the
    same solutions with weights c_i / g_i, so that no contact is lost between the two. All queues
    of a batch form one tridiagonal system. Uniformisation gives the same numbers (see the tests)
    but takes a pass for every event; this takes a few per interval.
    """
    lattice = window(state, rates, seconds)
    steps = _time_steps(state, rates, seconds)
    order = np.lexsort((lattice.size, steps))
    for rows in _pieces(order, lattice.size, steps):
        some, own = lattice.take(rows), rates.take(rows)
        table = _dense(state, lattice, rows, rates.slots.size)
        points = some.points
        end, mean = _solved(table, points, some, own, seconds, int(steps[rows[0]]))
        yield Piece(rows, points, some.step, mean, _listed(end, points, rows))


def _time_steps(state: State, rates: Rates, seconds: float) -> IntArray:
    """Return how many steps an interval takes: a queue moves about a deviation in each."""
    queues = rates.slots.size
    mean = np.bincount(state.row, state.mass * state.customers, queues).astype(np.float64)
    moved = np.abs(fluid(mean, rates, seconds) - mean)
    spread = np.sqrt(np.maximum(np.maximum(mean, rates.slots), 1.0)) + 1.0
    needed = np.clip(moved / spread, _FEWEST_STEPS, _MOST_STEPS)
    return np.exp2(np.ceil(np.log2(needed))).astype(np.int64)


def _generator(
    points: FloatArray, lattice: Lattice, rates: Rates, seconds: float
) -> tuple[FloatArray, FloatArray]:
    """Return the events up and down per step between neighbouring points, all rows in one list."""
    up, down = flows(points, lattice.step, rates)
    last, index = lattice.size[:, None] - 1, np.arange(points.shape[1])
    up[index >= last] = 0.0
    down[index > last] = 0.0
    down[:, 0] = 0.0
    return up.ravel() * seconds, down.ravel() * seconds


def _solved(
    table: FloatArray,
    points: FloatArray,
    lattice: Lattice,
    rates: Rates,
    seconds: float,
    steps: int,
) -> tuple[FloatArray, FloatArray]:
    """Return the distributions at the end of the interval and on average over it."""
    up, down = _generator(points, lattice, rates, seconds / steps)
    below, above, leave = -up[:-1], -down[1:], up + down
    real = lapack.dgttrf(below, leave + _REAL_POLE, above)[:5]
    pair = lapack.zgttrf(below.astype(complex), leave + _POLE, above.astype(complex))[:5]
    now, mean = table.ravel(), np.zeros(table.size)
    for _ in range(steps):
        first = lapack.dgttrs(*real, now)[0]
        second = lapack.zgttrs(*pair, now.astype(complex))[0]
        now = _REAL_WEIGHT * first + (_WEIGHT * second).real
        mean += _REAL_WEIGHT / _REAL_POLE * first + (_WEIGHT / _POLE * second).real
    return _shares(now.reshape(table.shape)), _shares(mean.reshape(table.shape))


def _shares(mass: FloatArray) -> FloatArray:
    """Return probabilities from approximate ones: none below 0, each row adds up to 1."""
    positive = np.maximum(mass, 0.0)
    result: FloatArray = positive / positive.sum(axis=1, keepdims=True)
    return result

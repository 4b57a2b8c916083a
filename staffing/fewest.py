"""The search for the fewest positions that keep every promise, over a million intervals at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from staffing.erlang import Service, service
from staffing.slowing import Slowing

if TYPE_CHECKING:
    from staffing.queues import Target

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

BOUND_BY = ("none", "service_level", "occupancy", "abandonment", "asa", "deadline", "minimum")
SLACK = 1e-9  # a promise is kept when missed by less: rounding must not cost an agent
_NONE = 0
_UNKNOWN = np.iinfo(np.int64).max // 4
_GRID = 24  # AHTs that are tabulated when every interval has its own
_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Question:
    """What is the same for all intervals of one call.

    Parameters
    ----------
    target
        The promises.
    patience_s
        Mean time a customer would wait, in seconds; infinite: nobody hangs up.
    concurrency
        Contacts that one agent handles at the same time.
    aht_alone_s
        Handling time in seconds with one contact open; None: as with all of them.
    """

    target: Target
    patience_s: float
    concurrency: int
    aht_alone_s: float | None = None

    @property
    def names(self) -> list[int]:
        """Return the index into ``BOUND_BY`` of each promise made."""
        target = self.target
        promises = (
            target.service_level,
            target.max_occupancy,
            target.max_abandonment,
            target.max_asa_s,
        )
        return [i for i, promise in enumerate(promises, 1) if promise is not None]

    def served(self, positions: FloatArray, load: FloatArray, aht_s: FloatArray) -> Service:
        """Return how so many positions would serve."""
        rate = load / np.maximum(aht_s, 1e-300)  # a load of 0 with contacts waits for nobody
        slots = positions * self.concurrency
        how = Slowing.of(self.concurrency, aht_s, self.aht_alone_s)
        within = self.target.answer_within_s
        return service(slots, rate, aht_s, 1.0, within, self.patience_s, slowing=how)

    def kept(
        self, positions: FloatArray, load: FloatArray, aht_s: FloatArray
    ) -> dict[int, BoolArray]:
        """Return for each promise, by its index into ``BOUND_BY``, where it is kept."""
        target, slots = self.target, positions * self.concurrency
        got = self.served(positions, load, aht_s)
        kept = {}
        if target.service_level is not None:
            kept[1] = got.service_level >= target.service_level - SLACK
        if target.max_occupancy is not None:
            busy = load / slots if np.isinf(self.patience_s) else got.occupancy
            kept[2] = busy <= target.max_occupancy + SLACK
        if target.max_abandonment is not None:
            kept[3] = got.abandonment <= target.max_abandonment + SLACK
        if target.max_asa_s is not None:
            kept[4] = got.asa_s <= target.max_asa_s + SLACK
        return kept

    def carries(self, load: FloatArray) -> IntArray:
        """Return the positions without which the queue grows for ever, promise or not."""
        if np.isinf(self.patience_s):
            return np.floor(load / self.concurrency).astype(np.int64) + 1
        if self.names:
            return np.ones(load.size, np.int64)
        return np.maximum(np.ceil(load / self.concurrency), 1.0).astype(np.int64)


def fewest_positions(
    question: Question, load: FloatArray, aht_s: FloatArray
) -> tuple[IntArray, IntArray]:
    """Return positions and what bound them: by tables where they pay, then by trying around.

    Parameters
    ----------
    question
        Promises, patience and concurrency.
    load
        Erlangs of contacts, one-dimensional; every interval has a contact.
    aht_s
        Average handling time in seconds, same shape.

    Returns
    -------
    positions, bound_by
        Of the same shape; ``bound_by`` indexes ``BOUND_BY``.

    Examples
    --------
    >>> from staffing.queues import Target
    >>> question = Question(Target(0.8, 20), np.inf, 1)
    >>> fewest_positions(question, np.array([10.0, 1000 / 6]), np.array([180.0, 300.0]))[0].tolist()
    [14, 176]
    """
    known, which = np.unique(aht_s, return_inverse=True)
    usual = float(np.quantile(load, 0.998))  # the few beyond must not lengthen the tables
    most = _enough(question, usual)
    positions = np.ceil((load + np.sqrt(load)) / question.concurrency).astype(np.int64)
    bound_by, sure = np.zeros(load.size, np.int64), np.zeros(load.size, np.bool_)
    if most * known.size <= load.size:
        table = _Tables.of(question, known, int(most), 17)
        table.look_up(load, which, positions, bound_by, sure)
    elif most * _GRID <= load.size:
        grid = np.geomspace(max(float(known[0]), 1e-9), max(float(known[-1]), 1e-9), _GRID)
        table = _Tables.of(question, grid, int(most), 12)
        nearest = np.searchsorted(np.sqrt(grid[1:] * grid[:-1]), aht_s)
        table.look_up(load, nearest, positions, bound_by, sure)
        sure[:] = False
    rest = np.flatnonzero(~sure)
    if rest.size:
        work = np.empty(rest.size, np.complex128)  # a pair of numbers that numpy can sort
        work.real, work.imag = load[rest], aht_s[rest]
        _, first, back = np.unique(work, return_index=True, return_inverse=True)
        some = rest[first]
        for start in range(0, some.size, _BLOCK):
            at = some[start : start + _BLOCK]
            found = _around(question, load[at], aht_s[at], positions[at])
            positions[at], bound_by[at] = found
        positions[rest], bound_by[rest] = positions[some][back], bound_by[some][back]
    return positions, bound_by


def _enough(question: Question, load: float) -> float:
    """Return a number of positions whose table covers the load in all but odd cases."""
    cap = question.target.max_occupancy or 1.0
    return float(np.ceil(max(load / cap, load + 4.0 * load**0.5) / question.concurrency) + 8.0)


@dataclass(frozen=True, slots=True)
class _Tables:
    """For each promise and AHT a load that 1, 2, 3 ... positions carry, and one they do not."""

    question: Question
    carried: dict[int, FloatArray]  # [known, positions]
    missed: dict[int, FloatArray]

    @classmethod
    def of(cls, question: Question, known: FloatArray, most: int, halvings: int) -> _Tables:
        number = np.tile(np.arange(1, most + 1, dtype=np.float64), known.size)
        aht_s = np.repeat(known, most)
        ceiling = number * question.concurrency
        if np.isfinite(question.patience_s):
            ceiling = 3.0 * ceiling + 3.0  # those who leave are not carried
        carried, missed = {}, {}
        for name in question.names:
            low, high = np.zeros(number.size), ceiling
            for _ in range(halvings):
                middle = (low + high) / 2.0
                kept = question.kept(number, middle, aht_s)[name]
                low, high = np.where(kept, middle, low), np.where(kept, high, middle)
            carried[name] = np.maximum.accumulate(low.reshape(known.size, most), axis=1)
            missed[name] = np.maximum.accumulate(high.reshape(known.size, most), axis=1)
        return cls(question, carried, missed)

    def look_up(
        self,
        load: FloatArray,
        which: NDArray[np.intp],
        positions: IntArray,
        bound_by: IntArray,
        sure: BoolArray,
    ) -> None:
        """Write positions, what bound them and whether that is certain; ``which`` names the AHT."""
        order = np.argsort(which, kind="stable")
        groups = next(iter(self.carried.values())).shape[0] if self.carried else 1
        ends = np.searchsorted(which[order], np.arange(groups + 1))
        if not self.carried:
            positions[:], sure[:] = self.question.carries(load), True
            return
        for g in range(groups):
            members = order[ends[g] : ends[g + 1]]
            if members.size:
                found = self._needs(load[members], g)
                inside = found[2]
                at = members[inside]
                positions[at], bound_by[at] = found[0][inside], found[1][inside]
                sure[at] = found[3][inside]

    def _needs(self, work: FloatArray, g: int) -> tuple[IntArray, IntArray, BoolArray, BoolArray]:
        top, name = np.zeros(work.size, np.int64), np.zeros(work.size, np.int64)
        sure = np.ones(work.size, np.bool_)
        for promise, table in self.carried.items():
            need = np.searchsorted(table[g], work, side="left") + 1
            sure &= need == np.searchsorted(self.missed[promise][g], work, side="left") + 1
            further = need > top
            name[further], top = promise, np.maximum(top, need)
        carries = self.question.carries(work)
        name[carries > top] = _NONE
        top = np.maximum(top, carries)
        inside = top <= table.shape[1]
        return top, name, inside, sure


def _around(
    question: Question, load: FloatArray, aht_s: FloatArray, guess: IntArray
) -> tuple[IntArray, IntArray]:
    """Return positions by trying the promises around a guess, and what fails with one fewer."""
    least = question.carries(load)  # not fewer, whatever was promised
    first = question.names[0] if question.names else _NONE
    fails = least - 1
    keeps = np.full(load.size, _UNKNOWN)
    failing = np.full(load.size, first)
    probe, stride = np.maximum(guess, least), 1
    going = np.arange(load.size)
    while going.size:
        n = probe[going]
        kept = question.kept(n.astype(np.float64), load[going], aht_s[going])
        good = np.ones(n.size, np.bool_)
        for name in reversed(kept):
            good &= kept[name]
            failing[going[~kept[name]]] = name
        keeps[going] = np.where(good, n, keeps[going])
        fails[going] = np.where(good, fails[going], n)
        going = going[keeps[going] - fails[going] > 1]
        probe[going] = _next(fails[going], keeps[going], least[going], stride)
        stride = min(2 * stride, _UNKNOWN)
    floor = np.flatnonzero((keeps == least) & (least > 1))  # one fewer was never tried
    failing[floor] = _NONE
    kept = question.kept(keeps[floor] - 1.0, load[floor], aht_s[floor])
    for name in reversed(kept):
        failing[floor[~kept[name]]] = name
    return keeps, failing


def _next(low: IntArray, high: IntArray, least: IntArray, stride: int) -> IntArray:
    """Return what to try: in strides while one side is unknown, then halfway."""
    half = (low + high) // 2
    down = np.where(low < least, np.maximum(high - stride, half), half)
    return np.where(high == _UNKNOWN, low + stride, down)

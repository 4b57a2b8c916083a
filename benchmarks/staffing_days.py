"""Days of one queue on which projection and simulation are compared: ordinary, and with spikes.

Each opens for twelve hours in quarter hours. A spike multiplies the contacts of one hour; positions
are those required for 80 % within 20 seconds as if the spike were not known, or were
``foreseen``-fold. A roster of blocks keeps the mean requirement of each two hours, rounded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.queues import Target
from staffing.requirement import required_positions

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

INTERVAL_S, PATIENCE_S = 900, 180.0
OPEN = 48  # intervals from opening to closing
SPIKE = slice(20, 24)
PROMISE = Target(0.80, 20.0)
_BLOCK = 8  # intervals that a roster of blocks keeps its positions


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one queue.

    Parameters
    ----------
    size
        Contacts of the day, besides those of its spike.
    patience_s
        Mean patience in seconds; infinite: nobody hangs up.
    spike, foreseen
        How many times the usual contacts come in the hour of the spike, and are staffed for.
    staffed
        Share of the required positions that is there, rounded down.
    blocks
        Whether positions stay for two hours.
    rush
        Whether most come in the morning, from opening on (else: bell-shaped).
    aht_s
        Average handling time in seconds.
    """

    size: int
    patience_s: float = PATIENCE_S
    spike: int = 1
    foreseen: int = 1
    staffed: float = 1.0
    blocks: bool = False
    rush: bool = False
    aht_s: float = 300.0

    @property
    def name(self) -> str:
        """What the table calls it.

        Examples
        --------
        >>> Day(300, math.inf, spike=3).name
        '300, C, x3'
        """
        told = [str(self.size), "C" if math.isinf(self.patience_s) else "A"]
        if self.spike > 1:
            told.append(f"x{self.spike}")
        if self.foreseen > 1:
            told.append(f"staffed x{self.foreseen}")
        if self.staffed < 1:
            told.append(f"{100 * (1 - self.staffed):.0f} % short")
        if self.blocks:
            told.append("blocks")
        if self.rush:
            told.append("morning rush")
        if self.aht_s != 300:
            told.append(f"AHT {self.aht_s:.0f} s")
        return ", ".join(told)

    @property
    def contacts(self) -> FloatArray:
        """Expected contacts ``[I]``."""
        contacts = self._usual()
        contacts[SPIKE] *= self.spike
        return contacts

    @property
    def positions(self) -> IntArray:
        """Agents on contacts ``[I]``."""
        expected = self._usual()
        expected[SPIKE] *= self.foreseen
        need, _ = required_positions(expected, self.aht_s, INTERVAL_S, PROMISE, self.patience_s)
        if self.blocks:
            mean = need.reshape(-1, _BLOCK).mean(axis=1)
            need = np.repeat(np.rint(mean).astype(np.int64), _BLOCK)
        there: IntArray = np.maximum(np.floor(self.staffed * need), 1).astype(np.int64)
        return there

    def _usual(self) -> FloatArray:
        at = np.arange(OPEN)
        bell = 0.15 + np.exp(-0.5 * np.square((at - 22.0) / 9.0))
        weight = 0.25 + np.exp(-at / 10.0) if self.rush else bell
        usual: FloatArray = self.size * weight / weight.sum()
        return usual

    def question(self, replications: int, seed: int) -> dict[str, object]:
        """Return the day as a witness is asked about it: the queue opens empty."""
        return {
            "contacts": self.contacts.tolist(),
            "positions": self.positions.tolist(),
            "aht_s": self.aht_s,
            "patience_s": None if math.isinf(self.patience_s) else self.patience_s,
            "answer_within_s": PROMISE.answer_within_s,
            "interval_s": INTERVAL_S,
            "replications": replications,
            "seed": seed,
        }


def days() -> list[Day]:
    """Return all days of the comparison, ordinary ones first."""
    both = (math.inf, PATIENCE_S)
    ordinary = [Day(size, patience) for size in (60, 300, 1000, 6000) for patience in both]
    ordinary += [Day(size, patience, staffed=0.9) for size in (300, 3000) for patience in both]
    ordinary += [Day(size, patience, blocks=True) for size in (300, 3000) for patience in both]
    ordinary += [Day(3000, patience, rush=True) for patience in both]
    ordinary += [Day(1000, patience, aht_s=900.0) for patience in both]
    spikes = []
    for size in (300, 1000, 6000):
        spikes += [Day(size, math.inf, 3), Day(size, spike=3), Day(size, spike=3, foreseen=2)]
        spikes += [Day(size, spike=10), Day(size, spike=10, foreseen=5)]
    spikes += [Day(1000, math.inf, 10), Day(1000, spike=3, aht_s=900.0)]
    return ordinary + spikes

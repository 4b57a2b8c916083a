"""A desk worked off contact by contact: every contact and every agent on its own."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Desk:
    """Agents on duty per interval, of which the first so many are there; the last is for ever."""

    agents: IntArray
    interval_s: int
    aht_s: float

    def finished(self, came: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Return when each contact is finished, in the order they came; oldest first.

        An agent who ends a shift finishes the contact. Handling times are exponential.
        """
        on_duty = self.agents[:, None] > np.arange(self.agents.max())  # [I, agents]
        moments = np.where(on_duty, np.arange(len(self.agents))[:, None] * self.interval_s, np.inf)
        there = np.minimum.accumulate(moments[::-1])[::-1]
        free = np.zeros(on_duty.shape[1])
        result = np.full(len(came), np.inf)
        last = len(self.agents) - 1
        takes = rng.exponential(self.aht_s, len(came))
        for n, then in enumerate(came):
            able = np.maximum(free, then)
            at = np.minimum((able // self.interval_s).astype(int), last)
            every = np.arange(len(free))
            start = np.where(on_duty[at, every], able, np.maximum(there[at, every], able))
            agent = int(start.argmin())
            if not np.isfinite(start[agent]):
                break
            free[agent] = result[n] = start[agent] + takes[n]
        return result


def spread(contacts: FloatArray, interval_s: int, rng: np.random.Generator) -> FloatArray:
    """Return the moments at which Poisson contacts of expected numbers come, in order."""
    counts = rng.poisson(contacts)
    starts = np.repeat(np.arange(len(contacts)) * float(interval_s), counts)
    return np.sort(starts + rng.uniform(0, interval_s, len(starts)))


def in_time(
    came: FloatArray, then: FloatArray, within_s: float, is_open: BoolArray, interval_s: int,
    clock: str,
) -> BoolArray:  # fmt: skip
    """Return which contacts are finished within the promise; the open clock ticks when open.

    ``is_open`` starts at the first interval of the axis, minus whole weeks for those before.
    """
    if clock == "calendar":
        return np.asarray(then - came <= within_s)
    ticks = np.concatenate([[0.0], np.cumsum(is_open * float(interval_s))])
    moments = np.arange(len(ticks)) * float(interval_s)
    spent = np.interp(then, moments, ticks) - np.interp(came, moments, ticks)
    return np.asarray(spent <= within_s + 1e-6)

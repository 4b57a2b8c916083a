"""The floor to be simulated: its queues, their contacts, and the teams that serve them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.drawn import Drawn, FloatArray, draw
from staffing.queues import Queue, Target
from staffing.slowing import Slowing
from staffing.teams import Team

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Floor:
    """What is to be simulated; see ``staffing.simulation.simulate``."""

    queues: tuple[Queue, ...]
    contacts: FloatArray
    aht_s: FloatArray
    teams: tuple[Team, ...]
    is_open: BoolArray
    interval_s: int
    spread: float

    def open_at(self, row: int) -> BoolArray:
        """Return when customers of a queue answered at once can queue ``[I]``."""
        served = [team.positions > 0 for team in self.teams if row in team.speed]
        opened: BoolArray = np.logical_or.reduce([self.is_open[row], *served])
        return opened

    def drawn(self, row: int, rng: np.random.Generator) -> Drawn:
        """Return the contacts of a queue, drawn."""
        return draw(
            np.maximum(self.contacts[:, row], 0.0),
            self.aht_s[row],
            self.queues[row].patience_s,
            self.interval_s,
            rng,
            spread=self.spread,
        )

    def paces(self, row: int) -> tuple[float, ...]:
        """Return how fast each of an agent's 1, 2, 3 ... contacts goes, against all at once."""
        queue, aht_s = self.queues[row], self.aht_s[row]
        known = aht_s[np.isfinite(aht_s) & (aht_s > 0)]
        mean = float(known.mean()) if known.size else float(self.interval_s)
        outputs = Slowing.outputs(queue.concurrency, mean, queue.aht_alone_s)
        return tuple((outputs / np.arange(1.0, queue.concurrency + 1.0)).tolist())

    def within_s(self, row: int) -> float:
        """Return the threshold in seconds, infinite where work may wait."""
        target = self.queues[row].target
        return target.answer_within_s + 1e-9 if isinstance(target, Target) else np.inf

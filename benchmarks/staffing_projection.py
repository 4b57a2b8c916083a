"""Seconds to project a centre: 35 queues over 28 days of quarter hours, with and without spikes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.staffing_table import Progress, Reached, Took
from staffing.projection import Projection, project
from staffing.queues import Promise, Queue, Target
from staffing.requirement import requirement

FloatArray = npt.NDArray[np.float64]

QUEUES, DAYS, SLOTS, PATHS, INTERVAL_S = 35, 28, 96, 50, 900
MOST_S = 10.0
SPIKES = {"ordinary days": 1, "two threefold days in it": 3, "two tenfold days in it": 10}
_SPIKE_DAYS = (11, 12)
_RUNS = 3


@dataclass(frozen=True, slots=True)
class Centre:
    """What ``project`` is asked; arrays ``[Q, I]`` and ``[R, Q, I]``."""

    queues: list[Queue]
    times: pd.DatetimeIndex
    contacts: FloatArray
    aht_s: FloatArray
    positions: FloatArray
    is_open: npt.NDArray[np.bool_]
    paths: FloatArray

    def project(self) -> Projection:
        """Return the projection."""
        return project(
            self.queues, self.times, self.contacts, self.aht_s, self.positions, INTERVAL_S,
            is_open=self.is_open, paths=self.paths, rng=np.random.default_rng(1),
        )  # fmt: skip


def centre(spike: int) -> Centre:
    """Return a centre whose queues bring 50 to 3,000 contacts a day, staffed for ordinary days.

    Two queues in seven wait for days, one is chat, the others are telephone, one in three of them
    with callers who never hang up. A path is 15 % off on each day, 10 % more in each interval.
    """
    rng = np.random.default_rng(1)
    shape = (QUEUES, DAYS * SLOTS)
    times = pd.date_range("2027-02-01", periods=shape[1], freq=f"{INTERVAL_S}s", tz="UTC")
    queues = [_queue(number) for number in range(QUEUES)]
    slot = np.tile(np.arange(SLOTS), DAYS)
    is_open = np.tile((slot >= 32) & (slot < 80), (QUEUES, 1))
    bell = (0.15 + np.exp(-0.5 * np.square((slot - 52.0) / 10.0))) * is_open
    daily = np.exp(rng.uniform(math.log(50.0), math.log(3000.0), QUEUES))
    usual = daily[:, None] * bell / bell[:, :SLOTS].sum(axis=1, keepdims=True)
    aht_s = np.full(shape, 300.0)
    need = requirement(queues, times, usual, aht_s, INTERVAL_S)
    contacts = usual.copy()
    for day in _SPIKE_DAYS:
        contacts[:, day * SLOTS : (day + 1) * SLOTS] *= spike
    days = np.repeat(np.exp(rng.normal(0.0, 0.15, (PATHS, QUEUES, DAYS))), SLOTS, axis=2)
    paths = contacts * days * np.exp(rng.normal(0.0, 0.1, (PATHS, *shape)))
    return Centre(queues, times, contacts, aht_s, need.positions, is_open, paths)


def _queue(number: int) -> Queue:
    """Return one of the centre's queues."""
    name = f"q{number}"
    if number % 7 in (5, 6):
        return Queue(name, Promise(reply_within_hours=24.0))
    if number % 7 == 4:
        return Queue(name, Target(0.8, 60.0), patience_s=300.0, concurrency=2)
    return Queue(name, Target(0.8, 20.0), patience_s=math.inf if number % 3 == 0 else 180.0)


def measure(progress: Progress) -> list[Reached]:
    """Return what a few calls take at least, for each kind of month."""
    reached = []
    for name, spike in SPIKES.items():
        progress(f"projection, {name}")
        took = Took.least(centre(spike).project, _RUNS)
        what = f"{QUEUES} queues, {DAYS} days, {PATHS} paths, {name}"
        reached.append(Reached.seconds(what, MOST_S, took))
    return reached

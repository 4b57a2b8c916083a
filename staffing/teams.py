"""Who serves on a simulated floor: agents alike in teams, and what no floor can have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from staffing.drawn import FloatArray
from staffing.queues import Queue

BoolArray = npt.NDArray[np.bool_]

_MOST_AGENTS = 10_000_000  # of a team: each of them is simulated
_ROUNDING = 1e-6  # agents: less than nothing by so little is nothing


@dataclass(frozen=True, slots=True)
class Team:
    """Agents alike: how many are on contacts, and what they can do.

    Parameters
    ----------
    positions
        Agents on contacts, net of shrinkage, fractions allowed ``[I]``.
    speed
        Speed at each queue that they serve, by its number: 0.9 is 10 % slower than its AHT.
    quota
        Agents planned to be on each deferred queue's work, by its number ``[I]``; fractions are a
        part of their time. A deferred queue that is not in it gets none of theirs.
    """

    positions: FloatArray
    speed: Mapping[int, float]
    quota: Mapping[int, FloatArray] = field(default_factory=dict)


def check_shapes(
    queues: Sequence[Queue],
    contacts: FloatArray,
    aht_s: FloatArray,
    teams: Sequence[Team],
    is_open: BoolArray,
) -> None:
    """Raise where shapes differ or a team serves a queue that there is not."""
    shape = (len(queues), contacts.shape[-1])
    faults = [
        f"{name} must have shape {shape}, got {array.shape[-2:]}"
        for name, array in (("contacts", contacts), ("aht_s", aht_s), ("is_open", is_open))
        if array.shape[-2:] != shape
    ]
    for n, team in enumerate(teams):
        if team.positions.shape != shape[1:]:
            faults.append(f"team {n}: positions must be {shape[1:]}, got {team.positions.shape}")
        if not set(team.quota) <= set(team.speed) <= set(range(shape[0])):
            faults.append(f"team {n}: must serve queues 0 to {shape[0] - 1}, got {set(team.speed)}")
    if faults:
        raise ValueError("; ".join(faults))


def check_numbers(
    contacts: FloatArray,
    aht_s: FloatArray,
    teams: Sequence[Team],
    interval_s: int,
    spread: float,
) -> None:
    """Raise where a number is none that a floor can have."""
    faults = []
    if not (np.isfinite(contacts).all() and np.isfinite(aht_s).all()):
        faults.append("contacts and aht_s must be finite")
    if (aht_s < 0).any():
        faults.append(f"aht_s must be at least 0, got {aht_s.min()}")
    for n, team in enumerate(teams):
        for name, agents in (("positions", (team.positions,)), ("quota", team.quota.values())):
            some = np.concatenate([np.zeros(1), *agents])
            if not ((some > -_ROUNDING) & (some <= _MOST_AGENTS)).all():
                worst = some[np.argmax(np.where(np.isnan(some), np.inf, np.abs(some)))]
                faults.append(f"team {n}: {name} must be from 0 to {_MOST_AGENTS:,}, got {worst}")
        slow = [speed for speed in team.speed.values() if not 0 < speed < np.inf]
        if slow:
            faults.append(f"team {n}: speed must be a factor above 0, got {slow[0]}")
    if interval_s <= 0:
        faults.append(f"interval_s must be above 0, got {interval_s}")
    if not 0 <= spread < np.inf:
        faults.append(f"spread must be a number of at least 0, got {spread}")
    if faults:
        raise ValueError("; ".join(faults))

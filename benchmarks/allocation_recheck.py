"""A week's answer counted again in plain arrays: every rule of the week, and its cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.allocation_weeks import (
    DEAR_SHORT,
    FULL,
    GROUPS,
    HOURS,
    LARGEST_SHARE_B,
    MAY_WORK,
    PART,
    PRICES,
    SHIFTS_A_WEEK,
    SMALL_SHORT,
    VENDOR_A,
    VENDOR_B,
    WeekInstance,
)

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recheck:
    """What an answer costs, its hours by group, the hours missing, and the rules it breaks."""

    cost: float
    hours: tuple[float, ...]
    short_hours: float
    faults: tuple[str, ...]


def recheck(instance: WeekInstance, heads: IntArray, cost: float) -> Recheck:
    """Return a week's heads ``[G, S]`` counted again.

    Parameters
    ----------
    instance
        The week.
    heads
        Whole heads of each group on each pattern.
    cost
        What they are said to cost.
    """
    shifts = instance.patterns
    hours = heads @ shifts.paid_hours
    billed = hours.copy()
    billed[VENDOR_A] = max(hours[VENDOR_A], instance.minimum_hours)
    missing = np.maximum(instance.need - heads.sum(axis=0) @ shifts.covers.astype(np.int64), 0)
    small = np.minimum(missing, instance.small)
    short = HOURS * (SMALL_SHORT * small.sum() + DEAR_SHORT * (missing - small).sum())
    total = float(billed @ np.array(PRICES) + short)
    faults = [*_faults(instance, heads), *_share(hours)]
    if abs(total - cost) > 0.005:
        faults.append(f"costs {total:,.2f}, said to cost {cost:,.2f}")
    return Recheck(total, tuple(hours.tolist()), float(HOURS * missing.sum()), tuple(faults))


def _faults(instance: WeekInstance, heads: IntArray) -> list[str]:
    """Return what the heads break: numbers, lengths, heads a day, shifts a week."""
    shifts, faults = instance.patterns, []
    if (heads < 0).any():
        faults.append(f"heads must be at least 0, got {heads.min()}")
    for g, may in enumerate(MAY_WORK):
        wrong = int(np.abs(heads[g, ~may[shifts.length]]).sum())
        if wrong:
            faults.append(f"{GROUPS[g]} works {wrong} shifts of a length that it may not")
    for g, most in ((FULL, instance.full), (PART, instance.part)):
        a_day = np.bincount(shifts.day, heads[g], 7)
        if a_day.max() > most:
            faults.append(f"{GROUPS[g]} works {a_day.max():.0f} heads a day of {most}")
        week, limit = int(heads[g].sum()), SHIFTS_A_WEEK * most
        if week > limit or (g == FULL and week != limit):
            faults.append(f"{GROUPS[g]} works {week} shifts a week of {limit}")
    return faults


def _share(hours: npt.NDArray[np.float64]) -> list[str]:
    most = LARGEST_SHARE_B * hours.sum()
    if hours[VENDOR_B] <= most + 1e-9:
        return []
    return [f"vendor_b delivers {hours[VENDOR_B]:,.1f} hours of {most:,.1f} at most"]

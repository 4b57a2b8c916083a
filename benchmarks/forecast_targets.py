"""What our forecast must reach on each series, and whether it does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.forecast_methods import OURS
from benchmarks.forecast_scores import Scores

BANDS = {"80": (0.75, 0.88), "95": (0.91, 0.98)}
SERIES_S = 0.2
"""Seconds that one daily series may take."""
_NEAR_BEST = 1.01  # no worse than the best peer by more than 1 % of its WAPE


@dataclass(frozen=True, slots=True)
class Target:
    """Largest errors allowed, as fractions; NaN: none stated."""

    wape: float = math.nan
    day_wape: float = math.nan
    peak: float = math.nan
    window: float = math.nan


TARGETS = {
    "florist": Target(0.265, peak=0.18, window=0.15),
    "giftcards": Target(0.058, peak=0.055, window=0.026),
    "ems": Target(0.067),
    "bank": Target(0.064, day_wape=0.046),
}


def target_of(series: str, rows: Mapping[str, Scores]) -> Target:
    """Return a series' target: the stated one, or one made from the best peer."""
    if series in TARGETS:
        return TARGETS[series]
    peers = [scores.wape for name, scores in rows.items() if name != OURS]
    return Target(_NEAR_BEST * min(peers)) if peers else Target()


def missed(target: Target, ours: Scores, *, is_daily: bool) -> list[str]:
    """Return what our forecast does not reach, each in a few words.

    Examples
    --------
    >>> nan = math.nan
    >>> ours = Scores(0.27, 0.27, 0.17, nan, 0.8, 0.95, 0.7, nan, 0.1)
    >>> missed(Target(0.265, peak=0.18), ours, is_daily=True)
    ['WAPE 27.00 > 26.5', '80 % band on event days 70']
    """
    faults = []
    for field, label in (
        ("wape", "WAPE"),
        ("day_wape", "day totals"),
        ("peak", "peak day"),
        ("window", "window total"),
    ):
        most, got = 100 * getattr(target, field), 100 * getattr(ours, field)
        if round(got, 2) > round(most, 2):  # never where either is NaN
            faults.append(f"{label} {got:.2f} > {most:.1f}")
    for days in ("ordinary", "event"):
        for level, (low, high) in BANDS.items():
            got = getattr(ours, f"{days}_{level}")
            if not math.isnan(got) and not low <= round(got, 3) <= high:
                faults.append(f"{level} % band on {days} days {100 * got:.0f}")
    if is_daily and ours.seconds > SERIES_S:
        faults.append(f"{ours.seconds:.2f} s a series > {SERIES_S} s")
    return faults

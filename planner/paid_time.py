"""How much of its paid time a pool is on contacts, in words: shrinkage by kind and its pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from staffing.pools import Pool


def shrinkage_words(pool: Pool) -> str:
    """Return a pool's shrinkage by kind and what the kinds come to, each of the time left.

    Examples
    --------
    >>> from staffing.pools import Pool
    >>> kinds = {"other": 0.30, "absence": 0.20}
    >>> shrinkage_words(Pool("paris", "in_house", "Europe/Paris", {}, np.array([5]), (),
    ...                      shrinkage=0.44, shrinkage_by_kind=kinds))
    'other 30 %, absence 20 %: 44 % of paid time'
    """
    total = f"{_percent(pool.shrinkage)} of paid time"
    kinds = ", ".join(f"{name} {_percent(share)}" for name, share in pool.shrinkage_by_kind.items())
    return f"{kinds}: {total}" if kinds else total


def _percent(share: float) -> str:
    return f"{100 * share:.5g} %"


def is_slowed(pool: Pool) -> bool:
    """Return whether newcomers slow a pool down on some day."""
    return pool.pace is not None and bool((pool.pace != 1).any())


def pace_words(pool: Pool, days: Sequence[dt.date]) -> str:
    """Return how newcomers slow a pool down: its mean pace at first, at its lowest, at last.

    Days without agents are passed over; there must be one with newcomers, see ``is_slowed``.

    Examples
    --------
    >>> import datetime as dt
    >>> from staffing.pools import Pool
    >>> days = [dt.date(2026, 11, 1) + dt.timedelta(n) for n in range(3)]
    >>> pool = Pool("temps", "in_house", "Europe/Paris", {}, np.array([1, 4, 4]), (),
    ...             pace=np.array([1.0, 0.25, 0.9]))
    >>> pace_words(pool, days)
    'mean pace 1 on 2026-11-01, 0.25 on 2026-11-02 (lowest), 0.9 on 2026-11-03'
    """
    there = np.flatnonzero(pool.agents)
    pace = {int(day): pool.pace_on(int(day)) for day in there}
    lowest = min(pace, key=lambda day: pace[day])
    shown = sorted({int(there[0]), lowest, int(there[-1])})
    parts = [
        f"{pace[day]:.4g} on {days[day]}{' (lowest)' if day == lowest else ''}" for day in shown
    ]
    return f"mean pace {', '.join(parts)}"

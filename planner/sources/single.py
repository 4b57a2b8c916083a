"""Histories of one row per contact: told from intervals, counted, their quiet days filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.sources.starts import DAY_US, SHORTEST_US, Rows, Starts, utc_of

if TYPE_CHECKING:
    from planner.scenario.model import Scenario

IntArray = npt.NDArray[np.int64]

BUSY = 8.0  # contacts a day of a table above which a day without any is a gap, not chance


def are_contacts(starts: Starts, word: IntArray) -> bool:
    """Return whether the starts of a table without counts show that each row is one contact.

    They do where they lie off every grid of five minutes or more, or where one comes twice in a
    queue: intervals do neither, so a table of intervals that lacks its counts is told as such.

    Examples
    --------
    >>> def table(*minutes):
    ...     us = np.array(minutes) * 60_000_000
    ...     return Starts(us, us, np.ones(len(us), dtype=bool)), np.zeros(len(us), dtype=np.int64)
    >>> [are_contacts(*table(*minutes)) for minutes in ((0, 15, 45), (0, 15, 46), (0, 15, 15))]
    [False, True, True]
    """
    good = starts.good
    if not good.any():
        return False
    grid = np.gcd(np.gcd.reduce(starts.wall[good] % DAY_US), DAY_US)
    if grid < SHORTEST_US:
        return True
    keys = pd.DataFrame({"queue": word[good], "utc": starts.utc[good]})
    return bool(keys.duplicated().any())


def count_contacts(rows: Rows, scenario: Scenario) -> tuple[Rows, tuple[str, ...]]:
    """Return rows of one contact each, with rows of none for quiet days, and notes.

    Such a table has no rows for what did not happen. A day without a contact of a queue, after
    the queue's first, is a day of zero where other queues have contacts on it, or where the table
    has fewer than eight a day, so that none at all is chance; else it is unknown.
    """
    count = len(rows.queue)
    notes = [f"{count:,} rows counted as {count:,} contacts, one row each"]
    day = rows.starts.wall // DAY_US
    quiet = quiet_days(rows.queue, day, len(scenario.queues))
    zones = [scenario.market_of(q).timezone for q in scenario.queues]
    utc = np.concatenate([utc_of(wall, zone) for wall, zone in zip(quiet, zones, strict=True)])
    wall = np.concatenate(quiet)
    more = np.repeat(np.arange(len(quiet)), [len(days) for days in quiet])
    if len(more):
        notes.append(f"{len(more):,} days without a contact of a queue count as none")
    starts = Starts(
        np.concatenate([rows.starts.utc, utc]),
        np.concatenate([rows.starts.wall, wall]),
        np.ones(count + len(more), dtype=np.bool_),
    )
    unknown = np.full(len(more), np.nan)
    columns = {name: np.concatenate([value, unknown]) for name, value in rows.columns.items()}
    columns["contacts"] = np.concatenate([np.ones(count), np.zeros(len(more))])
    return Rows(starts, np.concatenate([rows.queue, more]), columns), tuple(notes)


def quiet_days(queue: IntArray, day: IntArray, count: int) -> list[IntArray]:
    """Return the midnights of each queue's quiet days, on its own clock; see ``count_contacts``.

    Parameters
    ----------
    queue, day
        Each contact's queue, and its local day since 1970, ``[N]``.
    count
        How many queues there are.
    """
    told = np.unique(day)
    if len(day) < BUSY * len(told):
        told = np.arange(told[0], told[-1] + 1)
    new = np.unique(queue * (told[-1] + 1) + day)  # each queue's days, once
    result = []
    for q in range(count):
        own = new[new // (told[-1] + 1) == q] % (told[-1] + 1)
        missing = np.setdiff1d(told[told > own[0]], own) if own.size else own
        result.append(missing * DAY_US)
    return result

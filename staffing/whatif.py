"""Another price or headcount, answered at once by weeks' programs that are kept solved."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import numpy as np
import pandas as pd

from staffing.allocation import Allocation, dear_shortage
from staffing.answer import Answer, answer_of, sum_of
from staffing.components import Component, components_of
from staffing.coverage import PoolCover, cover_of
from staffing.demand import Demand
from staffing.kept_week import KeptWeek
from staffing.passing import Relaxed, planned
from staffing.pools import Pool
from staffing.week import Before, Prices, Window
from staffing.weekly import windows

_Change = tuple[tuple[str, float], ...]

_AS_IT_IS: Mapping[str, float] = MappingProxyType({})


class WhatIf:
    """The weeks' relaxed programs, kept solved.

    A centre's parts that share no pool and no queue have programs of their own. What a week leaves
    to the next stays what it was at first: another price or headcount changes each week, not what
    passes from one to another.

    Parameters
    ----------
    demand, pools, days, times, shortage_price
        As for ``allocate``. A shortage price left out is that of the pools as they are: it stays
        when their prices change.
    base
        A plan whose heads and work waiting pass from week to week; left out, the relaxed ones'.
    weeks
        Numbers of the weeks to keep; left out, all.
    """

    def __init__(
        self,
        demand: Demand,
        pools: Sequence[Pool],
        days: tuple[dt.date, ...],
        times: pd.DatetimeIndex,
        *,
        shortage_price: float | None = None,
        base: Allocation | None = None,
        weeks: Iterable[int] | None = None,
    ) -> None:
        self._pools = tuple(pool.name for pool in pools)
        covers = tuple(cover_of(p, demand.queues, days, times, demand.interval_s) for p in pools)
        price = dear_shortage(covers, demand) if shortage_price is None else shortage_price
        known = windows(days, covers, len(times))
        wanted = range(len(known)) if weeks is None else sorted(set(weeks))
        self._parts: list[_Part] = []
        for part in components_of(demand, covers):
            before = None if base is None else partial(planned, base, part)
            self._parts.append(_Part(part, known, wanted, Prices(price), before))

    def solve(
        self,
        prices: Mapping[str, float] = _AS_IT_IS,
        agents: Mapping[str, float] = _AS_IT_IS,
        minimum_hours: Mapping[str, float] = _AS_IT_IS,
        max_share: Mapping[str, float] = _AS_IT_IS,
    ) -> Answer:
        """Return the answer for pools changed from what they are, by name.

        Parameters
        ----------
        prices
            Another price per hour, or per contact where contacts are paid.
        agents
            A factor on the agents employed, of each day rounded to whole agents.
        minimum_hours
            Other hours billed at least in a week.
        max_share
            Another largest share. Where it is 1, none is stated: to limit it for the first time
            takes as long as the first solve.

        Raises
        ------
        ValueError
            Where a pool is unknown or a number is not one that a pool may have.
        """
        changes = {
            "prices": prices,
            "agents": agents,
            "minimum_hours": minimum_hours,
            "max_share": max_share,
        }
        for field, values in changes.items():
            _check(field, values, self._pools)
        by_pool = {
            name: tuple((f, values[name]) for f, values in changes.items() if name in values)
            for name in self._pools
        }
        return sum_of([answer for part in self._parts for answer in part.solve(by_pool)])


def _check(field: str, values: Mapping[str, float], pools: Collection[str]) -> None:
    for name, value in values.items():
        if name not in pools:
            message = f"{field} must be of one of the pools {', '.join(pools)}, got {name}"
            raise ValueError(message)
        if not (math.isfinite(value) and value >= 0):
            message = f"{field} of {name} must be a number >= 0, got {value}"
            raise ValueError(message)


def _changed(pool: Pool, change: Mapping[str, float]) -> Pool:
    if "prices" in change and pool.cost_per_contact is not None:
        pool = replace(pool, cost_per_contact=change["prices"])
    elif "prices" in change:
        pool = replace(pool, cost_per_hour=change["prices"])
    if "agents" in change:
        employed = np.rint(pool.agents * change["agents"]).astype(np.int64)
        pool = replace(pool, agents=employed)
    if "minimum_hours" in change:
        pool = replace(pool, minimum_hours_per_week=change["minimum_hours"])
    if "max_share" in change:
        pool = replace(pool, max_share=change["max_share"])
    return pool


def _changed_cover(cover: PoolCover, change: Mapping[str, float]) -> PoolCover:
    """Return a pool on the axis as changed: agents by name are so many times the same."""
    staff = cover.staff
    if staff is not None and "agents" in change:
        staff = replace(staff, size=change["agents"])
    return replace(cover, pool=_changed(cover.pool, change), staff=staff)


class _Part:
    """Pools and queues apart from the others: their weeks, kept, and the last answers."""

    def __init__(
        self,
        part: Component,
        known: Sequence[Window],
        wanted: Collection[int],
        prices: Prices,
        before: Callable[[Window], Before] | None,
    ) -> None:
        demand, covers = part.demand, part.covers
        self._covers = covers
        self._weeks = []
        relaxed = Relaxed(demand, covers)
        for number, window in enumerate(known[: max(wanted, default=-1) + 1]):
            if before is None:
                week = KeptWeek(window, demand, covers, relaxed.before(), prices)
                relaxed.take(week.week)
            elif number in wanted:
                week = KeptWeek(window, demand, covers, before(window), prices)
            if number in wanted:
                self._weeks.append(week)
        self._asked: tuple[_Change, ...] = ((),) * len(covers)
        self._answers = [answer_of(week.week) for week in self._weeks]

    def solve(self, changes: Mapping[str, _Change]) -> list[Answer]:
        """Return each week's answer; where nothing changed since the last, that."""
        asked = tuple(changes[cover.pool.name] for cover in self._covers)
        if asked != self._asked:
            covers = tuple(
                _changed_cover(cover, dict(change))
                for cover, change in zip(self._covers, asked, strict=True)
            )
            self._answers = [answer_of(week.ask(covers)) for week in self._weeks]
            self._asked = asked
        return self._answers

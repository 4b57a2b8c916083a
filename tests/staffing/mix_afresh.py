"""The mix solved afresh at every question: slow, and with nothing clever in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from staffing.allocation import dear_shortage
from staffing.coverage import cover_of
from staffing.pools import Pool
from staffing.solver import Status
from staffing.stated import state_week
from staffing.week import Before, Prices
from staffing.weekly import windows


@dataclass(frozen=True)
class Answer:
    cost: float
    missing_cost: float
    paid_hours: dict[str, float]
    contacts: dict[str, float]
    shortage_hours: float


class Afresh:
    """Stated as the program's rules state it, for pools that really have the prices asked."""

    def __init__(self, demand, pools, days, times, *, shortage_price=None):
        self.demand, self.pools, self.days, self.times = demand, tuple(pools), days, times
        usual = dear_shortage(self._covers(self.pools), demand)
        self.price = usual if shortage_price is None else shortage_price

    def solve(self, prices: Mapping[str, float] | None = None, agents=None):
        pools = [_changed(pool, prices or {}, agents or {}) for pool in self.pools]
        covers = self._covers(pools)
        spill = np.zeros((len(pools), len(self.times)))
        backlog = self.demand.waiting.copy()
        placed: list[Any] = [np.zeros(len(self.days)) for _ in pools]
        parts = []
        for window in windows(self.days, covers, len(self.times)):
            week = state_week(
                window, self.demand, covers, Before(spill, backlog, placed), Prices(self.price)
            )
            assert week.program.solve("interior") is Status.OPTIMAL
            parts.append(_answer(week, covers))
            first, last = window.weeks[0]
            for p, cover in enumerate(covers):
                heads = np.zeros((len(self.days), len(cover.shifts)))
                heads[first:last] = week.program.values(week.heads[p][: last - first])
                placed[p] += heads.sum(axis=1)
                spill[p] += cover.positions(heads)
            blocks = int(np.searchsorted(week.edges[:-1], window.keep))
            backlog = week.value_or_zero(week.waiting)[:, blocks - 1].copy()
        return Answer(
            sum(part.cost for part in parts),
            sum(part.missing_cost for part in parts),
            {pool.name: sum(part.paid_hours[pool.name] for part in parts) for pool in pools},
            {pool.name: sum(part.contacts[pool.name] for part in parts) for pool in pools},
            sum(part.shortage_hours for part in parts),
        )

    def _covers(self, pools):
        seen = (self.demand.queues, self.days, self.times, self.demand.interval_s)
        return tuple(cover_of(pool, *seen) for pool in pools)


def _changed(pool: Pool, prices, agents) -> Pool:
    if pool.name in prices and pool.cost_per_contact is None:
        pool = replace(pool, cost_per_hour=prices[pool.name])
    elif pool.name in prices:
        pool = replace(pool, cost_per_contact=prices[pool.name])
    employed = np.rint(pool.agents * agents.get(pool.name, 1.0)).astype(np.int64)
    return replace(pool, agents=employed)


def _answer(week, covers) -> Answer:
    window, demand = week.window, week.demand
    count = window.keep - window.start
    blocks = int(np.searchsorted(week.edges[:-1], window.keep))
    span = window.weeks[0]
    serve = week.value_or_zero(week.serve)[:, :, :count]
    work = week.value_or_zero(week.work)[:, :, :blocks]
    short = week.value_or_zero(week.short)[:, :, :count]
    missing = [week.short[:, :, :count]]
    missing += [
        part[:, :blocks] for part in (week.late, week.giving_up, week.given_up, week.waiting)
    ]
    numbers = np.concatenate([part.ravel() for part in missing])
    paid, contacts = {}, {}
    for p, cover in enumerate(covers):
        heads = week.value_or_zero(week.heads[p])[: span[1] - span[0]]
        paid[cover.pool.name] = float((heads @ [s.paid_hours for s in cover.shifts]).sum())
        contacts[cover.pool.name] = sum(
            cover.speeds[q]
            * float(
                serve[p, q] @ demand.contacts_per_position[q, window.start : window.keep]
                + work[p, q].sum() * demand.contacts_per_position[q, window.start]
            )
            for q in cover.queue_numbers
        )
    sunk = sum(cover.sunk_cost(span) for cover in covers)
    return Answer(
        week.program.objective - week.cost_ahead() + sunk,
        week.program.cost_of(numbers[numbers >= 0]),
        paid,
        contacts,
        float(short.sum()) * week.hours,
    )

"""How many hours on duty a position hour takes, as shifts cover a curve with some loss."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.demand import Demand
from staffing.pools import Pool
from staffing.solver import Program, Status
from staffing.whatif import WhatIf

FloatArray = npt.NDArray[np.float64]

#: So little of the need may be missing, priced as missing, where shifts are said to cover it.
TOLERATED = 0.01
#: Tenths of heads are told apart: demand and heads count so many times.
TIMES = 10
_MOST, _STEPS = 3.0, 6  # no loss is beyond three times; halvings, to 1 % where it is usual
_BASE = 1.5  # times those without loss: the week before lacks nobody
_DEAR = 20.0  # times the dearest price: worth any shift


def fewest_without_loss(need: FloatArray, pools: Sequence[Pool], queues: Sequence[str]) -> float:
    """Return by how much the pools' agents count if hours could be had at any time of the week.

    Parameters
    ----------
    need
        Position hours of the week that each queue needs, ``[Q]``.
    pools
        Pools with the agents of their first day; all counted alike.
    queues
        Names of the queues.

    Returns
    -------
    float
        The least factor on all agents that gives every queue its hours; 0 where none is needed.

    Examples
    --------
    Ten agents of 35 hours, 70 % of it on contacts, where twice that is needed:

    >>> pool = Pool("paris", "in_house", "Europe/Paris", {"phone": 1.0}, np.array([10]), ())
    >>> round(fewest_without_loss(np.array([490.0]), [pool], ["phone"]), 6)
    2.0
    """
    program = Program("week")
    factor = int(program.variables("agents", ["all"], cost=1.0)[0])
    serve = {
        (pool.name, q): int(program.variables("serve", [f"{pool.name}_{name}"])[0])
        for pool in pools
        for q, name in enumerate(queues)
        if name in pool.speed
    }
    for pool in pools:
        hours = float(pool.agents[0]) * hours_of(pool) * (1 - pool.shrinkage)
        used = [(v, 1.0) for (name, _), v in serve.items() if name == pool.name]
        program.at_most(f"supply {pool.name}", [*used, (factor, -hours)], 0.0)
    for q, queue in enumerate(queues):
        given = [(v, pool.speed[queue]) for pool in pools
                 if (v := serve.get((pool.name, q))) is not None]  # fmt: skip
        if given:
            program.at_least(f"need {queue}", given, float(need[q]))
    return program.objective if program.solve() is Status.OPTIMAL else 0.0


def hours_of(pool: Pool) -> float:
    """Return the contract hours a week of one of a pool's agents, on average."""
    own = pool.hours_a_week
    return float(own.mean()) if len(own) else pool.contract.hours_per_week


def shift_fit(
    demand: Demand,
    pools: Sequence[Pool],
    days: tuple[dt.date, ...],
    times: pd.DatetimeIndex,
    need: FloatArray,
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> float:
    """Return how many hours on duty a position hour takes in the second of three alike weeks.

    Parameters
    ----------
    demand
        What queues ask for in three weeks: the first only leads up to the second, and of the third
        a day is in view.
    pools
        Who can work, in the mix that is asked about; how many they are does not matter.
    days, times
        The weeks' days, and the intervals of ``demand``.
    need
        Position hours that each queue needs in the second week, ``[Q]``.
    tell
        Called with steps done and steps in all.

    Notes
    -----
    The least factor on all agents with which the relaxed week leaves next to nothing missing, over
    the least that would do if hours could be had at any time of the week: days off, shifts' lengths
    and starts, and breaks are what lies between. Overtime and minimums are left out of it.
    """
    names = [queue.name for queue in demand.queues]
    mix = [_plain(pool) for pool in pools]
    least = fewest_without_loss(need, mix, names)
    if least <= 0:
        return 1.0
    many = [replace(pool, agents=np.rint(TIMES * _BASE * least * pool.agents).astype(np.int64))
            for pool in mix]  # fmt: skip
    tell(0, _STEPS + 2)
    price = _DEAR * max(1.0, *(pool.dearest_price for pool in pools))
    asked = WhatIf(_times(demand), many, days, times, shortage_price=price, weeks=(1,))
    tell(1, _STEPS + 2)
    limit = TOLERATED * TIMES * float(need.sum()) * price + _missing(asked, many, _MOST)
    tell(2, _STEPS + 2)
    low, high = 1.0, _MOST
    for step in range(_STEPS):
        middle = (low + high) / 2 if step else 1.2
        enough = _missing(asked, many, middle) <= limit
        low, high = (low, middle) if enough else (middle, high)
        tell(3 + step, _STEPS + 2)
    return high


def _times(demand: Demand) -> Demand:
    """Return so many times the demand, without what waits at its start."""
    return replace(
        demand,
        positions=TIMES * demand.positions,
        load=TIMES * demand.load,
        contacts=TIMES * demand.contacts,
        not_due=TIMES * demand.not_due,
        unavoidable=TIMES * demand.unavoidable,
        ladders={},
    )


def _plain(pool: Pool) -> Pool:
    """Return a pool without overtime, minimums and names: heads as such."""
    contract = replace(pool.contract, overtime_hours_per_week=0.0, paid="scheduled",
                       hours_per_week=hours_of(pool))  # fmt: skip
    return replace(
        pool, contract=contract, people=(), names=(), pace=None, minimum_hours_per_week=0.0,
        tiers=(), notice_days=0, ordered_hours_per_week=0.0, max_share=1.0,
    )  # fmt: skip


def _missing(asked: WhatIf, pools: Sequence[Pool], factor: float) -> float:
    """Return the price of what is missing at so many times the heads without loss."""
    return asked.solve(agents={pool.name: factor / _BASE for pool in pools}).missing_cost

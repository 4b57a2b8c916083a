"""A week's program put together: its variables, then every rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from staffing import contract_rules, service_rules, serving_rules
from staffing.coverage import PoolCover
from staffing.demand import Demand
from staffing.solver import Program
from staffing.week import Before, Prices, WeekProgram, Window

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def state_week(
    window: Window,
    demand: Demand,
    covers: tuple[PoolCover, ...],
    before: Before,
    prices: Prices,
    program: Program | None = None,
    heads: Sequence[IntArray | None] | None = None,
) -> WeekProgram:
    """Return a week's program with all of its rules, see ``WeekProgram`` for what goes in."""
    week = WeekProgram(window, demand, covers, before, prices, program, heads)
    for p in range(len(covers)):
        serving_rules.capacity(week, p)
        serving_rules.spare_time(week, p)
        state_contract(week, p)
    for q, queue in enumerate(demand.queues):
        if queue.deferred:
            serving_rules.work_in_time(week, q)
        elif q in demand.ladders:
            service_rules.service_bought(week, q)
        else:
            serving_rules.need(week, q)
    return week


def state_contract(week: WeekProgram, p: int) -> None:
    """State what a pool's contract allows and bills: all that its price or headcount may change."""
    contract_rules.agents_a_day(week, p)
    contract_rules.times_of_agents(week, p)
    for span in week.window.weeks:
        contract_rules.days_a_week(week, p, span)
        contract_rules.hours_a_week(week, p, span)
        contract_rules.hours_ordered(week, p, span)
        contract_rules.minimum_billing(week, p, span)
        contract_rules.share_of_hours(week, p, span)
        contract_rules.volume_tiers(week, p, span)
    contract_rules.run_of_days(week, p)
    contract_rules.largest_share(week, p)

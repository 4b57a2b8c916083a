"""Heads that no tour can hold: the program plans others once it is told."""

import datetime as dt
from dataclasses import replace

import numpy as np

from staffing.allocation import allocate
from staffing.pools import Contract, ShiftRules
from staffing.roster import build_roster
from staffing.shifts import Shift
from staffing.spare import settle
from staffing.tightened import tightened
from tests.staffing.instances import SHORTAGE, centre, team

NIGHTLY = ShiftRules(6 * 60, 30 * 60, 480, (8.0,))  # 06:00, 14:00 and 22:00


def test_an_early_day_after_a_late_one_is_planned_elsewhere():
    """Two agents cannot do late and early shifts by turns: eight hours lie between."""
    contract = Contract(hours_per_week=56, days_off_per_week=0, weekly_rest_hours=0)
    asked = centre(
        team(agents=2, days=2, shifts=NIGHTLY, contract=contract), days=2, phone=1.0, mail=0.0
    )
    need = np.zeros_like(asked.demand.positions)
    local = asked.times.tz_convert("Europe/Paris")
    first = local[0].date()
    late = (local.date == first) & (local.hour >= 14) & (local.hour < 22)
    early = (local.date == first + dt.timedelta(days=1)) & (local.hour >= 6) & (local.hour < 14)
    need[0, late | early] = 1.4
    asked = replace(asked, demand=replace(asked.demand, positions=need))
    plan = asked.plan()
    roster = build_roster(plan)
    assert sum(left.heads for left in roster.unplaced) >= 1
    told = settle(plan, roster, asked.demand)
    pools = tightened(told, roster)
    (ceiling, *_) = pools[0].ceilings
    assert ceiling[2] == told.heads[0][ceiling[0], list(ceiling[1])].sum()
    again = allocate(asked.demand, pools, asked.days, asked.times, shortage_price=SHORTAGE)
    assert build_roster(again).unplaced == ()
    assert again.heads[0][ceiling[0], list(ceiling[1])].sum() <= ceiling[2]


def test_pools_without_heads_left_stay_as_they_are():
    asked = centre(team(agents=6))
    plan = asked.plan()
    roster = build_roster(plan)
    assert roster.unplaced == ()
    assert tightened(plan, roster) == plan.pools
    assert Shift(0, 60, (), 60) not in plan.shifts[0]

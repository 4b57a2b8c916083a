"""Shifts changed while they run: what a contract allows, what has begun stays, what it costs."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from staffing.crew import Duty
from staffing.moving import Desk
from staffing.pools import BreakRule, Contract, Pool, ShiftRules
from staffing.shifts import Shift, build_shifts

DAYS = tuple(dt.date(2027, 3, 1) + dt.timedelta(days=d) for d in range(7))  # a Monday first
TIMES = pd.date_range("2027-03-01", periods=7 * 48, freq="30min", tz="UTC")
RULES = ShiftRules(480, 1200, 60, (4.0, 7.0), (BreakRule(60, paid=False, after_hours=(3.0, 5.0)),))
SHIFTS = build_shifts(RULES)
LONG = Shift(480, 960, ((720, 780),), 420)
SHORT = Shift(480, 720, (), 240)


def pool(**contract):
    terms = {
        "paid": "scheduled",
        "overtime_hours_per_week": 5.0,
        "days_off_per_week": 2,
        **contract,
    }
    return Pool(
        "team", "in_house", "UTC", {"phone": 1.0}, np.full(7, 2, dtype=np.int64), ("Ada", "Bo"),
        cost_per_hour=40.0, shrinkage=0.2, contract=Contract(**terms), shifts=RULES,
    )  # fmt: skip


def desk(duties, at="2027-03-01T11:00Z", own=None, asked=(0,)):
    own = own or pool()
    made = [Duty("team", DAYS[d], shift, name) for d, name, shift in duties]
    return Desk(own, SHIFTS, DAYS, made, TIMES, 1800, pd.Timestamp(at), asked)


def options(found, kind):
    return [option for option in found.options if option.kind == kind]


def test_a_shift_on_duty_may_last_longer():
    found = options(desk([(0, "Ada", LONG)]), "overtime")
    assert [option.after.end_minute for option in found] == [1020, 1080, 1140]
    assert [option.paid_hours for option in found] == [1, 2, 3]
    assert found[0].change.sum() * 0.5 == pytest.approx(0.8)  # an hour of a head, 20 % away
    assert (found[0].begins.hour, found[0].ends.hour) == (16, 17)


def test_no_shift_lasts_beyond_the_pool_s_latest_end():
    late = Shift(720, 1200, ((960, 1020),), 420)
    assert not options(desk([(0, "Ada", late)]), "overtime")


def test_a_longer_shift_has_the_break_that_its_length_asks_for():
    found = options(desk([(0, "Ada", SHORT)]), "overtime")
    assert [option.after.paid_hours for option in found] == [5.0]


def test_a_shift_that_is_over_is_left_alone():
    assert not [o for o in desk([(0, "Ada", SHORT)], "2027-03-01T12:00Z").options if o.before]


def test_only_breaks_that_have_not_begun_are_moved():
    before = options(desk([(0, "Ada", LONG)]), "break")
    assert {option.after.breaks[0][0] for option in before} == {660, 780}
    assert not options(desk([(0, "Ada", LONG)], "2027-03-01T12:30Z"), "break")


def test_nothing_of_the_past_changes():
    now = 22  # 11:00
    for option in desk([(0, "Ada", LONG), (0, "Bo", SHORT)]).options:
        assert not option.change[:now].any(), option


def test_who_is_off_is_called_two_hours_ahead():
    found = desk([(0, "Ada", LONG)])
    called = options(found, "call")
    assert min(option.after.start_minute for option in called) == 780
    assert all(found.agents(option) == [1] for option in called)


def test_nobody_is_called_without_the_day_off_that_the_contract_gives():
    duties = [(d, "Bo", SHORT) for d in range(1, 6)]
    found = desk(duties)
    assert not any(1 in found.agents(option) for option in options(found, "call"))


def test_nobody_stays_longer_without_the_rest_before_the_next_shift():
    late, early = Shift(720, 1080, ((960, 1020),), 300), Shift(360, 600, (), 240)
    strict = pool(min_rest_hours=12.0)
    rules = replace(strict, shifts=replace(RULES, earliest_start=360))
    found = desk([(0, "Ada", late), (1, "Ada", early)], own=rules)
    assert not any(found.agents(option) for option in options(found, "overtime"))


def test_overtime_ends_where_the_contract_does():
    duties = [(d, "Ada", LONG) for d in range(5)]
    found = desk(duties, own=pool(overtime_hours_per_week=2.0))
    allowed = [o.paid_hours for o in options(found, "overtime") if found.agents(o)]
    assert allowed == [1, 2]


def test_who_has_least_overtime_is_asked_first():
    week = [(d, "Ada", LONG) for d in range(5)]
    found = desk([*week, (0, "Bo", LONG)])
    assert found.agents(options(found, "overtime")[0]) == [1, 0]


@pytest.mark.parametrize(
    ("days", "paid", "cost"),
    [(5, "scheduled", 50.0), (1, "scheduled", 40.0), (5, "contracted", 50.0),
     (1, "contracted", 0.0)],
)  # fmt: skip
def test_overtime_costs_its_factor_and_contracted_hours_nothing_more(days, paid, cost):
    found = desk([(d, "Ada", LONG) for d in range(days)], own=pool(paid=paid))
    assert found.money(options(found, "overtime")[0], 0) == pytest.approx(cost)


def test_who_goes_home_an_hour_early_saves_an_hour():
    found = desk([(0, "Ada", LONG)])
    option = next(o for o in options(found, "home") if o.paid_hours == -1)
    assert found.money(option, 0) == pytest.approx(-40)
    assert option.after.end_minute == 900


def test_a_change_taken_is_known_to_the_next_question():
    found = desk([(d, "Ada", LONG) for d in range(5)], own=pool(overtime_hours_per_week=2.0))
    option = options(found, "overtime")[1]
    found.take(option, 0)
    assert found.work[0, 0] == option.after
    assert not found.agents(option)

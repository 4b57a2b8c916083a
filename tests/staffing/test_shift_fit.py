"""What shifts lose on a curve, and what service a share of the positions needed gives."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from staffing.demand import build_demand
from staffing.pools import Contract, Pool, ShiftRules
from staffing.queues import Promise, Queue, Target
from staffing.service_by_ratio import service_by_ratio
from staffing.shift_fit import fewest_without_loss, shift_fit

HOURS, WEEK = 24, 7 * 24
DAYS = tuple(dt.date(2027, 3, 1) + dt.timedelta(days=n) for n in range(21))
TIMES = pd.date_range("2027-03-01", periods=3 * WEEK, freq="h", tz="UTC")
QUEUE = Queue("phone", Target(0.8, 20))


def pool(lengths, agents=10):
    contract = Contract(weekly_rest_hours=24, min_rest_hours=11)
    rules = ShiftRules(8 * 60, 16 * 60, 60, lengths)
    return Pool("own", "in_house", "UTC", {"phone": 1.0}, np.full(21, agents), (),
                cost_per_hour=30.0, contract=contract, shifts=rules)  # fmt: skip


def fit(day, weekdays, lengths):
    """Return the factor for positions by hour from 08:00 on, on so many days of each week."""
    hours = np.zeros(HOURS)
    hours[8 : 8 + len(day)] = day
    week = np.concatenate([hours if n < weekdays else 0 * hours for n in range(7)])
    positions = np.tile(week, 3)[None]
    asked = build_demand([QUEUE], positions, 10 * positions, positions > 0, 3600)
    return shift_fit(asked, [pool(lengths)], DAYS, TIMES, np.array([week.sum()]))


def test_shifts_that_fit_the_hours_lose_nothing():
    assert fit([5] * 7, 5, (7,)) <= 1.03


def test_a_peak_in_the_middle_of_long_shifts_loses_what_they_work_around_it():
    # Six hours of 2 and one of 6: the peak's six must be there for all seven.
    peak = fit([2, 2, 2, 6, 2, 2, 2], 5, (7,))
    assert peak == pytest.approx(6 * 7 / 18, rel=0.2)
    # Who comes for four hours only is there for the peak as well, but no head fewer.
    assert fit([2, 2, 2, 6, 2, 2, 2], 5, (4, 7)) == pytest.approx(peak)


def test_short_shifts_of_one_busy_day_lose_the_days_off():
    # Work on one day of the week only: a head of 35 hours a week gives it one shift.
    assert fit([5] * 7, 1, (7,)) >= 1.9


def test_without_loss_the_tightest_queue_decides():
    pools = [pool((7,))]
    need = np.array([10 * 35 * 0.7 * 1.5])
    assert fewest_without_loss(need, pools, ["phone"]) == pytest.approx(1.5)
    assert fewest_without_loss(0 * need, pools, ["phone"]) == 0


def test_service_rises_with_what_is_given_and_meets_the_promise_where_all_is():
    ones = np.ones(3)
    load = np.array([5.0, 10.0, 20.0])
    positions = np.array([8.0, 14.0, 25.0])
    curve = service_by_ratio(QUEUE, load * 20, 180 * ones, load, positions)
    assert (np.diff(curve.level) >= 0).all()
    assert curve.at(1.0) >= 0.8
    assert curve.at(0.5) < 0.3
    assert curve.at(0.0) == 0


def test_of_work_that_may_wait_the_share_is_what_is_done():
    curve = service_by_ratio(Queue("mail", Promise(8)), *(np.ones(2),) * 4)
    assert curve.at([0.4, 1.0, 1.3]).tolist() == [0.4, 1.0, 1.0]

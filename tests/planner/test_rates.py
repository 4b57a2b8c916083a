"""Other rates asked of a plan, what the next hour is worth, and what is billed and not worked."""

from dataclasses import replace

import numpy as np
import pytest

from planner.export.figures_worth import hour_worths, worth_chart
from planner.export.minimum_bill import minimum_sentence, minimum_table, terms_of
from planner.rates import Rates, at_these_rates
from planner.sourcing import as_planned
from staffing.worth import Limit, Worth
from tests.planner.test_sourcing import folder as folder
from tests.planner.test_sourcing import plan as plan

LILLE, TUNIS = "<i>lille", "=tunis"


@pytest.fixture(scope="module")
def rates(plan):
    return Rates(plan)


def test_todays_prices_change_nothing(plan, rates):
    same = rates.ask({LILLE: 26.0})
    assert same.money == pytest.approx(rates.today.money)
    assert rates.weeks == (plan.days[0],)


def test_today_is_a_bound_of_the_plan(plan, rates):
    assert rates.today.money + rates.today.missing_cost <= plan.allocation.cost * (1 + 1e-6)


def test_a_dearer_pool_gets_no_more_hours_and_costs_no_less(rates):
    bought = [rates.ask({LILLE: price}) for price in (10.0, 26.0, 200.0)]
    hours = [mix.paid_hours[LILLE] for mix in bought]
    costs = [mix.money + mix.missing_cost for mix in bought]
    assert hours[0] >= hours[1] >= hours[2]
    assert costs[0] <= costs[1] <= costs[2]
    assert costs[0] < costs[2]


def test_weeks_that_are_answered_are_told(rates):
    told = []
    rates.ask({LILLE: 27.0}, lambda *step: told.append(step))
    assert told == [("rates", 0, 1), ("rates", 1, 1)]


def test_a_pool_that_is_not_there_is_refused(rates):
    with pytest.raises(ValueError, match="prices must be of one of the pools own"):
        rates.ask({"nobody": 1.0})


def test_a_plan_left_as_it_is_pays_each_invoice_at_its_new_rate(plan):
    own, lille, tunis = (cost.cost for cost in plan.costs)
    asked = {LILLE: 13.0, TUNIS: 5.0}
    assert at_these_rates(plan, asked) == pytest.approx(own + lille / 2 + 2 * tunis)
    assert at_these_rates(plan, {}) == pytest.approx(own + lille + tunis)


def test_a_price_of_nothing_cannot_be_moved(plan):
    free = replace(plan, pools=(replace(plan.pools[0], cost_per_hour=0.0), *plan.pools[1:]))
    assert at_these_rates(free, {"own": 10.0}) is None


def _worth(plan, capacity, limits=()):
    need = np.zeros((len(plan.queues), len(plan.times)), dtype=np.float32)
    worth = Worth(100.0, need, capacity, need, capacity, limits)
    return replace(plan, allocation=replace(plan.allocation, worth=worth))


def test_an_hours_worth_is_its_positions_worth_less_shrinkage_by_local_hour(plan):
    capacity = np.zeros((3, len(plan.times)), dtype=np.float32)
    local = plan.times.tz_convert("Europe/Paris")
    capacity[1, (local.hour == 9) & (local.date == plan.days[2])] = 70.0
    known = _worth(plan, capacity)
    share = 1 - plan.pools[1].shrinkage
    found, mean = hour_worths(known, 2), hour_worths(known)
    assert found is not None
    assert mean is not None
    assert found[1, 9] == pytest.approx(70.0 * share * 3600 / plan.interval_s)
    assert np.count_nonzero(found) == 1
    assert mean[1, 9] == pytest.approx(found[1, 9] / len(plan.days))


def test_the_worth_of_an_hour_is_marked_where_it_saves_more_than_it_costs(plan):
    capacity = np.zeros((3, len(plan.times)), dtype=np.float32)
    local = plan.times.tz_convert("Europe/Paris")
    capacity[1, local.hour == 9] = 70.0
    capacity[0, local.hour == 10] = 10.0
    chart = worth_chart(_worth(plan, capacity), 2)
    assert chart is not None
    dots = chart.figure["data"][1]
    assert (dots["x"], dots["y"]) == ([9], ["&lt;i&gt;lille"])
    assert "in <i>lille from 09:00" in chart.says
    assert "<i>" not in str(chart.figure)


def test_a_plan_that_does_not_tell_has_no_picture(plan):
    mute = replace(plan, allocation=replace(plan.allocation, worth=None))
    assert worth_chart(mute) is None


def test_where_nothing_is_missing_an_hour_saves_nothing(plan):
    chart = worth_chart(_worth(plan, np.zeros((3, len(plan.times)), dtype=np.float32)))
    assert chart is not None
    assert "would save nothing" in chart.says


def test_a_minimum_is_told_with_what_an_hour_less_saves(plan):
    found = as_planned(_worth(plan, np.zeros((3, len(plan.times)), dtype=np.float32), (
        Limit("minimum", LILLE, "", plan.days[0], 7, 30.0, 30.0, 8.5),)))  # fmt: skip
    table = minimum_table(found)
    assert table is not None
    (row,) = table.rows
    assert row[:2] == (LILLE, "30 h a week")
    assert row[-1] == "8.50"
    spent = tuple(
        replace(one, minimum=90.0 if one.pool == LILLE else 0.0) for one in found.spending
    )
    found.spending = spent
    assert "90 are billed and not worked, all by <i>lille" in minimum_sentence(found)


def test_all_kinds_of_minimum_have_words(plan):
    pool = replace(plan.pools[1], minimum_hours_per_week=0.0, ordered_hours_per_week=40.0,
                   notice_days=14, committed_share_of_forecast=0.8)  # fmt: skip
    told = terms_of(pool).replace("\u202f", " ")
    assert told == "40 h a week ordered, for 14 days' notice; 80 % of the contacts planned"
    assert terms_of(plan.pools[0]) == ""

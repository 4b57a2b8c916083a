"""Capacity in weeks: by hand, by its laws, and what ends a search."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.capacity import GAP, capacity_program, plan_capacity
from tests.staffing.capacity_questions import question, team, vendor

PEAK = [20, 20, 20, 20, 40, 60, 60, 40, 20, 20]
TERMS = {"class_size": (1, 6), "speed": (0.0, 0.6), "cost_per_hire": 3.0}


def asked(**terms):
    return question(PEAK, [team(len(PEAK), hiring=TERMS | terms)], shortage_price=40)


def test_a_tiny_case_by_hand():
    # Two heads give 20 h; 40 are needed in week 2 only. Two more, a week in training before, cost
    # 2 * 10 * 2 a week for two weeks and 5 each: 90, against 20 h missing at 10: 200.
    plan = plan_capacity(
        question([20, 20, 40], [team(3, hiring={"speed": (0.0,), "cost_per_hire": 5.0})],
                 shortage_price=10)
    )  # fmt: skip
    assert plan.teams[0].hires.tolist() == [0, 2, 0]
    assert plan.money.tolist() == [40, 90, 80]
    assert plan.objective == pytest.approx(210)
    assert plan.gap == pytest.approx(0, abs=1e-9)
    # At 4 an hour missing, 80, nobody is worth it.
    cheap = plan_capacity(
        question([20, 20, 40], [team(3, hiring={"speed": (0.0,), "cost_per_hire": 5.0})],
                 shortage_price=4)
    )  # fmt: skip
    assert cheap.teams[0].hires.sum() == 0
    assert cheap.missing.sum() == pytest.approx(20)


def test_where_nobody_is_needed_nobody_is_hired():
    plan = plan_capacity(question([20] * 6, [team(6, hiring=TERMS)]))
    assert plan.teams[0].hires.sum() == 0
    assert plan.missing.sum() == 0
    assert plan.money.sum() == pytest.approx(6 * 40)


@settings(max_examples=8, deadline=None)
@given(st.floats(0, 0.03), st.floats(0, 0.03))
def test_more_leavers_never_make_it_cheaper_where_people_can_be_let_go(few, more):
    # Otherwise they can: who leaves need not be paid when work is over.
    least, most = (
        plan_capacity(asked(leave_a_week=share, release_notice_weeks=0))
        for share in (few, few + more)
    )
    assert most.bound >= least.bound - 1e-6
    assert most.objective >= least.objective * (1 - GAP) - 1e-6


def test_longer_training_never_makes_it_cheaper():
    costs, bounds = [], []
    for weeks in range(5):
        plan = plan_capacity(asked(speed=(0.0,) * weeks + (0.6,)))
        costs.append(plan.objective)
        bounds.append(plan.bound)
    assert bounds == sorted(bounds)
    assert all(after >= before * (1 - GAP) for before, after in itertools.pairwise(costs))


def test_fewer_rules_never_cost_more():
    plain = plan_capacity(asked()).objective
    assert plan_capacity(asked(class_size=(1, 50))).objective <= plain * (1 + GAP)
    assert plan_capacity(asked(every_weeks=4)).objective >= plain * (1 - GAP)
    assert plan_capacity(asked(release_notice_weeks=0)).objective <= plain * (1 + GAP)


def test_hiring_beats_nobody_hired_and_its_bound_holds():
    plan = plan_capacity(asked())
    assert plan.objective < plan_capacity(asked(), hire=False).objective
    assert plan.bound <= plan.objective + 1e-6
    assert plan.gap < 0.05
    money = plan.money.sum() + plan.missing.sum() * plan.question.shortage_price
    assert money == pytest.approx(plan.objective)


def test_one_more_place_is_worth_what_it_saves():
    need = [20, 20, 100, 100]
    terms = {"class_size": (1, 4), "every_weeks": 4, "speed": (0.0,)}
    plan = plan_capacity(question(need, [team(4, hiring=terms)], shortage_price=20))
    ((key, worth),) = plan.place_worth.items()
    assert key == ("paris", 1)
    wider = plan_capacity(
        question(need, [team(4, hiring=terms | {"class_size": (1, 5)})], shortage_price=20)
    )
    assert plan.objective - wider.objective == pytest.approx(worth)


def test_the_same_question_has_the_same_answer():
    first, second = plan_capacity(asked()), plan_capacity(asked())
    assert first.objective == second.objective
    assert first.teams[0].hires.tolist() == second.teams[0].hires.tolist()


def test_a_stop_keeps_an_answer():
    plan = plan_capacity(asked(), stop=lambda: True)
    assert plan.missing.shape == (1, len(PEAK))
    assert plan.money.sum() > 0


def test_a_vendor_takes_a_short_peak_where_a_hire_is_dearer():
    need = [20] * 4 + [40] + [20] * 4
    plan = plan_capacity(question(need, [team(9, hiring=TERMS)], [vendor(9, price=3.0)]))
    assert plan.teams[0].hires.sum() == 0
    assert plan.vendors[0].ordered == pytest.approx(np.array(need) - 20)


def test_the_program_can_be_read(tmp_path):
    weeks = capacity_program(question([20, 30], [team(2)], [vendor(2)]))
    weeks.program.write(tmp_path / "weeks.lp")
    text = (tmp_path / "weeks.lp").read_text()
    for name in ("hires_paris_week_001", "ordered_lyon_week_000", "need_queue_0_week_001"):
        assert name in text


def test_twelve_pools_and_two_years_are_solved_near_the_best():
    rng = np.random.default_rng(1)
    weeks, pools = 104, 6
    season = 1 + 0.4 * np.sin(2 * np.pi * np.arange(weeks) / 52)
    need = np.array([300 * season * rng.uniform(0.9, 1.1, weeks) for _ in range(pools)])
    terms = {
        "class_size": (4, 12),
        "every_weeks": 2,
        "lead_weeks": 6,
        "speed": (0.0, 0.0, 0.6, 0.8),
        "leave_a_week": 0.006,
        "cost_per_hire": 40.0,
    }
    teams = [
        replace(team(weeks, 28.0, name=f"team-{p}", queues=(p, (p + 1) % pools), hiring=terms),
                overtime_hours=1.0)
        for p in range(pools)
    ]  # fmt: skip
    plan = plan_capacity(question(need, teams, shortage_price=30), nodes=20)
    assert plan.gap < 0.03

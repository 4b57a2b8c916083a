"""Each rule of the program in weeks, by what it forbids."""

import numpy as np
import pytest

from staffing.capacity import capacity_program, plan_capacity
from staffing.solver import SolverError
from tests.staffing.capacity_questions import HOURS, question, team, vendor


def hires(plan, number=0):
    return plan.teams[number].hires.tolist()


def test_heads_in_the_program_are_those_of_the_walk():
    terms = {"speed": (0.0, 0.5), "leave_a_week": 0.02, "leave_a_week_at_first": 0.1,
             "release_notice_weeks": 1, "min_weeks": 3}  # fmt: skip
    need = [20, 20, 60, 60, 60, 5, 5, 5]
    asked = question(need, [team(8, hiring=terms)], shortage_price=500)
    weeks = capacity_program(asked)
    weeks.program.solve("whole", gap=1e-6)
    mine = weeks.teams["paris"]
    plan = plan_capacity(asked)
    there = plan.teams[0].walk
    assert there.released.sum() > 0
    assert weeks.program.values(mine.heads) == pytest.approx(there.heads, abs=1e-5)
    assert weeks.program.values(mine.working) == pytest.approx(there.on_contacts, abs=1e-5)


def test_class_size_a_class_is_within_its_sizes_or_not_held():
    small = question([20, 30, 30], [team(3, hiring={"class_size": (4, 6)})])
    assert hires(plan_capacity(small)) == [0, 4, 0]
    large = question([20, 120, 120], [team(3, hiring={"class_size": (4, 6)})])
    plan = plan_capacity(large)
    assert max(hires(plan)) == 6
    assert plan.missing.sum() == 0
    assert all(size == 0 or 4 <= size <= 6 for size in hires(plan))


def test_class_spacing_one_class_in_so_many_weeks():
    terms = {"class_size": (1, 2), "every_weeks": 3}
    plan = plan_capacity(question([20, 100, 100, 100, 100], [team(5, hiring=terms)]))
    held = np.flatnonzero(hires(plan))
    assert len(held) == 2
    assert np.diff(held).min() >= 3


def test_lead_weeks_no_class_before_them():
    plan = plan_capacity(question([90, 90, 90, 90], [team(4, hiring={"lead_weeks": 2})]))
    assert hires(plan) == [0, 0, 7, 0]
    assert plan.missing.sum() == pytest.approx(140)


def test_seats_no_more_heads_than_these():
    plan = plan_capacity(question([90, 90], [team(2, hiring={"most_heads": 4})]))
    assert plan.teams[0].walk.heads.max() == 4
    there_already = plan_capacity(question([90, 90], [team(2, 6.0, hiring={"most_heads": 4})]))
    assert there_already.teams[0].walk.heads.tolist() == [6, 6]


def test_release_only_where_it_is_allowed_and_after_its_notice():
    need = [50, 20, 20, 20, 20]
    kept = plan_capacity(question(need, [team(5, 5.0)]))
    assert kept.teams[0].walk.heads.tolist() == [5] * 5
    let = {"release_notice_weeks": 2, "release_cost": 5.0}
    gone = plan_capacity(question(need, [team(5, 5.0, hiring=let)]))
    assert gone.teams[0].walk.heads == pytest.approx([5, 5, 5, 2, 2])
    assert gone.teams[0].hiring_cost.sum() == pytest.approx(15)


def test_min_weeks_who_joins_is_kept_so_long():
    terms = {"release_notice_weeks": 0, "min_weeks": 3}
    plan = plan_capacity(question([20, 40, 20, 20, 20, 20], [team(6, hiring=terms)]))
    assert plan.teams[0].walk.heads == pytest.approx([2, 4, 4, 4, 4, 2], abs=1e-5) or (
        plan.teams[0].walk.heads == pytest.approx([2, 4, 2, 2, 2, 2], abs=1e-5)
    )


def test_overtime_at_most_its_hours_for_each_head_on_contacts():
    plan = plan_capacity(question([30, 30], [team(2, overtime_hours=3.0)]), hire=False)
    assert plan.teams[0].overtime == pytest.approx([6, 6])
    assert plan.missing.sum() == pytest.approx(8)
    assert plan.teams[0].overtime_cost.sum() == pytest.approx(2 * 6 * 2.0 * 1.25)


def test_supply_the_productive_share_less_the_loss_in_shifts():
    own = team(1, productive=np.array([0.7]))
    plan = plan_capacity(question([20], [own], fit=1.25), hire=False)
    assert plan.missing.sum() == pytest.approx(20 - 2 * HOURS * 0.7 / 1.25)


def test_need_a_slow_team_gives_less_and_shared_queues_go_to_whoever_serves_them():
    slow = plan_capacity(question([20], [team(1, speed=0.8)]), hire=False)
    assert slow.missing.sum() == pytest.approx(4)
    both = [team(1, name="phone", queues=(0,)), team(1, name="all", queues=(0, 1))]
    shared = plan_capacity(question([[25], [15]], both), hire=False)
    assert shared.missing.sum() == pytest.approx(0)
    assert shared.serve["all", 1].sum() == pytest.approx(15)


def test_scheduled_hours_cost_only_when_worked():
    plan = plan_capacity(question([5], [team(1, contracted=False)]), hire=False)
    assert plan.money.sum() == pytest.approx(10)
    assert plan_capacity(question([5], [team(1)]), hire=False).money.sum() == pytest.approx(40)


def test_billed_a_minimum_is_billed_though_not_used():
    plan = plan_capacity(question([5], [], [vendor(1, minimum=20.0)]))
    assert plan.vendors[0].ordered.sum() == pytest.approx(5)
    assert plan.vendors[0].billed.sum() == pytest.approx(20)


def test_notice_the_first_weeks_are_ordered_already():
    plan = plan_capacity(question([30] * 4, [], [vendor(4, notice_weeks=2, ordered=10.0)]))
    assert plan.vendors[0].ordered == pytest.approx([10, 10, 30, 30])


def test_ramp_the_order_rises_no_faster():
    plan = plan_capacity(question([10, 50, 50, 50], [], [vendor(4, ramp=15.0)]))
    ordered = plan.vendors[0].ordered
    assert np.diff(ordered).max() <= 15 + 1e-6
    assert ordered[-1] == pytest.approx(50)


def test_commitment_a_raise_holds_for_its_weeks():
    need = [10, 40, 10, 10, 10, 10]
    free = plan_capacity(question(need, [], [vendor(6)]))
    assert free.vendors[0].ordered == pytest.approx(need)
    held = plan_capacity(question(need, [], [vendor(6, minimum_weeks=3)]))
    # Thirty from the first week on are a raise as well; ten more for one week would be held too.
    assert held.vendors[0].ordered == pytest.approx([30, 40, 40, 10, 10, 10])


def test_share_of_contacts_and_of_hours():
    by_contacts = plan_capacity(question([40], [], [vendor(1, max_share=0.25)]))
    assert by_contacts.missing.sum() == pytest.approx(30)
    own = team(1, 3.0)
    by_hours = plan_capacity(
        question([60], [own], [vendor(1, max_share_of_hours=0.25)]), hire=False
    )
    assert by_hours.vendors[0].ordered.sum() == pytest.approx(10)


def test_contacts_paid_one_by_one():
    plan = plan_capacity(question([10], [], [vendor(1, price=0.0, contact_price=0.5)]))
    assert plan.money.sum() == pytest.approx(10 * 12 * 0.5)


def test_terms_that_contradict_each_other_are_told():
    shy = vendor(2, notice_weeks=1, ordered=90.0, max_share=0.1)
    plan = plan_capacity(question([10, 10], [], [shy]))
    assert plan.vendors[0].ordered[0] == pytest.approx(90)
    with pytest.raises(SolverError, match="terms"):
        plan_capacity(
            question([10, 10], [], [vendor(2, minimum_weeks=2, ramp=-5.0, notice_weeks=1)])
        )

"""What the allocation benchmark asks, and whether its recheck catches what is wrong."""

import doctest
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks import (
    allocation_cover,
    allocation_joint,
    allocation_judged,
    allocation_plain,
    allocation_run,
    allocation_scaling,
    allocation_slider,
    allocation_today,
    allocation_weeks,
)
from benchmarks.allocation_apart import apart
from benchmarks.allocation_centres import (
    Question,
    doubled,
    load_question,
    over,
    some_days,
    some_markets,
    times_as_large,
)
from benchmarks.allocation_recheck import recheck
from benchmarks.allocation_weeks import (
    DAY,
    FULL,
    GROUPS,
    PART,
    VENDOR_A,
    VENDOR_B,
    WEEK,
    WeekInstance,
    load_week,
    week_patterns,
)
from staffing.allocation import allocate
from staffing.pools import BreakRule, Contract, Pool, ShiftRules
from staffing.queues import Promise, Queue, Target
from staffing.requirement import required_positions
from staffing.shifts import build_shifts

PATTERNS = week_patterns()
HOUR = 3600


def week(need, full=1, part=1, minimum_hours=0.0):
    return WeekInstance("small", np.asarray(need), full, part, minimum_hours, PATTERNS)


def small_week():
    """Two positions from 09:00 to 15:00 on two days, nothing else."""
    need = np.zeros((7, DAY), dtype=np.int64)
    need[:2, 36:60] = 2
    return week(need.ravel(), minimum_hours=8.0)


@pytest.fixture(scope="module")
def solved():
    instance = small_week()
    return instance, allocation_plain.solve_week(instance, gap=0.0, seconds=30.0)


@pytest.mark.parametrize("module", [allocation_weeks, allocation_today, allocation_scaling])
def test_examples_in_docstrings(module):
    assert doctest.testmod(module).failed == 0


def test_a_week_is_loaded_as_its_file_says(tmp_path):
    file = tmp_path / "other.csv"
    file.write_text("interval,positions\n" + "".join(f"{i},{i % 7}\n" for i in range(WEEK)))
    found = load_week(file, 5, 3, 20.0)
    assert found.name == "other"
    assert found.need.tolist() == [i % 7 for i in range(WEEK)]
    assert (found.full, found.part, found.minimum_hours) == (5, 3, 20.0)
    assert found.small[:7].tolist() == [0, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("text", ["", "interval,positions\n0,1\n", "a,b\n0,1\n"])
def test_another_file_is_refused(tmp_path, text):
    file = tmp_path / "other.csv"
    file.write_text(text)
    with pytest.raises(ValueError, match="interval,positions"):
        load_week(file, 5, 3, 20.0)


def test_shifts_late_on_sunday_end_on_monday():
    late = PATTERNS.covers[(PATTERNS.day == 6) & (PATTERNS.length == 2)]
    assert late[:, :28].any()
    assert not PATTERNS.covers[PATTERNS.day == 1][:, :DAY].any()


def test_a_small_week_is_solved_and_agrees_when_counted_again(solved):
    instance, found = solved
    again = recheck(instance, found.heads, found.cost)
    assert again.faults == ()
    assert found.bound <= found.cost + 1e-6
    assert again.hours[FULL] == 5 * 7.5


def changed(heads, group, pattern, by):
    other = heads.copy()
    other[group, pattern] += by
    return other


def test_a_corrupted_answer_is_caught(solved):
    instance, found = solved
    full, part = np.flatnonzero(found.heads[FULL])[0], np.flatnonzero(PATTERNS.length == 0)[0]
    wrong = {
        "at least 0": changed(found.heads, VENDOR_A, part, -99),
        "of a length": changed(found.heads, FULL, part, 1),
        "part works 9 heads a day": changed(0 * found.heads, PART, part, 9),
        "full works 4 shifts a week of 5": changed(found.heads, FULL, full, -1),
        "vendor_b delivers": changed(found.heads, VENDOR_B, full, 40),
        "said to cost": changed(found.heads, VENDOR_A, full, 5),
    }
    for words, heads in wrong.items():
        told = "; ".join(recheck(instance, heads, found.cost).faults)
        assert words in told, told


def test_what_is_missing_costs_twice_beyond_a_twentieth_rounded_up():
    need = np.zeros(WEEK, dtype=np.int64)
    need[40] = 30
    nobody = np.zeros((len(GROUPS), len(PATTERNS.day)), dtype=np.int64)
    found = recheck(week(need, full=0, part=0), nobody, 0.0)
    assert found.cost == pytest.approx(0.25 * (45 * 2 + 90 * 28))
    assert found.short_hours == pytest.approx(7.5)


def test_minimum_hours_are_billed_whoever_works():
    nobody = np.zeros((len(GROUPS), len(PATTERNS.day)), dtype=np.int64)
    found = recheck(week(np.zeros(WEEK, dtype=np.int64), 0, 0, 100.0), nobody, 2600.0)
    assert found.faults == ()


def test_a_day_is_covered_at_the_least_cost():
    need = np.zeros(DAY, dtype=np.int64)
    need[36:52] = 3  # 09:00 to 13:00: three short shifts
    assert allocation_cover.cover_day("day", need, small_week()) == (3 * 176, 3 * 176)


def centre(days=8):
    """Two markets, each with a phone and e-mail, a team each and a vendor for both; from Monday."""
    names = ("fr-phone", "fr-email", "it-phone", "it-email")
    queues = tuple(
        Queue(n, Target(0.8, 20), 120.0) if "phone" in n else Queue(n, Promise(4, clock="open"))
        for n in names
    )
    shifts = ShiftRules(8 * 60, 20 * 60, 240, (4.0, 7.0), (BreakRule(60, False, (3.0, 3.0)),))
    agents = np.full(days, 8)

    def pool(name, served, price, paid, minimum=0.0):
        return Pool(
            name, "vendor", "UTC", dict.fromkeys(served, 1.0), agents, ("a",) * 8, price,
            contract=Contract(paid=paid, overtime_hours_per_week=4.0), shifts=shifts,
            minimum_hours_per_week=minimum,
        )  # fmt: skip

    times = pd.date_range("2027-02-01", periods=24 * days, freq="h", tz="UTC")
    hour, day = np.tile(np.arange(24), (4, days)), np.tile(np.arange(24 * days) // 24, (4, 1))
    is_open = (hour >= 8) & (hour < 20)
    contacts = np.where(is_open, np.array([[20.0], [10.0], [12.0], [6.0]]), 0.0)
    return Question(
        queues=queues,
        pools=(
            pool("paris", names[:2], 40.0, "contracted"),
            pool("rome", names[2:], 38.0, "contracted"),
            pool("vendor", names, 25.0, "scheduled", 35.0),
        ),
        days=tuple(d.date() for d in pd.date_range("2027-02-01", periods=days)),
        times=times,
        interval_s=HOUR,
        shortage_price=200.0,
        contacts=contacts,
        aht_s=np.full(contacts.shape, 300.0),
        is_open=is_open,
        day=day,
    )


def planned(question):
    return allocation_run.planned(question, question.demand())


def test_a_question_is_kept_and_read_again(tmp_path):
    found = load_question(centre().save(tmp_path / "q.pkl"))
    assert (found.contacts == centre().contacts).all()
    (tmp_path / "other.pkl").write_bytes(pickle.dumps(3))
    with pytest.raises(TypeError, match="must hold a question"):
        load_question(tmp_path / "other.pkl")


def test_some_days_are_those_of_each_queues_own_clock():
    question = centre()
    late = np.roll(question.day, 1, axis=1)
    late[:, 0] = -1
    french = np.array([True, True, False, False])[:, None]
    found = some_days(replace(question, day=np.where(french, question.day, late)), 6, 8)
    assert len(found.times) == 48
    assert found.days == question.days[6:]
    assert found.pools[0].agents.shape == (2,)
    assert found.day[2, 0] == -1
    assert found.contacts.sum() == pytest.approx(2 / 8 * question.contacts.sum())


def test_ten_times_the_centre_is_ten_times_each_number():
    found = times_as_large(centre(), 10)
    assert found.contacts.sum() == pytest.approx(10 * centre().contacts.sum())
    assert [pool.agents.max() for pool in found.pools] == [80, 80, 80]
    assert found.pools[2].minimum_hours_per_week == 350.0


def test_some_markets_keep_their_share_of_a_desk_and_twice_is_twice():
    found = some_markets(centre(), ["it"])
    assert [queue.name for queue in found.queues] == ["it-phone", "it-email"]
    assert [(pool.name, pool.agents[0]) for pool in found.pools] == [("rome", 8), ("vendor", 4)]
    both = doubled(found)
    assert [queue.name for queue in both.queues[2:]] == ["x-it-phone", "x-it-email"]
    assert both.contacts.shape[0] == 4
    assert set(both.pools[3].speed) == {"x-it-phone", "x-it-email"}


def test_all_weeks_at_once_cost_no_more_than_one_after_the_other():
    question = centre()
    demand = question.demand()
    plan = allocate(demand, question.pools, question.days, question.times, shortage_price=200.0)
    found = allocation_joint.joint(question, demand)
    bound = allocation_joint.bound_of(found)
    cost = allocation_joint.cost_of(found, plan.heads)
    assert bound <= cost
    assert cost + found.sunk <= plan.cost * (1 + 1e-6)
    assert cost + found.sunk == pytest.approx(plan.cost, rel=0.01)
    fewer = allocation_joint.cost_of(found, [0 * heads for heads in plan.heads])
    assert fewer > cost


def test_written_work_is_bound_more_by_the_interval_than_by_the_hour():
    question = replace(centre(2), interval_s=HOUR // 4)
    demand = question.demand()
    hour, fine = (allocation_joint.joint(question, demand, fine=one) for one in (False, True))
    assert (hour.week.block, fine.week.block) == (4, 1)
    nobody = [np.zeros(heads.shape, dtype=np.int64) for heads in fine.week.heads]
    assert allocation_joint.cost_of(fine, nobody) > 0.0
    assert allocation_joint.bound_of(hour) <= allocation_joint.cost_of(hour, nobody)


def test_today_has_erlang_c_in_every_interval_and_nothing_waits():
    question = over(centre(), "day")
    demand = allocation_today.planned_today(question)
    wanted = required_positions(20.0, 300.0, HOUR, Target(0.8, 20))[0].item()
    assert set(demand.positions[0, question.is_open[0]]) == {float(wanted)}
    assert not any(queue.deferred for queue in demand.queues)
    assert demand.load.sum() == 0


@pytest.mark.parametrize("as_they_come", [True, False])
def test_today_does_all_written_work_by_its_promise(as_they_come):
    question = centre()
    demand = allocation_today.planned_today(question, as_they_come=as_they_come)
    ours = question.demand()
    done, came = demand.positions[1].cumsum(), ours.load[1].cumsum()
    assert done[-1] == pytest.approx(came[-1])
    assert (done <= came + 1e-9).all()
    assert (done >= came - ours.not_due[1] - 1e-9).all()
    assert (demand.positions[1, ~question.is_open[1]] == 0).all()


def test_a_bill_is_what_contracts_and_minimums_say():
    question = centre(7)
    nobody = [np.zeros((7, len(build_shifts(pool.shifts))), np.int64) for pool in question.pools]
    found = allocation_judged.bill(question, nobody)
    assert found.total == pytest.approx(8 * 35 * (40 + 38) + 35 * 25)
    assert (found.scheduled, found.hours) == (0.0, 0.0)


def test_a_simulated_plan_serves_the_more_the_more_agents():
    question = centre(7)
    plan = planned(question)
    phones = np.array([not queue.deferred for queue in question.queues])
    served = [
        allocation_judged.simulated(question, one, 20, shared=True)
        for one in (plan, replace(plan, capacity=0.6 * plan.capacity, serve=0.6 * plan.serve))
    ]
    assert served[0].share(phones) > served[1].share(phones)


def test_a_day_is_missed_only_beyond_chance():
    queues = centre().queues[:1]
    for error, met in ((0.04, True), (0.01, False)):
        came, in_time = np.array([[100.0]]), np.array([[75.0]])
        found = allocation_judged.Service(came, in_time, np.array([[error]]), 0.0)
        assert found.met(queues).item() is met


@pytest.mark.slow
def test_a_step_apart_tells_its_answer_and_its_memory(tmp_path):
    asked = centre(7).save(tmp_path / "q.pkl")
    found = apart("benchmarks.allocation_run", {"question": str(asked)})
    assert found.answer["gap"] >= 0
    assert found.peak_mib > 10
    with pytest.raises(RuntimeError, match="ended with status 1"):
        apart("benchmarks.allocation_run", {"question": str(tmp_path / "absent.pkl")})


def test_a_slider_moves_one_pool_at_a_time():
    moves = [change for _, change in allocation_slider.changes(centre(), quick=False)]
    assert {name for change in moves for name in change} == {"prices", "agents"}
    assert all(len(one) == 1 for change in moves for one in change.values())

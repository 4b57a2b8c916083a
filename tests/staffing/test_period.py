"""Service promised over the day or week: as few positions as any choice, and kept."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.curves import inflections, service_curves
from staffing.erlang import service
from staffing.fewest import Question
from staffing.period import BUSIEST
from staffing.queues import Promise, Queue, Target
from staffing.requirement import BOUND_BY, over_period, required_positions, requirement

STEP_S = 900
NONE, SERVICE_LEVEL, OCCUPANCY = 0, 1, 2
CENTRES = [  # target, patience, concurrency
    (Target(0.8, 20, over="day"), math.inf, 1),
    (Target(0.8, 20, over="day"), 180.0, 1),
    (Target(0.95, 10, over="week"), 60.0, 1),
    (Target(0.8, 60, over="day"), math.inf, 2),
    (Target(0.8, 60, over="day"), 120.0, 3),
    (Target(0.7, 20, over="day", max_occupancy=0.85, minimum=2), 180.0, 1),
    (Target(0.8, 20, over="day", max_abandonment=0.05, max_asa_s=30), 180.0, 1),
]


def levels(positions, contacts, aht_s, target, patience_s, concurrency):
    """Return the service level of each interval."""
    slots = np.asarray(positions) * concurrency
    within = target.answer_within_s
    return service(slots, contacts, aht_s, STEP_S, within, patience_s).service_level


def lowest(contacts, aht_s, target, patience_s, concurrency):
    """Return the floor of one interval, found by trying every number of positions."""
    load = contacts * aht_s / STEP_S
    n = np.arange(1, math.ceil(load / concurrency) + 40)
    got = service(n * concurrency, contacts, aht_s, STEP_S, target.answer_within_s, patience_s)
    good = n >= max(target.minimum, 1)
    if math.isinf(patience_s):
        good &= n * concurrency > load
    if target.max_occupancy is not None:
        good &= got.occupancy <= target.max_occupancy + 1e-9
    if target.max_abandonment is not None:
        good &= got.abandonment <= target.max_abandonment + 1e-9
    if target.max_asa_s is not None:
        good &= got.asa_s <= target.max_asa_s + 1e-9
    alone = n[good & (got.service_level >= target.service_level - 1e-9)][0]
    calm = load / (n * concurrency) <= BUSIEST + 1e-12
    bent = n >= n[np.diff(got.service_level).argmax()]
    begin = n[(bent & (calm | math.isfinite(patience_s))) | (n >= alone)][0]
    return max(int(n[good][0]), int(begin))


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("seed", range(6))
def test_as_few_as_the_best_of_all_combinations(centre, seed):
    target, patience, concurrency = centre
    rng = np.random.default_rng(seed)
    contacts = np.exp(rng.uniform(np.log(0.5), np.log(40), 4))
    aht_s = rng.choice([200.0, 320.0], 4)
    found, _ = required_positions(
        contacts, aht_s, STEP_S, target, patience, concurrency, period=np.zeros(4, int)
    )
    floor = [lowest(c, a, *centre) for c, a in zip(contacts, aht_s, strict=True)]
    most = found.sum() - np.sum(floor) + np.array(floor)  # no single one can be higher
    tables = [
        contacts[i] * levels(np.arange(floor[i], most[i] + 1), contacts[i], aht_s[i], *centre)
        for i in range(4)
    ]
    assert (found >= floor).all()
    promised = target.service_level * contacts.sum() - 1e-7
    assert contacts @ levels(found, contacts, aht_s, *centre) >= promised
    steps = range(len(tables[0]))
    better = max(
        sum(table[n] for table, n in zip(tables, taken, strict=True))
        for taken in itertools.product(steps, repeat=4)
        if sum(taken) == max(found.sum() - sum(floor) - 1, 0)
    )
    assert found.sum() == sum(floor) or better < promised


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(CENTRES),
    st.floats(0.2, 0.98),
    st.floats(0.5, 300.0),
)
def test_laws_of_a_target_over_a_period(seed, centre, share, size):
    target, patience, concurrency = centre
    target = Target(share, target.answer_within_s, target.over, target.max_occupancy,
                    target.max_abandonment, target.max_asa_s, target.minimum)  # fmt: skip
    rng = np.random.default_rng(seed)
    contacts = rng.poisson(0.9, 30) * np.exp(rng.normal(np.log(size), 0.8, 30))
    aht_s = rng.choice([150.0, 300.0, 301.5], 30)
    day = rng.integers(-1, 3, 30)
    given_ = (contacts, aht_s, STEP_S, target, patience, concurrency)
    alone, why_alone = required_positions(*given_)
    found, why = required_positions(*given_, period=day)
    outside = day < 0
    assert (found[outside] == alone[outside]).all()
    assert (why[outside] == why_alone[outside]).all()
    assert (found[contacts == 0] == 0).all()
    assert (found[contacts > 0] >= 1).all()
    level = levels(found, contacts, aht_s, target, patience, concurrency)
    fewer = levels(np.maximum(found - 1, 0), contacts, aht_s, target, patience, concurrency)
    for number in range(3):
        those = day == number
        promised = share * contacts[those].sum() - 1e-6
        assert found[those].sum() <= alone[those].sum()
        served = contacts[those] @ level[those]
        assert served >= promised
        raised = those & (why == SERVICE_LEVEL)
        without = served - contacts[raised] * (level - fewer)[raised]
        floor = [lowest(c, a, target, patience, concurrency)
                 for c, a in zip(contacts[raised], aht_s[raised], strict=True)]  # fmt: skip
        assert ((without < promised + 2e-6) | (found[raised] == floor)).all()


def test_per_interval_minimums_that_meet_the_target_are_all_it_takes():
    target = Target(0.6, 60, over="day", max_occupancy=0.6)
    contacts, aht_s = np.array([5.0, 30.0, 80.0]), 300.0
    found, why = required_positions(contacts, aht_s, STEP_S, target, 180.0, period=np.zeros(3, int))
    others = Target(None, max_occupancy=0.6)
    assert found.tolist() == required_positions(contacts, aht_s, STEP_S, others, 180.0)[0].tolist()
    assert [BOUND_BY[i] for i in why] == ["occupancy"] * 3


def test_the_minimum_and_the_occupancy_are_named_where_they_set_the_number():
    target = Target(0.8, 20, over="day", max_occupancy=0.85, minimum=4)
    contacts = np.array([0.5, 40.0, 500.0, 0.0])
    day = np.array([0, 0, 1, 0])
    _, why = required_positions(contacts, 300.0, STEP_S, target, 180.0, period=day)
    assert [BOUND_BY[i] for i in why] == ["minimum", "service_level", "occupancy", "none"]


def test_intervals_that_gain_alike_are_raised_in_the_order_of_time():
    target = Target(0.8, 20, over="day")
    found, _ = required_positions(
        np.full(20, 30.0), 300.0, STEP_S, target, 180.0, period=np.zeros(20, int)
    )
    assert set(np.diff(found)) == {-1, 0}


def test_curves_are_those_of_erlang_and_concave_from_the_inflection():
    rng = np.random.default_rng(3)
    for target, patience, concurrency in CENTRES:
        load, aht_s = np.exp(rng.uniform(-2, 6, 40)), rng.uniform(60, 600, 40)
        question = Question(target, patience, concurrency)
        first = inflections(question, load, aht_s, question.carries(load))
        top = first + rng.integers(0, 30, 40)
        curves = service_curves(question, load, aht_s, first, top)
        for k in range(40):
            n = np.arange(first[k], top[k] + 1)
            contacts = load[k] * STEP_S / aht_s[k]
            level = levels(n, contacts, aht_s[k], target, patience, concurrency)
            assert curves.level[k, : n.size] == pytest.approx(level, abs=1e-12)
            assert (np.diff(curves.level[k, n.size - 1 :]) == 0).all()
        hull = curves.level[:, :1] + np.cumsum(curves.gain, axis=1)
        assert hull == pytest.approx(curves.level[:, 1:], abs=1e-9)


def test_a_thousand_erlangs_begin_where_the_gains_begin_to_fall():
    question = Question(Target(0.8, 20, over="day"), 180.0, 1)
    (found,) = inflections(question, np.array([1000.0]), np.array([300.0]), np.array([1]))
    n = np.arange(1, 1200)
    gain = np.diff(service(n, 1000.0, 300.0, 300.0, 20.0, 180.0).service_level)
    assert found == n[gain.argmax()] == 896


def test_only_queues_that_promise_over_a_period_are_changed_by_it():
    times = pd.date_range("2027-02-01", periods=48, freq="15min", tz="UTC")
    queues = [
        Queue("day", Target(0.8, 20, over="day")),
        Queue("interval", Target(0.8, 20)),
        Queue("email", Promise(4.0)),
        Queue("asa", Target(None, over="day", max_asa_s=20)),
    ]
    contacts = np.tile(10 + 8 * np.sin(np.arange(48) / 8), (4, 1))
    aht_s = np.full((4, 48), 300.0)
    period = np.zeros((4, 48), np.int64)
    assert [over_period(queue.target) for queue in queues] == [True, False, False, False]
    together = requirement(queues, times, contacts, aht_s, STEP_S, period)
    alone = requirement(queues, times, contacts, aht_s, STEP_S, np.full((4, 48), -1))
    assert (together.positions[1:] == alone.positions[1:]).all()
    assert together.positions[0].sum() < alone.positions[0].sum()
    with pytest.raises(ValueError, match=r"period must be given.*: day"):
        requirement(queues, times, contacts, aht_s, STEP_S)
    with pytest.raises(ValueError, match=r"period must be \[4, 48\] .*, got \[4, 2\]"):
        requirement(queues, times, contacts, aht_s, STEP_S, period[:, :2])

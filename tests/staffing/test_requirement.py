"""The fewest positions: enough, not one too many, and bound by what is said."""

import itertools
import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.erlang import service
from staffing.queues import Promise, Queue, Target
from staffing.requirement import BOUND_BY, required_positions, requirement

NONE, SERVICE_LEVEL, OCCUPANCY, ABANDONMENT, ASA, DEADLINE, MINIMUM = range(7)
TARGETS = [
    (Target(0.8, 20), math.inf, 1),
    (Target(0.8, 20), 180.0, 1),
    (Target(0.8, 20, max_occupancy=0.85, max_abandonment=0.03, max_asa_s=15), 180.0, 1),
    (Target(None, max_asa_s=10, max_occupancy=0.9), math.inf, 1),
    (Target(0.9, 60), 90.0, 3),
    (Target(0.8, 60, max_occupancy=0.8), math.inf, 2),
    (Target(None, max_occupancy=1.0), math.inf, 1),
    (Target(None), math.inf, 1),
    (Target(None), 100.0, 1),
]


def kept(n, contacts, aht, target, patience, concurrency):
    """Return whether n positions keep every promise, up to rounding."""
    slots = n * concurrency
    got = service(slots, contacts, aht, 900, target.answer_within_s, patience)
    load = contacts * aht / 900
    good = slots > load if math.isinf(patience) else np.ones(n.shape, bool)
    if target.service_level is not None:
        good &= got.service_level >= target.service_level - 1e-8
    if target.max_occupancy is not None:
        good &= got.occupancy <= target.max_occupancy + 1e-8
    if target.max_abandonment is not None:
        good &= got.abandonment <= target.max_abandonment + 1e-8
    if target.max_asa_s is not None:
        good &= got.asa_s <= target.max_asa_s + 1e-8
    if target == Target(None):
        good &= slots >= load
    return good


@pytest.mark.parametrize(("target", "patience", "concurrency"), TARGETS)
@pytest.mark.parametrize("aht", ["one", "few", "each its own", "three intervals"])
def test_enough_and_not_one_too_many(target, patience, concurrency, aht):
    rng = np.random.default_rng(7)
    size = 3 if aht == "three intervals" else 12_000
    handling = np.full(size, 300.0)
    if aht == "few":
        handling = rng.choice([200.0, 300.0, 410.0], size)
    elif aht != "one":
        handling = rng.uniform(200, 500, size)
    contacts = np.exp(rng.uniform(np.log(0.05), np.log(200), size)) * 900 / handling
    n, _ = required_positions(contacts, handling, 900, target, patience, concurrency)
    arguments = (contacts, handling, target, patience, concurrency)
    assert kept(n, *arguments).all()
    assert not kept(n - 1, *arguments)[n > 1].any()
    assert (n >= 1).all()


@pytest.mark.parametrize(("target", "patience", "concurrency"), TARGETS)
def test_same_answer_alone_and_among_many(target, patience, concurrency):
    """A table, a guess from tables and a search from nothing are three ways to one number."""
    contacts = np.repeat(np.linspace(0.5, 300, 40), 60)
    many = required_positions(contacts, 280.0, 900, target, patience, concurrency)
    own = np.full(contacts.size, 280.0) + np.arange(contacts.size) % 60 * 1e-9
    for i in range(0, contacts.size, 240):
        alone = required_positions(contacts[i], 280.0, 900, target, patience, concurrency)
        assert (alone[0], alone[1]) == (many[0][i], many[1][i])
    differing = required_positions(contacts, own, 900, target, patience, concurrency)
    assert (differing[0] == many[0]).mean() > 0.999


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.01, 400), st.floats(10, 2000), st.floats(0.05, 0.99), st.floats(0, 300),
    st.sampled_from([20.0, 180.0, math.inf]),
)  # fmt: skip
def test_one_interval(contacts, aht, level, within, patience):
    target = Target(level, within)
    n, bound_by = required_positions(contacts, aht, 900, target, patience)
    got = service([n - 1, n], contacts, aht, 900, within, patience).service_level
    assert got[0] < level <= got[1] + 1e-8
    assert bound_by == SERVICE_LEVEL


def test_what_bound_it():
    def bound(contacts, target, patience=math.inf):
        n, why = required_positions(contacts, 300, 1800, target, patience)
        return int(n), BOUND_BY[why]

    assert bound(1000, Target(0.8, 20)) == (176, "service_level")
    assert bound(1000, Target(0.8, 20, max_occupancy=0.85)) == (197, "occupancy")
    assert bound(1000, Target(None, max_abandonment=0.02), 180)[1] == "abandonment"
    assert bound(1000, Target(None, max_asa_s=5))[1] == "asa"
    assert bound(1, Target(0.8, 20, minimum=4)) == (4, "minimum")
    assert bound(0, Target(0.8, 20, minimum=4)) == (0, "none")
    assert bound(60, Target(None)) == (11, "none")
    assert bound(60, Target(None), 180) == (10, "none")
    assert bound(60, Target(None, max_occupancy=0.5)) == (20, "occupancy")


def test_slots_need_more_than_agents_divided():
    """Erlang C at the same AHT divided by the concurrency under-staffs where waits matter."""
    target = Target(0.8, 60)
    slots, _ = required_positions(60, 420, 900, target, concurrency=2)
    divided = required_positions(60, 420, 900, target)[0] / 2
    assert slots >= divided
    assert service(2 * slots, 60, 420, 900, 60).service_level >= 0.8
    assert service(2 * (slots - 1), 60, 420, 900, 60).service_level < 0.8


def test_great_numbers():
    n, _ = required_positions([600_000.0], 300, 1800, Target(0.8, 20))
    got = service([n[0] - 1, n[0]], 600_000, 300, 1800, 20).service_level
    assert got[0] < 0.8 <= got[1]


def test_unknown_numbers_are_refused():
    with pytest.raises(ValueError, match=r"contacts must be finite .* got nan and 0 more"):
        required_positions([1.0, math.nan], 300, 900, Target())
    with pytest.raises(ValueError, match=r"aht_s must be finite .* got nan and 1 more"):
        required_positions([1.0, 1.0], math.nan, 900, Target())
    with pytest.raises(ValueError, match=r"service_level must be .* got 80.0; max_occupancy must"):
        required_positions(1.0, 300, 900, Target(80.0, max_occupancy=0.0))
    assert required_positions(0.0, math.nan, 900, Target())[0] == 0
    assert required_positions(np.zeros((2, 0)), 300, 900, Target())[0].shape == (2, 0)
    assert required_positions(5.0, 0.0, 900, Target())[0] == 1


def test_requirement_of_queues():
    times = pd.date_range("2027-02-01 09:00", periods=3, freq="15min", tz="UTC")
    queues = [
        Queue("phone", Target(0.8, 20), patience_s=180),
        Queue("chat", Target(0.8, 60), concurrency=2),
        Queue("email", Promise(max_occupancy=0.8)),
    ]
    contacts = np.array([[50.0, 0.0, 500.0], [20.0, 0.0, 10.0], [8.0, 0.0, 2.0]])
    aht = np.full((3, 3), 360.0)
    need = requirement(queues, times, contacts, aht, 900)
    assert need.queues == ("phone", "chat", "email")
    assert need.load[:, 0].tolist() == [20.0, 4.0, 3.2]
    assert need.positions[2].tolist() == pytest.approx([4.0, 0.0, 1.0])
    assert need.bound_by[2].tolist() == [DEADLINE, NONE, DEADLINE]
    assert (need.positions[:, 1] == 0).all()
    assert (need.positions[:2] == np.floor(need.positions[:2])).all()
    with pytest.raises(ValueError, match=r"must be \[3, 3\] \(queues, times\), got \[2, 3\]"):
        requirement(queues, times, contacts[:2], aht, 900)


def test_fast_enough_for_a_year_of_quarter_hours_of_many_queues():
    """Loose limits for slow machines; it measured 0.1 to 2 s on two cores."""
    rng = np.random.default_rng(0)
    load = np.exp(rng.normal(np.log(30), 0.8, 300_000))
    own = rng.uniform(200, 500, load.size)
    limits = itertools.product([(np.full(load.size, 300.0), 2.0), (own, 8.0)], [math.inf, 180.0])
    for (aht, limit), patience in limits:
        start = time.perf_counter()
        required_positions(load * 900 / aht, aht, 900, Target(0.8, 20), patience)
        assert time.perf_counter() - start < limit


@pytest.mark.parametrize("contacts", [1e5, 1e7])
@pytest.mark.parametrize("patience_s", [math.inf, 60.0])
def test_a_promise_far_from_the_load_is_found(contacts, patience_s):
    target = Target(0.8, 20, max_occupancy=1e-3)
    positions, bound_by = required_positions(contacts, 900, 900, target, patience_s)
    assert positions == pytest.approx(contacts / 1e-3, rel=1e-5)
    assert bound_by == OCCUPANCY


@pytest.mark.parametrize(
    ("contacts", "cap"), [(1e12, None), (1e300, None), (1e9, 1e-4), (1e300, 1e-300)]
)
def test_more_positions_than_can_be_told_apart_are_refused(contacts, cap):
    with pytest.raises(ValueError, match="must come to at most 100,000,000,000 erlangs, got"):
        required_positions([1.0, contacts], 900, 900, Target(0.8, 20, max_occupancy=cap))

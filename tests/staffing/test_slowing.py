"""Agents who slow down with each contact open: formulas, chain and projection, laws and witnesses.

The witnesses share no code with the formulas: the balanced chain added up agent by agent, and the
chain of every agent's own level, where contacts stay with their agent, solved as linear equations.
"""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from staffing.carryover import carry
from staffing.chain import State, advance, stationary
from staffing.erlang import Service, service
from staffing.fluid import Rates, fluid
from staffing.lines import Lines, stacked
from staffing.projection import project
from staffing.queues import Promise, Queue, Target
from staffing.requirement import required_positions, requirement
from staffing.simulation import Team, simulate
from staffing.slowing import Slowing

AHT = 420.0

agents = st.integers(1, 60)
limits = st.integers(2, 5)
ratios = st.floats(0.05, 1.4)
patiences = st.sampled_from([math.inf, 30.0, 240.0, 5000.0])
shares = st.floats(0.0, 1.0)


def time_alone(limit, share):
    """Return a time alone between the two bounds: as slow as possible at 0, no slowing at 1."""
    return AHT / limit + share * (AHT - AHT / limit)


def serve(n, limit, alone, load, patience=math.inf, within=60.0):
    how = Slowing.of(limit, AHT, alone)
    slots = np.asarray(n, float) * limit
    return service(slots, load / AHT, AHT, 1.0, within, patience, slowing=how)


def per_agent(limit, alone):
    """Return contacts finished per AHT by one agent with 0, 1, .. limit open, by the definition."""
    times = [alone + (AHT - alone) * j / (limit - 1) for j in range(limit)]
    return [0.0, *(j * AHT / times[j - 1] for j in range(1, limit + 1))]


def balanced(n, limit, alone, load, leaving=0.0, longest=4000):
    """Return the probabilities of 0, 1, 2 .. contacts, work added up agent by agent."""
    work = per_agent(limit, alone)
    log_share, here = [0.0], 0.0
    for k in range(1, n * limit + longest):
        done = n * float(limit)
        if k < n * limit:
            done = sum(work[k // n + (agent < k % n)] for agent in range(n))
        here += math.log(load / (done + leaving * max(k - n * limit, 0)))
        log_share.append(here)
    share = np.exp(np.array(log_share) - max(log_share))
    return share / share.sum()


def own_levels(n, limit, alone, load):
    """Return the share blocked when contacts stay with their agent: every agent's own level."""
    work = per_agent(limit, alone)
    states = list(itertools.combinations_with_replacement(range(limit + 1), n))
    place = {state: i for i, state in enumerate(states)}
    rate = np.zeros((len(states), len(states)))
    for state, i in place.items():
        if state[0] < limit:  # sorted: the first has the fewest open
            rate[i, place[tuple(sorted((state[0] + 1, *state[1:])))]] += load
        for agent, level in enumerate(state):
            if level:
                after = (*state[:agent], level - 1, *state[agent + 1 :])
                rate[i, place[tuple(sorted(after))]] += work[level]
    equations = (rate - np.diag(rate.sum(axis=1))).T
    equations[-1] = 1.0
    right = np.zeros(len(states))
    right[-1] = 1.0
    return np.linalg.solve(equations, right)[place[(limit,) * n]]


@settings(max_examples=60, deadline=None)
@given(agents, limits, shares, ratios, patiences)
def test_it_is_the_chain_added_up_agent_by_agent(n, limit, share, ratio, patience):
    slots, alone = n * limit, time_alone(limit, share)
    load = ratio * slots if math.isfinite(patience) else min(ratio, 0.97) * slots
    got = serve(n, limit, alone, load, patience)
    states = balanced(n, limit, alone, load, AHT / patience)
    waiting = np.maximum(np.arange(states.size) - slots, 0.0) @ states
    assert got.wait_probability == pytest.approx(states[slots:].sum(), rel=1e-9, abs=1e-300)
    assert got.queue_length == pytest.approx(waiting, rel=1e-8, abs=1e-300)
    left = waiting * AHT / patience / load
    assert got.abandonment == pytest.approx(left, rel=1e-8, abs=1e-300)
    assert got.occupancy == pytest.approx((1.0 - left) * load / slots, rel=1e-9)


def test_long_climbs_start_where_it_does_not_matter():
    for n, limit, alone, load in [(600, 3, 300, 1770.0), (600, 3, 300, 1200.0),
                                  (800, 2, 210, 1580.0), (400, 4, 106, 1598.0)]:  # fmt: skip
        states = balanced(n, limit, alone, load, 0.0, 40_000)
        waits = serve(n, limit, alone, load).wait_probability
        assert waits == pytest.approx(states[n * limit :].sum(), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(("n", "limit", "alone"), [(2, 3, 300), (5, 3, 300), (6, 2, 300)])
@pytest.mark.parametrize("ratio", [0.5, 0.7, 0.85, 0.93])
def test_contacts_that_stay_with_their_agent_change_little(n, limit, alone, ratio):
    """The formulas keep levels next to each other, which flatters: by less than 1.5 points."""
    slots, load = n * limit, ratio * n * limit
    blocked = own_levels(n, limit, alone, load)
    wait = blocked / (1.0 - ratio * (1.0 - blocked))
    level = 1.0 - wait * math.exp(-(slots - load) * 20.0 / AHT)
    ours = float(serve(n, limit, alone, load, within=20.0).service_level)
    without = float(serve(n, limit, None, load, within=20.0).service_level)
    assert level - 1e-9 <= ours <= level + 0.015
    assert abs(ours - level) < 0.25 * (level - without)


@settings(deadline=None)
@given(agents, limits, ratios, patiences, st.sampled_from([AHT, 1e9]))
def test_no_slowing_is_what_it_was(n, limit, ratio, patience, alone):
    load = ratio * n * limit
    same, plain = (serve(n, limit, one, load, patience) for one in (alone, None))
    for name in Service.__slots__:
        assert getattr(same, name) == getattr(plain, name)
    one, slowing = (Slowing(np.array([c]), np.array([1.0])) for c in (1.0, float(limit)))
    busy = np.linspace(0, 2.0 * n * limit, 50)
    for how in (one, slowing):
        done = how.done(busy, np.full(50, float(n * limit)))
        assert done == pytest.approx(np.minimum(busy, n * limit), rel=1e-12)


@settings(deadline=None)
@given(st.floats(0.05, 60), limits, shares, ratios, patiences)
def test_it_lies_between_always_slow_and_never_slow(n, limit, share, ratio, patience):
    alone, load = time_alone(limit, share), ratio * n * limit
    got = serve(n, limit, alone, load, patience)
    slow = serve(n, limit, None, load, patience)
    quick = service(n * limit, load / AHT, alone, 1.0, 60.0, patience)
    assert got.wait_probability <= slow.wait_probability * (1 + 1e-9)
    assert got.abandonment <= slow.abandonment * (1 + 1e-9) + 1e-12
    assert got.service_level >= slow.service_level - 1e-9
    assert got.service_level <= quick.service_level + 1e-9


@settings(deadline=None)
@given(st.floats(0.02, 60), limits, shares, st.floats(0.02, 200), patiences)
def test_one_more_agent_never_hurts(n, limit, share, load, patience):
    got = serve([n, n + 1], limit, time_alone(limit, share), load, patience)
    # where customers hang up, one more agent also keeps more of them: occupancy may rise then
    busy = ("occupancy",) if patience == math.inf else ()
    for name in ("wait_probability", "abandonment", "queue_length", "asa_s", *busy):
        fewer, more = getattr(got, name)
        assert more <= fewer * (1 + 1e-9) + 1e-12, name
    assert got.service_level[1] >= got.service_level[0] - 1e-11


@settings(deadline=None)
@given(st.floats(1, 40), limits, shares, ratios, patiences)
def test_fractions_of_agents_lie_between_their_neighbours(n, limit, share, ratio, patience):
    tried = [math.floor(n), n, math.floor(n) + 1]
    got = serve(tried, limit, time_alone(limit, share), ratio * n * limit, patience)
    low, middle, high = got.wait_probability
    assert low * (1 + 1e-9) >= middle >= high * (1 - 1e-9)


def test_wild_numbers_are_numbers():
    some = [0.0, 1e-9, 0.3, 1.0, 30.5, 1e5, 1e9, 1e12]
    ways = [(limit, alone) for limit in (1, 2, 40) for alone in (1.0, 200.0, 1e9)]
    for (limit, alone), patience in itertools.product(ways, [math.inf, 0.0, 180.0, 1e9]):
        n, load = (v.ravel() for v in np.meshgrid(some, some))
        got = serve(n, limit, alone, load, patience)
        for name in Service.__slots__:
            values = getattr(got, name)
            assert not np.isnan(values).any(), name
            assert (values >= 0.0).all(), name


@settings(max_examples=40, deadline=None)
@given(limits, shares, st.floats(1, 400), st.sampled_from([math.inf, 240.0]))
def test_positions_lie_between_those_of_the_two_times(limit, share, contacts, patience):
    alone, target = time_alone(limit, share), Target(0.9, 20)
    need = int(required_positions(contacts, AHT, 900, target, patience, limit, alone)[0])
    without = int(required_positions(contacts, AHT, 900, target, patience, limit)[0])
    quick = int(required_positions(contacts, alone, 900, target, patience, limit)[0])
    assert quick <= need <= without
    load = contacts * AHT / 900
    kept = serve([need - 1, need], limit, alone, load, patience, 20.0).service_level
    if patience is math.inf and need - 1 <= load / limit:
        kept[0] = 0.0
    assert kept[1] >= 0.9 - 1e-8
    assert kept[0] < 0.9 + 1e-8


@pytest.mark.parametrize("patience", [math.inf, 240.0])
def test_tables_and_single_questions_agree(patience):
    rng = np.random.default_rng(3)
    contacts = rng.uniform(0.5, 120, 6000)
    target = Target(0.85, 30, max_occupancy=0.9)
    for aht in (np.full(6000, AHT), rng.uniform(280, 500, 6000)):
        many = required_positions(contacts, aht, 900, target, patience, 3, 300)[0]
        for i in range(0, 6000, 400):
            one = required_positions(contacts[i], aht[i], 900, target, patience, 3, 300)[0]
            assert many[i] == one


def test_the_queue_carries_its_slowing_to_the_positions():
    times = pd.date_range("2027-02-01 09:00", periods=40, freq="15min", tz="UTC")
    contacts, aht = np.arange(10.0, 50.0)[None], np.full((1, 40), AHT)
    target = Target(0.9, 20)
    slow, plain = (
        requirement([Queue("chat", target, 240, 3, alone)], times, contacts, aht, 900)
        for alone in (250.0, None)
    )
    alone = required_positions(contacts, aht, 900, target, 240, 3, 250.0)[0]
    assert slow.positions.tolist() == alone.tolist()
    assert (slow.positions <= plain.positions).all()
    assert (slow.positions < plain.positions).any()
    assert slow.load.tolist() == plain.load.tolist()


def test_a_time_alone_of_nothing_is_refused():
    with pytest.raises(ValueError, match="aht_alone_s must be above 0, got 0"):
        required_positions(10, AHT, 900, Target(), concurrency=2, aht_alone_s=0)


def rates(n, limit, alone, load, patience):
    row = np.ones(1)
    leaving = row / patience
    how = Slowing.of([float(limit)], [AHT], alone)
    return Rates(row * load / AHT, row / AHT, leaving, row * n * limit, slowing=how)


@pytest.mark.parametrize("patience", [math.inf, 240.0])
@pytest.mark.parametrize(("n", "limit", "alone"), [(4, 3, 300), (9.5, 2, 210), (15, 4, 200)])
@pytest.mark.parametrize("ratio", [0.1, 0.6, 0.9])
def test_the_chain_settles_where_the_formula_says(n, limit, alone, ratio, patience):
    slots = n * limit
    here = rates(n, limit, alone, ratio * slots, patience)
    steady = stationary(here)
    (piece,) = advance(State(np.zeros(1, np.int64), np.zeros(1), np.ones(1)), here, 40_000.0)
    want = serve(n, limit, alone, ratio * slots, patience)
    for state, error in ((steady, 1e-6), (piece.end, 0.01)):
        waiting = state.mass @ np.maximum(state.customers - slots, 0.0)
        done = state.mass @ here.done(state.customers[None])[0]
        assert waiting == pytest.approx(float(want.queue_length), rel=error, abs=1e-4)
        assert done / slots == pytest.approx(float(want.occupancy), abs=max(error / 10, 1e-6))


def test_a_coarse_lattice_of_many_slots_settles_too():
    here = rates(200, 3, 250, 585.0, 240.0)
    state = stationary(here)
    want = serve(200, 3, 250, 585.0, 240.0)
    assert np.diff(state.customers).min() > 1
    waiting = state.mass @ np.maximum(state.customers - 600, 0.0)
    assert waiting == pytest.approx(float(want.queue_length), rel=0.03)


@pytest.mark.parametrize(
    ("start", "load", "patience"),
    [(0.0, 14.0, math.inf), (0.0, 8.0, 240.0), (40.0, 2.0, 240.0), (40.0, 9.0, math.inf),
     (15.0, 30.0, 100.0), (15.0, 0.0, math.inf), (7.0, 7.0, math.inf), (5.0, 15.0, math.inf)],
)  # fmt: skip
def test_the_fluid_solves_its_equation(start, load, patience):
    here = rates(5, 3, 220, load, patience)

    def drift(_, number):
        work = np.interp(number, [0, 5, 10, 15], 5 * np.array(per_agent(3, 220)))
        return load / AHT - work / AHT - np.maximum(number - 15, 0) / patience

    for seconds in (60.0, 900.0, 9000.0):
        exact = solve_ivp(drift, (0, seconds), [start], rtol=1e-9, atol=1e-9, max_step=5.0)
        got = fluid(np.array([start]), here, seconds)
        assert got[0] == pytest.approx(exact.y[0, -1], abs=1e-4)


def chat_lines(contacts, n, limit, alone, patience):
    row = np.atleast_2d(np.asarray(contacts, float))
    aht = np.full(row.shape, AHT)
    how = Slowing.of(np.full(row.shape, float(limit)), aht, alone)
    slots = np.broadcast_to(np.asarray(n, float) * limit, row.shape).copy()
    one = np.ones(row.shape[0])
    return Lines(row, aht, slots, row >= 0, 20.0 * one, patience * one, 900, how)


@pytest.mark.parametrize("patience", [math.inf, 240.0])
def test_a_queue_carried_over_settles_where_the_formula_says(patience):
    """Two hours of overload, then a quiet day: followed in time, then steady."""
    contacts = np.concatenate([np.full(8, 40.0), np.full(80, 22.0)])
    got = carry(chat_lines(contacts, 5, 3, 300, patience))
    want = serve(5, 3, 300, 22.0 * AHT / 900, patience, 20.0)
    assert got.followed[0, 7]
    assert got.service_level[0, 7] < want.service_level
    assert got.service_level[0, -1] == pytest.approx(float(want.service_level), abs=1e-3)
    assert got.occupancy[0, -1] == pytest.approx(float(want.occupancy), abs=1e-3)


def test_slowing_only_helps_and_leaves_other_queues_alone():
    rng = np.random.default_rng(5)
    contacts = 24 * rng.uniform(0.7, 1.5, 48)
    plain, slow = (chat_lines(contacts, 5, 3, alone, 240) for alone in (None, 300))
    both = carry(stacked([plain, slow]))
    assert both.service_level[0] == pytest.approx(carry(plain).service_level[0], abs=1e-12)
    assert (both.service_level[1] >= both.service_level[0] - 1e-6).all()
    assert both.followed.any()
    assert both.service_level[1].mean() > both.service_level[0].mean() + 0.02


def test_a_projection_knows_the_slowing_of_each_queue():
    times = pd.date_range("2027-02-01 08:00", periods=4, freq="15min", tz="UTC")
    queues = (
        Queue("slow", Target(0.8, 20), concurrency=3, aht_alone_s=300),
        Queue("plain", Target(0.8, 20), concurrency=3),
        Queue("phone", Target(0.8, 20)),
    )
    shape = (3, 4)
    contacts, positions = np.full(shape, 22.0), np.full(shape, 5.0)
    positions[2] = 15.0
    got = project(
        queues, times, contacts, np.full(shape, AHT), positions, 900, is_open=contacts > 0
    )
    assert got.service_level[1] == pytest.approx(got.service_level[2], abs=1e-12)
    assert (got.service_level[0] > got.service_level[1] + 0.003).all()


def test_the_simulation_sees_the_same_slowing():
    """Chats that stay with their agent, event by event: within 1.5 points and its error."""
    intervals, replications = 96, 40
    row = np.ones((1, intervals))
    queue = Queue("chat", Target(0.8, 20), 240.0, 3, 300.0)
    seen = simulate(
        [queue], 22.0 * row, AHT * row, [Team(5.0 * row[0], {0: 1.0})], 900, is_open=row > 0,
        rng=np.random.default_rng(8), replications=replications,
    )  # fmt: skip
    days = seen.in_time[:, 0, 8:].sum(axis=1) / seen.contacts[:, 0, 8:].sum(axis=1)
    error = days.std(ddof=1) / math.sqrt(replications)
    want = serve(5, 3, 300, 22.0 * AHT / 900, 240.0, 20.0).service_level
    without = serve(5, 3, None, 22.0 * AHT / 900, 240.0, 20.0).service_level
    assert -0.015 - 4 * error <= days.mean() - want <= 4 * error
    assert days.mean() > without + 8 * error


def test_messages_that_may_wait_are_worked_off_several_at_a_time():
    """Three at once of 420 s each, in 9 places all of the time: 19.3 in a quarter hour."""
    times = pd.date_range("2027-02-01 08:00", periods=4, freq="15min", tz="UTC")
    queue = Queue("messages", Promise(2.0), concurrency=3)
    contacts, row = np.array([[100.0, 0, 0, 0]]), np.full((1, 4), AHT)
    positions = np.full(4, 3.0)
    got = project([queue], times, contacts, row, positions[None], 900, is_open=row > 0)
    finished = np.diff(100.0 - got.backlog[0], prepend=0.0)
    assert finished[1:] == pytest.approx(np.full(3, 9 * 900 / AHT))
    assert got.occupancy[0, 1:] == pytest.approx(np.ones(3))
    seen = simulate(
        [queue], contacts, row, [Team(positions, {0: 1.0}, {0: positions})], 900, is_open=row > 0,
        rng=np.random.default_rng(1), replications=100,
    )  # fmt: skip
    left = seen.backlog[:, 0, -1]
    assert left.mean() == pytest.approx(got.backlog[0, -1], abs=4 * left.std() / 10 + 1.0)


@pytest.mark.parametrize("patience", [math.inf, 240.0])
def test_a_share_over_the_day_counts_the_slowing_too(patience):
    contacts = np.array([4.0, 9, 20, 38, 41, 30, 17, 8])
    target, day = Target(0.85, 30, over="day"), np.zeros(8, np.int64)
    need, without = (
        required_positions(contacts, AHT, 900, target, patience, 3, alone, period=day)[0]
        for alone in (250.0, None)
    )
    assert need.sum() < without.sum()

    def whole(positions):
        got = service(
            positions * 3, contacts, AHT, 900, 30, patience, slowing=Slowing.of(3, AHT, 250.0)
        )
        return (got.service_level * contacts).sum() / contacts.sum()

    assert whole(need) >= 0.85 - 1e-8
    spared = [whole(need - (np.arange(8) == i)) for i in np.flatnonzero(need > 1)]
    assert min(spared) < 0.85

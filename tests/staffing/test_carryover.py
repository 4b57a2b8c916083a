"""Queues answered at once: against uniformisation, a simulation, and the laws."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from staffing import chain
from staffing.carryover import carry
from staffing.chain import State, advance, stationary
from staffing.erlang import service
from staffing.fluid import Rates, fluid
from staffing.lines import Lines
from staffing.virtual_wait import answered_in_time


def lines(contacts, slots, aht_s=300.0, patience_s=np.inf, within_s=20.0, is_open=None):
    contacts = np.atleast_2d(np.asarray(contacts, float))
    slots = np.broadcast_to(np.asarray(slots, float), contacts.shape).copy()
    opened = np.ones(contacts.shape, bool) if is_open is None else np.atleast_2d(is_open)
    row = np.ones(contacts.shape[0])
    aht = np.full(contacts.shape, float(aht_s))
    return Lines(contacts, aht, slots, opened, within_s * row, patience_s * row, 900)


def one_rate(arrival, service_rate, leaving, slots):
    return Rates(*(np.array([float(x)]) for x in (arrival, service_rate, leaving, slots)))


def uniformised(start, arrival, mu, theta, slots, seconds, states):
    """Return the end and the mean of p(t), by the textbook: a sum over the jumps of a clock."""
    n = np.arange(states)
    down = mu * np.minimum(n, slots) + theta * np.maximum(n - slots, 0)
    up = np.where(n < states - 1, arrival, 0.0)
    clock = (up + down).max()
    jumps = np.arange(int(clock * seconds + 8 * np.sqrt(clock * seconds) + 20))
    weight = np.exp(jumps * np.log(clock * seconds) - clock * seconds - gammaln(jumps + 1.0))
    p, end, mean = start.copy(), np.zeros(states), np.zeros(states)
    for now, later in zip(weight, 1 - np.cumsum(weight), strict=True):
        end += now * p
        mean += later * p
        moved = p * (1 - (up + down) / clock)
        moved[1:] += p[:-1] * up[:-1] / clock
        moved[:-1] += p[1:] * down[1:] / clock
        p = moved
    return end, mean / mean.sum()


@pytest.mark.parametrize(
    ("arrival", "theta", "slots"),
    [(0.03, 1 / 180, 10), (0.3, 1 / 180, 10), (0.05, 0.0, 12), (0.01, 0.0, 2.4)],
)
def test_an_interval_is_that_of_uniformisation(arrival, theta, slots):
    begin = np.zeros(400)
    begin[:6] = [0.1, 0.2, 0.3, 0.2, 0.1, 0.1]
    state = State(np.zeros(6, np.int64), np.arange(6.0), begin[:6])
    (piece,) = advance(state, one_rate(arrival, 1 / 300, theta, slots), 900.0)
    end, mean = uniformised(begin, arrival, 1 / 300, theta, slots, 900.0, 400)
    number = piece.points[0].astype(int)
    np.testing.assert_allclose(piece.mean[0], mean[number], atol=2e-5)
    np.testing.assert_allclose(piece.end.mass, end[piece.end.customers.astype(int)], atol=2e-5)
    assert (piece.mean[0] * piece.points[0]).sum() == pytest.approx(
        (mean * np.arange(400)).sum(), abs=1e-3
    )


@pytest.mark.parametrize("patience_s", [180.0, np.inf])
def test_a_coarse_lattice_changes_little(monkeypatch, patience_s):
    rng = np.random.default_rng(7)
    contacts = 400 * rng.uniform(0.8, 1.15, 24)
    asked = lines(contacts, 134, patience_s=patience_s)
    coarse = carry(asked)
    monkeypatch.setattr(chain, "_FINENESS", 1e9)
    fine = carry(asked)
    assert fine.followed.sum() > 12
    np.testing.assert_allclose(coarse.service_level, fine.service_level, atol=3e-3)
    np.testing.assert_allclose(coarse.backlog, fine.backlog, atol=0.3, rtol=0.01)


@pytest.mark.parametrize("patience_s", [60.0, 600.0, np.inf])
def test_answered_in_time_is_that_of_the_steady_queue(patience_s):
    slots, arrival, mu, within = 14, 100 / 1800, 1 / 180, 20.0
    state = stationary(one_rate(arrival, mu, 1 / patience_s, slots))
    ahead = state.customers - slots + 1
    rates = np.array(slots * mu), np.array(1 / patience_s)
    got = (state.mass * answered_in_time(ahead, *rates, np.array(within))).sum()
    want = service(slots, 100, 180, 1800, within, patience_s)
    assert got == pytest.approx(float(want.service_level), abs=1e-7)
    waiting = (state.mass * np.maximum(state.customers - slots, 0)).sum()
    assert waiting == pytest.approx(float(want.queue_length), abs=1e-6)


def test_answered_in_time_against_drawn_waits():
    rng = np.random.default_rng(3)
    served, leaving, ahead, draws = 0.05, 1 / 120, 4, 40_000
    rates = served + leaving * np.arange(ahead - 1, -1, -1)  # those ahead and the slots
    wait = rng.exponential(1 / rates, (draws, ahead)).sum(axis=1)
    patience = rng.exponential(1 / leaving, draws)
    want = ((wait <= 60) & (wait <= patience)).mean()
    got = answered_in_time(*(np.array([float(x)]) for x in (ahead, served, leaving, 60)))[0]
    assert got == pytest.approx(want, abs=4 * np.sqrt(want * (1 - want) / draws))


@pytest.mark.parametrize("patience_s", [180.0, np.inf])
def test_ordinary_load_soon_is_the_steady_queue(patience_s):
    got = carry(lines(np.full(12, 50.0), 14, 180.0, patience_s))
    want = service(14, 50, 180, 900, 20, patience_s)
    assert got.followed[0, 0]
    assert not got.followed[0, 4:].any()
    for name in ("service_level", "asa_s", "abandonment", "occupancy"):
        steady = getattr(got, name)[0, 4:]
        np.testing.assert_allclose(steady, float(getattr(want, name)), rtol=1e-12)
    np.testing.assert_allclose(got.backlog[0, 4:], float(want.queue_length), rtol=1e-12)


def test_a_queue_opens_empty():
    is_open = np.array([False, True, True, True])
    got = carry(lines([0, 50, 50, 50], [0, 14, 14, 14], 180.0, is_open=is_open))
    want = service(14, 50, 180, 900, 20)
    assert got.service_level[0, 1] > float(want.service_level) + 0.03
    assert got.occupancy[0, 1] < 0.9 * float(want.occupancy)
    assert got.service_level[0, 3] == pytest.approx(float(want.service_level), abs=0.005)


@pytest.mark.parametrize("patience_s", [180.0, np.inf])
def test_followed_for_long_it_becomes_the_steady_queue(patience_s, monkeypatch):
    monkeypatch.setattr("staffing.carryover._static", lambda asked, _: asked.contacts < 0)
    got = carry(lines(np.full(60, 50.0), 14, 180.0, patience_s))
    want = service(14, 50, 180, 900, 20, patience_s)
    assert got.followed.all()
    np.testing.assert_allclose(got.service_level[0, -1], want.service_level, atol=2e-6)
    np.testing.assert_allclose(got.asa_s[0, -1], want.asa_s, rtol=2e-4)
    np.testing.assert_allclose(got.abandonment[0, -1], want.abandonment, atol=2e-5)
    np.testing.assert_allclose(got.occupancy[0, -1], want.occupancy, atol=2e-6)


def test_a_tenfold_hour_leaves_a_queue_behind():
    contacts = np.full(48, 22.5)
    contacts[20:24] *= 10
    got = carry(lines(contacts, 12, patience_s=240.0))
    steady = service(12, 22.5, 300, 900, 20, 240)
    after = got.abandoned[0, 24] / 900 * 240  # mean queue: hang-ups per second times patience
    begin = np.zeros(131)
    begin[np.arange(131) < 131] = 0.0
    state = stationary(one_rate(22.5 / 900, 1 / 300, 1 / 240, 12))
    begin[state.customers.astype(int)] = state.mass
    for rate in (0.25, 0.25, 0.25, 0.25, 0.025):
        begin, mean = uniformised(begin, rate, 1 / 300, 1 / 240, 12, 900.0, 131)
    want = (mean * np.maximum(np.arange(131) - 12, 0)).sum()
    assert after == pytest.approx(want, rel=1e-4)
    assert after > 50 * float(steady.queue_length)
    assert got.service_level[0, 24] < 0.5 < float(steady.service_level)


def simulated(contacts, slots, aht_s, patience_s, within_s, rng):
    """Return came, in time, lost and wait of one replication, by interval of arrival."""
    count = len(contacts)
    came, met, lost, wait = np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count)
    queue: deque[tuple[float, float]] = deque()
    now, busy, leaving, last = 0.0, 0, 0, -1
    while True:
        i = int(now // 900)
        if i >= count:
            return came, met, lost, wait, len(queue)
        if i != last:
            room = slots[i]
            if busy > room:  # they finish their contact outside
                leaving, busy = leaving + busy - room, room
            last = i
        while queue and busy < room:
            arrived, gives_up = queue.popleft()
            slot = int(arrived // 900)
            if gives_up < now:
                lost[slot] += 1
                continue
            busy += 1
            wait[slot] += now - arrived
            met[slot] += now - arrived <= within_s
        total = contacts[i] / 900 + busy / aht_s
        step = rng.exponential(1 / total) if total > 0 else np.inf
        if now + step >= (i + 1) * 900:
            now = (i + 1) * 900.0
            continue
        now += step
        if rng.random() * total < contacts[i] / 900:
            came[i] += 1
            queue.append((now, now + rng.exponential(patience_s) if patience_s < 1e9 else np.inf))
        else:
            busy -= 1


@pytest.mark.parametrize("patience_s", [180.0, np.inf])
def test_overload_and_falling_slots_against_a_simulation(patience_s):
    contacts = np.array([4.0, 4.0, 30.0, 45.0, 20.0, 10.0, 8.0, 4.0])
    slots = np.array([8, 8, 8, 10, 10, 6, 6, 6])
    rng = np.random.default_rng(20)
    runs = [simulated(contacts, slots, 300.0, patience_s, 20.0, rng) for _ in range(500)]
    came, met, lost = (np.array([run[k] for run in runs]) for k in range(3))
    got = carry(lines(contacts, slots, patience_s=patience_s))
    assert got.followed[0, 2:6].all()
    for share, counted in ((got.service_level[0], met), (got.abandonment[0], lost)):
        if share is got.abandonment[0] and patience_s == np.inf:
            continue
        error = (counted - came * share).std(axis=0) / np.sqrt(len(runs))
        # 1 %: after the last falling of slots a hang-up is foreseen at constant slots
        gap = np.abs((counted - came * share).mean(axis=0))[2:7]
        assert (gap < 4.5 * error[2:7] + 0.012 * contacts[2:7]).all(), (gap, error[2:7])
    waiting = np.array([run[4] for run in runs])
    if patience_s == np.inf:
        error = 4.5 * waiting.std() / np.sqrt(len(runs)) + 0.05
        assert abs(waiting.mean() - got.backlog[0, -1]) < error


profiles = st.lists(st.floats(0, 60), min_size=6, max_size=6)
staff = st.lists(st.floats(0, 9), min_size=6, max_size=6)
patience = st.sampled_from([30.0, 180.0, 900.0, np.inf])


@settings(max_examples=40, deadline=None)
@given(profiles, staff, patience)
def test_any_staffing_gives_numbers(contacts, slots, patience_s):
    is_open = np.array([True, True, True, True, False, True])
    got = carry(
        lines(contacts, np.where(is_open, slots, 0), patience_s=patience_s, is_open=is_open)
    )
    for name in ("service_level", "abandonment", "occupancy"):
        values = getattr(got, name)
        assert ((values >= 0) & (values <= 1)).all(), name
    for values in (got.asa_s, got.backlog, got.abandoned):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    assert (got.service_level + got.abandonment <= 1 + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(profiles, staff, patience)
def test_what_hangs_up_by_arrival_is_what_hangs_up_by_the_clock(contacts, slots, patience_s):
    asked = lines(
        [0.5, *contacts, 0, 0, 0, 0, 0], [5, *slots, 5, 5, 5, 5, 5], patience_s=patience_s
    )
    got = carry(asked)
    by_arrival = (got.abandonment * asked.contacts).sum()
    assert by_arrival == pytest.approx(got.abandoned.sum(), rel=0.35, abs=2.0)


@settings(max_examples=40, deadline=None)
@given(profiles, staff, patience)
def test_one_more_agent_never_hurts(contacts, slots, patience_s):
    # over the day: who is answered instead of hanging up keeps an agent busy a little later
    few, many = (
        carry(lines(contacts, np.round(slots) + more, patience_s=patience_s)) for more in (0, 1)
    )
    count = np.array([contacts])
    allowed = 0.01 * count.sum() + 0.05
    assert (count * many.service_level).sum() >= (count * few.service_level).sum() - allowed
    lost = [one.abandoned.sum() + one.backlog[0, -1] for one in (few, many)]
    assert lost[1] <= lost[0] + allowed


@settings(max_examples=40, deadline=None)
@given(profiles, st.integers(0, 9), patience)
def test_one_more_agent_all_day_never_hurts_any_interval(contacts, slots, patience_s):
    few, many = (carry(lines(contacts, slots + more, patience_s=patience_s)) for more in (0, 1))
    # a steady queue is reached at once, one that is followed from below takes its time
    assert (many.service_level >= few.service_level - 0.05).all()
    assert (many.backlog <= few.backlog + 0.3).all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("staffing.carryover._static", lambda asked, _: asked.contacts < 0)
        few, many = (carry(lines(contacts, slots + more, patience_s=patience_s)) for more in (0, 1))
    assert (many.service_level >= few.service_level - 2e-3).all()
    assert (many.backlog <= few.backlog + 0.02).all()


def test_who_waits_at_closing_is_lost():
    is_open = np.array([True, True, False, False])
    got = carry(lines([20, 60, 0, 0], [5, 5, 0, 0], is_open=is_open))
    left = got.backlog[0, 1]
    assert left > 30
    assert got.backlog[0, 2] == 0
    assert got.abandoned[0].tolist() == [0, 0, pytest.approx(left), 0]
    assert (got.abandonment[0] * [20, 60, 0, 0]).sum() == pytest.approx(left, abs=0.01)
    assert 0.5 < got.abandonment[0, 1] < 0.99  # those who came first in it were answered


def test_contacts_while_closed_are_lost_at_once():
    got = carry(lines([7.0], [0.0], is_open=np.array([False])))
    assert (got.service_level[0, 0], got.abandonment[0, 0], got.abandoned[0, 0]) == (0, 1, 7)
    assert got.asa_s[0, 0] == 0


def test_nobody_there_and_nobody_hangs_up_they_wait_for_the_next():
    got = carry(lines([3.0, 0.0, 0.0], [0.0, 4.0, 4.0]))
    assert got.asa_s[0, 0] == pytest.approx(450, rel=0.03)
    assert got.backlog[0, 0] == pytest.approx(3.0, abs=0.01)
    assert got.service_level[0, 0] == 0
    assert got.backlog[0, 2] < 0.01


def test_nobody_there_and_all_hang_up():
    got = carry(lines([9.0, 9.0], [0.0, 0.0], patience_s=180.0))
    assert got.abandonment[0].tolist() == pytest.approx([1, 1])
    assert got.asa_s[0].tolist() == [180, 180]


def test_a_huge_overload_stays_a_number():
    got = carry(lines([1e6, 1e5, 10], [3, 3, 3]))
    assert got.backlog[0, 0] == pytest.approx(1e6, rel=1e-3)
    assert np.isfinite(got.asa_s).all()


def test_the_fluid_crosses_its_slots():
    rates = one_rate(0.02, 1 / 300, 1 / 180, 10)
    parts = np.array([40.0])
    for _ in range(9_000):
        wait = max(parts[0] - 10, 0)
        parts = parts + 0.1 * (0.02 - min(parts[0], 10) / 300 - wait / 180)
    assert fluid(np.array([40.0]), rates, 900.0)[0] == pytest.approx(parts[0], rel=1e-3)

"""The simulated floor: against theory, against itself, and its laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import simulation
from staffing.deferral import Desked, defer
from staffing.drawn import between, draw, whole
from staffing.erlang import service
from staffing.queues import Promise, Queue, Target
from staffing.simulation import Team, simulate
from staffing.starting import Backlog

QUARTER = 900


def run(queues, contacts, teams, *, aht=300.0, is_open=None, replications=1, seed=1, **more):
    contacts = np.atleast_2d(np.asarray(contacts, float))
    opened = np.ones(contacts.shape, bool) if is_open is None else np.atleast_2d(is_open)
    aht_s = np.broadcast_to(np.asarray(aht, float), contacts.shape)
    return simulate(
        queues, contacts, aht_s, teams, QUARTER, is_open=opened,
        rng=np.random.default_rng(seed), replications=replications, **more,
    )  # fmt: skip


def calls(name="calls", patience_s=np.inf, **more):
    return Queue(name, Target(0.8, 20), patience_s=patience_s, **more)


def batches(counts, size):
    """Return a mean over all and its standard error, from sums over long batches."""
    sums = counts.reshape(-1, size).sum(axis=1)
    return sums.mean() / size, sums.std(ddof=1) / np.sqrt(len(sums)) / size


@pytest.mark.parametrize("patience_s", [np.inf, 180.0])
@pytest.mark.parametrize("shared", [False, True])
def test_a_steady_queue_is_erlangs(patience_s, shared, monkeypatch):
    if shared:
        monkeypatch.setattr(simulation, "_is_line", lambda *_: False)
    intervals = 2000
    got = run([calls(patience_s=patience_s)], np.full(intervals, 30.0),
              [Team(np.full(intervals, 12.0), {0: 1.0})])  # fmt: skip
    want = service(12, 30, 300, QUARTER, 20, patience_s)
    for counts, expected in (
        (got.in_time, 30 * want.service_level),
        (got.lost, 30 * want.abandonment),
        (got.wait_s, 30 * (1 - want.abandonment) * want.asa_s),
        (got.backlog, want.queue_length),
        (got.busy_s / QUARTER / 12, want.occupancy),
    ):
        mean, error = batches(counts[0, 0], 100)
        assert mean == pytest.approx(float(expected), abs=4 * error + 1e-12)


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 2**20),
    st.lists(st.integers(0, 6), min_size=2, max_size=8),
    st.sampled_from([np.inf, 60.0, 400.0]),
)
def test_both_ways_to_simulate_a_queue_agree(seed, agents, patience_s):
    positions = np.array(agents, float)
    is_open = positions > 0
    queue = [calls(patience_s=patience_s)]
    team = [Team(positions, {0: 1.0})]
    contacts = np.linspace(5, 40, len(agents))
    replications = 60
    line = run(queue, contacts, team, is_open=is_open, replications=replications, seed=seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulation, "_is_line", lambda *_: False)
        floor = run(queue, contacts, team, is_open=is_open, replications=replications, seed=seed)
    np.testing.assert_array_equal(line.contacts, floor.contacts)  # the same contacts are drawn
    for name in ("in_time", "lost", "backlog"):
        one, other = (getattr(seen, name).sum(axis=(1, 2)) for seen in (line, floor))
        apart = one - other  # only who leaves when agents become fewer is chosen by other chance
        error = apart.std(ddof=1) / np.sqrt(replications)
        assert abs(apart.mean()) <= 4.5 * error + 1e-9, name


def test_chats_at_an_even_pace_are_places_in_a_queue(monkeypatch):
    monkeypatch.setattr(simulation, "_is_line", lambda *_: False)
    row = np.full(1500, 20.0)
    got = run([calls(concurrency=2)], row, [Team(np.full(1500, 7.0), {0: 1.0})], aht=420.0)
    want = service(14, 20, 420, QUARTER, 20)
    mean, error = batches(got.in_time[0, 0], 100)
    assert mean == pytest.approx(20 * float(want.service_level), abs=4 * error)


@pytest.mark.parametrize("patience_s", [np.inf, 120.0])
@pytest.mark.parametrize("shared", [False, True])
def test_nobody_gets_lost_on_the_way(patience_s, shared, monkeypatch):
    if shared:
        monkeypatch.setattr(simulation, "_is_line", lambda *_: False)
    is_open = np.array([False, True, True, True, False, True, False])
    positions = np.array([0.0, 3.5, 1.25, 0.0, 0.0, 4.0, 0.0])
    got = run([calls(patience_s=patience_s)], np.array([2.0, 20, 20, 5, 3, 30, 2]),
              [Team(positions, {0: 1.0})], is_open=is_open, replications=50)  # fmt: skip
    assert not got.backlog[:, 0, [0, 4, 6]].any()  # closed: nobody waits
    assert (got.lost[:, 0, [0, 4, 6]] == got.contacts[:, 0, [0, 4, 6]]).all()
    assert (got.in_time + got.lost <= got.contacts).all()
    assert (got.backlog >= 0).all()
    assert got.in_time.sum() > 0


def test_fractions_of_agents_are_there_in_that_fraction():
    offsets = (np.arange(1000) + 0.5) / 1000
    got = whole(np.array([2.3, 1 - 1e-9] * 30), offsets, QUARTER)
    assert got.mean(axis=0) == pytest.approx([2.3, 1.0] * 30, abs=0.002)


def test_seconds_between_are_those_of_a_walk_through_all_spans():
    rng = np.random.default_rng(2)
    start = rng.uniform(-50, 400, 200)
    end = start + rng.exponential(60, 200)
    got = between(start, end, 7, 50)
    for i in range(7):
        inside = np.minimum(end, 50.0 * (i + 1)) - np.maximum(start, 50.0 * i)
        assert got[i] == pytest.approx(np.maximum(inside, 0).sum())


def test_handling_times_have_the_spread_that_was_asked():
    for spread in (0.0, 0.5, 1.0, 1.5):
        drawn = draw(np.full((1, 10), 4000.0), np.full(10, 300.0), np.inf, 900,
                     np.random.default_rng(3), spread=spread)  # fmt: skip
        assert drawn.handling_s.mean() == pytest.approx(300, rel=0.03)
        assert drawn.handling_s.std() == pytest.approx(300 * spread, rel=0.05, abs=1e-9)


def test_two_queues_with_one_team_are_one_queue_of_both():
    """Same handling times and promises: whoever waits longest comes first, whatever the queue."""
    intervals = 1500
    both = [calls("a"), calls("b")]
    got = run(both, np.full((2, intervals), [[10.0], [20.0]]),
              [Team(np.full(intervals, 12.0), {0: 1.0, 1: 1.0})])  # fmt: skip
    want = service(12, 30, 300, QUARTER, 20)
    for q, share in ((0, 10.0), (1, 20.0)):
        mean, error = batches(got.in_time[0, q], 100)
        assert mean == pytest.approx(share * float(want.service_level), abs=4 * error)


def test_a_queue_that_comes_first_is_as_if_alone_when_nobody_is_interrupted():
    """Two classes, one server, the first not interrupting: Cobham's mean waits (1954)."""
    intervals = 6000
    queues = [calls("first", priority=0), calls("second", priority=1)]
    got = run(queues, np.full((2, intervals), 1.0), [Team(np.ones(intervals), {0: 1.0, 1: 1.0})])
    rate, mean = 1 / 900, 300.0
    residual = 2 * rate * mean**2  # both classes' rate times E[S^2] / 2, exponential
    first = residual / (1 - rate * mean)
    second = residual / (1 - rate * mean) / (1 - 2 * rate * mean)
    for q, want in ((0, first), (1, second)):
        sums = got.wait_s[0, q].reshape(-1, 200).sum(axis=1)
        counts = got.contacts[0, q].reshape(-1, 200).sum(axis=1)
        error = (sums - want * counts).std(ddof=1) / np.sqrt(len(sums)) / counts.mean()
        assert sums.sum() / counts.sum() == pytest.approx(want, abs=4 * error)


def test_agents_are_counted_once_and_skills_help():
    """Two teams who help each other serve better than two who do not, and worse than one of all."""
    rows, four, each = np.full((2, 800), 9.0), np.full(800, 4.0), {0: 1.0, 1: 1.0}
    queues = [calls("a"), calls("b")]
    apart = run(queues, rows, [Team(four, {0: 1.0}), Team(four, {1: 1.0})])
    helped = run(queues, rows, [Team(four, {0: 1.0}), Team(four, each)])
    pooled = run(queues, rows, [Team(2 * four, each)])
    level = [seen.in_time.sum() / seen.contacts.sum() for seen in (apart, helped, pooled)]
    assert level[0] + 0.02 < level[1] < level[2] + 0.01
    for seen in (apart, helped, pooled):
        assert seen.busy_s.sum() <= 8 * 900 * 800


def test_slower_agents_take_longer():
    row, twelve = np.full(800, 20.0), np.full(800, 12.0)
    got = run([calls()], row, [Team(twelve, {0: 0.8})])
    want = service(12, 20, 300 / 0.8, QUARTER, 20)
    mean, error = batches(got.in_time[0, 0], 100)
    assert mean == pytest.approx(20 * float(want.service_level), abs=4 * error)


def test_work_that_may_wait_is_done_by_its_quota_and_in_time():
    mail = Queue("mail", Promise(reply_within_hours=4))
    row = np.full(96, 6.0)
    busy = 6 * 300 / 900
    enough = run([mail], row, [Team(np.full(96, 3.0), {0: 1.0}, {0: np.full(96, 3.0)})],
                 replications=20)  # fmt: skip
    assert busy < 3
    assert enough.service_level().min() > 0.99
    few = run([mail], row, [Team(np.full(96, 3.0), {0: 1.0}, {0: np.full(96, 1.0)})],
              replications=20)  # fmt: skip
    # one agent does 3 of the 6 that come in each quarter hour
    assert few.backlog[:, 0, -1].mean() == pytest.approx(96 * (6 - 3), rel=0.03)
    assert few.busy_s[:, 0, 48:].mean() == pytest.approx(900, rel=0.01)
    # backlog over speed is the wait: in time while k quarter hours are under four hours
    until = 16
    assert few.service_level()[0, : until - 6].min() > 0.9
    assert few.service_level()[0, until + 5 :].max() < 0.1


def test_parts_of_agents_do_their_part_of_the_work():
    mail = Queue("mail", Promise(reply_within_hours=24))
    part = np.full(96, 0.45)
    got = run([mail], np.full(96, 6.0), [Team(np.ones(96), {0: 1.0}, {0: part})], replications=20)
    assert got.busy_s.mean() == pytest.approx(0.45 * QUARTER, rel=0.03)


def test_time_without_work_is_not_kept_for_later():
    mail = Queue("mail", Promise(reply_within_hours=24))
    contacts = np.zeros(96)
    contacts[48] = 40.0
    got = run([mail], contacts, [Team(np.ones(96), {0: 1.0}, {0: np.full(96, 0.5)})],
              replications=20)  # fmt: skip
    assert got.busy_s[:, 0, 48:72].mean() == pytest.approx(450, rel=0.05)


def test_what_waits_at_the_start_is_worked_off_first():
    waits = Backlog(60.0, oldest_hours=5.0)
    promise = Promise(reply_within_hours=4)
    mail = Queue("mail", promise, backlog=waits)
    ones = np.ones(96)
    got = run([mail], 1.5 * ones, [Team(ones, {0: 1.0}, {0: ones})], replications=40)
    without = run([replace(mail, backlog=Backlog())], 1.5 * ones,
                  [Team(ones, {0: 1.0}, {0: ones})], replications=40)  # fmt: skip
    # 3 an interval are done: 60 wait, 1.5 come, so that 58.5 are left after the first
    assert got.backlog[:, 0, 0].mean() == pytest.approx(58.5, abs=1.2)
    assert got.contacts.sum(axis=(1, 2)).mean() == pytest.approx(96 * 1.5, rel=0.05)
    desked = Desked(ones, 300 * ones, ones > 0, ones > 0, QUARTER)
    told = defer(mail, promise, 1.5 * ones, desked, rng=np.random.default_rng(3))
    level = got.service_level()[0]
    assert level[:12].min() < 0.2 < without.service_level()[0][:12].min()
    assert level.mean() == pytest.approx(told.service_level.mean(), abs=0.03)
    np.testing.assert_allclose(got.backlog[:, 0].mean(axis=0)[:30], told.backlog[:30], atol=4)


def test_mail_leaves_the_telephone_its_agents():
    queues = [calls(), Queue("mail", Promise(reply_within_hours=4))]
    rows = np.stack([np.full(600, 30.0), np.full(600, 50.0)])  # far more mail than can be done
    team = Team(np.full(600, 15.0), {0: 1.0, 1: 1.0}, {1: np.full(600, 3.0)})
    got = run(queues, rows, [team])
    want = service(12, 30, 300, QUARTER, 20)
    mean, error = batches(got.in_time[0, 0], 60)
    assert mean == pytest.approx(30 * float(want.service_level), abs=4 * error)


def test_messages_that_wait_at_the_start_take_as_long_as_those_that_come():
    """Each of 300 s, two at a time, all alike: 150 s of an agent, whenever it came."""
    for waiting, coming in ((40, 0.0), (0, 5.0)):
        mail = Queue("mail", Promise(4), concurrency=2, backlog=Backlog(waiting, 1.0))
        one = np.ones(24)
        got = run([mail], coming * one, [Team(one, {0: 1.0}, {0: one})], spread=0.0)
        number = waiting + got.contacts.sum() - got.backlog[0, 0, -1]
        assert got.busy_s.sum() == pytest.approx(150.0 * number, abs=150.0)


def test_the_same_seed_is_the_same_floor():
    queues = [calls("a", 90.0), calls("b"), Queue("mail", Promise(2))]
    rows = np.full((3, 12), 15.0)
    down = np.array([14.0] * 6 + [6.5] * 6)
    team = [Team(down, {0: 1.0, 1: 0.9, 2: 1.0}, {2: np.full(12, 2.5)})]
    one, other = (run(queues, rows, team, replications=3, seed=7) for _ in range(2))
    for name in ("contacts", "in_time", "lost", "wait_s", "backlog", "busy_s"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_what_does_not_fit_is_told_at_once():
    with pytest.raises(ValueError, match=r"contacts must .*; team 0: positions .*; team 0: must "):
        simulate([calls()], np.ones((2, 4)), np.ones((1, 4)), [Team(np.ones(3), {5: 1.0})], 900,
                 is_open=np.ones((1, 4), bool), rng=np.random.default_rng(1))  # fmt: skip


@pytest.mark.parametrize("mail", [False, True])
def test_queues_that_nobody_serves_wait(mail):
    """A team that serves neither of them is none of theirs."""
    queues = [Queue("mail", Promise()) if mail else calls(), calls("other")]
    got = run(queues, np.full((2, 8), 5.0), [Team(np.full(8, 3.0), {})])
    assert got.contacts.sum() > 0
    assert got.in_time.sum() == got.busy_s.sum() == 0
    waits = got.contacts[0, 0].cumsum()
    assert got.backlog[0, 0].tolist() == waits.tolist()  # nobody hangs up, and none closes


@pytest.mark.parametrize(
    ("positions", "speed", "more", "told"),
    [
        (np.nan, 1.0, {}, "team 0: positions must be from 0 to 10,000,000, got nan"),
        (np.inf, 1.0, {}, "team 0: positions must be from 0 to 10,000,000, got inf"),
        (-1.0, 1.0, {}, "team 0: positions must be from 0 to 10,000,000, got -1.0"),
        (1.0, 0.0, {}, "team 0: speed must be a factor above 0, got 0.0"),
        (1.0, 1.0, {"aht": -1.0}, "aht_s must be at least 0, got -1.0"),
        (1.0, 1.0, {"aht": np.nan}, "contacts and aht_s must be finite"),
        (1.0, 1.0, {"spread": np.nan}, "spread must be a number of at least 0, got nan"),
    ],
)
def test_numbers_that_no_floor_has_are_refused(positions, speed, more, told):
    with pytest.raises(ValueError, match=f"^{told}$"):
        run([calls()], np.full(4, 5.0), [Team(np.full(4, positions), {0: speed})], **more)


def test_time_in_an_interval_is_never_below_nothing():
    rng = np.random.default_rng(1)
    start, length = 30_000 * rng.random(300), 60 * rng.random(300)
    spans = between(start, start + length, 200, 300)
    assert spans.min() >= 0
    assert spans.sum() == pytest.approx(length.sum())

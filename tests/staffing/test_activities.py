"""Whole agents at every queue's share, for an hour or so at a time, and everybody in turn."""

import itertools
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.activities import BREAK, SPARE, activities, heads_each
from staffing.allocation import Allocation
from staffing.coverage import cover_of
from staffing.crew import Duty
from staffing.evenly import evenly
from staffing.pools import BreakRule, Penalty, ShiftRules
from staffing.roster import Roster
from tests.staffing.instances import (
    MAIL,
    MONDAY,
    PHONE,
    FloatArray,
    axis,
    days_from,
    team,
    vendor,
)

MINUTES = 15
LUNCH = BreakRule(45, False, (3.0, 5.0))
RULES = ShiftRules(8 * 60, 20 * 60, 30, (4.0, 7.0), (LUNCH,))
CHAT = replace(PHONE, name="chat")


def floor(*, agents=12, heads=9, shares=None, days=7, seed=0, rules=RULES, minutes=MINUTES):
    """Return a plan with random shifts, whose pool gives its queues smooth or given shares."""
    rng, dates = np.random.default_rng(seed), days_from(MONDAY, days)
    times = axis(dates, minutes)
    queues = (PHONE, CHAT, MAIL)
    speed = {queue.name: 1.0 for queue in queues}
    pool = team(agents=agents, days=days, shifts=rules, speed=speed)
    cover = cover_of(pool, queues, dates, times, minutes * 60)
    numbers = rng.integers(len(cover.shifts), size=(days, heads))
    counts = np.array([np.bincount(row, minlength=len(cover.shifts)) for row in numbers])
    capacity = cover.positions(counts)
    if shares is None:
        wave = rng.uniform(0, 7, (3, 1)) + np.arange(len(times)) / rng.uniform(20, 90, (3, 1))
        shares = (1.2 + np.sin(wave)) / (1.2 + np.sin(wave)).sum(axis=0)
    serve = capacity * np.broadcast_to(np.reshape(shares, (3, -1)), (3, len(times)))
    duties = [
        Duty(pool.name, day, cover.shifts[s], pool.names[(d * heads + n) % agents])
        for d, day in enumerate(dates)
        for n, s in enumerate(sorted(numbers[d].tolist()))
    ]
    plan = Allocation(
        pools=(pool,), queues=tuple(q.name for q in queues), days=dates, times=times,
        shifts=(cover.shifts,), heads=(counts,), capacity=capacity[None],
        serve=serve[None].astype(np.float32), understaffing=np.zeros(serve.shape),
        cost=0.0, bound=0.0, gap=0.0, quality="",
    )  # fmt: skip
    return plan, Roster(tuple(sorted(duties)), ())


def stretches_of(plan, roster, minutes=MINUTES):
    """Return every duty's stretches, ``(start, end, activity)`` in minutes, by its number."""
    found = activities(plan, roster, minutes * 60)
    rows = defaultdict(list)
    columns = (found.duty, found.start_minute, found.end_minute, found.activity)
    for duty, *stretch in zip(*(column.tolist() for column in columns), strict=True):
        rows[duty].append(tuple(stretch))
    return rows


def heads_by_interval(rows, intervals, step=MINUTES):
    """Return heads at each queue, and spare, counted minute by minute, ``[Q + 1, I]``."""
    minutes = np.zeros((4, intervals * step))
    for stretches in rows.values():
        for start, end, code in stretches:
            if code != BREAK:
                minutes[3 if code == SPARE else code, max(start, 0) : max(end, 0)] += 1
    return minutes.reshape(4, intervals, step).mean(axis=2)


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_every_shift_is_filled_from_start_to_end_with_its_breaks_inside(seed):
    plan, roster = floor(seed=seed)
    rows = stretches_of(plan, roster)
    assert len(rows) == len(roster.duties)
    for number, duty in enumerate(roster.duties):
        at = int((np.datetime64(duty.day) - np.datetime64(MONDAY)) / np.timedelta64(1, "m"))
        shift, own = duty.shift, rows[number]
        starts, ends, codes = (list(column) for column in zip(*own, strict=True))
        assert starts == [at + shift.start_minute, *ends[:-1]]
        assert ends[-1] == at + shift.end_minute
        breaks = tuple((start - at, end - at) for start, end, code in own if code == BREAK)
        assert breaks == shift.breaks
        assert all(one != two for one, two in itertools.pairwise(codes))


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_each_interval_has_each_queue_within_a_head_of_its_share(seed):
    plan, roster = floor(seed=seed)
    got = heads_by_interval(stretches_of(plan, roster), len(plan.times))
    share = np.divide(plan.serve[0], plan.capacity[0], out=np.zeros(plan.serve[0].shape),
                      where=plan.capacity[0] > 0)  # fmt: skip
    assert np.abs(got[:3] - share * got.sum(axis=0)).max() < 1 + 1e-3


@given(st.integers(0, 10_000), st.sampled_from([15, 30, 60]))
@settings(max_examples=10, deadline=None)
def test_no_queue_is_ever_owed_more_than_a_stretch_and_an_interval_of_an_agent(seed, minutes):
    plan, roster = floor(seed=seed, minutes=minutes)
    got = heads_by_interval(stretches_of(plan, roster, minutes), len(plan.times), minutes)
    share = np.divide(plan.serve[0], plan.capacity[0], out=np.zeros(plan.serve[0].shape),
                      where=plan.capacity[0] > 0)  # fmt: skip
    owed = (share * got.sum(axis=0) - got[:3]).cumsum(axis=1) * minutes / 60
    assert np.abs(owed).max() < 1 + minutes / 60


def test_a_half_of_one_agent_is_an_hour_of_each_at_least():
    """With one agent and half a share each, 8 to 16 o'clock is phone, mail, phone by turns."""
    rules = ShiftRules(8 * 60, 16 * 60, 30, (8.0,))
    plan, roster = floor(agents=1, heads=1, days=1, rules=rules, shares=[[0.5], [0.0], [0.5]])
    (own,) = stretches_of(plan, roster).values()
    assert {code for *_, code in own} == {0, 2}
    assert min(end - start for start, end, _ in own[:-1]) >= 60
    assert sum(end - start for start, end, code in own if code == 0) == pytest.approx(240, abs=30)


def test_agents_are_asked_to_change_no_more_than_the_plan_does():
    plan, roster = floor(agents=10, heads=10, shares=[[0.5], [0.2], [0.3]], rules=ShiftRules(
        8 * 60, 16 * 60, 30, (8.0,)))  # fmt: skip
    rows = stretches_of(plan, roster)
    assert all(len(own) == 1 for own in rows.values())


def test_everybody_gets_a_share_of_the_written_work():
    plan, roster = floor(agents=6, heads=6, days=28, shares=[[0.7], [0.0], [0.3]])
    hours: dict[str, FloatArray] = defaultdict(lambda: np.zeros(3))
    for number, own in stretches_of(plan, roster).items():
        for start, end, code in own:
            if code != BREAK:
                hours[roster.duties[number].agent][code] += (end - start) / 60
    shares = [each[2] / each.sum() for each in hours.values()]
    assert len(shares) == 6
    assert min(shares) > 0.2
    assert max(shares) < 0.4


def test_what_the_plan_gives_to_nobody_is_spare():
    plan, roster = floor(shares=[[0.5], [0.0], [0.0]])
    got = heads_by_interval(stretches_of(plan, roster), len(plan.times))
    assert got[3].sum() == pytest.approx(got[0].sum(), rel=0.02)
    assert got[1:3].sum() == 0


def test_a_shift_beyond_the_plans_axis_goes_on_as_it_ends():
    """Who works past the last midnight keeps to the shares of the last interval."""
    rules = ShiftRules(20 * 60, 28 * 60, 60, (8.0,))
    plan, roster = floor(agents=4, heads=4, days=1, rules=rules, shares=[[1.0], [0.0], [0.0]])
    assert all(own == [(1200, 1680, 0)] for own in stretches_of(plan, roster).values())


def test_a_pool_chosen_alone_does_what_it_does_among_all():
    plan, roster = floor()
    every, alone = (activities(plan, roster, 900, only) for only in (None, ["paris"]))
    assert np.array_equal(every.activity, alone.activity)
    assert len(activities(plan, roster, 900, ["elsewhere"]).duty) == 0


@given(
    parts=st.lists(st.floats(0.01, 1), min_size=2, max_size=5),
    heads=st.integers(1, 30),
    seed=st.integers(0, 99),
)
@settings(deadline=None)
def test_whole_heads_are_shares_rounded_up_or_down(parts, heads, seed):
    rng = np.random.default_rng(seed)
    exact = np.array(parts) / sum(parts) * heads
    held = rng.integers(0, heads + 1, len(parts))
    counts = heads_each(exact, rng.normal(0, 3, len(parts)), held, 4)
    assert counts.sum() == heads
    assert (np.abs(counts - exact) < 1 + 1e-5).all()


def given_positions(pools, serve):
    speed = np.array([[pool.speed[name] for name in ("phone", "mail")] for pool in pools])
    return np.einsum("pqi,pq->qi", serve.astype(float), speed)


@given(st.integers(0, 10_000), st.sampled_from([0.5, 1.0]))
@settings(max_examples=25, deadline=None)
def test_sharing_alike_changes_no_queue_and_keeps_every_pool_as_busy(seed, pace):
    slower = {"phone": 0.9 * pace, "mail": 0.9 * pace}
    pools = [team(), team("reims", speed=slower), team("nice", speed={"phone": 1.0, "mail": 0.8})]
    serve = np.random.default_rng(seed).uniform(0, 9, (3, 2, 8)).astype(np.float32)
    serve[:, :, 0] = 0.0
    after = evenly(pools, ["phone", "mail"], serve)
    assert given_positions(pools, after) == pytest.approx(given_positions(pools, serve), rel=1e-5)
    assert after.sum(axis=1) == pytest.approx(serve.sum(axis=1), rel=1e-5)
    assert np.array_equal(after[2], serve[2])
    share = after[:2, 0, 1:] / after[:2, :, 1:].sum(axis=1)
    assert share[0] == pytest.approx(share[1], abs=1e-4)


@pytest.mark.parametrize(
    "other",
    [
        {"cost_per_contact": 4.0},
        {"max_share": 0.3},
        {"committed_share_of_forecast": 0.5},
        {"penalty": Penalty(0.8, 0.01, 0.1)},
        {"solved": {"mail": 0.5}},
        {"vendor": "another firm"},
    ],
)
def test_pools_whose_contacts_have_a_price_or_a_limit_keep_them(other):
    pools = [vendor(), vendor("lille", **{"vendor": "lyon", **other})]
    serve = np.array([[[2.0], [0.0]], [[0.0], [4.0]]], dtype=np.float32)
    assert np.array_equal(evenly(pools, ["phone", "mail"], serve), serve)

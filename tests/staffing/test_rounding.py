"""Whole heads: near the relaxation, and within every limit of the pool."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.pools import Contract, ShiftRules
from staffing.rounding import respect_shares_of_hours, whole_heads
from tests.staffing.instances import centre, team, vendor

RULES = ShiftRules(480, 1080, 120, (4.0, 7.0))
LOOSE = Contract(hours_per_week=400, days_off_per_week=0)


def cover(agents=50, contract=LOOSE):
    return centre(team(agents=agents, shifts=RULES, contract=contract)).covers()[0]


def rounded(heads, found, span=(0, 7), placed=None):
    before = np.zeros(len(found.days), dtype=np.int64) if placed is None else np.array(placed)
    return whole_heads(heads, found, span, before)


def fractions(seed, scale, shape):
    return np.random.default_rng(seed).exponential(scale, shape)


@given(st.integers(0, 10_000), st.sampled_from([0.05, 0.5, 2.0]))
@settings(max_examples=40, deadline=None)
def test_no_stretch_of_days_is_more_than_a_head_away(seed, scale):
    found = cover(agents=10_000)
    heads = fractions(seed, scale, (7, len(found.shifts)))
    whole = rounded(heads, found)
    away = np.append(0.0, np.cumsum(whole.ravel()) - np.cumsum(heads.ravel()))
    assert np.ptp(away) <= 1 + 1e-6
    assert abs(whole.sum() - heads.sum()) <= 0.5 + 1e-6


@given(
    seed=st.integers(0, 10_000),
    agents=st.lists(st.integers(0, 5), min_size=7, max_size=7),
    hours=st.sampled_from([0.0, 11.0, 35.0]),
    overtime=st.sampled_from([0.0, 5.0]),
    off=st.integers(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_whole_heads_keep_every_limit(seed, agents, hours, overtime, off):
    contract = Contract(
        hours_per_week=hours, overtime_hours_per_week=overtime, days_off_per_week=off
    )
    found = cover(agents, contract)
    whole = rounded(fractions(seed, 1.0, (7, len(found.shifts))), found)
    assert (whole >= 0).all()
    assert (whole.sum(axis=1) <= agents).all()
    paid = sum(whole[:, s].sum() * shift.paid_hours for s, shift in enumerate(found.shifts))
    there = [sum(n > a for n in agents) for a in range(max(agents))]
    longest = max(shift.paid_hours for shift in found.shifts)
    assert paid <= sum(min(n * longest, hours) + overtime for n in there) + 1e-6
    each = [min(sum(n > a for n in agents), 7 - off) for a in range(max(agents))]
    assert whole.sum() <= sum(each)


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_whole_heads_stay_as_they_are(seed):
    found = cover()
    heads = np.random.default_rng(seed).integers(0, 3, (7, len(found.shifts)))
    noisy = heads + np.random.default_rng(seed).uniform(-1e-10, 1e-10, heads.shape)
    assert (rounded(noisy, found) == heads).all()


def test_what_a_day_rounds_away_the_next_day_gets():
    found = cover()
    heads = np.zeros((7, len(found.shifts)))
    heads[:, 0] = 0.4
    assert rounded(heads, found)[:, 0].tolist() == [0, 1, 0, 1, 0, 0, 1]


def test_heads_furthest_above_the_relaxation_go_first():
    found = cover(agents=3)
    heads = np.zeros((7, len(found.shifts)))
    heads[0, :3] = 2.0, 0.6, 0.9
    assert rounded(heads, found)[0, :3].tolist() == [2, 0, 1]


def test_a_pool_without_shifts_has_no_heads():
    found = centre(team(shifts=ShiftRules(480, 600, 30, (4.0,)))).covers()[0]
    assert rounded(np.zeros((7, 0)), found).shape == (7, 0)


@pytest.mark.parametrize("span", [(0, 2), (2, 7)])
def test_limits_are_those_of_the_days_rounded(span):
    found = cover([0, 1, 2, 3, 4, 5, 6])
    count = span[1] - span[0]
    whole = rounded(np.full((count, len(found.shifts)), 3.0), found, span)
    assert whole.sum(axis=1).tolist() == list(range(*span))


def test_a_run_that_began_in_the_week_before_ends():
    contract = Contract(hours_per_week=400, days_off_per_week=0, max_consecutive_days=6)
    found = centre(team(agents=1, days=14, shifts=RULES, contract=contract), days=14).covers()[0]
    heads = np.zeros((7, len(found.shifts)))
    heads[:, 0] = 1.0
    whole = rounded(heads, found, (7, 14), [0, 0, 0, 1, 1, 1, 1, *[0] * 7])
    days = np.append(1, whole.sum(axis=1))  # Sunday before, worked like the three days before it
    assert whole[:3].sum() == 2
    assert days.sum() == 7


@given(st.integers(0, 10_000), st.sampled_from([0.0, 25.0, 60.0]))
@settings(max_examples=30, deadline=None)
def test_no_more_hours_than_were_ordered(seed, ordered):
    pool = vendor(agents=50, shifts=RULES, notice_days=4, ordered_hours_per_week=ordered)
    found = centre(pool).covers()[0]
    whole = rounded(fractions(seed, 0.3, (7, len(found.shifts))), found)
    paid = whole @ [shift.paid_hours for shift in found.shifts]
    assert paid[:4].sum() <= ordered * 4 / 7 + 1e-9


@given(st.integers(0, 10_000), st.sampled_from([0.05, 0.4, 0.9]))
@settings(max_examples=30, deadline=None)
def test_heads_come_off_until_no_pool_has_more_than_its_share_of_hours(seed, share):
    limited = {"max_share": share, "max_share_of": "hours", "shifts": RULES}
    pools = team(shifts=RULES), vendor(**limited), vendor("nice", **limited)
    covers = centre(*pools).covers()
    heads = [fractions(seed + p, 0.5, (7, len(c.shifts))) for p, c in enumerate(covers)]
    whole = [np.ceil(h).astype(np.int64) for h in heads]
    own = whole[0].copy()
    respect_shares_of_hours(whole, heads, covers)
    paid = [
        float((w @ [s.paid_hours for s in c.shifts]).sum())
        for w, c in zip(whole, covers, strict=True)
    ]
    assert max(paid[1:]) <= share * sum(paid) + 1e-6
    assert (whole[0] == own).all()

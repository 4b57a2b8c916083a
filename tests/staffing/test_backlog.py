"""Work that may wait: against a list of contacts worked off one by one, and the laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.backlog import desk, work_off

HOUR = 3600


def one_by_one(contacts, capacity, within, is_open, clock):
    """Return waits in hours and whether in time, of whole contacts spread over their hours."""
    hours = len(contacts)
    arrivals = [h + (k + 0.5) / n for h, n in enumerate(contacts) for k in range(n)]
    finished, now = [], 0.0
    grown = np.concatenate([capacity, np.tile(capacity, 40)])
    budget = np.concatenate([[0.0], np.cumsum(grown)])
    used = 0.0
    for arrived in arrivals:
        at = np.interp(arrived, np.arange(budget.size), budget)
        used = max(used, at) + 1.0
        now = np.interp(used - 0.5, budget, np.arange(budget.size))
        finished.append(max(now, arrived))
    ticks = np.concatenate([[0.0], np.cumsum(np.tile(is_open, 41))])
    waits, met = np.zeros(hours), np.zeros(hours)
    for arrived, then in zip(arrivals, finished, strict=True):
        spent = then - arrived
        if clock == "open":
            spent = np.diff(np.interp([arrived, then], np.arange(ticks.size), ticks))[0]
        waits[int(arrived)] += then - arrived
        met[int(arrived)] += spent <= within + 1e-9
    count = np.maximum(contacts, 1)
    return waits / count, met / count


@pytest.mark.parametrize("clock", ["calendar", "open"])
def test_against_one_contact_after_another(clock):
    rng = np.random.default_rng(5)
    is_open = np.tile((np.arange(24) >= 8) & (np.arange(24) < 18), 7)
    contacts = rng.poisson(300, is_open.size)
    capacity = np.where(is_open, rng.uniform(500, 950, is_open.size), 0.0)
    got = work_off(contacts.astype(float), desk(capacity, is_open, HOUR, 6.0 * HOUR, clock))
    waits, met = one_by_one(contacts, capacity, 6.0, is_open, clock)
    assert 0.05 < met.mean() < 0.95
    np.testing.assert_allclose(got.service_level, met, atol=0.02)
    np.testing.assert_allclose(got.wait_s / HOUR, waits, atol=1.5 * waits.max() / 100)


lists = st.lists(st.floats(0, 500), min_size=48, max_size=48)


@settings(max_examples=60, deadline=None)
@given(lists, lists, st.floats(0.1, 60), st.sampled_from(["calendar", "open"]))
def test_nothing_is_lost_and_more_hands_never_hurt(contacts, capacity, hours, clock):
    contacts, capacity = np.array(contacts), np.array(capacity)
    is_open = np.arange(48) % 24 > 11
    got = work_off(contacts, desk(capacity, is_open, HOUR, hours * HOUR, clock))
    growth = np.diff(got.backlog, prepend=0)
    np.testing.assert_allclose(contacts, got.handled + growth, atol=1e-5)
    assert (got.handled >= -1e-9).all()
    assert (got.handled <= capacity + 1e-5).all()
    assert ((got.service_level >= 0) & (got.service_level <= 1)).all()
    assert np.isfinite(got.wait_s).all()
    more = work_off(contacts, desk(capacity + 10, is_open, HOUR, hours * HOUR, clock))
    assert (more.service_level >= got.service_level - 1e-4).all()
    assert (more.backlog <= got.backlog + 1e-5).all()
    longer = work_off(contacts, desk(capacity, is_open, HOUR, hours * HOUR + HOUR, clock))
    assert (longer.service_level >= got.service_level - 1e-4).all()


def test_enough_hands_reply_at_once():
    row = np.full(10, 5.0)
    got = work_off(row, desk(row, row > 0, HOUR, 60.0))
    assert got.service_level.tolist() == [1] * 10
    assert got.wait_s.tolist() == [0] * 10
    assert got.backlog.tolist() == [0] * 10


def test_work_left_is_followed_with_the_last_week_again():
    day = (np.arange(24) >= 8) & (np.arange(24) < 16)
    contacts = np.zeros(24)
    contacts[20] = 40.0
    got = work_off(contacts, desk(np.where(day, 10.0, 0.0), day, HOUR, 14.0 * HOUR))
    assert got.backlog[-1] == 40
    # 8:00 is 12 h after 20:00; by 10:00 twenty are done, a contact at 20:30 has till 10:30
    assert got.service_level[20] == pytest.approx(2 / 3, abs=0.01)
    assert got.wait_s[20] / HOUR == pytest.approx(11.5 + 2.0, abs=0.01)


@pytest.mark.parametrize("clock", ["calendar", "open"])
def test_nobody_ever_works(clock):
    row = np.full(6, 3.0)
    got = work_off(row, desk(0 * row, row < 0, HOUR, 5.0 * HOUR, clock))
    assert got.backlog.tolist() == [3, 6, 9, 12, 15, 18]
    assert np.isfinite(got.wait_s).all()
    assert not got.handled.any()
    assert got.service_level.tolist() == [0] * 6


def test_replications_are_rows():
    rng = np.random.default_rng(1)
    contacts = rng.uniform(0, 20, (3, 30))
    at = desk(np.full(30, 9.0), np.ones(30, bool), HOUR, 4.0 * HOUR)
    whole = work_off(contacts, at)
    for k in range(3):
        np.testing.assert_allclose(whole.service_level[k], work_off(contacts[k], at).service_level)
        np.testing.assert_allclose(whole.wait_s[k], work_off(contacts[k], at).wait_s)

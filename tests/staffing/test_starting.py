"""Work that waits when the horizon begins: its deadlines, its place in the queue, the laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.backlog import desk, out_of_reach, work_off
from staffing.queues import Promise, Queue, Target
from staffing.starting import Backlog, standing
from tests.staffing.fifo import in_time

HOUR = 3600
DAY = (np.arange(24) >= 8) & (np.arange(24) < 18)
WORKDAYS = np.concatenate([*[DAY] * 5, *[~np.ones(24, bool)] * 2])


def waiting(n=120, oldest_hours=30.0, counted_s=0.0):
    return Backlog(n, oldest_hours, counted_s)


@pytest.mark.parametrize(
    "wrong", [{"contacts": -1}, {"contacts": np.inf}, {"oldest_hours": -2}, {"counted_s": np.nan}]
)
def test_what_waits_is_a_number(wrong):
    with pytest.raises(ValueError, match="must be a finite number of at least 0"):
        Backlog(**wrong)


def test_nobody_waits_on_the_line_before_it_opens():
    with pytest.raises(ValueError, match="answered at once"):
        Queue("phone", Target(), backlog=waiting())
    assert Queue("mail", Promise(), backlog=waiting()).backlog.contacts == 120


def test_calendar_hours_count_from_when_it_came():
    got = standing(waiting(120, 30), DAY, HOUR, 24 * HOUR)
    assert got.late == pytest.approx(24)  # those of the first six of thirty hours
    assert got.came_s(np.array([0.0, 60.0, 120.0])) / HOUR == pytest.approx([-30, -15, 0])


def test_a_market_whose_day_begins_later_is_counted_then():
    got = standing(waiting(120, 30, 6 * HOUR), DAY, HOUR, 24 * HOUR)
    assert got.late == pytest.approx(24)
    assert got.due_s[-1] == pytest.approx(30 * HOUR, abs=60)


def test_open_hours_before_the_horizon_are_those_of_its_first_week():
    """On Monday at midnight: a weekend ticks not, so Friday's last three hours are in time."""
    week = np.tile(WORKDAYS, 3)
    got = standing(waiting(64, 64), week, HOUR, 3 * HOUR, "open")
    assert WORKDAYS.size == 168
    came = (np.arange(1000) + 0.5) / 1000 * 64 - 64  # from Friday 8:00
    at_15, at_18 = -64 + 7, -64 + 10
    assert ((got.due_s < 0) == (came < at_15)).all()
    between = (came > at_15) & (came < at_18)
    assert got.due_s[between] / HOUR == pytest.approx(8 + came[between] - at_15)
    assert got.due_s[came > at_18] / HOUR == pytest.approx(11)


def test_the_oldest_goes_first_and_those_late_stay_late():
    hands = np.full(48, 10.0)
    got = work_off(np.full(48, 10.0), desk(hands, hands > 0, HOUR, 24 * HOUR, backlog=waiting()))
    assert got.backlog == pytest.approx(np.full(48, 120.0))
    # Number n came n / 4 hours after -30 and is done after n / 10 hours; 24 h are kept from 40 on.
    assert got.starting_in_time == pytest.approx(80, abs=0.2)
    assert got.service_level == pytest.approx(np.ones(48))
    first = np.arange(1, 49) / 1.0
    done = 10 * first
    came = np.where(done < 120, -30 + done / 4, (done - 120) / 10)
    assert got.oldest_s / HOUR == pytest.approx(first - came, abs=1e-3)


def test_nothing_waits_where_all_is_done():
    hands = np.full(24, 500.0)
    got = work_off(np.full(24, 3.0), desk(hands, hands > 0, HOUR, 24 * HOUR, backlog=waiting()))
    assert got.backlog.tolist() == got.oldest_s.tolist() == [0.0] * 24
    assert got.starting_in_time == pytest.approx(96, abs=1)  # done evenly over the first hour


lists = st.lists(st.floats(0, 300), min_size=48, max_size=48)
backlogs = st.builds(Backlog, st.floats(0, 2000), st.floats(0, 200))
clocks = st.sampled_from(["calendar", "open"])


@settings(max_examples=80, deadline=None)
@given(lists, lists, backlogs, st.floats(0.5, 60), clocks)
def test_nothing_is_lost_and_one_more_never_hurts(contacts, capacity, backlog, hours, clock):
    contacts, capacity = np.array(contacts), np.array(capacity)
    is_open = np.tile(DAY, 2)
    got = work_off(contacts, desk(capacity, is_open, HOUR, hours * HOUR, clock, backlog))
    growth = np.diff(got.backlog, prepend=backlog.contacts)
    assert contacts == pytest.approx(got.handled + growth, abs=1e-4)
    assert (got.handled >= -1e-9).all()
    assert 0 <= got.starting_in_time <= backlog.contacts
    assert (got.oldest_s >= 0).all()
    assert (got.oldest_s <= (np.arange(1, 49) + backlog.oldest_hours) * HOUR + 1e-3).all()
    more = work_off(contacts, desk(capacity + 1, is_open, HOUR, hours * HOUR, clock, backlog))
    assert more.starting_in_time >= got.starting_in_time - 1e-6
    assert (more.service_level >= got.service_level - 1e-4).all()
    assert (more.backlog <= got.backlog + 1e-4).all()
    assert (more.oldest_s <= got.oldest_s + 1.0).all()


@settings(max_examples=40, deadline=None)
@given(lists, lists, st.floats(0.5, 60), clocks, st.floats(0, 99))
def test_a_backlog_of_zero_changes_nothing(contacts, capacity, hours, clock, age):
    given_ = np.array(capacity), np.tile(DAY, 2), HOUR, hours * HOUR, clock
    none = work_off(np.array(contacts), desk(*given_))
    zero = work_off(np.array(contacts), desk(*given_, Backlog(0.0, age)))
    for name in ("service_level", "backlog", "handled", "wait_s", "oldest_s"):
        assert np.array_equal(getattr(none, name), getattr(zero, name)), name
    assert zero.starting_in_time == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.booleans(), min_size=48, max_size=48).map(np.array),
    backlogs.filter(lambda b: b.contacts > 1),
    st.integers(1, 40),
    clocks,
)
def test_out_of_reach_is_what_comes_too_long_before_anybody_is_there(there, backlog, hours, clock):
    is_open = np.tile(DAY, 2)
    shares, starting = out_of_reach(
        desk(there * 5.0, is_open, HOUR, hours * HOUR, clock, backlog), there
    )
    later = np.tile(there, 60)
    moments = np.where(later, np.arange(later.size) * float(HOUR), np.inf)
    after = np.minimum.accumulate(moments[::-1])[::-1]
    fine = np.arange(0, 48 * HOUR, 36.0) + 18.0
    old = -backlog.oldest_hours * HOUR * (np.arange(1000) + 0.5) / 1000
    ticks = np.tile(is_open, 90)  # ten times two days before, to be safe
    for came, found in ((fine, shares), (old, np.array([starting]))):
        from_ = np.maximum(came, 0.0)
        now = np.maximum(after[(from_ // HOUR).astype(int)], from_) + 0.01  # replies take time
        finite = np.isfinite(now)
        shift = 10 * 48 * HOUR
        met = in_time(came + shift, np.where(finite, now, 0.0) + shift, hours * HOUR, ticks, HOUR,
                      clock)  # fmt: skip
        lost = 1.0 - (met & finite).reshape(found.size, -1).mean(axis=1)
        assert found == pytest.approx(lost, abs=0.011)

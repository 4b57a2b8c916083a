"""Positions needed now, and work that may wait until it is due."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.demand import build_demand, deadlines
from staffing.queues import Promise, Queue, Target

PHONE = Queue("phone", Target())
masks = st.lists(st.booleans(), min_size=1, max_size=40).map(np.array)


def test_a_queue_answered_at_once_needs_positions_and_leaves_nothing_waiting():
    positions, contacts = np.array([[2.0, 0.0]]), np.array([[9.0, 0.0]])
    demand = build_demand([PHONE], positions, contacts, np.ones((1, 2), bool), 900)
    assert demand.positions.tolist() == [[2.0, 0.0]]
    assert demand.load.tolist() == demand.not_due.tolist() == [[0.0, 0.0]]
    assert demand.contacts_per_position.tolist() == [[4.5, 0.0]]


def test_work_that_may_wait_needs_no_position_now():
    queues = [PHONE, Queue("mail", Promise(2))]
    work = np.array([[1.0, 1.0, 1.0], [3.0, 0.0, 1.0]])
    demand = build_demand(queues, work, 4 * work, np.ones((2, 3), bool), 3600)
    assert demand.positions[1].tolist() == [0.0, 0.0, 0.0]
    assert demand.load[1].tolist() == [3.0, 0.0, 1.0]
    assert demand.not_due[1].tolist() == [3.0, 0.0, 1.0]
    assert demand.load[0].tolist() == [0.0, 0.0, 0.0]


def test_every_piece_of_work_takes_the_same():
    work, contacts = np.array([[1.0, 3.0, 0.0]]), np.array([[8.0, 12.0, 0.0]])
    demand = build_demand([Queue("m", Promise(1))], work, contacts, np.ones((1, 3), bool), 900)
    assert (demand.load * demand.contacts_per_position).sum() == pytest.approx(20.0)
    assert len(set(demand.contacts_per_position[0])) == 1


@given(masks, st.sampled_from([900, 1800, 3600]), st.floats(0.1, 12))
@settings(max_examples=60, deadline=None)
def test_calendar_deadlines_never_fall_after_the_promise(is_open, interval_s, hours):
    due = deadlines(Promise(hours), is_open, interval_s)
    for arrived, last in enumerate(due):
        # Even what comes as its interval begins is done within the promise, where the interval
        # is not longer than that.
        in_time = (last + 1 - arrived) * interval_s <= hours * 3600 + 1e-6
        assert in_time or last == min(arrived, len(is_open))
        one_more = (last + 2 - arrived) * interval_s <= hours * 3600
        assert not one_more or last == len(is_open)


@given(masks, st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_open_deadlines_count_open_intervals(is_open, hours):
    due = deadlines(Promise(hours, clock="open"), is_open, 3600)
    for arrived, last in enumerate(due):
        if last == len(is_open):
            assert is_open[arrived:].sum() < hours
        else:
            assert is_open[arrived : last + 1].sum() == hours
            assert is_open[last]


@given(masks, st.integers(1, 6), st.sampled_from(["calendar", "open"]), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_not_due_is_what_came_and_may_still_wait(is_open, hours, clock, seed):
    promise = Promise(hours, clock=clock)
    work = np.random.default_rng(seed).uniform(0, 3, (1, len(is_open)))
    demand = build_demand([Queue("m", promise)], work, 5 * work, is_open[None], 3600)
    due = deadlines(promise, is_open, 3600)
    for i in range(len(is_open)):
        waits = [work[0, j] for j in range(i + 1) if due[j] > i]
        assert demand.not_due[0, i] == pytest.approx(sum(waits), abs=1e-9)

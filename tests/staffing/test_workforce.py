"""A team's heads week by week: nobody appears or is lost but by joining, leaving, being let go."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.workforce import Hiring, walk, weekly_share

WEEKS = 12
COUNTS = st.lists(st.integers(0, 5), min_size=WEEKS, max_size=WEEKS)


def test_nobody_comes_and_goes_where_nothing_is_said():
    there = walk(Hiring(), 7, np.zeros(5), np.zeros(5))
    assert there.heads.tolist() == [7.0] * 5
    assert there.on_contacts.tolist() == [7.0] * 5
    assert there.leavers.sum() == 0


@settings(max_examples=30, deadline=None)
@given(COUNTS, st.floats(0, 0.05), st.floats(0, 0.2), st.integers(0, 4), st.integers(0, 4))
def test_heads_are_those_before_and_the_joined_less_leavers_and_released(
    joined, usual, early, training, least
):
    terms = Hiring(speed=(0.0,) * training + (0.5,), leave_a_week=usual,
                   leave_a_week_at_first=early, min_weeks=least)  # fmt: skip
    gone = np.zeros(WEEKS)
    gone[3] = 2.0
    there = walk(terms, 10, joined, gone)
    before = np.concatenate([[there.heads[0]], there.heads[:-1]])
    came = np.array([0, *joined[1:]])
    assert there.heads == pytest.approx(before + came - there.leavers - there.released)
    assert (there.leavers > -1e-9).all()
    assert there.released.sum() == 2
    assert (there.in_training <= there.heads + 1e-9).all()
    assert (there.on_contacts <= there.heads + 1e-9).all()


def test_a_year_loses_the_share_that_is_said():
    there = walk(Hiring(leave_a_week=weekly_share(0.30)), 100, np.zeros(53), np.zeros(53))
    assert there.heads[52] == pytest.approx(70)


def test_a_class_trains_then_learns():
    there = walk(Hiring(speed=(0.0, 0.0, 0.6)), 0, [5, 0, 0, 0], np.zeros(4))
    assert there.in_training.tolist() == [5, 5, 0, 0]
    assert there.on_contacts == pytest.approx([0, 0, 3, 5])
    assert there.heads.tolist() == [5, 5, 5, 5]


def test_trainers_are_off_contacts_while_a_class_trains():
    there = walk(Hiring(speed=(0.0, 0.5), trainers=1), 4, [2, 0, 0], np.zeros(3))
    assert there.on_contacts == pytest.approx([3, 5, 6])


def test_all_go_when_a_season_ends_and_nobody_is_there_outside():
    season = np.array([-1, 0, 0, -1, 1])
    there = walk(Hiring(season=season), 3, [0, 4, 0, 0, 2], np.zeros(5))
    assert there.heads.tolist() == [0, 4, 4, 0, 2]


def test_old_hands_who_began_slow_count_less():
    there = walk(Hiring(), 10, np.zeros(2), np.zeros(2), pace=[0.5, 1.0])
    assert there.on_contacts.tolist() == [5.0, 10.0]

"""Windows counted in open days."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.events import OUTSIDE, Event, open_day_offsets

FIRST = dt.date(2024, 1, 1)


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


@given(
    st.lists(st.booleans(), min_size=1, max_size=60),
    st.integers(0, 59),
    st.integers(0, 8),
    st.integers(0, 8),
)
def test_offsets_count_open_days_one_by_one(opening, at, before, after):
    is_open = np.array(opening)
    offsets, occurrence = open_day_offsets(Event("sale", (day(at),), before, after), FIRST, is_open)
    inside = offsets[offsets != OUTSIDE]
    assert (offsets[~is_open] == OUTSIDE).all()
    assert ((occurrence >= 0) == (offsets != OUTSIDE)).all()
    if at >= len(is_open):
        assert len(inside) == 0
        return
    steps = np.diff(inside)
    zero = is_open[at]
    assert all(step == 1 or (step == 2 and not zero) for step in steps)
    assert (offsets[at] == 0) == zero
    assert (inside >= -before).all()
    assert (inside <= after).all()
    assert (inside < 0).sum() == min(before, is_open[:at].sum())
    assert (inside > 0).sum() == min(after, is_open[at + 1 :].sum())


def test_a_month_starting_on_a_closed_day_starts_on_the_next_open_one():
    is_open = np.array([1, 1, 0, 0, 1, 1], dtype=bool)
    event = Event("month_start", (day(2),), days_after=1)
    assert open_day_offsets(event, FIRST, is_open)[0].tolist()[4:] == [0, 1]
    event = Event("month_end", (day(3),), days_before=1)
    assert open_day_offsets(event, FIRST, is_open)[0].tolist()[:2] == [-1, 0]


def test_the_nearer_occurrence_wins():
    event = Event("mailing", (day(0), day(4)), days_before=2, days_after=5)
    offsets, occurrence = open_day_offsets(event, FIRST, np.ones(6, dtype=bool))
    assert offsets.tolist() == [0, 1, 2, -1, 0, 1]
    assert occurrence.tolist() == [0, 0, 0, 1, 1, 1]


def test_yearly_and_monthly_events_are_told_apart():
    assert Event("a", (day(0),)).is_yearly
    assert Event("a", tuple(day(365 * k) for k in range(4))).is_yearly
    assert not Event("a", tuple(day(30 * k) for k in range(12))).is_yearly


def test_a_stated_window_counts_in_full_and_a_gift_day_ramps_up():
    stated = Event("mailing", (), days_after=2, uplift=2)
    assert stated.shape(np.array([-1, 0, 1, 2, 3, OUTSIDE])).tolist() == [0, 1, 1, 1, 0, 0]
    gift = Event("valentines_day", (), uplift=2).shape(np.array([-20, -5, -1, 0, 1, OUTSIDE]))
    assert (np.diff(gift[:4]) > 0).all()
    assert gift[3:].tolist() == [1, 0.5, 0]


@pytest.mark.parametrize("field", ["days_before", "days_after", "multiplier", "uplift"])
def test_negative_numbers_are_told(field):
    wrong: dict[str, Any] = {field: -1}
    with pytest.raises(ValueError, match=f"{field} of event x must be 0 or more, got -1"):
        Event("x", (), **wrong)


@given(st.sampled_from(["valentines_day", "christmas", "month_start", "a sale"]), st.integers(0, 9))
def test_an_event_like_another_has_its_window_unless_one_is_stated(other, days):
    new = Event("new", (day(3),), like=other)
    assert new.window == Event(other, ()).window
    assert Event("new", (), days_before=days, like=other).window == (days, new.window[1])


def test_an_event_like_the_month_s_start_rolls_to_the_open_day():
    is_open = np.array([1, 1, 0, 0, 1, 1], dtype=bool)
    event = Event("payday", (day(2),), days_after=1, like="month_start")
    assert open_day_offsets(event, FIRST, is_open)[0].tolist()[4:] == [0, 1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"like": "x"}, "like of event x must name another event"),
        ({"like": "y", "uplift": 2.0}, "event x must have either uplift or like, got both"),
        ({"like": "y", "strength": -0.1}, "strength of event x must be 0 or more"),
    ],
)
def test_an_event_like_another_that_makes_no_sense_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Event("x", (), **given)


@pytest.mark.parametrize(("last_year", "so_far"), [(2, 1), (3, 1), (3, 1.5), (1, 2), (1.5, 1)])
def test_a_plan_made_inside_an_event_window_stays_within_what_was_seen(
    make_history, run, last_year, so_far
):
    first, days = dt.date(2022, 1, 3), 760
    end = first + dt.timedelta(days=days - 1)
    dates = (end - dt.timedelta(days=363), end + dt.timedelta(days=3))  # on two weekdays
    made = np.full(days, 1000.0)
    for date, factor in zip(dates, (last_year, so_far), strict=True):
        at = (date - first).days
        made[max(at - 7, 0) : at + 8] *= factor
    past = make_history(made, interval_s=86_400, first_day=first, noise=np.random.default_rng(3))
    told = run(past, 14, [Event("promo", dates, days_before=7, days_after=7)]).by_queue[0]
    low, high = min(last_year, so_far, 1), max(last_year, so_far, 1)
    assert told.day_total.min() > 850 * low
    assert told.day_total.max() < 1150 * high

"""Shifts that the rules allow, and the minutes that they cover."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.pools import BreakRule, ShiftRules, SplitRule
from staffing.shifts import Shift, build_shifts, clock, day_start, duty_profile, shift_start

PARIS = "Europe/Paris"
LUNCH = BreakRule(45, False, (3.0, 5.0))


@st.composite
def rules(draw):
    earliest = draw(st.integers(0, 20)) * 60
    breaks = [
        BreakRule(
            draw(st.sampled_from([15, 30, 45])),
            draw(st.booleans()),
            (first := draw(st.integers(1, 4)), first + draw(st.integers(0, 2))),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    return ShiftRules(
        earliest,
        earliest + draw(st.integers(4, 14)) * 60,
        draw(st.sampled_from([30, 60])),
        tuple(draw(st.sets(st.sampled_from([4.0, 6.5, 7.0, 8.0]), min_size=1))),
        tuple(breaks),
    )


def test_counts_the_shifts_of_a_shop():
    # Four hours from 07:00 to 17:00: 21 starts; seven with lunch from 07:00 to 13:00: 13 starts,
    # each with lunch after 3, 3.5, 4, 4.5 or 5 hours, and one from 13:15 that ends with the day.
    shifts = build_shifts(ShiftRules(7 * 60, 21 * 60, 30, (4.0, 7.0), (LUNCH,)))
    assert len([s for s in shifts if not s.breaks]) == 21
    assert len([s for s in shifts if s.breaks]) == 14 * 5


@given(rules())
@settings(max_examples=60, deadline=None)
def test_every_shift_keeps_the_rules(given_rules):
    shifts = build_shifts(given_rules)
    assert list(shifts) == sorted(set(shifts))
    for shift in shifts:
        applied = [r for r in given_rules.breaks if shift.paid_hours > r.after_hours[1]]
        unpaid = sum(r.minutes for r in applied if not r.paid)
        assert shift.paid_hours in given_rules.paid_hours
        assert shift.end_minute - shift.start_minute == shift.paid_minutes + unpaid
        assert given_rules.earliest_start <= shift.start_minute
        assert shift.end_minute <= given_rules.latest_end
        since = shift.start_minute - given_rules.earliest_start
        last = shift.end_minute == given_rules.latest_end
        assert since % given_rules.start_every_minutes == 0 or last
        assert sorted(b - a for a, b in shift.breaks) == sorted(r.minutes for r in applied)
        for (_, end), (start, _) in zip(shift.breaks, shift.breaks[1:], strict=False):
            assert end <= start
        for start, end in shift.breaks:
            after = (start - shift.start_minute) / 60
            assert end < shift.end_minute
            assert any(
                r.after_hours[0] <= after <= r.after_hours[1] and r.minutes == end - start
                for r in applied
            )


@given(rules())
@settings(max_examples=60, deadline=None)
def test_labels_tell_a_pools_shifts_apart(given_rules):
    shifts = build_shifts(given_rules)
    assert len({shift.label for shift in shifts}) == len(shifts)


def test_labels_tell_breaks_of_different_lengths_apart():
    pauses = (BreakRule(15, True, (2.0, 5.0)), BreakRule(45, False, (2.0, 5.0)))
    shifts = build_shifts(ShiftRules(540, 1140, 30, (8.0,), pauses))
    assert len({shift.label for shift in shifts}) == len(shifts)
    assert "09:00-17:45 break 11:00-11:15 12:00-12:45" in {shift.label for shift in shifts}


def test_a_break_needs_a_shift_that_reaches_beyond_its_window():
    for hours, breaks in ((5.0, 0), (5.25, 1)):
        shifts = build_shifts(ShiftRules(540, 1200, 60, (hours,), (LUNCH,)))
        assert {len(shift.breaks) for shift in shifts} == {breaks}


def test_no_shift_where_none_fits():
    assert build_shifts(ShiftRules(540, 700, 30, (4.0,))) == ()


def test_a_night_is_labelled_by_the_clock():
    (night,) = build_shifts(ShiftRules(22 * 60, 30 * 60, 60, (8.0,)))
    assert night.label == "22:00-06:00"
    assert clock(0) == "00:00"


@given(
    shift=rules().map(build_shifts).filter(len).flatmap(st.sampled_from),
    interval_s=st.sampled_from([300, 900, 1800, 3600]),
    offset=st.integers(0, 59),
)
@settings(max_examples=60, deadline=None)
def test_a_profile_holds_every_minute_on_duty(shift, interval_s, offset):
    offset_s = offset * 60 % interval_s
    profile = duty_profile(shift, interval_s, offset_s)
    pauses = sum(end - start for start, end in shift.breaks)
    assert profile.sum() * interval_s / 60 == pytest.approx(
        shift.end_minute - shift.start_minute - pauses
    )
    assert ((profile >= 0) & (profile <= 1)).all()
    assert profile[0] <= 1 - offset_s / interval_s + 1e-12


def test_a_profile_knows_where_the_break_lies():
    shift = Shift(540, 780, ((630, 675),), 195)
    assert duty_profile(shift, 1800).tolist() == [1, 1, 1, 0, 0.5, 1, 1, 1]
    assert duty_profile(shift, 1800, 900).tolist() == [0.5, 1, 1, 0.5, 0, 1, 1, 1, 0.5]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(dt.date(2027, 3, 28), 23), (dt.date(2027, 10, 31), 25), (dt.date(2027, 2, 1), 24)],
)
def test_days_last_from_midnight_to_midnight(day, hours):
    after = day + dt.timedelta(days=1)
    assert day_start(after, PARIS) - day_start(day, PARIS) == dt.timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "minute", "utc"),
    [
        (dt.date(2027, 2, 1), 540, "2027-02-01T08:00Z"),
        (dt.date(2027, 2, 1), 1500, "2027-02-02T00:00Z"),  # 01:00 of the next day
        (dt.date(2027, 3, 28), 60, "2027-03-28T00:00Z"),  # before the clocks go forward
        (dt.date(2027, 3, 28), 150, "2027-03-28T01:30Z"),  # 02:30 is skipped: 03:30
        (dt.date(2027, 3, 28), 540, "2027-03-28T07:00Z"),
        (dt.date(2027, 10, 31), 150, "2027-10-31T00:30Z"),  # 02:30 comes twice: the first
        (dt.date(2027, 10, 31), 540, "2027-10-31T08:00Z"),
        (dt.date(2027, 3, 27), 1440 + 540, "2027-03-28T07:00Z"),
    ],
)
def test_a_shift_starts_by_the_clock_on_the_wall(day, minute, utc):
    found = shift_start(Shift(minute, minute + 240, (), 240), day, PARIS)
    assert found == np.datetime64(utc[:-1]).astype("datetime64[us]").astype(dt.datetime).replace(
        tzinfo=dt.UTC
    )


def test_labels_of_two_days_differ():
    shifts = build_shifts(ShiftRules(0, 48 * 60, 60, (8.0,)))
    assert len({shift.label for shift in shifts}) == len(shifts)


def test_counts_split_shifts():
    # Seven hours with two or three hours between: from 08:00 to 20:00 nine hours have 4 starts on
    # the hour, ten hours 3; the pause begins after 3 or 4 hours. Lunch is none of theirs.
    split = SplitRule((7.0,), (120, 180), (3.0, 4.0), 10)
    shifts = build_shifts(ShiftRules(480, 1200, 60, (), (LUNCH,), split))
    assert len(shifts) == (4 + 3) * 2
    assert all(len(shift.breaks) == 1 and shift.paid_minutes == 420 for shift in shifts)
    assert shifts[0].label == "08:00-17:00 break 11:00-13:00"
    assert len({shift.label for shift in shifts}) == len(shifts)


def test_a_split_shift_spans_no_more_than_it_may():
    split = SplitRule((5.0, 7.0), (120, 240), (3.0, 5.0), 9)
    shifts = build_shifts(ShiftRules(480, 1320, 60, (), (), split))
    assert {s.end_minute - s.start_minute for s in shifts} == {7 * 60, 8 * 60, 9 * 60}
    assert {s.paid_hours for s in shifts} == {5.0, 7.0}
    for shift in shifts:
        ((start, end),) = shift.breaks
        assert end - start == shift.end_minute - shift.start_minute - shift.paid_minutes
        assert end < shift.end_minute  # there is a second part


def test_split_shifts_come_beside_the_usual_ones():
    rules = ShiftRules(480, 1200, 60, (7.0,), (LUNCH,))
    split = SplitRule((7.0,), (180, 180), (3.0, 3.0))
    usual = set(build_shifts(rules))
    assert usual < set(build_shifts(ShiftRules(480, 1200, 60, (7.0,), (LUNCH,), split)))


def test_a_split_shift_keeps_its_hours_when_the_clock_changes_in_its_pause():
    # The night to Sunday 28 March 2027: 22:00, 00:00 to 04:00 off, which is 05:00 in summer time.
    split = SplitRule((6.0,), (240, 240), (2.0, 2.0))
    shift = next(
        s
        for s in build_shifts(ShiftRules(22 * 60, 34 * 60, 60, (), (), split))
        if s.start_minute == 22 * 60
    )
    start = shift_start(shift, dt.date(2027, 3, 27), PARIS)
    profile = duty_profile(shift, 3600)
    assert profile[:10].tolist() == [1, 1, 0, 0, 0, 0, 1, 1, 1, 1]
    back = (start + dt.timedelta(hours=6)).tz_convert(PARIS)
    assert (back.hour, (start + dt.timedelta(hours=10)).tz_convert(PARIS).hour) == (5, 9)

"""Grids of local days: clock changes, gaps, closed hours."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecasting.history import History, history_from_intervals, local_slots

ALWAYS = np.ones((7, 24), dtype=bool)


def hourly(start: str, periods: int) -> pd.DatetimeIndex:
    return pd.date_range(start, periods=periods, freq="h", tz="UTC")


def test_skipped_hour_is_zero_and_repeated_hour_adds_up():
    # Paris: 31 March 2024 has 23 hours, 27 October 25.
    spring = history_from_intervals(
        "q", "Europe/Paris", 3600, hourly("2024-03-30 23:00", 23), np.ones(23), None, ALWAYS
    )
    assert spring.contacts.shape == (1, 24)
    assert spring.contacts[0, 2] == 0
    assert spring.contacts.sum() == 23
    autumn = history_from_intervals(
        "q", "Europe/Paris", 3600, hourly("2024-10-26 22:00", 25), np.ones(25), None, ALWAYS
    )
    assert autumn.contacts.shape == (1, 24)
    assert autumn.contacts[0, 2] == 2
    assert autumn.contacts.sum() == 25


def test_absent_days_are_unknown_unless_said():
    start = pd.DatetimeIndex(["2024-01-01 10:00", "2024-01-03 11:00"], tz="UTC")
    told = {"absent": history_from_intervals("q", "UTC", 3600, start, [1, 2], None, ALWAYS)}
    told["zero"] = history_from_intervals(
        "q", "UTC", 3600, start, [1, 2], None, ALWAYS, absent_days="zero"
    )
    assert np.isnan(told["absent"].contacts[1]).all()
    assert told["absent"].contacts[0].sum() == 1
    assert told["zero"].contacts[1].sum() == 0


def test_rows_outside_of_the_days_asked_for_are_left_out():
    start = hourly("2024-01-01", 72)
    past = history_from_intervals(
        "q", "UTC", 3600, start, np.ones(72), None, ALWAYS,
        first_day=dt.date(2024, 1, 2), last_day=dt.date(2024, 1, 4),
    )  # fmt: skip
    assert past.days == (dt.date(2024, 1, 2), dt.date(2024, 1, 3), dt.date(2024, 1, 4))
    assert np.nansum(past.contacts) == 48
    assert np.isnan(past.contacts[2]).all()


def test_handling_time_is_weighted_by_contacts():
    start = pd.DatetimeIndex(["2024-01-01 10:00", "2024-01-01 10:30", "2024-01-01 11:00"], tz="UTC")
    past = history_from_intervals("q", "UTC", 3600, start, [1, 3, 5], [100, 200, np.nan], ALWAYS)
    assert past.aht_s is not None
    assert past.aht_s[0, 10] == 175
    assert np.isnan(past.aht_s[0, 11])


def test_contacts_in_closed_slots_are_kept():
    shut = np.zeros((7, 24), dtype=bool)
    past = history_from_intervals("q", "UTC", 3600, hourly("2024-01-01", 24), range(24), None, shut)
    assert past.contacts.sum() == 276


def test_no_rows_need_days():
    none = pd.DatetimeIndex([], tz="UTC")
    with pytest.raises(ValueError, match="first_day"):
        history_from_intervals("q", "UTC", 3600, none, [], None, ALWAYS)
    day = dt.date(2024, 1, 1)
    past = history_from_intervals(
        "q", "UTC", 3600, none, [], None, ALWAYS, first_day=day, last_day=day
    )
    assert np.isnan(past.contacts).all()


def test_times_without_zone_are_told():
    with pytest.raises(ValueError, match="zone"):
        history_from_intervals(
            "q", "UTC", 3600, pd.DatetimeIndex(["2024-01-01"]), [1], None, ALWAYS
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"interval_s": 1234}, "interval_s"),
        ({"contacts": np.ones((2, 23))}, r"\[D, 24\]"),
        ({"contacts": -np.ones((2, 24))}, "zero or more"),
        ({"aht_s": np.ones((1, 24))}, "aht_s"),
        ({"is_open": np.ones((7, 2), dtype=bool)}, "is_open"),
    ],
)
def test_faults_are_told(change, message):
    good = {
        "queue": "q", "timezone": "UTC", "interval_s": 3600, "first_day": dt.date(2024, 1, 1),
        "contacts": np.ones((2, 24)), "aht_s": None, "is_open": ALWAYS,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        History(**(good | change))


def test_arrays_are_read_only():
    past = History("q", "UTC", 3600, dt.date(2024, 1, 1), np.ones((1, 24)), None, ALWAYS)
    with pytest.raises(ValueError, match="read-only"):
        past.contacts[0, 0] = 5


def test_local_slots_do_not_depend_on_the_unit_of_time():
    times = hourly("2024-06-30 22:00", 3)
    for unit in ("s", "ms", "us", "ns"):
        day, slot = local_slots(times.as_unit(unit), "Europe/Paris", 3600, dt.date(2024, 7, 1))
        assert day.tolist() == [0, 0, 0]
        assert slot.tolist() == [0, 1, 2]

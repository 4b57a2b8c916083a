"""Handling times are forecast like contacts: recent level, weekday and slot, events."""

import datetime as dt

import numpy as np
import pytest

from forecasting.handling import handling_times
from forecasting.history import History

MONDAY = dt.date(2023, 1, 2)


def history(aht_s, counts=None):
    counts = np.full(aht_s.shape, 50.0) if counts is None else counts
    hours = np.ones((7, aht_s.shape[1]), dtype=bool)
    return History("q", "UTC", 86_400 // aht_s.shape[1], MONDAY, counts, aht_s, hours)


def told(past, days=7, ordinary=None, before=None, ahead=None):
    ordinary = np.ones(len(past.contacts), dtype=bool) if ordinary is None else ordinary
    found = handling_times(past, ordinary, before or {}, ahead or {}, np.arange(days) % 7)
    assert found is not None
    return found


def test_weekdays_and_slots_keep_their_own_times():
    by_slot = np.array([200.0, 300.0, 400.0, 300.0])
    aht_s = np.tile(by_slot, (280, 1)) * np.where(np.arange(280) % 7 == 0, 1.2, 1.0)[:, None]
    found = told(history(aht_s))
    assert found[1:] == pytest.approx(np.tile(by_slot, (6, 1)), rel=0.02)
    assert found[0] == pytest.approx(1.2 * by_slot, rel=0.03)


def test_a_new_level_is_followed_within_weeks():
    aht_s = np.full((365, 2), 300.0)
    aht_s[-56:] = 360.0
    assert told(history(aht_s)).mean() == pytest.approx(360, rel=0.05)


def test_an_event_changes_its_own_contacts_only():
    aht_s, factor = np.full((400, 1), 300.0), np.ones(400)
    factor[200:210] = 5.0  # four contacts in five are the event's, and take half as long
    aht_s[200:210] = 0.2 * 300 + 0.8 * 150
    counts = np.where(factor > 1, 2500.0, 500.0)[:, None]
    past = history(aht_s, counts)
    ahead = np.array([1.0, 5.0, 9.0])
    found = told(past, 3, factor == 1, {"event e": factor}, {"event e": ahead})[:, 0]
    assert found == pytest.approx([300, 180, 300 / 9 + 150 * 8 / 9], rel=0.03)


def test_nothing_known_is_none():
    past = history(np.full((10, 1), np.nan))
    assert handling_times(past, np.ones(10, dtype=bool), {}, {}, np.array([0])) is None

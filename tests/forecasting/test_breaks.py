"""Breaks of the level: found where planted, not where there is none, and followed within weeks."""

import datetime as dt

import numpy as np
import pytest

from forecasting.breaks import level_breaks
from forecasting.events import Event
from forecasting.openings import day_series

DAYS = 4 * 365
WEEK = np.array([1.1, 1.0, 1.0, 1.05, 1.2, 0.9, 0.6])


def means(**shift):
    day = np.arange(DAYS)
    made = 200 * WEEK[day % 7] * (1 + 0.15 * np.sin(2 * np.pi * day / 365.25))
    for at, factor in shift.items():
        made[DAYS - int(at[1:]) :] *= factor
    return made


def series_of(past):
    return day_series(past, past.last_day + dt.timedelta(days=28), (), {})[0]


def found(make_history, made, seed):
    past = make_history(made, interval_s=86_400, noise=np.random.default_rng(seed))
    series = series_of(past)
    return (level_breaks(series) - series.end).tolist()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shift", [{"d56": 1.6}, {"d21": 1.6}, {"d365": 0.6}, {"d728": 0.7}])
def test_a_planted_break_is_found_within_a_week(make_history, shift, seed):
    ((name, _),) = shift.items()
    (at,) = found(make_history, means(**shift), seed)
    assert abs(at + int(name[1:])) <= 7


@pytest.mark.parametrize("seed", range(3))
def test_no_break_in_seasons_slopes_and_bursts(make_history, seed):
    assert found(make_history, means(), seed) == []
    assert found(make_history, means() * np.linspace(1, 2, DAYS), seed) == []
    day = np.arange(DAYS) % 365
    assert found(make_history, means() * np.where((day > 90) & (day < 150), 1.5, 1), seed) == []
    burst = means()
    burst[-20:-10] *= 3
    assert found(make_history, burst, seed) == []


@pytest.mark.parametrize(("days", "left"), [(56, 0.05), (21, 0.08), (365, 0.05), (728, 0.05)])
@pytest.mark.parametrize("factor", [1.6, 0.6])
def test_the_forecast_follows_a_shift_within_weeks(make_history, run, days, left, factor):
    made = means(**{f"d{days}": factor})
    past = make_history(made, interval_s=86_400, noise=np.random.default_rng(5))
    day = np.arange(DAYS, DAYS + 28)
    truth = factor * 200 * WEEK[day % 7] * (1 + 0.15 * np.sin(2 * np.pi * day / 365.25))
    told = run(past).by_queue[0]
    assert told.day_total.sum() == pytest.approx(truth.sum(), rel=left)
    said = any(note.startswith("the level changed by") for note in told.notes)
    assert said == (days <= 365)


def test_a_burst_does_not_wreck_the_forecast(make_history, run):
    made = means()
    made[-20:-10] *= 3
    past = make_history(made, interval_s=86_400, noise=np.random.default_rng(5))
    usual = run(make_history(means(), interval_s=86_400, noise=np.random.default_rng(5)))
    assert run(past).contacts.sum() == pytest.approx(usual.contacts.sum(), rel=0.06)


def test_too_little_history_has_no_breaks(make_history):
    past = make_history(np.full(40, 100.0), interval_s=86_400)
    assert len(level_breaks(series_of(past))) == 0


@pytest.mark.parametrize("start", ["2023-11-25", "2023-12-01", "2023-12-10", "2023-12-27"])
@pytest.mark.parametrize("factor", [1.5, 2.0])
def test_a_shift_inside_an_event_window_is_not_taken_for_the_event(
    make_history, run, start, factor
):
    first, days = dt.date(2022, 12, 1), 700
    made = np.full(days, 1000.0)
    made[(dt.date.fromisoformat(start) - first).days :] *= factor
    past = make_history(made, interval_s=86_400, first_day=first, noise=np.random.default_rng(3))
    christmas = Event("christmas", tuple(dt.date(year, 12, 25) for year in range(2021, 2026)))
    told = run(past, 60, [christmas]).by_queue[0]
    assert told.day_total.mean() == pytest.approx(1000 * factor, rel=0.05)
    assert told.day_total.max() < 1.1 * 1000 * factor

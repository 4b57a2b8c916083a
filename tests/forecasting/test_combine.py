"""Witnesses and their weights: nothing looks ahead, and a better method weighs more."""

import datetime as dt

import numpy as np
import pytest

from forecasting.aligned import last_year, recent_weekdays
from forecasting.combine import WITNESSES, combine, mean_in
from forecasting.events import Event
from forecasting.methods import fit_days, forecast_days
from forecasting.openings import day_series
from forecasting.regression import as_known, regress

DAYS = 3 * 365
SALE = Event(
    "sale", (dt.date(2021, 5, 12), dt.date(2022, 5, 11), dt.date(2023, 5, 10), dt.date(2024, 5, 8)),
    days_before=2, days_after=1,
)  # fmt: skip


def series_of(make_history, counts, events=(SALE,), ahead=150):
    past = make_history(counts, interval_s=86_400)
    return day_series(past, past.last_day + dt.timedelta(days=ahead), events, {})[0]


@pytest.fixture
def counts():
    rng = np.random.default_rng(11)
    made = 100 * np.tile([1.2, 1.0, 1.0, 1.0, 1.1, 0.7, 0.5], 200)[:DAYS]
    for date in SALE.dates[:3]:
        at = (date - dt.date(2021, 1, 4)).days
        made[at - 1] *= 2
        made[at] *= 4
    return rng.poisson(made).astype(float)


def test_last_year_takes_the_same_offset_of_the_event_and_the_same_weekday(make_history):
    weekly = 100 * np.tile([1.2, 1.0, 1.0, 1.0, 1.1, 0.7, 0.5], 200)[:DAYS]
    at = [(date - dt.date(2021, 1, 4)).days for date in SALE.dates]
    weekly[at[2]] = 555.0
    series = series_of(make_history, weekly)
    told = last_year(series)
    assert np.isnan(told[: series.end]).sum() == series.is_open[: series.end].sum()
    assert told[series.start + at[3]] == pytest.approx(555)
    assert told[series.end : series.end + 7] == pytest.approx(weekly[-364 : -364 + 7])
    grown = series_of(make_history, np.concatenate([weekly[:-90], weekly[-90:] * 1.5]))
    assert last_year(grown)[grown.end + 3] == pytest.approx(1.5 * weekly[-364 + 3])


def test_a_break_is_taken_out_of_what_last_year_and_last_weeks_say(make_history):
    weekly = 100 * np.tile([1.2, 1.0, 1.0, 1.0, 1.1, 0.7, 0.5], 200)[:DAYS]
    weekly[-10:] *= 2
    series = series_of(make_history, weekly, ())
    steady = np.where(np.arange(len(series.contacts)) >= series.end - 10, 2.0, 1.0)
    ahead = slice(series.end, series.end + 7)
    expected = 2 * weekly[-364 : -364 + 7]
    assert last_year(series, steady)[ahead] == pytest.approx(expected)
    weight = np.ones(len(series.contacts))
    assert recent_weekdays(series, weight, steady)[ahead] == pytest.approx(expected)


def test_what_was_known_earlier_does_not_depend_on_what_came_after(make_history, counts):
    cut = DAYS - 100
    other = counts.copy()
    other[cut:] = np.random.default_rng(2).poisson(100, 100)
    told = []
    for version in (counts, other):
        series = series_of(make_history, version)
        found = regress(series, np.array([True]))
        told.append(as_known(found, series.start + cut).expected[series.start + cut :][:28])
    # Only the scales of penalties, the belief in each day and the breaks see the whole history.
    assert told[0] == pytest.approx(told[1], rel=0.03)


def test_the_better_method_weighs_more(make_history):
    rng = np.random.default_rng(4)
    calm = rng.poisson(100.0, DAYS).astype(float)
    # A year that repeats day by day in a way that no weekday or wave can tell.
    pattern = rng.gamma(4.0, 25.0, 364)
    copied = rng.poisson(np.tile(pattern, 4)[:DAYS]).astype(float)
    weights = []
    for made in (calm, copied):
        series = series_of(make_history, made, ())
        found = regress(series, np.zeros(0, dtype=bool))
        combined = combine(found, as_known(found, series.end).expected, 28)
        weights.append(dict(zip(WITNESSES, combined.ordinary, strict=True)))
        assert combined.ordinary.sum() == pytest.approx(1)
        assert combined.event.sum() == pytest.approx(1)
    assert weights[0]["event regression"] > 0.6
    assert weights[1]["last year by event"] > weights[0]["last year by event"]


def test_past_windows_end_before_history_does_and_hold_the_season_a_year_ago(make_history, counts):
    series = series_of(make_history, counts)
    found = regress(series, np.array([True]))
    combined = combine(found, as_known(found, series.end).expected, 28)
    starts = [series.end - window.start for window in combined.windows]
    assert starts == [28, 56, 84, 364, 728]
    for window in combined.windows:
        assert window.days.max() < series.end
        assert window.days.min() >= window.start
        inside = np.zeros(len(series.contacts), dtype=bool)
        told = mean_in(window, combined, inside)
        weights = np.where(np.isnan(window.expected), 0, combined.ordinary[:, None])
        by_hand = (np.nan_to_num(window.expected) * weights).sum(axis=0) / weights.sum(axis=0)
        assert told == pytest.approx(by_hand)


def test_parts_multiply_to_the_combined_forecast(make_history, counts):
    series = series_of(make_history, counts)
    told = forecast_days(fit_days(series), slice(series.end, series.end + 150))
    product = np.prod(list(told.parts.values()), axis=0)
    some = series.is_open & (np.arange(len(product)) >= series.end)
    assert product[some] == pytest.approx(told.expected[some])
    assert "other methods" in told.parts


def test_a_break_that_nobody_could_have_told_does_not_help_a_past_window(make_history):
    made = np.full(DAYS, 200.0)
    made[-35:] *= 1.6
    counts = np.random.default_rng(2).poisson(made).astype(float)
    series = series_of(make_history, counts, ())
    found = regress(series, np.zeros(0, dtype=bool))
    assert len(found.table.breaks) == 1
    start = series.end - 28  # a week after the break
    known = as_known(found, start).expected[start : series.end]
    assert known.mean() < 0.85 * counts[-28:].mean()


def test_a_burst_is_no_growth_and_does_not_come_again(make_history, run):
    for ago in (5, 360):
        counts = np.random.default_rng(2).poisson(np.full(800, 100.0)).astype(float)
        counts[-ago] *= 100
        told = run(make_history(counts, interval_s=86_400), 14).by_queue[0]
        assert told.day_total == pytest.approx(100, rel=0.12)

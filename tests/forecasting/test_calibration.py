"""Bands are as wide as past windows say, on ordinary days and in event windows apart."""

import datetime as dt

import numpy as np
import pytest

from forecasting.calibration import Calibration, calibrate
from forecasting.events import Event
from forecasting.methods import fit_days, forecast_days
from forecasting.openings import day_series

DAYS = 3 * 365


def covered(run, make_history, noise, seeds, events=(), days=28):
    """Return the share of days ahead inside the 80 and the 95 % band, over made-up queues."""
    inside: list[np.ndarray] = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        made = 100 * np.tile([1.2, 1.0, 1.0, 1.0, 1.1, 0.7, 0.5], 200)[: DAYS + days]
        counts = rng.poisson(made * np.exp(noise * rng.standard_normal(len(made)))).astype(float)
        found = run(make_history(counts[:DAYS], interval_s=86_400), days, events)
        q = found.quantiles
        for low, high in ((0.1, 0.9), (0.025, 0.975)):
            told = (counts[DAYS:] >= q[low][0] - 0.5) & (counts[DAYS:] <= q[high][0] + 0.5)
            inside.append(told)
    return float(np.mean(inside[::2])), float(np.mean(inside[1::2]))


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.3])
def test_bands_hold_what_they_say(run, make_history, noise):
    inner, outer = covered(run, make_history, noise, seeds=12)
    # 336 days: a standard error of about 2 points, and windows share their level's error.
    assert 0.72 <= inner <= 0.90
    assert 0.90 <= outer <= 0.99


def test_a_queue_that_was_surer_than_it_should_widens(make_history):
    rng = np.random.default_rng(3)
    counts = rng.poisson(np.full(DAYS, 100.0)).astype(float)
    drift = np.exp(np.repeat(rng.normal(0, 0.25, DAYS // 7 + 1), 7)[:DAYS])
    wild = rng.poisson(100 * np.where(np.arange(DAYS) > DAYS - 90, drift, 1.0)).astype(float)
    scales = []
    for made in (counts, wild):
        past = make_history(made, interval_s=86_400)
        series, _ = day_series(past, past.last_day + dt.timedelta(days=28), (), {})
        told = forecast_days(fit_days(series), slice(series.end, series.end + 28))
        scales.append(calibrate(series, told, told.dispersion).ordinary)
    assert 0.7 < scales[0] < 1.2
    assert scales[1] > 1.4 * scales[0]


def test_a_first_encounter_with_an_event_does_not_widen_the_next(make_history):
    dates = (dt.date(2021, 12, 20), dt.date(2022, 12, 20), dt.date(2023, 12, 20))
    event = Event("sale", dates, days_before=3, days_after=1)
    made = np.full(DAYS, 100.0)
    for date in dates[:2]:
        made[(date - dt.date(2021, 1, 4)).days] = 800
    counts = np.random.default_rng(1).poisson(made).astype(float)
    past = make_history(counts[: 365 + 330], interval_s=86_400)
    series, _ = day_series(past, past.last_day + dt.timedelta(days=60), [event], {})
    told = forecast_days(fit_days(series), slice(series.end, series.end + 60))
    assert calibrate(series, told, told.dispersion).event == pytest.approx(1.0, abs=0.35)


def test_scales_apply_by_day():
    scale = Calibration(ordinary=1.2, event=0.8).scale(np.array([True, False]))
    assert scale.tolist() == [0.8, 1.2]

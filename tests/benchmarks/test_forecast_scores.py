"""The scores of the forecast benchmark, on numbers that can be checked by hand."""

import datetime as dt
import doctest
import itertools
import math

import numpy as np
import pytest

from benchmarks import forecast_scores, forecast_targets
from benchmarks.forecast_scores import (
    Found,
    Scores,
    band_coverage,
    peak_error,
    score,
    total_error,
)
from benchmarks.forecast_series import Series
from benchmarks.forecast_targets import target_of
from benchmarks.forecast_tasks import Task, tasks_of
from forecasting.events import Event
from forecasting.history import DAY_S

MONDAY = dt.date(2024, 1, 1)
GIFT = dt.date(2024, 12, 18)
NAN = float("nan")


@pytest.mark.parametrize("module", [forecast_scores, forecast_targets])
def test_examples_are_true(module):
    found = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.attempted
    assert not found.failed


def test_a_target_from_the_best_peer_leaves_one_percent():
    shares = {"planner": 0.4, "glm": 0.5, "naive": 0.9}
    rows = {name: Scores(x, x, x, x, x, x, x, x, x) for name, x in shares.items()}
    assert target_of("technion", rows).wape == pytest.approx(0.505)


def daily(counts, **more):
    column = np.asarray(counts, dtype=float)[:, None]
    always = np.ones((7, 1), dtype=bool)
    return Series("s", "S", "UTC", DAY_S, "US", MONDAY, column, always, **more)


def told(series, tasks, factor=1.0, width=0.5, **more):
    """Return forecasts off by a factor, with bands of +-width and +-2 width of what came."""
    edges = np.array([factor, 1 - 2 * width, 1 - width, 1 + width, 1 + 2 * width])
    grids = {
        task.name: edges[:, None, None] * series.actual(task.first, task.days) for task in tasks
    }
    return Found(grids, {task.name: 0.5 for task in tasks}, {}, **more)


def test_peak_is_the_day_that_turned_out_highest_not_the_one_forecast_highest():
    assert peak_error(np.array([1.0, 9.0, 3.0]), np.array([1.0, 6.0, 30.0])) == pytest.approx(
        -1 / 3
    )


def test_total_error_lets_days_cancel():
    assert total_error(np.array([10.0, 20.0]), np.array([20.0, 10.0])) == 0


def test_band_edges_round_to_the_next_count():
    edge = np.array([7.5])
    assert band_coverage(np.array([7.0]), edge, edge + 2) == 1
    assert band_coverage(np.array([6.0]), edge, edge + 2) == 0


def test_a_method_without_bands_has_no_coverage():
    nothing = np.array([NAN, NAN])
    assert math.isnan(band_coverage(np.ones(2), nothing, nothing))


def test_wape_is_pooled_over_origins():
    series = daily(np.arange(1, 1 + 28 * 20) % 50 + 10)
    tasks = tasks_of(series)
    scores = score(series, tasks, told(series, tasks, factor=1.1))
    assert scores.wape == pytest.approx(0.1)
    assert math.isnan(scores.peak)
    assert math.isnan(scores.event_80)
    assert (scores.ordinary_80, scores.ordinary_95, scores.seconds) == (1, 1, 0.5)


def test_days_on_which_nothing_came_are_no_test_of_a_band():
    series = daily(np.tile([10.0, 10, 10, 10, 10, 10, 0], 80))
    tasks = tasks_of(series)
    found = told(series, tasks)
    for grid in found.grids.values():
        grid[1:, grid[0] == 0] = 99.0  # bands that hold no zero
    assert score(series, tasks, found).ordinary_80 == 1


def test_days_near_a_judged_event_are_apart_from_ordinary_ones():
    counts = np.full(366, 100.0)
    near = slice((GIFT - MONDAY).days - 7, (GIFT - MONDAY).days + 8)
    counts[near] = 400.0
    series = daily(counts, events=(Event("gift", (GIFT,)),), peaks=(("gift", GIFT),))
    tasks = [task for task in tasks_of(series) if task.last > MONDAY]
    found = told(series, tasks)
    for task in tasks:
        grid, came = found.grids[task.name], series.actual(task.first, task.days)
        grid[:, came == 400] = 100.0  # a forecast that does not know the event
    scores = score(series, tasks, found)
    assert (scores.ordinary_80, scores.event_80, scores.event_95) == (1, 0, 0)
    assert (scores.peak, scores.window) == pytest.approx((0.75, 0.75))
    assert [signed for _, *signed in scores.peaks] == [pytest.approx([-0.75, -0.75])] * 2


def test_rolling_origins_end_with_the_series_and_follow_each_other():
    series = daily(np.ones(28 * 20))
    tasks = tasks_of(series)
    assert len(tasks) == 13
    assert tasks[-1].first + dt.timedelta(days=27) == series.days[-1]
    for one, after in itertools.pairwise(tasks):
        assert after.first == one.first + dt.timedelta(days=28)


def test_intraday_origins_count_days_on_which_something_came():
    hours = np.zeros((7, 48), dtype=bool)
    hours[:5, 16:40] = True
    counts = np.where(hours[np.arange(140) % 7], 5.0, NAN)
    counts[130] = NAN  # a Monday without a row: a holiday
    series = Series("s", "S", "Europe/Paris", 1800, "FR", MONDAY, counts, hours)
    tasks = tasks_of(series)
    came = [(series.actual(t.first, t.days).sum(axis=1) > 0).sum() for t in tasks]
    assert came == [10] * 6
    assert tasks[-1].last + dt.timedelta(days=tasks[-1].days) == dt.date(2024, 5, 17)


def test_peak_windows_end_a_week_after_the_event():
    series = daily(np.ones(366), events=(Event("gift", (GIFT,)),), peaks=(("gift", GIFT),))
    peaks = [task for task in tasks_of(series) if task.event]
    assert [(task.last, task.days) for task in peaks] == [
        (GIFT - dt.timedelta(days=28), 35),
        (GIFT - dt.timedelta(days=56), 63),
    ]
    assert isinstance(peaks[0], Task)

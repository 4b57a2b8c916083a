"""The projection of a whole centre: laws, bands, days, and what it refuses."""

import time
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.carryover import carry
from staffing.daily import Daily
from staffing.erlang import service
from staffing.lines import Lines
from staffing.projection import project
from staffing.queues import Promise, Queue, Target

QUEUES = (
    Queue("phone", Target(0.8, 20), patience_s=180.0),
    Queue("chat", Target(0.8, 60), concurrency=2),
    Queue("email", Promise(reply_within_hours=7, max_occupancy=0.9)),
    Queue("social", Promise(reply_within_hours=2, clock="open")),
)


def centre(days=2, seed=1, level=1.0, replications=0, queues=QUEUES, load=4.0):
    rng = np.random.default_rng(seed)
    count, intervals = len(queues), 96 * days
    slot = np.arange(intervals) % 96
    is_open = np.tile((slot >= 32) & (slot < 76), (count, 1))
    contacts = is_open * rng.uniform(1.5, 4.5, (count, intervals)) * load
    positions = is_open * np.round(load * level * rng.uniform(0.7, 1.4, contacts.shape), 1)
    times = pd.date_range("2027-02-01", periods=intervals, freq="15min", tz="UTC")
    day = np.tile(np.arange(intervals) // 96, (count, 1))
    factors = rng.lognormal(0, 0.2, (replications, count, days)).repeat(96, axis=2)
    paths = (contacts * factors).astype(np.float32) if replications else None
    aht = np.full(contacts.shape, 300.0)
    return project(
        queues, times, contacts, aht, positions, 900, is_open=is_open, paths=paths, day=day
    )


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 1.5))
def test_offered_is_answered_abandoned_or_waiting(seed, level):
    got = centre(1, seed, level, queues=QUEUES)
    growth = np.diff(got.backlog, axis=1, prepend=0)
    np.testing.assert_allclose(got.contacts, got.answered + got.abandoned + growth, atol=1e-6)
    # a steady queue appears at once: the contacts in it were never seen to come
    assert (got.answered >= -0.1 * got.contacts - 0.5).all()
    assert (got.answered.sum(axis=1) <= got.contacts.sum(axis=1) + 1e-6).all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 1.5))
def test_every_cell_is_a_number_in_its_range(seed, level):
    got = centre(1, seed, level, replications=4)
    shares = ("service_level", "service_level_p10", "service_level_p90", "abandonment", "occupancy")
    for name in shares:
        values = getattr(got, name)
        assert ((values >= 0) & (values <= 1 + 1e-9)).all(), name
    for name in ("asa_s", "backlog", "abandoned"):
        assert np.isfinite(getattr(got, name)).all(), name
        assert (getattr(got, name) >= 0).all(), name
    assert (got.service_level_p10 <= got.service_level_p90).all()


def test_more_agents_serve_better_over_every_day():
    shares = [centre(2, 3, level).daily.by_day().service_level for level in (0.6, 0.8, 1.0, 1.3)]
    for few, many in pairwise(shares):
        assert (many >= few - 1e-3).all()


def test_chat_is_its_slots():
    row = np.ones((1, 9))
    times = pd.date_range("2027-02-01", periods=9, freq="15min", tz="UTC")
    chat = Queue("chat", Target(0.8, 60), concurrency=2)
    got = project([chat], times, 20 * row, 420 * row, 7 * row, 900, is_open=row > 0)
    want = service(14, 20, 420, 900, 60)
    np.testing.assert_allclose(got.service_level[0, -1], float(want.service_level))
    np.testing.assert_allclose(got.occupancy[0, -1], float(want.occupancy))


def test_agents_on_work_that_waits_are_busy_all_the_time():
    got = centre(1, 2, 0.5)
    assert got.occupancy[2].max() == pytest.approx(1.0)
    assert got.backlog[2].max() > 50
    assert not got.abandonment[2:].any()


def test_bands_are_near_those_of_every_path_projected():
    got = centre(2, 4, 1.0, replications=25, queues=QUEUES[:1])
    rng = np.random.default_rng(4)  # the same draws as in centre()
    intervals = 192
    is_open = (np.arange(intervals) % 96 >= 32) & (np.arange(intervals) % 96 < 76)
    contacts = is_open * rng.uniform(1.5, 4.5, (1, intervals)) * 4.0
    positions = is_open * np.round(4.0 * rng.uniform(0.7, 1.4, contacts.shape), 1)
    paths = contacts * rng.lognormal(0, 0.2, (25, 1, 2)).repeat(96, axis=2)
    aht = np.full(contacts.shape, 300.0)
    day, opened = np.arange(intervals) // 96, np.atleast_2d(is_open)
    within, patience = np.array([20.0]), np.array([180.0])
    shares = []
    for path in paths:
        level = carry(Lines(path, aht, positions, opened, within, patience, 900)).service_level
        met = np.bincount(day, (path * level)[0])
        shares.append(met / np.bincount(day, path[0]))
    want = np.quantile(shares, [0.1, 0.9], axis=0, method="weibull")
    bands = got.daily.by_day()
    np.testing.assert_allclose([bands.p10[0], bands.p90[0]], want, atol=0.03)


def test_without_paths_the_band_has_no_width():
    got = centre(1)
    np.testing.assert_array_equal(got.service_level_p10, got.service_level)
    np.testing.assert_array_equal(got.service_level_p90, got.service_level)
    day = got.daily.by_day()
    np.testing.assert_array_equal(day.p10, day.service_level)


def test_days_weigh_intervals_by_contacts():
    got = centre(2)
    met = (got.contacts * got.service_level).reshape(4, 2, 96).sum(axis=2)
    offered = got.contacts.reshape(4, 2, 96).sum(axis=2)
    np.testing.assert_allclose(got.daily.by_day().service_level, met / offered)
    np.testing.assert_allclose(got.daily.by_queue().service_level, met.sum(1) / offered.sum(1))
    phone = np.array([True, False, False, False])
    np.testing.assert_allclose(
        got.daily.overall(phone).service_level, met[0].sum() / offered[0].sum()
    )
    np.testing.assert_allclose(got.daily.overall().service_level, met.sum() / offered.sum())


def test_bands_of_a_whole_are_not_means_of_bands():
    offered = np.ones((2, 1, 2))
    met = np.array([[[0.2, 0.8]], [[0.8, 0.2]]])  # one day's luck is the other's lack of it
    shares = Daily(offered[0], 0.5 * offered[0], offered, met).by_queue()
    assert shares.p10 == shares.p90 == 0.5


def test_days_outside_the_horizon_do_not_count():
    row = np.ones((1, 2))
    times = pd.date_range("2027-02-01", periods=2, freq="15min", tz="UTC")
    phone = [Queue("phone", Target(0.8, 20))]
    day = np.array([[-1, 0]])
    got = project(phone, times, 9 * row, 300 * row, 9 * row, 900, is_open=row > 0, day=day)
    assert got.daily.contacts.tolist() == [[9.0]]


def test_unknown_handling_times_are_the_queues_mean():
    row = np.ones((1, 3))
    times = pd.date_range("2027-02-01", periods=3, freq="15min", tz="UTC")
    phone = [Queue("phone", Target(0.8, 20))]
    aht = np.array([[300.0, np.nan, 0.0]])
    got = project(phone, times, 9 * row, aht, 6 * row, 900, is_open=row > 0)
    known = project(phone, times, 9 * row, 300 * row, 6 * row, 900, is_open=row > 0)
    np.testing.assert_allclose(got.service_level, known.service_level)


def test_arrays_that_do_not_fit_are_all_told():
    row = np.ones((1, 2))
    times = pd.date_range("2027-02-01", periods=2, freq="15min", tz="UTC")
    phone = [Queue("phone", Target(0.8, 20))]
    with pytest.raises(ValueError, match=r"aht_s must have shape .*; positions must have shape"):
        project(phone, times, row, row[:, :1], row[:, :1], 900, is_open=row > 0)
    with pytest.raises(ValueError, match="paths must have shape"):
        project(phone, times, row, row, row, 900, is_open=row > 0, paths=np.ones((3, 2, 2)))


def test_the_answer_is_read_only():
    got = centre(1)
    with pytest.raises(ValueError, match="read-only"):
        got.service_level[0, 0] = 0.5


def test_a_week_of_eight_queues_with_bands_is_quick():
    begin = time.process_time()
    got = centre(7, replications=50, queues=QUEUES * 2)
    assert np.isfinite(got.daily.overall().p10)
    assert time.process_time() - begin < 5.0

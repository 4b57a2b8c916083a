"""Trials on the past: nothing leaks from after the origin, no day is judged twice."""

import datetime as dt
import itertools
from dataclasses import replace

import numpy as np
import pytest

from forecasting.accuracy import mase, naive_error, pinball
from forecasting.backtest import backtest
from forecasting.events import Event
from forecasting.history import History
from forecasting.judged import COMBINED, HIGH, LOW, METHODS, OURS, Backtest
from forecasting.overrides import Override
from forecasting.queue_forecast import Circumstances
from forecasting.rivals import RIVALS
from forecasting.scores import scores
from forecasting.trials import Past, Trial, trials_of

MONDAY = dt.date(2021, 1, 4)
VALENTINE = Event("valentines_day", tuple(dt.date(year, 2, 14) for year in range(2020, 2027)))


def history(queue: str, days: int, *, seed: int = 1, level: float = 80.0) -> History:
    """Return days with a week, a peak before Valentine's Day and the noise of counts."""
    rng = np.random.default_rng(seed)
    dates = [MONDAY + dt.timedelta(days=d) for d in range(days)]
    week = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.7, 0.4])
    gap = np.array([(dt.date(day.year, 2, 14) - day).days for day in dates])
    peak = 1 + 2 * np.exp(-(((gap - 1) / 2.0) ** 2))
    mean = level * week[[day.weekday() for day in dates]] * peak
    counts = rng.poisson(mean).astype(float)[:, None]
    return History(queue, "UTC", 86_400, MONDAY, counts, None, np.ones((7, 1), dtype=bool))


def tried(
    histories: list[History], known: dict[str, Circumstances], days: int = 28, windows: int = 6
) -> Backtest:
    rng = np.random.default_rng(1)
    return backtest(histories, known=known, days=days, windows=windows, rng=rng)


KNOWN = {name: Circumstances((VALENTINE,), kind="phone") for name in ("a", "b")}


@pytest.fixture(scope="module")
def two_years() -> tuple[list[History], Backtest]:
    pair = [history("a", 800), history("b", 800, seed=2, level=30.0)]
    return pair, tried(pair, KNOWN, windows=3)


def test_what_comes_after_an_origin_changes_no_forecast_from_it(two_years):
    pair, found = two_years
    origin = np.unique(found.origin)[-2]  # not the last: what comes after it is looked at, too
    row = (origin.astype(dt.date) - MONDAY).days
    changed = []
    for one in pair:
        contacts = one.contacts.copy()
        contacts[row:] = 1_000.0 + np.arange(len(contacts) - row)[:, None] % 13
        changed.append(replace(one, contacts=contacts))
    other = tried(changed, KNOWN, windows=3)
    same = found.origin <= origin
    assert same.sum() > 40
    assert np.array_equal(found.day, other.day)
    assert np.array_equal(found.expected[:, same], other.expected[:, same])
    for q in found.quantiles:
        assert np.array_equal(found.quantiles[q][same], other.quantiles[q][same])
    later = found.origin > origin
    assert not np.allclose(found.expected[:, later], other.expected[:, later])
    assert not np.array_equal(found.actual[same], other.actual[same])


def test_each_day_of_a_queue_is_judged_once(two_years):
    _, found = two_years
    keys = list(zip(found.queue.tolist(), found.day.tolist(), strict=True))
    assert len(keys) == len(set(keys))
    assert (found.day >= found.origin).all()


def test_events_of_the_past_are_judged_from_four_weeks_before(two_years):
    _, found = two_years
    for year in (2022, 2023):
        date = np.datetime64(dt.date(year, 2, 14))
        rows = (found.day == date) & (found.queue == 0)
        assert rows.sum() == 1
        assert found.event_names[found.event[rows][0]] == "valentines_day"
        assert found.offset[rows][0] == 0
    assert np.datetime64("2022-01-17") in found.origin
    by_method = {s.method: s for s in scores(found) if s.queue == ""}
    assert by_method[COMBINED].wape < by_method["seasonal naive"].wape
    assert by_method[COMBINED].peak_error < by_method["exponential smoothing"].peak_error
    assert 0.6 < by_method[COMBINED].coverage < 0.95


def test_rolling_trials_end_with_the_history_and_do_not_overlap():
    past = Past(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    own = trials_of([past], 28, 6)[0]
    assert len(own) == 6
    assert own[0].last_day == past.last_day
    for later, earlier in itertools.pairwise(own):
        assert later.origin - earlier.last_day == dt.timedelta(days=1)
        assert (earlier.last_day - earlier.origin).days == 27


@pytest.mark.parametrize(
    ("days", "lengths"), [(13, []), (14, [7]), (40, [20]), (56, [28]), (84, [28, 28])]
)
def test_short_histories_get_fewer_or_shorter_trials(days, lengths):
    past = Past(MONDAY, MONDAY + dt.timedelta(days=days - 1))
    own = trials_of([past], 28, 6)[0]
    assert [(trial.last_day - trial.origin).days + 1 for trial in own] == lengths


def test_queues_share_the_trials_of_events_whose_dates_lie_close():
    first, last = dt.date(2023, 1, 1), dt.date(2024, 12, 31)
    dates = (dt.date(2024, 5, 26), dt.date(2024, 5, 12))
    events = [Event("mothers_day", (date,)) for date in dates]
    own = trials_of([Past(first, last, (event,)) for event in events], 28, 1)
    assert own[0][1].origin == own[1][1].origin == dates[0] - dt.timedelta(days=28)
    assert all(one[1].holds(date) for one, date in zip(own, dates, strict=True))


def test_two_weeks_of_history_get_a_trial_and_two_days_a_note():
    found = tried([history("a", 14), history("b", 2)], {})
    assert set(found.queue.tolist()) == {0}
    assert len(found.actual) == 7
    assert np.isfinite(found.expected).all()
    assert "not tried: b" in " ".join(found.notes)
    assert "shorter window: a" in " ".join(found.notes)


def test_nothing_to_try_is_no_error():
    found = tried([history("a", 3)], {})
    assert len(found.actual) == 0
    assert scores(found) == ()
    assert found.frame().empty


def test_the_future_of_the_scenario_is_left_out():
    pair = [history("a", 500)]
    tenfold = Circumstances(
        (replace(VALENTINE, multiplier=10.0),),
        overrides=(Override(factor=3.0),),
        kind="phone",
    )
    plain = tried(pair, KNOWN, windows=1)
    asked = tried(pair, {"a": tenfold}, windows=1)
    assert np.array_equal(plain.expected, asked.expected)


def test_the_naive_repeats_the_last_known_week():
    one = history("a", 70)
    found = tried([one], {}, days=7, windows=1)
    assert (
        found.expected[METHODS.index("seasonal naive")].tolist() == one.contacts[-14:-7, 0].tolist()
    )
    assert found.actual.tolist() == one.contacts[-7:, 0].tolist()
    error = np.abs(one.contacts[-7:, 0] - one.contacts[-14:-7, 0])
    score = next(s for s in scores(found) if s.method == "seasonal naive" and s.queue == "a")
    assert score.wape == pytest.approx(error.sum() / one.contacts[-7:].sum())
    assert score.mase == pytest.approx(error.mean() / naive_error(one.contacts[:-7, 0]))


def test_a_peak_is_scored_on_its_highest_day_alone(two_years):
    _, found = two_years
    method = METHODS.index("seasonal naive")
    above = below = 0.0
    for queue, year in itertools.product((0, 1), (2022, 2023)):
        near = np.abs(found.day - np.datetime64(f"{year}-02-14")).astype(int) <= 14
        rows = np.flatnonzero(near & (found.queue == queue) & (found.event >= 0))
        top = rows[found.actual[rows].argmax()]
        above += abs(found.actual[top] - found.expected[method, top])
        below += found.actual[top]
    total = next(s for s in scores(found) if s.method == "seasonal naive")
    assert total.peak_error == pytest.approx(above / below)


def test_the_textbook_finds_what_it_was_made_for():
    dates = [MONDAY + dt.timedelta(days=d) for d in range(800)]
    week = np.array([120.0, 110, 100, 100, 110, 70, 40])
    mean = week[[day.weekday() for day in dates]]
    on_the_day = np.array([(day.month, day.day) == (2, 14) for day in dates])
    counts = np.where(on_the_day, 3.0, 1.0) * mean
    one = History("a", "UTC", 86_400, MONDAY, counts[:, None], None, np.ones((7, 1), dtype=bool))
    found = tried([one], KNOWN, windows=1)
    row = np.flatnonzero(found.day == np.datetime64("2023-02-14"))
    expected = found.expected[METHODS.index("regression with events"), row]
    assert expected == pytest.approx(3 * week[1], rel=0.02)


def test_the_table_is_long_and_the_band_belongs_to_the_combination(two_years):
    _, found = two_years
    frame = found.frame()
    assert len(frame) == len(METHODS) * len(found.actual)
    assert list(frame) == [
        "queue", "origin", "day", "method", "expected", "actual", "low", "high", "in_event",
    ]  # fmt: skip
    banded = frame[frame["low"].notna()]
    assert set(banded["method"]) == {COMBINED}
    assert (banded["low"] <= banded["high"]).all()
    assert np.array_equal(banded["low"], found.quantiles[LOW])
    assert np.array_equal(banded["high"], found.quantiles[HIGH])
    assert found.methods == (*RIVALS, OURS, COMBINED)
    with pytest.raises(ValueError, match="read-only"):
        found.actual[0] = 1.0


def test_the_centre_adds_up_its_queues(two_years):
    _, found = two_years
    total = found.centre
    day = found.day[found.origin == np.unique(found.origin)[-1]][0]
    rows = found.day == day
    at = np.flatnonzero(total.day == day)[-1]
    assert total.actual[at] == found.actual[rows].sum()
    assert total.expected[at] == pytest.approx(found.expected[-1, rows].sum())
    assert total.low[at] < total.expected[at] < total.high[at]


def test_progress_ends_at_all_of_it():
    told = []
    backtest(
        [history("a", 90)],
        known={},
        rng=np.random.default_rng(1),
        progress=lambda done, of: told.append((done, of)),
    )
    assert told[-1][0] == told[-1][1]
    assert told == sorted(told)


def test_a_trial_holds_its_ends():
    trial = Trial(dt.date(2024, 1, 1), dt.date(2024, 1, 7))
    assert trial.holds(trial.origin)
    assert trial.holds(trial.last_day)
    assert not trial.holds(dt.date(2024, 1, 8))


def test_pinball_is_least_at_the_true_quantile():
    draws = np.random.default_rng(1).normal(100, 10, 20_000)
    guesses = np.linspace(100, 125, 26)
    loss = [pinball(draws, np.full_like(draws, guess), 0.9) for guess in guesses]
    assert guesses[int(np.argmin(loss))] == pytest.approx(112.8, abs=1.0)
    assert np.isnan(mase([1.0], [1.0], 0.0))

"""The door: what every forecast keeps to, whatever the history."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from forecasting.events import Event
from forecasting.forecast import Forecast, forecast
from forecasting.history import History, days_from
from forecasting.queue_forecast import Circumstances

MONDAY = dt.date(2021, 1, 4)  # first day of every made history
DAYS = 3 * 364
WEEK = np.array([1.3, 1.1, 1.0, 1.0, 1.1, 0.8, 0.7])


def yearly(day: int, month: int = 2) -> tuple[dt.date, ...]:
    return tuple(dt.date(year, month, day) for year in range(2020, 2027))


def three_years(events: Sequence[dt.date] = (), level: float = 400.0) -> np.ndarray:
    """Return daily means: a weekly rhythm, times 3 and 2 on the days up to each date."""
    means = level * WEEK[np.arange(DAYS) % 7]
    for date in events:
        at = (date - MONDAY).days
        for back, factor in ((0, 3.0), (1, 2.0)):
            if 0 <= at - back < DAYS:
                means[at - back] *= factor
    return means


def check(found: Forecast) -> None:
    """Assert what holds for every forecast."""
    assert np.isfinite(found.contacts).all()
    assert (found.contacts >= 0).all()
    low, middle, high = (found.quantiles[q] for q in (0.1, 0.5, 0.9))
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert (low <= found.contacts).all()
    assert found.paths.mean(axis=0) == pytest.approx(found.contacts, rel=1e-4, abs=1e-6)
    assert found.at_risk(0.5) == pytest.approx(found.contacts)
    assert (found.at_risk(0.8) >= found.contacts).all()
    below = (found.paths <= found.at_risk(0.8))[:, found.contacts > 0.5]
    if below.size and len(found.paths) >= 50 and (found.sigma > 0).any():
        assert 0.5 < below.mean() < 0.98
    for q, own in enumerate(found.by_queue):
        product = np.prod(list(own.parts.values()), axis=0)
        is_open = own.day_total > 0
        assert (own.day_total[is_open] == product[is_open]).all()
        sums = own.share.sum(axis=1)
        assert np.isclose(sums, 1).sum() + (sums == 0).sum() == len(sums)
        assert found.contacts[q].sum() == pytest.approx(own.day_total.sum())
        assert own.dispersion >= 1


def test_a_weekly_rhythm_is_carried_on(run, make_history):
    found = run(make_history(three_years(), noise=np.random.default_rng(1)))
    check(found)
    own = found.by_queue[0]
    assert own.method == "event regression"
    assert own.day_total == pytest.approx(400 * np.tile(WEEK, 4), rel=0.06)


def test_an_event_is_learned_and_its_multiplier_scales_only_its_own_effect(run, make_history):
    event = Event("sale", yearly(14), days_before=2, days_after=1)
    past = make_history(three_years(event.dates), noise=np.random.default_rng(2))
    plain = run(past, 56, [event])
    check(plain)
    own = plain.by_queue[0]
    at = own.days.index(dt.date(2024, 2, 14))
    factor = own.parts["event sale"]
    assert factor[at - 2 : at + 2] == pytest.approx([1, 2, 3, 1], rel=0.12)
    assert (np.delete(factor, range(at - 2, at + 2)) == 1).all()
    for times in (0.0, 0.5, 10.0):
        other = run(past, 56, [Event("sale", event.dates, 2, 1, multiplier=times)])
        check(other)
        parts = other.by_queue[0].parts
        assert parts["event sale"] == pytest.approx(np.maximum(1 + times * (factor - 1), 0))
        assert all((parts[n] == own.parts[n]).all() for n in parts if n != "event sale")


def test_an_event_counts_in_open_days(run, make_history):
    hours = np.ones((7, 24), dtype=bool)
    hours[6] = False
    means = 300.0 * (np.arange(DAYS) % 7 != 6)
    dates = yearly(14)
    for date in dates:  # the last open day before the date is doubled
        at = (date - MONDAY).days - 1
        while 0 <= at < DAYS and means[at] == 0:
            at -= 1
        if 0 <= at < DAYS:
            means[at] *= 2
    past = make_history(means[: (dt.date(2022, 2, 1) - MONDAY).days], is_open=hours)
    found = run(past, 21, [Event("sale", dates, 3, 1)])  # 14 February 2022 is a Monday
    check(found)
    own = found.by_queue[0]
    assert own.day_total[own.days.index(dt.date(2022, 2, 12))] == pytest.approx(600, rel=0.2)
    assert own.day_total[own.days.index(dt.date(2022, 2, 13))] == 0


def test_an_unknown_event_takes_its_uplift_or_nothing(run, make_history):
    past = make_history(three_years())
    day = past.last_day + dt.timedelta(days=10)
    stated = run(past, 28, [Event("mailing", (day,), 0, 2, uplift=1.4)])
    check(stated)
    factor = stated.by_queue[0].parts["event mailing"]
    assert factor[8:13].tolist() == [1, 1.4, 1.4, 1.4, 1]
    assert "stated uplift 1.4 used" in " ".join(stated.by_queue[0].notes)
    silent = run(past, 28, [Event("mailing", (day,), 0, 2)])
    assert (silent.by_queue[0].parts["event mailing"] == 1).all()
    assert "no effect" in " ".join(silent.by_queue[0].notes)
    assert stated.by_queue[0].day_sigma[10] > silent.by_queue[0].day_sigma[10]


def test_a_known_event_does_not_take_its_uplift(run, make_history):
    event = Event("sale", yearly(14), 2, 1, uplift=9)
    own = run(make_history(three_years(event.dates)), 56, [event]).by_queue[0]
    assert own.parts["event sale"].max() == pytest.approx(3, rel=0.1)
    assert "not used" in " ".join(own.notes)


def test_a_rush_at_the_start_of_each_month(run, make_history):
    dates = tuple(dt.date(y, m, 1) for y in range(2020, 2026) for m in range(1, 13))
    means = three_years()
    for date in dates:
        if 0 <= (date - MONDAY).days < DAYS:
            means[(date - MONDAY).days] *= 2
    own = run(make_history(means), 40, [Event("month_start", dates)]).by_queue[0]
    first = own.days.index(dt.date(2024, 2, 1))
    assert own.parts["event month_start"][first] == pytest.approx(2, rel=0.05)


def test_a_holiday_is_learned_by_name_and_a_shut_one_stays_shut(run, make_history):
    means = three_years()
    holidays = {dt.date(y, 1, 20): "Quiet Day" for y in range(2021, 2025)}
    holidays |= {dt.date(y, 1, 24): "Shut Day" for y in range(2021, 2025)}
    for date, name in holidays.items():
        if (date - MONDAY).days < DAYS:
            means[(date - MONDAY).days] *= 0.4 if name == "Quiet Day" else 0
    own = run(make_history(means), 28, holidays=holidays).by_queue[0]
    assert own.parts["holiday"][own.days.index(dt.date(2024, 1, 20))] == pytest.approx(0.4, abs=0.1)
    assert own.day_total[own.days.index(dt.date(2024, 1, 24))] == 0
    assert "Shut Day shows no contacts" in " ".join(own.notes)


def test_empty_sundays_are_taken_as_closed_and_closed_days_are_kept(run, make_history):
    means = 300.0 * (np.arange(DAYS) % 7 != 6)
    shut = MONDAY + dt.timedelta(days=DAYS + 2)
    found = run(make_history(means, closed_days=frozenset([shut])))
    check(found)
    own = found.by_queue[0]
    assert (own.day_total[6::7] == 0).all()
    assert own.day_total[2] == 0
    assert "Sundays show no contacts" in " ".join(own.notes)


@pytest.mark.parametrize(
    ("days", "method"),
    [
        (0, "no history"),
        (3, "overall mean"),
        (20, "weekday means"),
        (40, "exponential smoothing"),
        (70, "event regression"),
    ],
)
@pytest.mark.parametrize("level", [400.0, 0.0])
def test_short_histories_take_simpler_methods(run, days, method, level, make_history):
    means = level * WEEK[np.arange(days) % 7]
    event = Event("sale", yearly(20, 1), 2, 1)
    found = run(make_history(means), 28, [event])
    check(found)
    own = found.by_queue[0]
    if level:
        assert own.method == method
    assert own.day_total.sum() == pytest.approx(
        28 * level * (days > 0), rel=0.25 if days < 7 else 0.05
    )


def test_one_contact_a_day(run, make_history):
    means = np.full(DAYS, 1.0)
    past = make_history(means, interval_s=900, noise=np.random.default_rng(3))
    found = run(past, 28, [Event("sale", yearly(14))])
    check(found)
    assert found.by_queue[0].day_total.mean() == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("timezone", ["Europe/Paris", "America/Chicago", "Asia/Kolkata"])
def test_days_as_intervals(run, timezone, make_history):
    past = make_history(three_years(), interval_s=86_400, timezone=timezone)
    found = run(past, 90)  # across a change of clocks
    check(found)
    assert found.contacts.shape == (1, 90)
    assert found.contacts[0, :7] == pytest.approx(400 * WEEK, rel=0.05)


@pytest.mark.parametrize("month", [3, 10])
def test_clock_changes_keep_the_day_whole(run, month, make_history):
    hours = np.ones((7, 24), dtype=bool)
    days = (dt.date(2023, month, 20) - MONDAY).days
    found = run(make_history(np.full(days, 240.0), is_open=hours), 14)
    check(found)
    own = found.by_queue[0]
    assert own.day_total == pytest.approx(np.full(14, 240), rel=0.02)
    assert len(found.times) == 14 * 24 + (1 if month == 10 else -1)
    per_hour = found.contacts[0]
    assert per_hour.max() == pytest.approx(10.5 if month == 3 else 10, rel=0.03)
    assert per_hour.min() == pytest.approx(5 if month == 10 else 10, rel=0.03)


def test_gaps_and_a_pause_between_history_and_horizon(run, make_history):
    past = make_history(three_years(), noise=np.random.default_rng(4))
    counts = past.contacts.copy()
    counts[200:260] = math.nan
    counts[-5:] = math.nan
    holed = History("q", past.timezone, past.interval_s, MONDAY, counts, None, past.is_open)
    found = run(holed, 28, gap=42)
    check(found)
    assert found.by_queue[0].day_total == pytest.approx(400 * np.tile(WEEK, 4), rel=0.08)


def test_an_event_day_has_its_own_shape(run, make_history):
    event = Event("sale", yearly(14), 0, 0)
    means = three_years(event.dates)
    past = make_history(means, is_open=np.ones((7, 24), dtype=bool))
    counts = past.contacts.copy()
    for date in event.dates[1:4]:  # what the event brings comes in the evening
        at = (date - MONDAY).days
        counts[at] = means[at] / 3 / 24
        counts[at, 20] += means[at] * 2 / 3
    shaped = History("q", past.timezone, 3600, MONDAY, counts, None, past.is_open)
    own = run(shaped, 56, [event]).by_queue[0]
    at = own.days.index(dt.date(2024, 2, 14))
    assert own.share[at, 20] == pytest.approx(2 / 3, abs=0.1)
    assert own.share[at + 7, 20] == pytest.approx(1 / 24, abs=0.01)
    tenfold = run(shaped, 56, [Event("sale", event.dates, 0, 0, multiplier=10)]).by_queue[0]
    assert tenfold.share[at, 20] > own.share[at, 20] + 0.1


def test_handling_times_come_from_the_history_or_are_stated(make_history, axis):
    past = make_history(three_years())
    aht = np.where(np.arange(24) < 12, 200.0, 300.0) * np.ones((DAYS, 1))
    told = History("q", past.timezone, 3600, MONDAY, past.contacts, aht, past.is_open)
    days = days_from(past.last_day + dt.timedelta(days=1), 7)

    def handling(history: History, **more: Any) -> np.ndarray:
        found = forecast(
            [history], days, axis(days, past.timezone, 3600), known={"q": Circumstances(**more)},
            rng=np.random.default_rng(1),
        )  # fmt: skip
        return found.aht_s[0, :24]

    assert handling(told)[[10, 15]] == pytest.approx([200, 300], rel=0.01)
    assert (handling(told, aht_s=250.0) == 250).all()
    assert np.isnan(handling(past)).all()


def test_contacts_outside_the_opening_hours_are_left_out_and_told(run, make_history):
    past = make_history(three_years())
    counts = past.contacts.copy()
    counts[:, 22] = 100
    own = run(History("q", past.timezone, 3600, MONDAY, counts, None, past.is_open)).by_queue[0]
    assert own.day_total == pytest.approx(400 * np.tile(WEEK, 4), rel=0.03)
    assert "outside the opening hours" in " ".join(own.notes)


def test_queues_of_two_zones_share_one_axis_and_their_surprises(make_history, axis):
    rng = np.random.default_rng(6)
    means = three_years() * np.exp(0.2 * rng.standard_normal(DAYS))
    histories = []
    for name, zone in (("a", "Europe/Paris"), ("b", "Europe/London"), ("c", "Europe/Rome")):
        made = make_history(means, timezone=zone, noise=rng)
        histories.append(History(name, zone, 3600, MONDAY, made.contacts, None, made.is_open))
    days = days_from(histories[0].last_day + dt.timedelta(days=1), 14)
    times = axis(days, "Europe/Paris", 3600).union(axis(days, "Europe/London", 3600))
    told = []
    found = forecast(
        histories, days, times, known={}, rng=rng, replications=200,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    check(found)
    assert told == [(step, 6) for step in range(1, 7)]
    noon = 12
    assert np.corrcoef(found.paths[:, 0, noon], found.paths[:, 2, noon])[0, 1] > 0.6
    assert found.by_queue[0].day_sigma[0] == pytest.approx(0.2, abs=0.06)
    # 08:00 in London is an hour later than in Paris.
    assert (found.contacts[0] > 0).argmax() + 1 == (found.contacts[1] > 0).argmax()


def test_the_same_seed_gives_the_same_paths(run, make_history):
    past = make_history(three_years()[:200])
    assert (run(past, seed=3).paths == run(past, seed=3).paths).all()
    assert (run(past, seed=3).paths != run(past, seed=4).paths).any()


def test_faults_are_told_at_once(make_history, axis):
    hour, day = make_history(np.ones(3)), make_history(np.ones(3), interval_s=86_400)
    days = (dt.date(2024, 1, 1), dt.date(2024, 1, 3))
    times = axis(days, "UTC", 900).tz_localize(None)
    with pytest.raises(ValueError, match=r"in a row; .*one interval_s.*; .*zone.*; .*3600 s apart"):
        forecast([hour, day], days, times, known={}, rng=np.random.default_rng(1))


def test_two_events_of_one_name_are_told(run, make_history):
    with pytest.raises(ValueError, match=r"different names, got twice \['sale'\]"):
        run(make_history(np.ones(30)), 2, [Event("sale", yearly(14)), Event("sale", yearly(20))])


def test_a_risk_is_a_fraction(run, make_history):
    found = run(make_history(np.ones(3)), 2)
    with pytest.raises(ValueError, match=r"\(0, 1\).*got 90"):
        found.at_risk(90)


def test_smoothing_follows_a_level_that_moved(run, make_history):
    """Six weeks, the last two a third higher: the forecast starts from where the level is now."""
    means = 300.0 * WEEK[np.arange(42) % 7] * np.where(np.arange(42) < 28, 1.0, 4 / 3)
    found = run(make_history(means, noise=np.random.default_rng(5)), 14, [])
    check(found)
    total = found.by_queue[0].day_total.sum()
    assert total == pytest.approx(14 * 400, rel=0.06)
    assert total > 1.1 * 14 * means.mean()


def test_a_queue_that_stopped_is_not_taken_for_closed(run, make_history):
    means = np.full(DAYS, 200.0)
    means[-60:] = 0
    told = run(make_history(means, interval_s=86_400, noise=np.random.default_rng(1))).by_queue[0]
    assert told.day_total.max() < 5
    assert any("no contacts on the last 60 open days" in note for note in told.notes)
    means[-10:] = 200  # a closure that ended
    again = run(make_history(means, interval_s=86_400, noise=np.random.default_rng(1)))
    assert again.by_queue[0].day_total.mean() == pytest.approx(200, rel=0.1)


def test_a_spike_in_a_short_history_does_not_become_a_weekday(run, make_history):
    means = np.full(40, 100.0)
    counts = np.random.default_rng(1).poisson(means).astype(float)
    counts[-3] = 5000
    told = run(make_history(counts, interval_s=86_400)).by_queue[0]
    assert told.day_total.max() < 250


def test_the_days_of_the_month_are_learned(run, make_history):
    days = days_from(MONDAY, DAYS)
    means = np.array([300.0 if day.day <= 3 else 100.0 for day in days])
    told = run(make_history(means, interval_s=86_400, noise=np.random.default_rng(1))).by_queue[0]
    first = np.array([day.day <= 3 for day in told.days])
    assert told.day_total[first].mean() > 1.8 * told.day_total[~first].mean()


def test_days_around_public_holidays_have_their_own_shape(run, make_history):
    days = days_from(MONDAY, DAYS + 28)
    holidays = {
        day: "Feast" for day in days if day.weekday() == 2 and day.isocalendar()[1] % 4 == 0
    }
    assert any(day in holidays for day in days[DAYS:])
    means = np.full(DAYS, 1200.0)
    past = make_history(means)
    counts = past.contacts.copy()
    eve = np.array([day + dt.timedelta(days=1) in holidays for day in days[:DAYS]])
    counts[np.ix_(eve, np.arange(14, 20))] = 0.0  # shut in the afternoon
    told = run(
        History("q", past.timezone, 3600, MONDAY, counts, None, past.is_open), 28, (), holidays
    ).by_queue[0]
    ahead = np.array([day + dt.timedelta(days=1) in holidays for day in told.days])
    assert told.share[ahead][:, 14:20].sum(axis=1).max() < 0.05
    assert told.share[~ahead][:, 14:20].sum(axis=1).min() > 0.4
    assert told.day_total[ahead].mean() == pytest.approx(600, rel=0.1)

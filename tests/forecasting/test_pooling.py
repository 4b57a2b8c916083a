"""Queues lend each other what they know of an event; what is like another takes its effect."""

import datetime as dt

import numpy as np
import pytest

from forecasting.drivers import Driver
from forecasting.events import Event
from forecasting.forecast import forecast
from forecasting.history import History, days_from
from forecasting.overrides import Override
from forecasting.queue_forecast import Circumstances

FIRST, DAYS = dt.date(2021, 1, 4), 3 * 365 + 20  # to 23 January 2024
DATES = tuple(dt.date(year, 2, 14) for year in (2021, 2022, 2023, 2024))


def past(name, factor, days=DAYS, level=200.0, seed=1):
    """Return a history that ends with the others', with a peak of ``factor`` on the day."""
    made = level * np.tile([1.2, 1.0, 1.0, 1.0, 1.1, 0.7, 0.5], 200)[:DAYS]
    for date in DATES:
        at = (date - FIRST).days
        if at + 1 < DAYS:
            made[at - 1 : at + 1] *= [np.sqrt(factor), factor]
    counts = np.random.default_rng(seed).poisson(made).astype(float)[DAYS - days :]
    first = FIRST + dt.timedelta(days=DAYS - days)
    return History(name, "UTC", 86_400, first, counts[:, None], None, np.ones((7, 1), dtype=bool))


def told(histories, known, days=35):
    import pandas as pd

    horizon = days_from(histories[0].last_day + dt.timedelta(days=1), days)
    times = pd.date_range(pd.Timestamp(horizon[0], tz="UTC"), periods=days, freq="D")
    return forecast(histories, horizon, times, known=known, rng=np.random.default_rng(1))


VALENTINE = Event("valentines_day", DATES)


def peak(found, row):
    own = found.by_queue[row]
    return own.parts["event valentines_day"][own.days.index(DATES[-1])]


def test_a_queue_without_the_event_borrows_it():
    teachers = [past(f"t{i}", 5.0, seed=i) for i in range(3)]
    young = past("young", 5.0, days=200)
    known = {h.queue: Circumstances((VALENTINE,)) for h in [*teachers, young]}
    together = told([*teachers, young], known)
    assert peak(together, 3) == pytest.approx(5.0, rel=0.2)
    assert any("effect as in 3 other queues" in note for note in together.by_queue[3].notes)
    alone = told([young], known)
    assert peak(alone, 0) == 1
    newest = told([*teachers, past("newest", 5.0, days=20)], known | {
        "newest": Circumstances((VALENTINE,))})  # fmt: skip
    assert newest.by_queue[3].method != "event regression"
    assert peak(newest, 3) == pytest.approx(5.0, rel=0.2)


def test_queues_of_a_kind_lend_before_others_do():
    calls = [past(f"c{i}", 6.0, seed=i) for i in range(2)]
    mails = [past(f"m{i}", 1.5, seed=5 + i) for i in range(2)]
    young = past("young", 6.0, days=200)
    known = {h.queue: Circumstances((VALENTINE,), kind="phone") for h in [*calls, young]}
    known |= {h.queue: Circumstances((VALENTINE,), kind="email") for h in mails}
    assert peak(told([*calls, *mails, young], known), 4) == pytest.approx(6.0, rel=0.25)
    known["young"] = Circumstances((VALENTINE,), kind="email")
    assert peak(told([*calls, *mails, young], known), 4) == pytest.approx(1.5, rel=0.2)


def test_one_year_of_its_own_is_drawn_towards_what_others_saw():
    teachers = [past(f"t{i}", 4.0, seed=i) for i in range(4)]
    odd = past("odd", 8.0, days=400, level=5.0, seed=9)  # one Valentine's Day, few contacts
    known = {h.queue: Circumstances((VALENTINE,)) for h in [*teachers, odd]}
    alone, together = peak(told([odd], known), 0), peak(told([*teachers, odd], known), 4)
    assert abs(together - 4) < abs(alone - 4) or together == pytest.approx(4, rel=0.25)


def test_a_stated_uplift_goes_before_what_others_lend():
    teachers = [past("t", 5.0)]
    young = past("young", 5.0, days=200)
    stated = Event("valentines_day", DATES, uplift=2.0)
    known = {"t": Circumstances((VALENTINE,)), "young": Circumstances((stated,))}
    assert peak(told([*teachers, young], known), 1) == pytest.approx(2.0)


def test_an_event_like_another_takes_its_effect_at_its_strength():
    history = past("q", 5.0)
    new = Event("thanks", (dt.date(2024, 2, 21),), like="valentines_day", strength=0.5)
    own = told([history], {"q": Circumstances((VALENTINE, new))}).by_queue[0]
    at, day = own.days.index(dt.date(2024, 2, 21)), own.days.index(DATES[-1])
    mean = own.parts["event valentines_day"][day]
    assert own.parts["event thanks"][at] == pytest.approx(1 + 0.5 * (mean - 1), rel=0.15)
    assert any("like valentines_day, 0.5 times as strong" in note for note in own.notes)


def test_a_driver_known_in_advance_carries_its_plan_into_the_forecast():
    rng = np.random.default_rng(3)
    orders = 1000 * np.exp(0.3 * rng.standard_normal(DAYS + 35))
    orders[DAYS : DAYS + 35] *= 2  # a plan that no history has seen
    counts = rng.poisson(0.2 * orders[:DAYS]).astype(float)
    history = History("q", "UTC", 86_400, FIRST, counts[:, None], None, np.ones((7, 1), bool))
    days = days_from(FIRST, DAYS + 35)
    driver = Driver("orders", dict(zip(days, orders.tolist(), strict=True)), "rate")
    found = told([history], {"q": Circumstances(drivers=(driver,))})
    ratio = found.by_queue[0].day_total / orders[DAYS:]
    assert ratio.mean() == pytest.approx(0.2, rel=0.1)
    without = told([history], {}).by_queue[0].day_total
    truth = 0.2 * orders[DAYS:]
    error = np.abs(found.by_queue[0].day_total - truth).sum()
    assert error < 0.25 * np.abs(without - truth).sum()
    assert "driver orders" in found.by_queue[0].parts


def test_school_holidays_have_a_part_of_their_own():
    made = np.full(DAYS, 200.0)
    days = days_from(FIRST, DAYS + 35)
    school = {day: "Summer" for day in days if day.month == 7}
    school |= {day: "Winter" for day in days if day.month == 2 and day.day < 15}
    made[[day in school for day in days[:DAYS]]] *= 0.6
    counts = np.random.default_rng(2).poisson(made).astype(float)
    history = History("q", "UTC", 86_400, FIRST, counts[:, None], None, np.ones((7, 1), bool))
    own = told([history], {"q": Circumstances(school=school)}).by_queue[0]
    inside = np.array([day in school for day in own.days])
    assert own.day_total[inside].mean() == pytest.approx(120, rel=0.08)
    assert own.day_total[~inside].mean() == pytest.approx(200, rel=0.08)


def test_overrides_stand_apart_from_the_model():
    history = past("q", 5.0)
    day = history.last_day + dt.timedelta(days=3)
    doubled = Override(day, day, factor=2.0, note="spot")
    stated = Override(day + dt.timedelta(days=1), day + dt.timedelta(days=1), contacts=77.0)
    plain = told([history], {}).by_queue[0]
    own = told([history], {"q": Circumstances(overrides=(doubled, stated))}).by_queue[0]
    assert own.model_total == pytest.approx(plain.day_total)
    assert own.day_total[2] == pytest.approx(2 * plain.day_total[2])
    assert own.day_total[3] == pytest.approx(77)
    assert np.flatnonzero(own.overridden).tolist() == [2, 3]
    assert np.prod(list(own.parts.values()), axis=0) == pytest.approx(own.day_total)


def test_an_event_like_one_that_only_others_know_does_not_depend_on_their_order():
    teacher, young = past("t", 5.0), past("young", 5.0, days=200)
    new = Event("thanks", (dt.date(2024, 2, 21),), like="valentines_day")
    peaks = []
    for events in ((VALENTINE, new), (new, VALENTINE)):
        known = {"t": Circumstances((VALENTINE,)), "young": Circumstances(events)}
        own = told([teacher, young], known).by_queue[1]
        peaks.append(own.parts["event thanks"][own.days.index(dt.date(2024, 2, 21))])
    assert peaks[0] == peaks[1] == pytest.approx(5.0, rel=0.25)


def test_a_multiplier_scales_the_whole_effect_and_nothing_else():
    uneven = past("q", 3.0)  # last year was larger than the years before
    counts = uneven.contacts.copy()
    at = (dt.date(2023, 2, 14) - FIRST).days
    counts[at - 1 : at + 1] *= 2
    uneven = History("q", "UTC", 86_400, FIRST, counts, None, uneven.is_open)
    totals = {}
    for multiplier in (0.0, 1.0, 10.0):
        event = Event("valentines_day", DATES, multiplier=multiplier)
        totals[multiplier] = told([uneven], {"q": Circumstances((event,))}).by_queue[0].day_total
    own = told([uneven], {"q": Circumstances((VALENTINE,))}).by_queue[0]
    day = own.days.index(DATES[-1])
    week_later = own.day_total[day + 7]
    assert totals[0.0][day] == pytest.approx(week_later, rel=0.12)
    excess = totals[1.0] - totals[0.0]
    assert totals[10.0] - totals[0.0] == pytest.approx(10 * excess, rel=1e-6, abs=1e-6)

"""A queue's days: their parts, the model beside the planner's word, and how sure a day is."""

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest

from forecasting.events import OUTSIDE, Event
from forecasting.forecast import forecast
from forecasting.history import History
from forecasting.overrides import Override
from forecasting.queue_forecast import Circumstances

FIRST, START = dt.date(2025, 1, 6), dt.date(2027, 2, 8)
DAYS = [START + dt.timedelta(days=d) for d in range(14)]
GALA = dt.date(2027, 2, 17)


def told(*overrides):
    """Return the forecast of a queue that is open on weekdays, mornings and afternoons."""
    rng, count = np.random.default_rng(1), (START - FIRST).days
    weekday = np.arange(count) % 7
    mean = np.where(weekday[:, None] < 5, [60.0, 30.0], 0.0)
    hours = np.repeat([[True, True]] * 5 + [[False, False]] * 2, 1, axis=0)
    past = History("q", "UTC", 43_200, FIRST, rng.poisson(mean).astype(float), None, hours)
    gala = Event("gala", (GALA,), days_before=1, days_after=1, uplift=2.0)
    return forecast(
        [past], DAYS, pd.date_range(START, periods=28, freq="12h", tz="UTC"),
        known={"q": Circumstances(events=(gala,), overrides=overrides)},
        rng=np.random.default_rng(1),
    )  # fmt: skip


def test_without_a_planner_every_number_is_the_model_s():
    found = told()
    own = found.by_queue[0]
    assert found.model.tolist() == found.contacts.tolist()
    assert own.model_total.tolist() == own.day_total.tolist()
    assert own.parts["override"].tolist() == [1.0] * 14
    assert not own.overridden.any()


def test_a_closed_day_has_no_level_and_nobody_s_override():
    own = told(Override(factor=1.5)).by_queue[0]
    closed = np.array([day.weekday() >= 5 for day in DAYS])
    assert own.parts["level"][closed].tolist() == [0.0] * 4
    assert own.parts["override"][closed].tolist() == [1.0] * 4
    assert own.parts["override"][~closed] == pytest.approx(1.5)
    assert own.overridden.tolist() == (~closed).tolist()
    product = np.prod(list(own.parts.values()), axis=0)
    assert product == pytest.approx(own.day_total)


def test_the_model_stays_as_it_was_beside_an_override():
    plain, found = told(), told(Override(START, START, contacts=300.0))
    assert found.model == pytest.approx(plain.contacts)
    assert found.contacts[0, :2].sum() == pytest.approx(300)
    assert found.contacts[0, 2:] == pytest.approx(plain.contacts[0, 2:])


def test_contacts_on_a_weekday_without_hours_are_left_out_and_told():
    sunday = DAYS[6]
    own = told(Override(sunday, sunday, contacts=50.0)).by_queue[0]
    assert (own.day_total[6], bool(own.overridden[6])) == (0.0, False)
    said = f"contacts stated for {sunday} are left out: its weekday has no opening hours"
    assert said in own.notes
    assert not any("left out" in note for note in told().by_queue[0].notes)


def test_days_around_an_event_are_counted_in_open_days():
    own = told().by_queue[0]
    at = DAYS.index(GALA)
    assert own.offsets["gala"][at - 1 : at + 2].tolist() == [-1, 0, 1]
    assert (np.delete(own.offsets["gala"], range(at - 1, at + 2)) == OUTSIDE).all()
    assert own.in_event is not None
    assert np.flatnonzero(own.in_event).tolist() == [at - 1, at, at + 1]


def test_a_day_s_quantiles_lie_in_order_around_it_and_hold_less_than_its_hours_sums():
    found = told()
    own = found.by_queue[0]
    some = own.day_total > 0
    levels = [own.day_quantile(q) for q in (0.025, 0.1, 0.9, 0.975)]
    for low, high in itertools.pairwise(levels):
        assert (low < high)[some].all()
    assert ((levels[1] < own.day_total) & (own.day_total < levels[2]))[some].all()
    assert levels[3][~some].tolist() == [0.0] * 4
    by_slot = (found.quantiles[0.9] - found.quantiles[0.1])[0].reshape(14, 2).sum(axis=1)
    assert ((levels[2] - levels[1]) < by_slot)[some].all()
    # A Poisson day of 90 has a standard deviation of 9.5; the floor of a day's spread is 3 %.
    assert (levels[2] - levels[1])[0] > 2 * 1.2816 * np.sqrt(own.day_total[0]) * 0.95

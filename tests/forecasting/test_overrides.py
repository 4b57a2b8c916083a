"""A planner's overrides: one after the other, on the days that they name."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.overrides import Override, apply_overrides

DAYS = [dt.date(2027, 2, 12) + dt.timedelta(days=i) for i in range(5)]
totals = st.lists(st.floats(0.0, 1e5), min_size=5, max_size=5).map(np.array)
openings = st.lists(st.booleans(), min_size=5, max_size=5).map(np.array)


def apply(overrides, total=None, is_open=None, events=None):
    total = np.full(5, 100.0) if total is None else total
    is_open = np.ones(5, dtype=bool) if is_open is None else is_open
    return apply_overrides(DAYS, np.where(is_open, total, 0.0), is_open, events or {}, overrides)


@given(totals, openings)
def test_without_overrides_nothing_changes(total, is_open):
    after, touched = apply([], total, is_open)
    assert (after == np.where(is_open, total, 0.0)).all()
    assert not touched.any()


@given(totals, openings, st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_factors_multiply_and_leave_closed_days_closed(total, is_open, first, second):
    after, touched = apply([Override(factor=first), Override(factor=second)], total, is_open)
    np.testing.assert_allclose(after, np.where(is_open, total * first * second, 0.0), rtol=1e-9)
    assert (touched <= is_open).all()


@given(totals, openings, st.floats(0.5, 10.0), st.floats(0.0, 5.0))
def test_an_event_s_factor_scales_the_event_s_own_effect(total, is_open, own, factor):
    events = {"valentines_day": np.array([1.0, own, own, 1.0, 1.0])}
    after, touched = apply(
        [Override(event="valentines_day", factor=factor)], total, is_open, events
    )
    base = np.where(is_open, total, 0.0) / events["valentines_day"]
    want = base * np.maximum(1 + factor * (events["valentines_day"] - 1), 0)
    np.testing.assert_allclose(after, want, rtol=1e-9, atol=1e-9)
    assert not touched[[0, 3, 4]].any()


def test_an_event_scaled_twice_is_scaled_by_the_product():
    events = {"sale": np.array([1.0, 3.0, 1.0, 1.0, 1.0])}
    twice = [Override(event="sale", factor=2.0), Override(event="sale", factor=0.5)]
    assert apply(twice, events=events)[0].tolist() == pytest.approx([100] * 5)
    away, _ = apply([Override(event="sale", factor=0.0)], events=events)
    assert away[1] == pytest.approx(100 / 3)


def test_an_event_the_queue_does_not_have_or_feel_changes_nothing():
    for events in ({}, {"sale": np.ones(5)}, {"sale": np.zeros(5)}):
        after, touched = apply([Override(event="sale", factor=3.0)], events=events)
        assert after.tolist() == [100] * 5
        assert not touched.any()


def test_later_overrides_act_on_what_earlier_ones_left():
    spot = Override(DAYS[1], DAYS[2], factor=1.2, note="TV spot")
    stated = Override(DAYS[2], DAYS[2], contacts=800.0)
    assert apply([spot, stated])[0].tolist() == [100, 120, 800, 100, 100]
    after, touched = apply([stated, spot])
    assert after.tolist() == [100, 120, 960, 100, 100]
    assert touched.tolist() == [False, True, True, False, False]


def test_a_side_without_a_bound_is_open():
    assert apply([Override(last_day=DAYS[1], add=5.0)])[0].tolist() == [105, 105, 100, 100, 100]
    assert apply([Override(DAYS[3], add=-500.0)])[0].tolist() == [100, 100, 100, 0, 0]
    event = {"sale": np.array([1.0, 2, 1, 1, 1])}
    added, _ = apply([Override(event="sale", add=5.0)], events=event)
    assert added.tolist() == [100, 105, 100, 100, 100]


def test_a_closed_day_opens_for_contacts_of_that_day_alone():
    is_open = np.array([True, True, False, True, True])
    run, touched = apply([Override(DAYS[1], DAYS[3], contacts=30.0)], is_open=is_open)
    assert run.tolist() == [100, 30, 0, 30, 100]
    assert not touched[2]
    alone, touched = apply([Override(DAYS[2], DAYS[2], contacts=30.0)], is_open=is_open)
    assert alone.tolist() == [100, 100, 30, 100, 100]
    assert touched.tolist() == [False, False, True, False, False]
    assert apply([Override(add=7.0)], is_open=is_open)[0][2] == 0


def test_an_open_day_without_contacts_cannot_be_scaled_but_added_to():
    total = np.array([0.0, 100, 100, 100, 100])
    after, touched = apply([Override(factor=2.0)], total)
    assert (after[0], touched[0]) == (0, False)
    after, touched = apply([Override(add=4.0)], total)
    assert (after[0], touched[0]) == (4, True)


def test_what_is_given_stays_as_it_was():
    total, events = np.full(5, 100.0), {"sale": np.full(5, 2.0)}
    total.setflags(write=False)
    events["sale"].setflags(write=False)
    apply([Override(factor=2.0), Override(event="sale", factor=2.0)], total, events=events)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "must have one of factor, add, contacts, got None"),
        ({"factor": 1.0, "contacts": 2.0}, "got factor, contacts"),
        ({"factor": -1.0}, "factor of an override must be 0 or more, got -1.0"),
        ({"contacts": np.nan}, "contacts of an override must be 0 or more, got nan"),
        ({"add": np.inf}, "add of an override must be a number, got inf"),
        ({"first_day": DAYS[1], "last_day": DAYS[0], "add": 1.0}, "2027-02-13 or later"),
    ],
)
def test_overrides_that_make_no_sense_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Override(**given)

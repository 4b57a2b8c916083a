"""Availability, duty, redials and handling times from data of which the truth is known."""

import heapq
import math
from typing import TypeVar

import numpy as np
import pytest

from staffing.duty import agents_per_interval, busy_while_waiting, on_duty
from staffing.estimation import handling_time, redials
from staffing.fitting import Past, fit_availability, fit_patience, foreseen
from staffing.patience import patience_from_waits
from staffing.scatter import without_chance

T = TypeVar("T")
DAYS, DAY_S, QUARTER_S = 40, 36_000, 900


def known(found: T | None) -> T:
    """Return what was found, which is not nothing."""
    assert found is not None
    return found


class Simulated:
    """Forty days of a queue with customers who hang up, contact by contact."""

    def __init__(self, agents, per_hour, aht_s, patience_s, rng):
        rows = []
        for day in range(DAYS):
            free = [0.0] * agents
            count = rng.poisson(per_hour * DAY_S / 3600)
            for now in np.sort(rng.uniform(0, DAY_S, count)):
                next_free = free[0]
                wait = max(next_free - now, 0.0)
                patience = rng.exponential(patience_s)
                gone = patience < wait
                if not gone:
                    heapq.heapreplace(free, now + wait + rng.exponential(aht_s))
                rows.append((now, min(wait, patience), gone, day))
        at, waits, left, days = (np.array(column) for column in zip(*rows, strict=True))
        self.at, self.wait, self.gone, self.day = at, waits, left.astype(bool), days.astype(int)

    def past(self, positions, aht_s, *, interval_s=QUARTER_S):
        """Return the intervals as a report would hold them, with so many agents on duty."""
        many = DAY_S // interval_s
        where = self.day * many + (self.at // interval_s).astype(int)
        size = DAYS * many
        in_time = ~self.gone & (self.wait <= 20)
        day = np.arange(size) // many
        count = np.bincount(where, minlength=size).astype(float)
        return Past(
            np.full(size, float(positions)),
            without_chance(count, day, interval_s),
            np.full(size, aht_s),
            np.bincount(where, self.gone, minlength=size).astype(float),
            np.bincount(where, in_time, minlength=size).astype(float),
            20.0,
            interval_s,
        ), day


@pytest.fixture(scope="module")
def centre():
    """Return a centre of 15 agents on duty of whom 12 are able to take contacts."""
    return Simulated(12, 140, 300.0, 240.0, np.random.default_rng(23))


@pytest.mark.parametrize("interval_s", [300, 900, 1800, 3600])
def test_availability_is_recovered(centre, interval_s):
    """A day begins with an empty queue, which a steady queue knows nothing of: 0.015."""
    past, day = centre.past(15, 300.0, interval_s=interval_s)
    patience = known(patience_from_waits(centre.wait, centre.gone).mean_s)
    got = known(fit_availability(past, patience, day))
    assert abs(got.value - 12 / 15) < 3 * got.standard_error + 0.015
    assert got.low < got.value < got.high
    assert got.observed == centre.gone.sum()


def test_at_the_fitted_availability_the_hang_ups_are_those_of_the_past(centre):
    past, _ = centre.past(15, 300.0)
    got = known(fit_availability(past, 240.0))
    told = foreseen(past, 240.0, got.value)
    assert told.abandonment == pytest.approx(centre.gone.mean(), rel=1e-4)
    assert told.abandonment > 2 * foreseen(past, 240.0).abandonment


def test_the_scatter_of_arrivals_is_not_counted_twice():
    """What scatters as chance does is evened out, what follows the clock is not."""
    rng = np.random.default_rng(47)
    day, slot = np.divmod(np.arange(60 * 40), 40)
    for shape, kept in ((np.full(40, 30.0), 0.25), (np.where(np.arange(40) % 4, 10.0, 90.0), 1.0)):
        rate = shape[slot]
        count = rng.poisson(rate).astype(float)
        got = without_chance(count, day, 900.0)
        assert got.sum() == pytest.approx(count.sum())
        assert np.bincount(day, got) == pytest.approx(np.bincount(day, count))
        chance = np.square(count - rate).mean()
        assert np.square(got - rate).mean() < 1.1 * chance
        if kept < 1:
            assert np.square(got - rate).mean() < kept * chance
        else:
            assert np.var(got) == pytest.approx(np.var(rate), rel=0.1)
    assert without_chance(count, day, 3600.0).tolist() == count.tolist()
    assert without_chance(np.array([]), np.array([]), 900.0).size == 0


def test_patience_is_recovered_from_hang_ups_where_waits_are_not_known(centre):
    past, day = centre.past(12, 300.0, interval_s=3600)
    got = known(fit_patience(past, group=day))
    assert abs(math.log(got.value / 240.0)) < 3 * got.standard_error / got.value + 0.1


def test_without_hang_ups_availability_follows_from_those_answered_in_time():
    patient = Simulated(12, 120, 300.0, 1e9, np.random.default_rng(29))
    past, day = patient.past(15, 300.0, interval_s=3600)
    got = known(fit_availability(past, math.inf, day))
    assert abs(got.value - 0.8) < 3 * got.standard_error + 0.015


@pytest.mark.slow
def test_the_standard_error_is_the_spread_of_estimates():
    rng, values, errors = np.random.default_rng(31), [], []
    for _ in range(24):
        small = Simulated(6, 66, 300.0, 240.0, rng)
        past, day = small.past(8, 300.0, interval_s=3600)
        got = known(fit_availability(past, 240.0, day))
        values.append(got.value)
        errors.append(got.standard_error)
    spread = np.std(values, ddof=1)  # known to 1 / sqrt(2 * 23), a seventh
    assert 0.6 < np.mean(errors) / spread < 1.6


def test_what_no_availability_explains_is_not_explained():
    one = np.ones(3)
    past = Past(one * 10, one * 20, one * 300, one * 0, one * 20, 20.0, 900.0)
    assert fit_availability(past, 180.0) is None  # nobody hung up
    assert fit_patience(past) is None
    everyone = Past(one * 10, one * 20, one * 300, one * 20, one * 0, 20.0, 900.0)
    assert fit_availability(everyone, 180.0) is None  # and here all
    nobody = Past(one * 0, one * 20, one * 300, one * 2, one * 0, 20.0, 900.0)
    assert fit_availability(nobody, 180.0) is None
    assert nobody.left_out == 60
    with pytest.raises(ValueError, match="past must hold an interval with contacts"):
        foreseen(nobody, 180.0)


def test_intervals_of_which_too_little_is_known_are_left_out():
    nan = math.nan
    past = Past(
        np.array([12.0, 0.0, nan, 12.0, 12.0]),
        np.array([100.0, 7.0, 5.0, 0.0, 100.0]),
        np.full(5, 180.0),
        np.array([6.0, 5.0, 5.0, 0.0, nan]),
        np.full(5, nan),
        20.0,
        1800.0,
    )
    few = [np.array([v]) for v in (12.0, 100.0, 180.0, 6.0, nan)]
    alone = Past(few[0], few[1], few[2], few[3], few[4], 20.0, 1800.0)
    assert known(fit_availability(past, 180.0)).value == known(fit_availability(alone, 180.0)).value
    assert past.left_out == 12


@pytest.mark.parametrize("patience_s", [0.0, -1.0, math.nan])
def test_a_patience_that_is_none_is_refused(patience_s):
    one = np.ones(1)
    past = Past(12 * one, 100 * one, 180 * one, 6 * one, 75 * one, 20.0, 1800.0)
    with pytest.raises(ValueError, match="patience_s must be > 0, got"):
        fit_availability(past, patience_s)


def test_arrays_of_a_past_that_do_not_fit_are_refused():
    one, two = np.ones(1), np.ones(2)
    with pytest.raises(ValueError, match=r"arrays must have one shape \[I\]"):
        Past(one, two, one, one, one, 20.0, 900.0)


def test_duty_is_found_from_contacts_in_any_order():
    rng = np.random.default_rng(37)
    begin = np.cumsum(rng.uniform(100, 900, 200))  # never an hour without one
    begin[100:] += 7200  # but for lunch
    order = rng.permutation(200)
    got = on_duty(np.full(200, 4)[order], begin[order], begin[order] + 60)
    assert got.agent.tolist() == [4, 4]
    assert got.begin_s.tolist() == [begin[0], begin[100]]
    assert got.end_s.tolist() == [begin[99] + 60, begin[199] + 60]
    edges = np.arange(0.0, begin[-1] + 1800, 900)
    assert agents_per_interval(got, edges).sum() * 900 == pytest.approx(got.total_s)


def test_an_agent_with_two_contacts_at_once_is_one_agent():
    got = on_duty([3, 3, 3, -1], [0, 10, 8000, 0], [5000, 20, 8100, 9])
    assert got.begin_s.tolist() == [0]  # from the end of the longest to the next is 50 minutes
    assert got.end_s.tolist() == [8100]


def test_availability_is_seen_while_customers_wait():
    """Of ten agents on duty eight take contacts, and are all on one while somebody waits."""
    rng = np.random.default_rng(41)
    agents = [(a, 0.0, 36_000.0) for a in range(10)]
    begin, end, queued, left = [], [], [], []
    free = [0.0] * 8
    for now in np.cumsum(rng.exponential(30.0, 1100)):
        start = max(now, free[0])
        stop = start + rng.exponential(230.0)
        heapq.heapreplace(free, stop)
        begin.append(start)
        end.append(stop)
        if start > now:
            queued.append(now)
            left.append(start)
    who, first, last = (np.array(column) for column in zip(*agents, strict=True))
    duty = on_duty(who, first, last)
    got = busy_while_waiting(duty, *(np.array(v) for v in (begin, end, queued, left)))
    assert got == pytest.approx(0.8, abs=1e-9)
    none = np.array([])
    assert busy_while_waiting(duty, np.array(begin), np.array(end), none, none) is None


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: on_duty([1, 2], [0], [1]), "begin_s and end_s must have the shape of agent"),
        (lambda: on_duty([1], [5], [4]), "end_s must not be before begin_s"),
        (lambda: redials([1], [0, 1], [True]), "at_s and hung_up must have the shape of customer"),
        (lambda: handling_time([1, 2], [1]), "contacts must have the shape of aht_s"),
        (lambda: handling_time([math.nan]), "aht_s must hold a handling time of a contact"),
    ],
)
def test_what_cannot_be_is_refused(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()


def test_redials_are_what_hang_ups_bring_beyond_what_answers_bring():
    """30 % of hang-ups call again within the hour; one customer in ten comes daily anyway."""
    rng = np.random.default_rng(43)
    customer, at, gone = [], [], []
    for k in range(20_000):
        now = rng.uniform(0, 30 * 86_400)
        hung_up = rng.random() < 0.2
        customer.append(k)
        at.append(now)
        gone.append(hung_up)
        comes_again = rng.random() < (0.37 if hung_up else 0.10)
        if comes_again:
            customer.append(k)
            at.append(now + rng.uniform(60, 3600))
            gone.append(False)
    got = known(redials(customer, at, gone))
    usual = 16_000 * 0.10 / (16_000 + 4_000 * 0.37 + 16_000 * 0.10)  # second contacts are answered
    assert abs(got.share - (0.37 - usual)) < 3 * got.standard_error
    assert got.after_hangup - got.after_answer == pytest.approx(got.share)


def test_redials_without_customers_or_without_hang_ups_are_not_known():
    assert redials([-1, -1], [0, 1], [True, False]) is None
    assert redials([1, 1], [0, 1e6], [False, False]) is None


def test_handling_time_is_weighted_by_contacts_and_leaves_out_the_unknown():
    got = handling_time([100.0, 400.0, math.nan, 900.0], [30, 10, 5, 0])
    assert (got.mean_s, got.median_s, got.contacts) == (175.0, 100.0, 40.0)
    assert got.variation == pytest.approx(math.sqrt(0.75 * 75**2 + 0.25 * 225**2) / 175)
    assert got.very_short is None
    each = handling_time(np.r_[np.full(30, 100.0), np.full(10, 5.0)])
    assert (each.very_short, each.by_contact) == (0.25, True)

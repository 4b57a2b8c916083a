"""A real bank's calls: what January tells is plausible, and helps in February."""

import numpy as np
import pytest

from benchmarks.staffing_technion import (
    FEBRUARY,
    FILE,
    JANUARY,
    Calls,
    estimates,
    happened,
    past_of,
    projected,
)

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="../shared/data is not at hand")


@pytest.fixture(scope="module")
def calls():
    return Calls.read()


@pytest.fixture(scope="module")
def january(calls):
    return estimates(calls, JANUARY)


def test_patience_is_minutes_and_agrees_with_the_slope_over_hours(calls, january):
    """Hang-ups over the mean wait, hour by hour, are one over the patience.

    The second way is that of A. Mandelbaum and S. Zeltyn, "The impact of customers' patience on
    delay and abandonment", OR Spectrum 26 (2004), for this bank: customers of several minutes'
    patience, not of the 37 seconds' that the mean wait of hang-ups alone would suggest.
    """
    assert 240 < january.patience.mean_s < 900
    own = calls.of_days(0, JANUARY)
    hour = (own.at_s // 3600).astype(int)
    count = np.bincount(hour)
    busy = count >= 20
    lost = (np.bincount(hour, own.hung_up)[busy]) / count[busy]
    wait = np.bincount(hour, own.wait_s)[busy] / count[busy]
    slope = np.polyfit(wait, lost, 1, w=np.sqrt(count[busy]))[0]
    assert january.patience.mean_s == pytest.approx(1 / slope, rel=0.25)
    assert own.wait_s[own.hung_up].mean() < 0.25 * january.patience.mean_s


def test_agents_on_duty_are_able_to_take_calls_for_most_of_their_time(january):
    found = january.availability
    assert 0.8 < found.low < found.value < found.high < 0.95
    assert january.seen_availability < found.value  # wrapping up is no call in this file
    assert 120 < january.aht_s < 240


@pytest.mark.slow
def test_february_is_nearer_with_what_january_tells(calls, january):
    end = JANUARY + FEBRUARY
    february = calls.of_days(JANUARY, end)
    past = past_of(february, january.aht_s, JANUARY, end)
    _, was = happened(february, JANUARY, end)
    patience = january.patience.mean_s
    ours, plain, endless = (
        np.abs(projected(past, FEBRUARY, *given).abandonment - was.abandonment).mean()
        for given in (
            (patience, january.availability.value),
            (patience, 1.0),
            (np.inf, 1.0),
        )
    )
    assert ours < 0.6 * plain < 0.6 * endless

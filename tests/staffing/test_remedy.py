"""What it would take: shifts that fill what is missing, at the best price."""

import numpy as np
import pytest

from staffing.remedy import what_it_takes
from tests.staffing.instances import centre, team, vendor

PHONE, MAIL = 0, 1


def asked(*pools, positions=7.0, hours=slice(9, 16)):
    """Return a centre and what it misses on the phone in some hours of a day."""
    question = centre(*pools, days=1, phone=4.0)
    missing = np.zeros(question.demand.positions.shape)
    missing[PHONE, hours] = positions
    return question, missing


def taken(question, missing):
    return what_it_takes(question.covers(), missing, question.demand.contacts_per_position, 3600)


def test_the_cheaper_pool_fills_what_is_missing():
    """Seven positions for seven hours are ten heads of a pool whose shrinkage is 0.3."""
    question, missing = asked(team(days=1), vendor(days=1))
    (found,) = taken(question, missing)
    assert (found.pool, found.heads) == ("lyon", 10)
    assert found.paid_hours == pytest.approx(70)
    assert found.cost == pytest.approx(70 * 26)
    assert found.filled_hours == pytest.approx(49)


def test_a_pool_that_does_not_serve_the_queue_cannot_help():
    question, missing = asked(team(days=1), vendor(days=1, speed={"mail": 1.0}))
    assert {one.pool for one in taken(question, missing)} == {"paris"}
    assert not taken(question, np.zeros_like(missing))


def test_contacts_are_paid_where_contacts_are():
    question, missing = asked(vendor(days=1, cost_per_contact=4.0, speed={"phone": 0.5}))
    (found,) = taken(question, missing)
    assert found.filled_hours == pytest.approx(49)
    assert found.cost == pytest.approx(49 * 6 * 4.0)  # six contacts in a position's hour
    assert found.heads == 20


def test_what_a_shift_would_hardly_help_is_left():
    question, missing = asked(team(days=1), positions=0.05, hours=slice(9, 10))
    assert not taken(question, missing)


def test_nothing_is_filled_twice():
    """Two pools never fill more than is missing, wherever it is."""
    question = centre(team(days=3), vendor(days=3), days=3, seed=2)
    missing = question.demand.positions.copy()
    found = taken(question, missing)
    assert sum(one.filled_hours for one in found) == pytest.approx(missing.sum(), abs=1.0)
    assert all(one.filled_hours > 0 for one in found)

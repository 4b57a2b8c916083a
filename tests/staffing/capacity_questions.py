"""Small centres in weeks, for the tests of capacity."""

from dataclasses import replace

import numpy as np

from staffing.capacity_question import CapacityQuestion, Team, Vendor
from staffing.workforce import Hiring

HOURS, PRICE = 10.0, 2.0


def team(weeks, heads=2.0, name="paris", queues=(0,), speed=1.0, **more):
    """Return a team whose heads give ten hours on contacts a week, at 2 an hour."""
    hiring = {"class_size": (1, 50)} | more.pop("hiring", {})
    ones = np.ones(weeks)
    plain = Team(name, dict.fromkeys(queues, speed), heads, HOURS, PRICE, ones, ones)
    return replace(plain, hiring=Hiring(**hiring), **more)


def vendor(weeks, most=100.0, name="lyon", price=3.0, **more):
    """Return a vendor of the only queue, whose hours are all on contacts."""
    ones = np.ones(weeks)
    least = more.pop("minimum", 0.0) * ones
    return replace(Vendor(name, {0: 1.0}, price, ones, most * ones, least), **more)


def question(need, teams=(), vendors=(), shortage_price=1000.0, fit=1.0):
    """Return a centre with hours needed ``[Q][W]``, or of one queue ``[W]``."""
    hours = np.atleast_2d(np.asarray(need, dtype=float))
    weeks = hours.shape[1]
    return CapacityQuestion(
        tuple(f"queue-{q}" for q in range(len(hours))),
        tuple(f"week-{w:03}" for w in range(weeks)),
        hours,
        hours * 12,
        np.full(weeks, fit),
        tuple(teams),
        tuple(vendors),
        shortage_price,
    )

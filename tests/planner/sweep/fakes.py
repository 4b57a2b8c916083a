"""Tasks that plan nothing, for tests of who runs them; workers import this module too."""

import os

from planner.outcome import Outcome, PoolUse, Service
from planner.sweep.asked import AskedSweep
from planner.swept import Result

DEADLY = 1
RAISING = 2


def outcome_of(cost: float, service: float) -> Outcome:
    """Return the outcome of a plan with one queue that promises 80 %."""
    phone = Service("phone", "FR", "phone", 600.0, 0.8, 0.8, 0.8, service, 1, int(service >= 0.8))
    team = PoolUse("team", "in_house", 100.0, 70.0, 100.0, 600.0, cost, 1.0)
    return Outcome(
        "as planned", "Shop", (), "EUR", "2027-03-01", 1, cost, 100.0, 70.0, 100.0, 600.0, 600.0,
        0.0, cost / 600, 0.0, 2.0, 0.0, 0, "optimal", 0.0, (phone,), (phone,), (phone,), (team,),
    )  # fmt: skip


def quick(_asked: AskedSweep, number: int) -> Result:
    return Result(number, "done", outcome_of(1000.0 + number, 0.7 + number / 100).as_dict())


def deadly(asked: AskedSweep, number: int) -> Result:
    """End the process that runs task 1, as one that is out of memory does; raise in task 2."""
    if number == DEADLY:
        os._exit(9)
    if number == RAISING:
        message = "no such luck"
        raise ZeroDivisionError(message)
    return quick(asked, number)

"""What a buyer is told of a plan: each pool's money, the price that decides, service, own staff."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from planner.plan import Plan
from staffing.breakeven import Bought, PriceCurve
from staffing.missed import Spread
from staffing.spending import Spending


@dataclass(frozen=True, slots=True)
class Bill:
    """What the cheapest mix costs, fractions of heads allowed.

    Parameters
    ----------
    cost
        What the program makes least: money, and what is missing at its price.
    money
        What is paid to own teams and vendors, contracts included.
    shortage_hours
        Position hours missing.
    """

    cost: float
    money: float
    shortage_hours: float


@dataclass(frozen=True, slots=True)
class Switch:
    """How one pool's price decides what is bought of it.

    Parameters
    ----------
    pool
        The pool's name.
    by_contact
        Whether prices are per contact and amounts contacts; else per hour, and hours.
    as_scheduled
        Whether its hours are contracted and paid anyway: the curve then is as if own hours were
        paid only when scheduled.
    today
        What is bought at today's price.
    curve
        What is bought at each price.
    bill
        What the mix costs at today's price.
    without
        What it costs without the pool: nobody there, nothing billed. None where ``as_scheduled``.
    """

    pool: str
    by_contact: bool
    as_scheduled: bool
    today: Bought
    curve: PriceCurve
    bill: Bill
    without: Bill | None


@dataclass(frozen=True, slots=True)
class HeadcountPoint:
    """The mix with another number of own agents.

    Parameters
    ----------
    factor, agents
        Own agents against today's, and how many that is on the day with the most.
    bill
        What the mix costs.
    own_cost
        What the own teams' contracts cost of it, worked or not; 0 where they are paid by schedule.
    vendor_share
        Share of the contacts that vendors handle.
    """

    factor: float
    agents: float
    bill: Bill
    own_cost: float
    vendor_share: float


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """The mix with another service promised to those who wait on the line.

    Parameters
    ----------
    points
        By how many points all of their service levels are moved.
    promised, level
        The share promised, and that which the positions needed give, contacts weighing.
    bill
        What the mix costs.
    """

    points: float
    promised: float
    level: float
    bill: Bill


@dataclass(slots=True)
class Sourcing:
    """What a buyer is told; filled stage by stage, so that a stop keeps what is done.

    Parameters
    ----------
    plan
        The plan that prices are judged by.
    spending
        What each pool's money goes for, in the plan's order.
    penalties
        By pool in the same order, its penalty and its bonus over the sample paths.
    switches
        By pool, in the plan's order, as far as they were worked out.
    frontier, headcount
        Points in rising order, as far as they were worked out.
    weeks
        First days of the weeks that prices, service and own staff are asked of; none: of all.
    stopped
        Whether somebody stopped it before all was done.
    """

    plan: Plan
    spending: tuple[Spending, ...]
    penalties: tuple[tuple[Spread, Spread], ...]
    switches: list[Switch] = field(default_factory=list)
    frontier: list[ServicePoint] = field(default_factory=list)
    headcount: list[HeadcountPoint] = field(default_factory=list)
    weeks: tuple[dt.date, ...] = ()
    stopped: bool = False

"""What is asked of a centre's capacity, in weeks: needs, own teams, vendors and their terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from staffing.workforce import Hiring

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Team:
    """An own team, paid alike.

    Parameters
    ----------
    name
        Its pool's name.
    speeds
        Speed by number of the queue it serves.
    heads
        Heads in the first week.
    hours
        Contract hours of a head in a week.
    price
        Money for a paid hour.
    contact_price
        Money for a contact handled, where these are paid.
    productive
        Share of paid time on contacts, ``[W]``.
    pace
        Mean speed of those there from the start, ``[W]``.
    contracted
        Whether contract hours are paid worked or not.
    overtime_hours, overtime_factor
        Most overtime of a head in a week, and its price against an ordinary hour's.
    hiring
        On what terms people join and leave.
    """

    name: str
    speeds: Mapping[int, float]
    heads: float
    hours: float
    price: float
    productive: FloatArray
    pace: FloatArray
    contact_price: float = 0.0
    contracted: bool = True
    overtime_hours: float = 0.0
    overtime_factor: float = 1.25
    hiring: Hiring = field(default_factory=Hiring)


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor of hours.

    Parameters
    ----------
    name, speeds, price, contact_price, productive
        As of a team.
    most
        Most hours that can be ordered for each week, ``[W]``.
    minimum
        Hours billed at least, ``[W]``.
    notice_weeks
        First weeks whose hours are ordered already, and cannot be changed.
    ordered
        Hours a week ordered for them.
    minimum_weeks
        Weeks for which a raise of the order holds at least.
    ramp
        Most by which the order rises from a week to the next, hours; None: no limit.
    max_share
        Largest share of each queue's work.
    max_share_of_hours
        Largest share of all hours worked.
    """

    name: str
    speeds: Mapping[int, float]
    price: float
    productive: FloatArray
    most: FloatArray
    minimum: FloatArray
    contact_price: float = 0.0
    notice_weeks: int = 0
    ordered: float = 0.0
    minimum_weeks: int = 1
    ramp: float | None = None
    max_share: float = 1.0
    max_share_of_hours: float = 1.0


@dataclass(frozen=True, slots=True)
class CapacityQuestion:
    """A centre in weeks.

    Parameters
    ----------
    queues, weeks
        Names, Q and W of them; weeks by their first day, such as 2027-02-01.
    need
        Position hours needed, ``[Q, W]``.
    contacts
        Contacts that come, ``[Q, W]``.
    fit
        Hours on duty that a position hour takes, as shifts cover a curve with some loss, ``[W]``.
    teams, vendors
        Who can work.
    shortage_price
        Money that a missing position hour counts.
    """

    queues: tuple[str, ...]
    weeks: tuple[str, ...]
    need: FloatArray
    contacts: FloatArray
    fit: FloatArray
    teams: tuple[Team, ...]
    vendors: tuple[Vendor, ...]
    shortage_price: float

    @property
    def served_by(self) -> tuple[Team | Vendor, ...]:
        """All who serve, teams first."""
        return (*self.teams, *self.vendors)

    def contacts_an_hour(self, q: int) -> FloatArray:
        """Return the contacts that a position hour of a queue's takes in each week, ``[W]``."""
        need = self.need[q]
        each: FloatArray = np.zeros(need.shape)
        np.divide(self.contacts[q], need, out=each, where=need > 0)
        return each

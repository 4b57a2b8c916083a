"""Who can work: in-house teams and outsourced vendors, their contracts and their prices."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from staffing.people import NEVER, Agent

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Contract:
    """Limits on one agent's work; the defaults follow French labour law.

    Hours a week are ordinary time; overtime comes on top, at its factor. ``paid`` says whether
    ordinary hours cost money worked or not ("contracted") or only when scheduled ("scheduled").
    Each limit of a tour is a rule of ``staffing.rules``, with its source.

    Parameters
    ----------
    weekly_hours
        Whether the hours a week are the most of each, exactly those of each, or of the horizon on
        average; then no single week has more than ``max_hours_per_week``.
    weekly_rest_hours
        Hours without work in a row that each calendar week holds.
    min_consecutive_days, min_consecutive_days_off
        Fewest days of work, or off, in a row.
    max_weekends_in_four
        Most weekends with work in four weekends on end.
    max_nights_in_row
        Most nights in a row.
    forbidden_successions
        Minutes after midnight (ends, starts): a shift that ends later than the first is not
        followed on the next day by one that starts before the second.
    bend
        By a rule's name, the price of breaking it once; rules left out are never broken.
    """

    hours_per_week: float = 35.0
    max_hours_per_day: float = 10.0
    min_rest_hours: float = 11.0
    max_consecutive_days: int = 6
    days_off_per_week: int = 2
    paid: Literal["contracted", "scheduled"] = "contracted"
    overtime_hours_per_week: float = 0.0
    overtime_cost_factor: float = 1.25
    weekly_hours: Literal["at_most", "exact", "averaged"] = "at_most"
    max_hours_per_week: float = 48.0
    weekly_rest_hours: float = 35.0
    min_consecutive_days: int = 1
    min_consecutive_days_off: int = 1
    max_weekends_in_four: int = 4
    max_nights_in_row: int = 7
    forbidden_successions: tuple[tuple[int, int], ...] = ()
    bend: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BreakRule:
    """A break of ``minutes`` that begins between two counts of hours into the shift."""

    minutes: int
    paid: bool
    after_hours: tuple[float, float]


@dataclass(frozen=True, slots=True)
class SplitRule:
    """Shifts in two parts: their lengths, the pause between them, and the most from end to end.

    The pause lasts from a least to a most of minutes and begins between two counts of hours into
    the shift.
    """

    paid_hours: tuple[float, ...]
    pause_minutes: tuple[int, int]
    after_hours: tuple[float, float]
    max_span_hours: float = 12.0


@dataclass(frozen=True, slots=True)
class ShiftRules:
    """What shifts a pool may work: local minutes after midnight, lengths in paid hours."""

    earliest_start: int = 7 * 60
    latest_end: int = 21 * 60
    start_every_minutes: int = 30
    paid_hours: tuple[float, ...] = (4.0, 7.0)
    breaks: tuple[BreakRule, ...] = ()
    split: SplitRule | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """Discount on a vendor's invoice for each point of service level missed."""

    below_service_level: float
    discount_per_point: float
    max_discount: float


@dataclass(frozen=True, slots=True)
class Bonus:
    """Premium on a vendor's invoice for each point of service level beyond one."""

    above_service_level: float
    premium_per_point: float
    max_premium: float


@dataclass(frozen=True, slots=True, order=True)
class Tier:
    """Price of an hour or a contact for what a calendar week brings beyond a volume."""

    above: float
    price: float


@dataclass(frozen=True, slots=True)
class Pool:
    """Agents paid alike.

    Parameters
    ----------
    name, kind, vendor
        Name, unique in a scenario; in-house or vendor; the vendor's firm.
    timezone
        IANA zone in which the pool's shifts and days are counted.
    speed
        Queues served, each with the pool's speed: 0.9 is 10 % slower than the queue's AHT.
    agents
        Agents employed on each day of the horizon, ``[D]``.
    names
        Their names, at least as many as the largest of ``agents``.
    cost_per_hour, cost_per_contact
        Price per paid hour, or per contact handled; one of the two.
    shrinkage
        Share of paid time away from contacts, breaks of the shift aside, in [0, 1).
    shrinkage_by_kind
        What it is made of, to explain it: each kind a share of the time that the others leave.
    pace
        Mean speed of those employed on each day, newcomers among them, ``[D]``; left out: 1.
    solved
        By queue served, the share of the contacts handled that are solved; left out: all.
    max_share, max_share_of
        Largest share, per week, of each queue's contacts or of the hours that all pools are
        scheduled.
    tiers
        Prices of what a calendar week brings beyond volumes, each beyond the one before: hours
        billed at a price per hour, contacts at a price per contact.
    notice_days, ordered_hours_per_week
        On so many first days of the horizon the hours ordered, a seventh a day, are billed in any
        case and no more can be had; later days are free.
    decided
        Whether shifts are fixed with the plan or called once the demand is known.
    people
        The agents by name, as many as ``names``, where more is known of them than a number.
    ceilings
        ``(day, shifts, most)``: no more heads on these shifts of a day, by their numbers, since
        more could not be made into tours.

    Examples
    --------
    Two thirds old hands, a third still in training: 30 heads are 14 positions.

    >>> agents, pace = np.array([30]), np.array([2 / 3])
    >>> pool = Pool("paris", "in_house", "Europe/Paris", {"phone": 1.0}, agents, (), pace=pace)
    >>> round(30 * pool.positions_per_head(0), 6)
    14.0
    """

    name: str
    kind: Literal["in_house", "vendor"]
    timezone: str
    speed: Mapping[str, float]
    agents: IntArray
    names: tuple[str, ...]
    cost_per_hour: float | None = None
    cost_per_contact: float | None = None
    shrinkage: float = 0.30
    shrinkage_by_kind: Mapping[str, float] = field(default_factory=dict)
    pace: FloatArray | None = None
    contract: Contract = field(default_factory=Contract)
    shifts: ShiftRules = field(default_factory=ShiftRules)
    minimum_hours_per_week: float = 0.0
    committed_share_of_forecast: float = 0.0
    max_share: float = 1.0
    penalty: Penalty | None = None
    vendor: str = ""
    solved: Mapping[str, float] = field(default_factory=dict)
    max_share_of: Literal["contacts", "hours"] = "contacts"
    tiers: tuple[Tier, ...] = ()
    bonus: Bonus | None = None
    notice_days: int = 0
    ordered_hours_per_week: float = 0.0
    decided: Literal["ahead", "on_the_day"] = "ahead"
    people: tuple[Agent, ...] = ()
    ceilings: tuple[tuple[int, tuple[int, ...], int], ...] = ()

    def __post_init__(self) -> None:
        """Raise ``ValueError`` unless tiers rise and the pace is a number >= 0 for each day."""
        above = [0.0, *(tier.above for tier in self.tiers)]
        if not all(low < high for low, high in itertools.pairwise(above)):
            message = f"tiers must be above 0, each above the one before, got {self.tiers}"
            raise ValueError(message)
        if self.pace is None:
            return
        good = np.isfinite(self.pace) & (self.pace >= 0)
        if self.pace.shape != self.agents.shape or not good.all():
            message = f"pace must be a number >= 0 for each of {len(self.agents)} days, got "
            raise ValueError(message + str(self.pace))

    @property
    def dearest_price(self) -> float:
        """The highest price of an hour or a contact, tiers included."""
        base = self.cost_per_hour if self.cost_per_contact is None else self.cost_per_contact
        return max(base or 0.0, *(tier.price for tier in self.tiers), 0.0)

    def there(self, days: Sequence[dt.date]) -> BoolArray:
        """Return who is there on each of the horizon's days, ``[A, D]``.

        That is who is employed, not absent and not off on the weekday; of agents who are counted
        and not named, the first ones.
        """
        if self.people:
            return np.array([[a.times_on(day) != NEVER for day in days] for a in self.people])
        turn = np.arange(self.agents.max(initial=0))
        return np.asarray(turn[:, None] < self.agents[None, :])

    @property
    def hours_a_week(self) -> FloatArray:
        """Ordinary hours a week of each agent's own contract, else the pool's, ``[A]``."""
        usual = self.contract.hours_per_week
        own = [agent.hours_per_week for agent in self.people] or [None] * len(self.names)
        return np.array([usual if hours is None else hours for hours in own], dtype=np.float64)

    def pace_on(self, day: int) -> float:
        """Return the mean speed of those employed on a day, by its number."""
        return 1.0 if self.pace is None else float(self.pace[day])

    @property
    def slowest_pace(self) -> float:
        """The lowest pace of a day on which somebody is at work; 1 where nobody ever is."""
        if self.pace is None:
            return 1.0
        at_work = self.pace[(self.agents > 0) & (self.pace > 0)]
        return float(at_work.min()) if len(at_work) else 1.0

    def positions_per_head(self, day: int) -> float:
        """Return the positions that a head on duty makes, if its shift starts on this day."""
        return (1.0 - self.shrinkage) * self.pace_on(day)

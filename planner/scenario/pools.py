"""The scenario's supply side: pools of agents, their contracts, shifts and prices."""

import math
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from planner.scenario.agents import AgentsValue
from planner.scenario.shrinkage import USUAL_SHRINKAGE, Newcomers, ShrinkageValue
from planner.scenario.types import (
    BreakMinutes,
    ClosedShare,
    EndTime,
    Factor,
    Flag,
    FromOne,
    Label,
    Name,
    NotNegative,
    OpenShare,
    PaidHours,
    Positive,
    Price,
    StartTime,
    Strict,
    Timezone,
    UpperShare,
    Whole,
)


class Overtime(Strict):
    """Hours beyond the contract."""

    max_hours_per_week: NotNegative = Field(0.0, description="Most overtime, hours a week.")
    cost_factor: Factor = Field(1.25, description="Price of an hour of it, times an ordinary one.")


class Contract(Strict):
    """Limits on one agent's work; the defaults follow French labour law."""

    hours_per_week: Positive = Field(35.0, le=168, description="Ordinary hours a week.")
    max_hours_per_day: Positive = Field(10.0, le=24, description="Most paid hours a day.")
    min_rest_hours: NotNegative = Field(11.0, le=24, description="Hours between two shifts.")
    max_consecutive_days: FromOne = Field(6, description="Most days of work in a row.")
    days_off_per_week: Whole = Field(2, le=6, description="Days off in a week, at least.")
    paid: Literal["contracted", "scheduled"] | None = Field(
        None,
        description="Whether contracted hours are paid worked or not, or only those scheduled. "
        "Left out: contracted in-house, scheduled at a vendor.",
    )
    overtime: Overtime = Field(default_factory=Overtime, description="Hours beyond ordinary ones.")


class Break(Strict):
    """A break within a shift."""

    minutes: BreakMinutes = Field(description="Length, minutes.")
    paid: Flag = Field(False, description="Whether it is paid.")
    after_hours: tuple[NotNegative, NotNegative] = Field(
        description="Earliest and latest begin, hours after the start of the shift."
    )


class Shifts(Strict):
    """What shifts a pool may work, in its local time."""

    earliest_start: StartTime | None = Field(
        None,
        description="First start, local time. Left out: when the first of its queues opens whose "
        "customers wait on the line; 07:00 without such a queue.",
    )
    latest_end: EndTime | None = Field(
        None,
        description="Last end, local time; '30:00' is 06:00 on the next day. Left out: when the "
        "last of those queues closes; 21:00 without such a queue.",
    )
    start_every_minutes: FromOne = Field(30, description="Step between starts, minutes.")
    paid_hours: tuple[PaidHours, ...] = Field(
        (4.0, 7.0), min_length=1, description="Lengths of shifts, paid hours."
    )
    breaks: tuple[Break, ...] = Field(
        (),
        description="Breaks; each is taken in the shifts whose paid hours reach beyond its window.",
    )

    @property
    def shortest_minutes(self) -> int:
        """Minutes from start to end of the shortest shift, unpaid breaks included."""
        return shortest_minutes(self.paid_hours, self.breaks)


def shortest_minutes(paid_hours: Sequence[float], breaks: Sequence[Break]) -> int:
    """Return the minutes from start to end of the shortest shift, unpaid breaks included."""
    return min(
        math.ceil(hours * 60)
        + sum(p.minutes for p in breaks if not p.paid and hours > p.after_hours[1])
        for hours in paid_hours
    )


class Penalty(Strict):
    """Discount on a vendor's invoice for a service level missed."""

    below_service_level: OpenShare = Field(description="Service level promised, fraction.")
    discount_per_point: ClosedShare = Field(
        description="Share of the invoice taken off per point (0.01) missed, fraction."
    )
    max_discount: ClosedShare = Field(1.0, description="Most that is taken off, fraction.")


class Served(Strict):
    """A queue that a pool serves."""

    name: Name = Field(description="Name of the queue.")
    speed: Positive = Field(
        1.0, description="Speed against the queue's AHT; 0.9 is 10 % slower, factor."
    )


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


ServedQueue = Annotated[Served, BeforeValidator(_named, json_schema_input_type=str | Served)]


class Pool(Strict):
    """Agents who are paid alike."""

    name: Name = Field(description="Name, unique in the scenario.")
    kind: Literal["in_house", "vendor"] = Field("in_house", description="Own staff or a vendor's.")
    vendor: Label = Field("", description="The vendor's firm. Left out: the pool's name.")
    queues: tuple[ServedQueue, ...] = Field(
        min_length=1, description="Queues served: names, or {name, speed}."
    )
    agents: AgentsValue = Field(
        description="Agents: a count, a list of names, {file: agents.csv} with the column agent, "
        "or {date: count} for numbers that hold from each date on."
    )
    timezone: Timezone | None = Field(
        None, description="Zone of its shifts. Left out: that of its first queue's market."
    )
    cost_per_hour: Price | None = Field(
        None, description="Price per paid hour, in the scenario's currency."
    )
    cost_per_contact: Price | None = Field(
        None, description="Price per contact handled, in the scenario's currency."
    )
    shrinkage: ShrinkageValue = Field(
        USUAL_SHRINKAGE,
        validate_default=True,
        description="Share of paid time away from contacts, fraction in [0, 1); or fractions by "
        "kind such as {absence: 0.08, training: 0.04, breaks: 0.10}, under any names, each a share "
        "of the time that the others leave. A variant's kinds are merged by name; where there was "
        "a single number, it becomes the kind other and theirs come on top.",
    )
    newcomers: Newcomers | None = Field(
        None,
        description="How those begin who join on a later date of agents than the first. Left out: "
        "at full speed. Where numbers fall, those who came last leave first.",
    )
    contract: Contract = Field(default_factory=Contract, description="Limits on an agent's work.")
    shifts: Shifts = Field(default_factory=Shifts, description="Shifts the pool may work.")
    minimum_hours_per_week: NotNegative = Field(
        0.0, description="Hours a week billed even when not used; goes with cost_per_hour."
    )
    committed_share_of_forecast: NotNegative = Field(
        0.0,
        le=2,
        description="Take-or-pay: share of the forecast handed over that is billed at least, "
        "fraction; changes nothing with cost_per_hour, where scheduled hours are billed.",
    )
    max_share: UpperShare = Field(
        1.0, description="Largest share of each queue's contacts in a week, fraction in (0, 1]."
    )
    penalty: Penalty | None = Field(None, description="Discount for a service level missed.")

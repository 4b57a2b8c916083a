"""The scenario's supply side: pools of agents, their contracts, shifts and prices."""

import math
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from planner.scenario.agents import AgentsValue
from planner.scenario.contract import Contract
from planner.scenario.hiring import AwayByMonth, Commitment, Hiring
from planner.scenario.shrinkage import USUAL_SHRINKAGE, Newcomers, ShrinkageValue
from planner.scenario.terms import Bonus, Notice, Penalty, Tier
from planner.scenario.types import (
    BreakMinutes,
    EndTime,
    Flag,
    FromOne,
    Label,
    Name,
    NotNegative,
    PaidHours,
    PauseMinutes,
    Positive,
    Price,
    SpanHours,
    StartTime,
    Strict,
    Timezone,
    UpperShare,
)


class Break(Strict):
    """A break within a shift."""

    minutes: BreakMinutes = Field(description="Length, minutes.")
    paid: Flag = Field(False, description="Whether it is paid.")
    after_hours: tuple[NotNegative, NotNegative] = Field(
        description="Earliest and latest begin, hours after the start of the shift."
    )


class Split(Strict):
    """Shifts in two parts with a long unpaid pause between them."""

    paid_hours: tuple[PaidHours, ...] = Field(
        min_length=1, description="Lengths of shifts in two parts, paid hours."
    )
    pause_minutes: tuple[PauseMinutes, PauseMinutes] = Field(
        description="Shortest and longest pause, minutes; in between in steps of "
        "start_every_minutes."
    )
    after_hours: tuple[NotNegative, NotNegative] = Field(
        description="Earliest and latest begin of the pause, hours after the start of the shift, "
        "in steps of start_every_minutes."
    )
    max_span_hours: SpanHours = Field(
        12.0, description="Most hours from the start of the first part to the end of the second."
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
    split: Split | None = Field(
        None,
        description="Shifts in two parts, beside those of paid_hours; their long pause stands for "
        "the breaks. Left out: none.",
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


class Served(Strict):
    """A queue that a pool serves."""

    name: Name = Field(description="Name of the queue.")
    speed: Positive = Field(
        1.0, description="Speed against the queue's AHT; 0.9 is 10 % slower, factor."
    )
    solved: UpperShare = Field(
        1.0,
        description="Share of the contacts handled here that are solved, fraction in (0, 1]; what "
        "the queue escalates is not solved either, and counts on its own.",
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
        min_length=1, description="Queues served: names, or {name, speed, solved}."
    )
    agents: AgentsValue = Field(
        description="Agents: a count, a list of names, {date: count} for numbers that hold from "
        "each date on, or files: {file: agents.csv, absences: absences.csv, wishes: wishes.csv, "
        "worked: roster.csv}, all but file left out at will; CSV in UTF-8, parted by commas or "
        "semicolons. agents.csv has the column agent and, where wanted, number, queues (those "
        "served, joined by semicolons; empty: all), hours_per_week, first_day and last_day of "
        "employment, seniority, and mon to sun (local times of work such as 08:00-18:00 or "
        "20:00-30:00, off; empty: any time). absences.csv has agent, first_day and, if longer, "
        "last_day; a reason is never kept. wishes.csv has agent, date, wish (on or off) and, "
        "where wanted, weight, from and to. Agents who serve different queues are planned as "
        "teams, each a pool of its own in the plan: paris for those who serve all of its queues, "
        "paris (phone, chat) for others. worked is last month's roster.csv: agent, date, "
        "start, end, paid_hours; what lies in the 28 days before the first day counts. A day of "
        "absence is paid, and counts as a day worked and as hours_per_week / (7 - "
        "days_off_per_week) hours, the week's at most."
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
    hiring: Hiring | None = Field(
        None,
        description="How an own team grows and shrinks; read by `planner capacity` alone. Left "
        "out: the usual terms of each key.",
    )
    commitment: Commitment | None = Field(
        None,
        description="What an order of a vendor's hours commits to; read by `planner capacity` "
        "alone. Left out: nothing.",
    )
    away_by_month: AwayByMonth = Field(
        default_factory=dict,
        description="Shares of the time that shrinkage leaves which are away in some months, as "
        "with holidays: {jul: 0.10, aug: 0.15}; read by `planner capacity` alone.",
    )
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
        1.0, description="Largest share of what max_share_of names, fraction in (0, 1]."
    )
    max_share_of: Literal["contacts", "hours"] = Field(
        "contacts",
        description="What max_share is a share of: each queue's contacts in a week, or the hours "
        "that all pools are scheduled in a week.",
    )
    tiers: tuple[Tier, ...] = Field(
        (),
        description="Other prices for what a calendar week brings beyond a volume, each beyond the "
        "one before; they may fall or rise.",
    )
    notice: Notice | None = Field(
        None, description="Hours ordered already; goes with cost_per_hour, hours as scheduled."
    )
    decided: Literal["ahead", "on_the_day"] = Field(
        "ahead",
        description="Whether its shifts are fixed with the plan or called once the demand is "
        "known; it matters where the plan is made against several paths of demand.",
    )
    penalty: Penalty | None = Field(None, description="Discount for a service level missed.")
    bonus: Bonus | None = Field(None, description="Premium for a service level exceeded.")

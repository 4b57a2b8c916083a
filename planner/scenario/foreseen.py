"""The scenario's knowledge beforehand: drivers that contacts follow, and a planner's overrides."""

from typing import Literal

from pydantic import Field

from planner.scenario.types import (
    Change,
    Count,
    Date,
    Effect,
    Label,
    LagDays,
    Name,
    Strict,
)


class Driver(Strict):
    """A figure by day that contacts follow, known for days to come: orders, campaigns, prices."""

    name: Name = Field(description="Name, unique among drivers, such as orders.")
    file: Name = Field(
        description="Table of its days, past and planned, CSV or Parquet: date, value and, where "
        "markets differ, market."
    )
    columns: dict[Literal["date", "value", "market"], Name] = Field(
        default_factory=dict,
        description="Our name of a column, date, value or market: the table's.",
    )
    queues: tuple[Name, ...] | None = Field(
        None, description="Names of the queues that follow it. Left out: all of its markets."
    )
    markets: tuple[Name, ...] | None = Field(
        None, description="Names of the markets whose queues follow it. Left out: all."
    )
    effect: Literal["rate", "log", "linear"] = Field(
        "rate",
        description="How contacts follow it. rate: in proportion, as contacts per order; log: by "
        "an elasticity, as with prices; linear: by a factor per step of its usual spread.",
    )
    lag_days: LagDays = Field(0, description="Contacts follow so many days later.")


class Override(Strict):
    """What the planner knows better than the history; each acts on what those before it left.

    Exactly one of factor, add and contacts says what becomes of a day.
    """

    name: Name | None = Field(
        None, description="Name, unique among overrides, for variants to address it by."
    )
    queues: tuple[Name, ...] | None = Field(
        None, description="Names of the queues it concerns. Left out: all of its markets."
    )
    markets: tuple[Name, ...] | None = Field(
        None, description="Names of the markets it concerns. Left out: all."
    )
    event: Name | None = Field(
        None,
        description="One of the events: only the days that it moves, and a factor scales its own "
        "effect: a factor f of the event becomes 1 + factor * (f - 1).",
    )
    day: Date | None = Field(None, description="The one day it holds for.")
    first_day: Date | None = Field(None, description="First day it holds for. Left out: any.")
    last_day: Date | None = Field(None, description="Last day it holds for. Left out: any.")
    factor: Effect | None = Field(None, description="What each queue's day is multiplied by.")
    add: Change | None = Field(
        None, description="Contacts more on each day in each queue; fewer when negative."
    )
    contacts: Count | None = Field(
        None,
        description="Contacts of each day in each queue. Opens a closed day where it is that day "
        "alone.",
    )
    note: Label = Field("", description="Why, for whoever reads the plan.")

"""How a pool grows and shrinks: hiring classes, leavers, seasons, and a vendor's commitments."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from planner.scenario.types import (
    Date,
    FromOne,
    LowerShare,
    NotNegative,
    OpenShare,
    Positive,
    Price,
    Strict,
    Whole,
    refuse,
)

MOST_WEEKS = 104


def _size(value: object) -> object:
    if isinstance(value, dict) or not isinstance(value, list | tuple) or len(value) != 2:
        raise refuse("be the fewest and the most people of a class, such as [4, 12]")
    least, most = value
    whole = all(isinstance(n, int) and not isinstance(n, bool) for n in value)
    if not whole or not 1 <= least <= most <= 1000:
        raise refuse("be two whole numbers from 1 to 1000, the fewest first, such as [4, 12]")
    return tuple(value)


ClassSize = Annotated[tuple[int, int], BeforeValidator(_size)]


class Season(Strict):
    """A stretch of weeks for which people are employed."""

    first_day: Date = Field(description="First day on which any of them is employed.")
    last_day: Date = Field(description="Last day; then all of them go, without any cost.")


class Release(Strict):
    """On what terms people are let go before a season ends, or of a permanent team."""

    notice_weeks: Whole = Field(
        4, le=MOST_WEEKS, description="Weeks from deciding it to their leaving."
    )
    cost_per_head: Price = Field(
        0.0, description="Price of letting one go, in the scenario's currency."
    )


class Hiring(Strict):
    """How an own team grows and shrinks, for `planner capacity`; newcomers says how they begin."""

    class_size: ClassSize = Field(
        (1, 20), description="Fewest and most people of a class, such as [4, 12]."
    )
    every_weeks: FromOne = Field(
        1, le=MOST_WEEKS, description="At most one class begins in so many weeks."
    )
    lead_weeks: Whole = Field(
        6, le=MOST_WEEKS, description="Weeks from deciding a class to its first day."
    )
    cost_per_hire: Price = Field(
        0.0, description="Price of finding one, beside wages, in the scenario's currency."
    )
    trainers_per_class: NotNegative = Field(
        0.0,
        le=100,
        description="Heads of the team itself who are off contacts while a class is in "
        "training; a team of nobody can then hold no class.",
    )
    attrition_per_year: LowerShare = Field(
        0.30, description="Share of a team that leaves in a year and is not let go, fraction."
    )
    early_attrition: LowerShare = Field(
        0.0,
        description="Share of a class that leaves before it is at full speed, beyond the usual, "
        "fraction.",
    )
    min_weeks: Whole = Field(
        0, le=MOST_WEEKS, description="Weeks for which a newcomer is kept at least."
    )
    most_heads: NotNegative | None = Field(
        None,
        description="Most heads at a time, seats; more are not hired, and nobody at all at 0. "
        "Left out: no limit.",
    )
    release: Release | None = Field(
        None, description="On what terms people are let go. Left out: nobody is."
    )
    seasons: tuple[Season, ...] = Field(
        (),
        description="Stretches of days for which the team is employed, as temporary staff is: each "
        "with first_day and last_day. Left out: always.",
    )


class Commitment(Strict):
    """What an order of hours commits to, for `planner capacity`; notice says how long before."""

    minimum_weeks: FromOne = Field(
        1, le=MOST_WEEKS, description="Weeks for which a raise of the order holds at least."
    )
    ramp_hours_per_week: Positive | None = Field(
        None,
        description="Most by which the hours ordered rise from one week to the next. Left out: no "
        "limit.",
    )


class CapacityYear(Strict):
    """The weeks that `planner capacity` looks at."""

    first_day: Date | None = Field(
        None, description="First day. Left out: the horizon's first day."
    )
    risk: OpenShare | None = Field(
        None,
        description="Quantile of the forecast to have heads for, fraction; hired months ahead, "
        "they may have to do for more than is expected. Left out: the scenario's risk.",
    )
    weeks: FromOne = Field(52, ge=4, le=MOST_WEEKS, description="Number of weeks, 4 to 104.")


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BY_MONTH = f"be shares by month such as {{jul: 0.10, aug: 0.15}}; months are {', '.join(MONTHS)}"


def _months(value: object) -> object:
    if not isinstance(value, dict) or not all(key in MONTHS for key in value):
        raise refuse(_BY_MONTH)
    return value


_SHARE = {"type": "number", "minimum": 0, "exclusiveMaximum": 1}
AwayByMonth = Annotated[
    dict[str, LowerShare],
    BeforeValidator(_months),
    WithJsonSchema(
        {
            "type": "object",
            "properties": dict.fromkeys(MONTHS, _SHARE),
            "additionalProperties": False,
        }
    ),
]


def away_on(away: dict[str, float], day: dt.date) -> float:
    """Return the share of the time of those there that is away on a day.

    Examples
    --------
    >>> away_on({"aug": 0.15}, dt.date(2027, 8, 2)), away_on({"aug": 0.15}, dt.date(2027, 9, 1))
    (0.15, 0.0)
    """
    return away.get(MONTHS[day.month - 1], 0.0)

"""What an agent's contract allows, each limit with the law that its default follows."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from planner.scenario.telling import one_of
from planner.scenario.types import (
    EndTime,
    Factor,
    FromOne,
    NotNegative,
    Positive,
    StartTime,
    Strict,
    Whole,
    refuse,
    refuse_all,
)

RULES = (
    "rest",
    "weekly_rest",
    "hours_a_day",
    "hours_a_week",
    "hours_on_average",
    "hours_exactly",
    "days_a_week",
    "days_in_a_row",
    "days_of_work",
    "days_off_in_a_row",
    "weekends",
    "nights_in_a_row",
    "succession",
    "times",
)
"""Limits on an agent's tour, as a scenario names them; ``staffing.rules`` says what each is."""

HIGHEST_PRICE = 1_000_000


class Overtime(Strict):
    """Hours beyond the contract."""

    max_hours_per_week: NotNegative = Field(0.0, le=168, description="Most overtime, hours a week.")
    cost_factor: Factor = Field(
        1.25, description="Price of an hour of it, times an ordinary one (L3121-36: the first 8)."
    )


class Succession(Strict):
    """Two shifts on days that follow each other which nobody works."""

    ends_after: EndTime = Field(description="A shift that ends later than this, local time,")
    starts_before: StartTime = Field(
        description="is not followed on the next day by one that starts before this."
    )


def _bend(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        raise refuse("be prices by rule such as {weekends: 50}")
    faults: list[tuple[str, str, Any]] = []
    for rule, price in value.items():
        if rule not in RULES:
            faults.append((str(rule), one_of(RULES, rule), str(rule)))
        elif isinstance(price, bool) or not isinstance(price, int | float):
            found = "nothing" if price is None else price
            faults.append((rule, f"be a number from 0 to {HIGHEST_PRICE}", found))
        elif not 0 <= price <= HIGHEST_PRICE:
            faults.append((rule, f"be a number from 0 to {HIGHEST_PRICE}", price))
    if faults:
        raise refuse_all(faults)
    return {rule: float(price) for rule, price in value.items()}


Bend = Annotated[
    dict[str, float],
    BeforeValidator(_bend),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                rule: {"type": "number", "minimum": 0, "maximum": HIGHEST_PRICE} for rule in RULES
            },
            "additionalProperties": False,
        }
    ),
]


class Contract(Strict):
    """Limits on one agent's work; the defaults follow French labour law."""

    hours_per_week: Positive = Field(
        35.0, le=168, description="Ordinary hours a week (Code du travail L3121-27)."
    )
    weekly_hours: Literal["at_most", "exact", "averaged"] = Field(
        "at_most",
        description="Whether a week has at most its hours, exactly these (bend says what an agent "
        "short of them costs), or the plan's weeks have them on average (L3121-44).",
    )
    max_hours_per_week: Positive = Field(
        48.0, le=168, description="Most hours of a week where they are averaged (L3121-20)."
    )
    max_hours_per_day: Positive = Field(
        10.0, le=24, description="Most paid hours a day (L3121-18)."
    )
    min_rest_hours: NotNegative = Field(
        11.0, le=24, description="Hours between two shifts (L3131-1)."
    )
    weekly_rest_hours: NotNegative = Field(
        35.0,
        le=168,
        description="Hours without work in a row that each calendar week has (L3132-2: 24 hours "
        "and the 11 of the day).",
    )
    max_consecutive_days: FromOne = Field(
        6,
        le=1000,
        description="Most days of work in a row (L3132-1: no more than six days a week).",
    )
    min_consecutive_days: FromOne = Field(
        1, le=31, description="Fewest days of work in a row; 1 for any number."
    )
    days_off_per_week: Whole = Field(2, le=6, description="Days off in a week, at least.")
    min_consecutive_days_off: FromOne = Field(
        1, le=31, description="Fewest days off in a row; 1 for any number."
    )
    max_weekends_in_four: Whole = Field(
        4,
        le=4,
        description="Most weekends with a shift that starts on Saturday or Sunday, of any four on "
        "end; 4 for all.",
    )
    max_nights_in_row: Whole = Field(
        7,
        le=31,
        description="Most nights in a row: shifts with 3 hours or more from 21:00 to 06:00 "
        "(L3122-20, L3122-5).",
    )
    forbidden_successions: tuple[Succession, ...] = Field(
        (),
        description="Shifts that do not follow each other, such as {ends_after: '22:00', "
        "starts_before: '09:00'}: none that starts before 09:00 on the day after one that ends "
        "after 22:00.",
    )
    bend: Bend = Field(
        default_factory=dict,
        description="Prices of breaking a rule once, in the scenario's currency, where it may be "
        f"broken at all: {', '.join(RULES)}. Rules left out are never broken.",
    )
    paid: Literal["contracted", "scheduled"] | None = Field(
        None,
        description="Whether contracted hours are paid worked or not, or only those scheduled. "
        "Left out: contracted in-house, scheduled at a vendor.",
    )
    overtime: Overtime = Field(default_factory=Overtime, description="Hours beyond ordinary ones.")

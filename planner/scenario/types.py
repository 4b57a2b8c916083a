"""The kinds of value a scenario is made of, each with its range, its unit and its own refusal."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from planner.scenario.opening import HoursError, Opening, minutes_of
from planner.scenario.telling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FIRST_DATE, LAST_DATE = dt.date(1970, 1, 1), dt.date(2199, 12, 31)
HIGHEST = 1e12  # of any number
MOST_DAYS = 800  # of a horizon
MOST_COUNT = 1_000_000  # of contacts stated at once
MOST_WINDOW_DAYS = 120  # open days on either side of an event
MOST_AGE_HOURS = 10_000  # of work that waits when the horizon begins
MOST_LAG = 366  # days that contacts follow later
TIME_OF_DAY = r"^\d{1,2}:[0-5]\d$"


class Strict(BaseModel):
    """A part of the scenario: read once, never changed, no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def refuse(must: str, below: str = "", found: object = None) -> PydanticCustomError:
    """Return the error that says what a value must do; ``below`` names a part of the value."""
    return refuse_all([(below, must, found)])


def refuse_all(faults: Sequence[tuple[str, str, Any]]) -> PydanticCustomError:
    """Return one error that carries several faults: (part or "", what it must, what it is)."""
    text = "; ".join(f"{below} must {must}".strip() for below, must, _ in faults)
    return PydanticCustomError("planner", "{text}", {"text": text, "faults": list(faults)})


def _number(
    must: str, low: float, high: float = HIGHEST, ends: str = "[]", whole: bool = False
) -> Callable[[object], float]:
    """Return a check that a value is a number between two ends, "(" and ")" left out."""

    def check(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise refuse(must)
        if isinstance(value, float) and not math.isfinite(value):
            raise refuse(must)
        if whole and value != int(value):
            raise refuse(must)
        if not (low < value if ends[0] == "(" else low <= value):
            raise refuse(must)
        if not (value < high if ends[1] == ")" else value <= high):
            raise refuse(must if high != HIGHEST else f"{must}, at most {high:g}")
        return int(value) if whole else float(value)

    return check


_OPEN = _number("be in (0, 1), a fraction", 0, 1, "()")
_UPPER = _number("be in (0, 1], a fraction", 0, 1, "(]")
_LOWER = _number("be in [0, 1), a fraction", 0, 1, "[)")
_CLOSED = _number("be in [0, 1], a fraction", 0, 1)
_POSITIVE = _number("be a number > 0", 0, ends="(]")
_NOT_NEGATIVE = _number("be a number >= 0", 0)
_WHOLE = _number("be a whole number >= 0", 0, whole=True)
_FROM_ONE = _number("be a whole number >= 1", 1, whole=True)


def _number_or_history(value: object) -> object:
    """Return a number above 0, or the word that takes it from the history."""
    if value == "history":
        return value
    try:
        return _POSITIVE(value)
    except PydanticCustomError:
        raise refuse("be a number > 0, or history") from None


OpenShare = Annotated[float, BeforeValidator(_OPEN), Field(gt=0, lt=1)]
UpperShare = Annotated[float, BeforeValidator(_UPPER), Field(gt=0, le=1)]
LowerShare = Annotated[float, BeforeValidator(_LOWER), Field(ge=0, lt=1)]
ClosedShare = Annotated[float, BeforeValidator(_CLOSED), Field(ge=0, le=1)]
Positive = Annotated[float, BeforeValidator(_POSITIVE), Field(gt=0)]
Patience = Annotated[
    Annotated[float, Field(gt=0)] | Literal["history"], BeforeValidator(_number_or_history)
]
NotNegative = Annotated[float, BeforeValidator(_NOT_NEGATIVE), Field(ge=0)]
Effect = Annotated[
    float, BeforeValidator(_number("be a number from 0 to 1000", 0, 1e3)), Field(ge=0, le=1000)
]
Count = Annotated[
    float,
    BeforeValidator(_number("be a number from 0 to 1000000", 0, 1e6)),
    Field(ge=0, le=1_000_000),
]
Change = Annotated[
    float,
    BeforeValidator(_number("be a number from -1000000 to 1000000", -1e6, 1e6)),
    Field(ge=-1_000_000, le=1_000_000),
]
Price = Annotated[
    float,
    BeforeValidator(_number("be a number from 0 to 1000000", 0, 1e6)),
    Field(ge=0, le=1_000_000),
]
Seconds = Annotated[
    float,
    BeforeValidator(_number("be a number of seconds from 0.001 to 1000000", 0.001, 1e6)),
    Field(ge=0.001, le=1_000_000),
]
PaidHours = Annotated[
    float,
    BeforeValidator(_number("be a number of hours from 0.5 to 24", 0.5, 24)),
    Field(ge=0.5, le=24),
]
Longer = Annotated[
    float,
    BeforeValidator(_number("be a number from 0.001 to 1000", 0.001, 1000)),
    Field(ge=0.001, le=1000),
]
Days = Annotated[
    int,
    BeforeValidator(_number(f"be a whole number from 1 to {MOST_DAYS}", 1, MOST_DAYS, whole=True)),
    Field(ge=1, le=MOST_DAYS),
]
BreakMinutes = Annotated[
    int,
    BeforeValidator(_number("be a whole number from 1 to 480", 1, 480, whole=True)),
    Field(ge=1, le=480),
]
PauseMinutes = Annotated[
    int,
    BeforeValidator(_number("be a whole number from 90 to 720", 90, 720, whole=True)),
    Field(ge=90, le=720),
]
SpanHours = Annotated[
    float,
    BeforeValidator(_number("be a number of hours from 1 to 24", 1, 24)),
    Field(ge=1, le=24),
]
AgeHours = Annotated[
    float,
    BeforeValidator(_number(f"be a number of hours from 0 to {MOST_AGE_HOURS}", 0, MOST_AGE_HOURS)),
    Field(ge=0, le=MOST_AGE_HOURS),
]
LagDays = Annotated[
    int,
    BeforeValidator(_number(f"be a whole number from 0 to {MOST_LAG}", 0, MOST_LAG, whole=True)),
    Field(ge=0, le=MOST_LAG),
]
Factor = Annotated[float, BeforeValidator(_number("be a number >= 1", 1)), Field(ge=1)]
Whole = Annotated[int, BeforeValidator(_WHOLE), Field(ge=0)]
WindowDays = Annotated[
    int,
    BeforeValidator(
        _number(f"be a whole number from 0 to {MOST_WINDOW_DAYS}", 0, MOST_WINDOW_DAYS, whole=True)
    ),
    Field(ge=0, le=MOST_WINDOW_DAYS),
]
FromOne = Annotated[int, BeforeValidator(_FROM_ONE), Field(ge=1)]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise refuse("be text of one line (put it in quotes)")
    return value.strip()


Name = Annotated[str, BeforeValidator(_text), Field(min_length=1)]


def _label(value: object) -> str:
    return "" if value == "" else _text(value)


Label = Annotated[str, BeforeValidator(_label)]


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise refuse("be true or false")
    return value


Flag = Annotated[bool, BeforeValidator(_flag)]


def read_date(value: object) -> dt.date | None:
    """Return the date a value is or writes, or None when it is none within 1970 to 2199.

    Examples
    --------
    >>> read_date("2027-02-01"), read_date("1 Feb")
    (datetime.date(2027, 2, 1), None)
    """
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        return None
    return value if FIRST_DATE <= value <= LAST_DATE else None


def _date(value: object) -> dt.date:
    date = read_date(value)
    if date is None:
        raise refuse("be a date from 1970 to 2199 such as 2027-02-14")
    return date


Date = Annotated[dt.date, BeforeValidator(_date)]


def _clock(latest: int, example: str) -> Callable[[object], int]:
    def check(value: object) -> int:
        minutes = minutes_of(value, latest)
        if minutes is None:
            must = f"be a local time such as {example}"
            raise refuse(must)
        return minutes

    return check


_TIME_SCHEMA = WithJsonSchema({"type": "string", "pattern": TIME_OF_DAY})
StartTime = Annotated[int, BeforeValidator(_clock(1439, "'07:00'")), _TIME_SCHEMA]
EndTime = Annotated[
    int,
    BeforeValidator(_clock(2880, "'21:00', or '30:00' for 06:00 on the next day")),
    _TIME_SCHEMA,
]


def _timezone(value: object) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    try:
        zone = ZoneInfo(str(value))
    except (KeyError, ValueError, TypeError, OSError):
        near = nearest(value, sorted(available_timezones()))
        hint = f" (nearest: {near!r})" if near else ""
        must = f"be an IANA time zone such as 'Europe/Paris'{hint}"
        raise refuse(must) from None
    return zone.key


def _country(value: object) -> str:
    from holidays import list_supported_countries

    code = "GB" if value == "UK" else value
    if not isinstance(code, str) or code == "" or code not in list_supported_countries():
        raise refuse("be an ISO 3166 code such as 'FR'")
    return code


def _subdivision(value: object) -> str:
    """Return a part of a country as text: YAML reads codes such as 57 as numbers."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000:
        return str(value)
    return _text(value)


Timezone = Annotated[str, BeforeValidator(_timezone)]
Country = Annotated[str, BeforeValidator(_country), Field(pattern="^[A-Z]{2,3}$")]
Subdivision = Annotated[str, BeforeValidator(_subdivision, json_schema_input_type=str | int)]


def _opening(value: object) -> Opening:
    if isinstance(value, Opening):
        return value
    try:
        return Opening.parse(value)
    except HoursError as error:
        raise refuse_all(error.faults) from None


_HOURS = {"type": "string", "examples": ["08:00-20:00", "08:00-12:00,14:00-18:00", "24h", "closed"]}
OpeningHours = Annotated[
    Opening,
    BeforeValidator(_opening),
    WithJsonSchema({"anyOf": [_HOURS, {"type": "object", "additionalProperties": _HOURS}]}),
]

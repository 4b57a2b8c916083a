"""What a queue's day is made of: each factor of its forecast with what it stands for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasting.events import OUTSIDE
from forecasting.methods import OTHERS
from forecasting.queue_forecast import OVERRIDE
from planner.circumstances import drivers_by_queue, holidays_by_queue, school_by_queue
from planner.escalation import HANDED_ON
from planner.export.overridden import reasons
from planner.export.wording import MONTHS, WEEKDAYS, event_name, ordinal
from planner.inputs import escalations

if TYPE_CHECKING:
    from forecasting.queue_forecast import QueueForecast
    from planner.scenario.model import Scenario

FELT = 5e-4  # a factor nearer to 1 is shown as 1.000, and so left out
LEVELS = ("level", HANDED_ON)
_ORDER = (
    *LEVELS,
    "weekday",
    "season",
    "month",
    "holiday",
    "school",
    "event",
    "driver",
    OTHERS,
    OVERRIDE,
)
_EARLY, _MID = 10, 20  # last days of a month's early and middle part


@dataclass(frozen=True, slots=True)
class Part:
    """One factor of a day: its name in ``QueueForecast.parts``, its size, and what it stands for.

    The first of a day is contacts, the others have no unit.
    """

    name: str
    factor: float
    words: str


def day_parts(scenario: Scenario, told: QueueForecast, day: int) -> tuple[Part, ...]:
    """Return the parts of a day that are not 1, the level first and the planner's override last.

    ``day`` counts from the horizon's first. Their product is the day's contacts; nothing is
    returned for a day without any.
    """
    if told.day_total[day] <= 0 and told.model_total[day] <= 0:
        return ()
    return tuple(
        Part(name, factor, _words(scenario, told, name, day))
        for name, factor in factors(told, day).items()
        if name in LEVELS or abs(factor - 1) >= FELT
    )


def factors(told: QueueForecast, day: int) -> dict[str, float]:
    """Return every factor of a day by its part's name, in the order in which they are told."""
    return {name: float(told.parts[name][day]) for name in sorted(told.parts, key=_place)}


def _place(name: str) -> int:
    """Return where a part stands among the others; one that is not known before the last two."""
    kind = name if name in _ORDER else name.partition(" ")[0]
    return _ORDER.index(kind) if kind in _ORDER else _ORDER.index(OTHERS)


def part_words(name: str) -> str:
    """Return the name of a forecast's factor for a reader.

    Examples
    --------
    >>> part_words("event valentines_day"), part_words("driver orders"), part_words("override")
    ("Valentine's Day", 'orders', "the planner's override")
    """
    kind, _, rest = name.partition(" ")
    if kind == "event" and rest:
        return event_name(rest)
    if kind == "driver" and rest:
        return rest
    return "the planner's override" if name == OVERRIDE else name.replace("_", " ")


def factor_text(part: Part) -> str:
    """Return a factor with the digits that keep a product of ten right to half a percent.

    Examples
    --------
    >>> factor_text(Part("level", 1455.7, "")), factor_text(Part("weekday", 0.95124, ""))
    ('1,455.70', '0.9512')
    """
    if part.name in LEVELS and part.factor >= 1:
        return f"{part.factor:,.2f}"
    return f"{part.factor:#.4g}"


def contacts_text(value: float) -> str:
    """Return contacts of a day, with a tenth where they are few.

    Examples
    --------
    >>> contacts_text(4805.3), contacts_text(48.05)
    ('4,805', '48.0')
    """
    return f"{value:,.0f}" if value >= 1000 else f"{value:,.1f}"


def weights_on(told: QueueForecast, day: int) -> dict[str, float]:
    """Return the weight of each method on a day, those of no weight left out."""
    event = told.in_event is not None and bool(told.in_event[day])
    return {name: pair[event] for name, pair in told.weights.items() if round(pair[event], 2) > 0}


def method_words(told: QueueForecast) -> str:
    """Return a queue's method, with its weight on ordinary days where others have a say."""
    pair = told.weights.get(told.method)
    if pair is None or round(pair[0], 2) >= 1:
        return told.method
    return f"{weights_text({told.method: pair[0]})}, and others"


def weights_text(weights: dict[str, float]) -> str:
    """Return methods with their weights.

    Examples
    --------
    >>> weights_text({"event regression": 0.8, "last year by event": 0.2})
    'event regression 80 %, last year by event 20 %'
    """
    return ", ".join(f"{name} {weight:.0%}".replace("%", " %") for name, weight in weights.items())


def _words(scenario: Scenario, told: QueueForecast, name: str, at: int) -> str:
    day = told.days[at]
    kind, _, rest = name.partition(" ")
    if name == OVERRIDE:
        return "; ".join(["your override", *reasons(scenario, told, day)]).replace("; ", ": ", 1)
    if name in LEVELS:
        return _level_words(scenario, told, name, at)
    if name == "weekday":
        return WEEKDAYS[day.weekday()]
    if name == "season":
        part = "early" if day.day <= _EARLY else "mid" if day.day <= _MID else "late"
        return f"season, {part}-{MONTHS[day.month - 1]}"
    if name == "month":
        return f"the {ordinal(day.day)} of a month"
    if name == OTHERS:
        others = dict(list(weights_on(told, at).items())[1:])
        return f"other methods: {weights_text(others)}" if others else "other methods"
    if kind == "event" and rest:
        return f"{event_name(rest)}{_distance(told, rest, at)}{_strength(scenario, rest)}"
    if kind == "driver" and rest:
        return _driver_words(scenario, told, rest, day)
    return _holiday_words(scenario, told, name, day)


def _level_words(scenario: Scenario, told: QueueForecast, name: str, at: int) -> str:
    if told.model_total[at] <= 0:
        why = "; ".join(reasons(scenario, told, told.days[at]))
        return f"your override{f': {why}' if why else ''} (the model expects nothing)"
    if name == HANDED_ON:
        shares = [
            f"{source} ({share:.0%})".replace("%", " %")
            for source, (to, share) in escalations(scenario).items()
            if to == told.queue
        ]
        return f"handed on by {', '.join(shares)}, before any override"
    others = " and ".join(part for part in ("weekday", "season") if part in told.parts)
    return f"level: the usual day now{f', before {others}' if others else ''}"


def _strength(scenario: Scenario, event: str) -> str:
    """Return the scenario's multiplier of an event, empty where it leaves the event alone."""
    stated = [one.multiplier for one in scenario.events if one.name == event]
    return f", your multiplier {stated[0]:g} included" if stated and stated[0] != 1 else ""


def _distance(told: QueueForecast, event: str, at: int) -> str:
    """Return how far a day lies from an event, counted in open days."""
    offsets = told.offsets.get(event)
    if offsets is None or offsets[at] == OUTSIDE:
        return ""
    count = abs(int(offsets[at]))
    if count == 0:
        return ", on the day"
    days = "1 open day" if count == 1 else f"{count} open days"
    return f", {days} {'before' if offsets[at] < 0 else 'after'}"


def _driver_words(scenario: Scenario, told: QueueForecast, name: str, day: dt.date) -> str:
    """Return a driver with the figure that a day's contacts follow."""
    for driver in drivers_by_queue(scenario)[told.queue]:
        if driver.name == name:
            value = driver.values.get(day - dt.timedelta(days=driver.lag_days))
            when = f" {driver.lag_days} days before" if driver.lag_days else ""
            if value is not None:
                return f"{name}: {value:,.6g}{when}"
    return f"{name}: not known, taken as usual"


def _holiday_words(scenario: Scenario, told: QueueForecast, name: str, day: dt.date) -> str:
    """Return the name of a public or school holiday, or where a day lies beside one."""
    if name == "holiday":
        known = holidays_by_queue(scenario, day - dt.timedelta(days=1))[told.queue]
        if day in known:
            return f"public holiday: {known[day]}"
        eve = known.get(day + dt.timedelta(days=1))
        return f"the eve of a public holiday: {eve}" if eve else "beside a public holiday"
    if name == "school":
        label = school_by_queue(scenario, day)[told.queue].get(day, "")
        return f"school holidays: {label}" if label else "school holidays"
    return part_words(name)

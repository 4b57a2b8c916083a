"""What a planner's overrides make of a forecast: which days, how many contacts, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.export.wording import day_name
from planner.foreseen import bounds, change_words, reaches
from planner.inputs import escalations

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from forecasting.forecast import Forecast
    from forecasting.queue_forecast import QueueForecast
    from planner.scenario.model import Scenario

_MOST_NAMES, _MOST_SPANS, _MOST_LINES = 5, 4, 5


@dataclass(frozen=True, slots=True)
class Overridden:
    """A queue's days on which overrides act.

    Parameters
    ----------
    queue
        Name of the queue.
    days
        The days.
    against_model
        Contacts of these days, less those that the model alone expects.
    why
        What the planner says of them.
    """

    queue: str
    days: tuple[dt.date, ...]
    against_model: float
    why: tuple[str, ...]


def overridden(scenario: Scenario, forecast: Forecast) -> tuple[Overridden, ...]:
    """Return each queue that overrides act on, be it through the queues that it takes from."""
    result = []
    for told in forecast.by_queue:
        days = tuple(day for day, acts in zip(told.days, told.overridden, strict=True) if acts)
        if not days:
            continue
        # A queue that takes on may shift contacts to days that are not overridden themselves.
        added = float((told.day_total - told.model_total)[told.overridden].sum())
        every = dict.fromkeys(why for day in days for why in reasons(scenario, told, day))
        result.append(Overridden(told.queue, days, added, tuple(every)))
    return tuple(result)


def reasons(scenario: Scenario, told: QueueForecast, day: dt.date) -> tuple[str, ...]:
    """Return why a queue's day is overridden, the planner's note before its change.

    Empty where it is not. A queue that others hand contacts on to names those.
    """
    at = (day - told.days[0]).days
    if not told.overridden[at]:
        return ()
    found = []
    queue = next(queue for queue in scenario.queues if queue.name == told.queue)
    for override in scenario.overrides:
        first, last = bounds(override)
        holds = (first is None or first <= day) and (last is None or day <= last)
        part = told.parts.get(f"event {override.event}")
        moved = override.event is None or part is None or part[at] != 1.0
        if holds and moved and reaches(scenario, override, queue):
            found.append(override.note or override.name or change_words(override))
    if not found and told.method == "escalation":
        sources = [name for name, (to, _) in escalations(scenario).items() if to == told.queue]
        found.append(f"by what {', '.join(sources)} hand{'s' if len(sources) == 1 else ''} on")
    return tuple(dict.fromkeys(found))


def overridden_words(
    found: Sequence[Overridden], signed: Callable[[float], str] = "{:+,.0f}".format
) -> tuple[str, ...]:
    """Return a line for all queues whose same days are overridden for the same reasons.

    Those with the most contacts against the model come first, and what goes beyond a few lines
    is added up in one. ``signed`` writes the contacts.

    Examples
    --------
    >>> import datetime as dt
    >>> days = (dt.date(2027, 2, 13), dt.date(2027, 2, 14))
    >>> spot = [Overridden(q, days, 600.0, ("TV spot",)) for q in ("phone", "chat")]
    >>> for line in overridden_words(spot):
    ...     print(line)
    2 days overridden by the planner in phone, chat: Sat 13 Feb to Sun 14 Feb (TV spot), +1,200 \
contacts against the model
    """
    alike: dict[tuple[tuple[dt.date, ...], tuple[str, ...]], list[Overridden]] = {}
    for one in found:
        alike.setdefault((one.days, one.why), []).append(one)
    groups = sorted(alike.items(), key=lambda pair: -abs(_added(pair[1])))
    rest = groups[_MOST_LINES:] if len(groups) > _MOST_LINES + 1 else []
    result = []
    for (days, why), group in groups[: len(groups) - len(rest)]:
        more = len(group) - _MOST_NAMES
        names = ", ".join(one.queue for one in group[:_MOST_NAMES])
        where = names + (f" and {more} more" if more > 0 else "")
        because = f" ({'; '.join(why)})" if why else ""
        count = "1 day" if len(days) == 1 else f"{len(days)} days"
        result.append(
            f"{count} overridden by the planner in {where}: {day_spans(days)}{because}, "
            f"{signed(_added(group))} contacts against the model"
        )
    if rest:
        others = [one for _, group in rest for one in group]
        result.append(
            f"Other days of {len(others)} queues overridden by the planner, "
            f"{signed(_added(others))} contacts against the model"
        )
    return tuple(result)


def _added(group: Sequence[Overridden]) -> float:
    return sum(one.against_model for one in group)


def day_spans(days: Sequence[dt.date]) -> str:
    """Return days as a reader lists them, those in a row together.

    Examples
    --------
    >>> import datetime as dt
    >>> day_spans([dt.date(2027, 2, 13), dt.date(2027, 2, 14), dt.date(2027, 2, 20)])
    'Sat 13 Feb to Sun 14 Feb, Sat 20 Feb'
    """
    spans: list[list[dt.date]] = []
    for day in days:
        if spans and (day - spans[-1][-1]).days == 1:
            spans[-1].append(day)
        else:
            spans.append([day])
    shown = [
        day_name(span[0]) if len(span) == 1 else f"{day_name(span[0])} to {day_name(span[-1])}"
        for span in spans[:_MOST_SPANS]
    ]
    left = sum(len(span) for span in spans[_MOST_SPANS:])
    return ", ".join(shown) + (f" and {left} more" if left else "")

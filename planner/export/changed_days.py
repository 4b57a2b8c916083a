"""Each day's contacts with events scaled otherwise and further overrides, from a plan alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasting.history import local_slots
from forecasting.overrides import apply_overrides
from forecasting.queue_forecast import OVERRIDE
from planner.circumstances import overrides_by_queue
from planner.errors import Fault, InputError
from planner.escalation import HANDED_ON, with_escalated
from planner.inputs import escalations, zone_of
from planner.scenario.foreseen import Override

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from forecasting.queue_forecast import QueueForecast
    from planner.plan import Plan
    from planner.scenario.model import Scenario
    from planner.scenario.queues import Queue

    FloatArray = npt.NDArray[np.float64]

EVENT = "event "
_FELT = 5e-4  # an event whose factor is nearer to 1 on every day moves nothing
_MOST = 30  # overrides that are tried at a time
_KEYS = {"day", "factor", "add", "contacts", "markets", "queues", "note"}


@dataclass(frozen=True, slots=True)
class Effect:
    """An event of a plan: its multiplier there, the most that it does to a day, and where.

    ``seen`` says whether its own effect can be read from the plan: at a multiplier of 0 it cannot.
    """

    name: str
    multiplier: float
    factor: float
    markets: tuple[str, ...]
    seen: bool


def effects(plan: Plan) -> tuple[Effect, ...]:
    """Return the events that move a day of the horizon, or are left out by a multiplier of 0."""
    found = []
    for event in plan.scenario.events:
        told = [
            (queue.market, one.parts[EVENT + event.name])
            for queue, one in zip(plan.scenario.queues, plan.forecast.by_queue, strict=True)
            if EVENT + event.name in one.parts
        ]
        moved = [(market, part) for market, part in told if (np.abs(part - 1) >= _FELT).any()]
        if not told or not (moved or event.multiplier == 0):
            continue
        every = np.concatenate([part for _, part in moved or told])
        most = float(every[np.abs(every - 1).argmax()])
        markets = tuple(dict.fromkeys(market for market, _ in moved or told))
        found.append(Effect(event.name, event.multiplier, most, markets, event.multiplier > 0))
    return tuple(found)


def further_overrides(text: str) -> tuple[Override, ...]:
    """Return the overrides that a JSON list states, as a scenario's file would.

    Raises
    ------
    InputError
        If it is no list of overrides of one day each.

    Examples
    --------
    >>> further_overrides('[{"day": "2027-02-13", "factor": 1.2, "markets": ["FR"]}]')[0].factor
    1.2
    """
    try:
        return tuple(_override(one) for one in _listed(json.loads(text or "[]")))
    except (ValueError, TypeError, RecursionError):
        must = f"must be a list of at most {_MOST} overrides of a day each, got another text"
        raise InputError([Fault("address", None, "overrides", must)]) from None


def _listed(value: Any) -> list[Any]:  # noqa: ANN401
    if not isinstance(value, list) or len(value) > _MOST:
        raise TypeError
    return value


def _override(one: Any) -> Override:  # noqa: ANN401
    if not isinstance(one, dict) or not one.keys() <= _KEYS or "day" not in one:
        raise TypeError
    if len(one.keys() & {"factor", "add", "contacts"}) != 1:
        raise ValueError
    return Override.model_validate(one)  # its fault is a ValueError


def as_changes(
    scenario: Scenario, multipliers: Mapping[str, float], overrides: Sequence[Override]
) -> tuple[str, ...]:
    """Return what the variant changes, each as ``--variant`` takes it.

    Overrides come after the scenario's own, which the change therefore names again.
    """
    told = [f"{name}-x{value:g}" for name, value in multipliers.items()]
    if overrides:
        every = [
            one.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
            for one in (*scenario.overrides, *overrides)
        ]
        told.append(f"overrides={json.dumps(every, ensure_ascii=False)}")
    return tuple(told)


def changed_days(
    plan: Plan, multipliers: Mapping[str, float], overrides: Sequence[Override] = ()
) -> FloatArray:
    """Return each queue's expected contacts by day ``[Q, D]``, as the variant would forecast them.

    Parameters
    ----------
    multipliers
        By event its multiplier; those left out keep the plan's.
    overrides
        The planner's further ones, after the scenario's.

    Notes
    -----
    An event's factor p of the plan holds its multiplier m: its own factor is 1 + (p - 1) / m, and
    another multiplier n makes it max(1 + n (p - 1) / m, 0), as the forecast does it. The factors'
    product is the model's day, on which overrides then act. An event that the plan takes away, or
    pushes to 0, tells nothing of its own effect: it stays as it is. What queues hand on follows,
    by the shape that the plan's days have.
    """
    wanted = {name: value for name, value in multipliers.items() if value >= 0}
    scenario = plan.scenario.model_copy(
        update={"overrides": (*plan.scenario.overrides, *overrides)}
    )
    by_queue = overrides_by_queue(scenario)
    result, parts = np.zeros((len(plan.queues), len(plan.days))), []
    for q, told in enumerate(plan.forecast.by_queue):
        own = _scaled(plan.scenario, told, wanted)
        parts.append(own)
        if HANDED_ON in told.parts:
            continue
        is_open = _open_days(plan.scenario, plan.scenario.queues[q], told)
        model = np.prod([part for name, part in own.items() if name != OVERRIDE], axis=0)
        model = np.where(told.model_total > 0, model, 0.0)
        by_event = {n.removeprefix(EVENT): part for n, part in own.items() if n.startswith(EVENT)}
        result[q], _ = apply_overrides(told.days, model, is_open, by_event, by_queue[told.queue])
    return _handed_on(plan, scenario, result, parts)


def _scaled(
    scenario: Scenario, told: QueueForecast, wanted: Mapping[str, float]
) -> dict[str, FloatArray]:
    """Return a queue's parts with its events at other multipliers."""
    parts = dict(told.parts)
    for event in scenario.events:
        name, now = EVENT + event.name, event.multiplier
        new = wanted.get(event.name, now)
        if name in parts and now > 0 and new != now:
            moved = np.where(parts[name] > 0, 1.0 + new * (parts[name] - 1.0) / now, parts[name])
            parts[name] = np.maximum(moved, 0.0)
    return parts


def _open_days(scenario: Scenario, queue: Queue, told: QueueForecast) -> npt.NDArray[np.bool_]:
    """Return on which days a queue is open, by its hours and its market's closed dates [D]."""
    week = [bool(slots.any()) for slots in queue.open.slots(scenario.interval_s)]
    shut = scenario.market_of(queue).closed
    hours = np.array([week[day.weekday()] and day not in shut for day in told.days], dtype=bool)
    opened: npt.NDArray[np.bool_] = hours & ((told.share.sum(axis=1) > 0) | (told.model_total > 0))
    return opened


def _handed_on(
    plan: Plan, scenario: Scenario, days: FloatArray, parts: Sequence[Mapping[str, FloatArray]]
) -> FloatArray:
    """Return the days with those of queues that others hand on to worked out from theirs."""
    told = plan.forecast
    own = [q for q, one in enumerate(told.by_queue) if HANDED_ON not in one.parts]
    if len(own) == len(told.by_queue):
        return days
    contacts = np.zeros((len(own), len(plan.times)))
    queues = []
    for row, q in enumerate(own):
        one = told.by_queue[q]
        zone = zone_of(plan.scenario, plan.scenario.queues[q])
        day, slot = local_slots(plan.times, zone, plan.interval_s, plan.days[0])
        inside = (day >= 0) & (day < len(plan.days))
        before = np.bincount(day[inside], told.contacts[q, inside], len(plan.days))
        ratio = np.divide(days[q], before, out=np.ones(len(before)), where=before > 0)
        spread = one.share.sum(axis=0) / max(one.share.sum(), 1e-12)  # of a day that was without
        plain = days[q, day[inside]] * spread[slot[inside]]
        scaled = told.contacts[q, inside] * ratio[day[inside]]
        contacts[row, inside] = np.where(before[day[inside]] > 0, scaled, plain)
        queues.append(replace(one, parts=dict(parts[q]), day_total=days[q]))
    small = replace(
        told,
        queues=tuple(one.queue for one in queues),
        contacts=contacts,
        model=contacts,
        aht_s=told.aht_s[own],
        quantiles={level: values[own] for level, values in told.quantiles.items()},
        paths=contacts[None].astype(np.float32),
        sigma=told.sigma[own],
        by_queue=tuple(queues),
    )
    found = with_escalated(small, scenario, escalations(scenario))
    return np.array([one.day_total for one in found.by_queue])

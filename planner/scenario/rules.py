"""What must hold between the keys of a market, queue or pool, told even where another is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from forecasting.published import subdivision_code, subdivisions
from planner.scenario.agents import Agents
from planner.scenario.contract import Contract
from planner.scenario.pools import Break, Shifts, shortest_minutes
from planner.scenario.queues import (
    DEFERRED_CHANNELS,
    TAGS,
    Channel,
    Market,
    Queue,
    kind_of_target,
)
from planner.scenario.single_values import good, part
from planner.scenario.telling import nearest, one_of, quoted
from planner.scenario.term_rules import check_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.scenario.document import Place

Raw = dict[Any, Any]
Problem = tuple["Place", str]


def check_rules(raw: Raw) -> Iterator[Problem]:
    """Yield what does not fit together within each market, queue and pool.

    A rule is passed over where a value that it asks for is wrong itself.

    Examples
    --------
    >>> list(check_rules({"queues": [{"concurrency": 3, "aht_s": -1}]}))
    [(('queues', 0, 'concurrency'), 'must be 1 for phone, got 3')]
    """
    yield from _subdivisions_are_known(raw)
    yield from _each(raw, "queues", [_fits_channel, _backlog_may_wait, _slows_down])
    yield from _each(raw, "pools", [_window, _breaks, _step, _within_contract, _newcomers])
    yield from _each(raw, "pools", [_runs, _averaged])
    yield from _each(raw, "pools", [check_terms])


def _each(raw: Raw, key: str, rules: list[Callable[[Raw], Iterator[Problem]]]) -> Iterator[Problem]:
    listed = raw.get(key)
    for i, item in enumerate(listed if isinstance(listed, list) else ()):
        for rule in rules if isinstance(item, dict) else ():
            yield from (((key, i, *place), message) for place, message in rule(item))


def _subdivisions_are_known(raw: Raw) -> Iterator[Problem]:
    markets = raw.get("markets")
    for name, market in markets.items() if isinstance(markets, dict) else ():
        if not isinstance(market, dict) or not isinstance(name, str):
            continue
        place = ("markets", name, "subdivision")
        country, part = (good(Market, key, market) for key in ("country", "subdivision"))
        if part is not None and market.get("country") is None:
            yield place, f"must go with country, got {quoted(market['subdivision'])} alone"
        elif part is not None and country is not None:
            yield from ((place, must) for must in _unknown_part(country, part, market))


def _unknown_part(country: str, part: str, market: Raw) -> Iterator[str]:
    try:
        subdivision_code(country, part)
    except ValueError:
        known, found = subdivisions(country), quoted(market["subdivision"])
        if not known:
            yield f"must be left out in {country}, which has none, got {found}"
            return
        # Codes alone are shown, and names found: a country may have a hundred of both.
        codes = list(dict.fromkeys(known.values()))
        near = nearest(part, list(known))
        hint = f" (nearest: {quoted(near)})" if near and near not in codes else ""
        yield f"must {one_of(codes, near if near in codes else '')}{hint}, got {found}"


def _fits_channel(queue: Raw) -> Iterator[Problem]:
    channel = queue.get("channel", "phone")
    if channel not in get_args(Channel):
        return
    concurrency = good(Queue, "concurrency", queue)
    if concurrency is not None and concurrency > 1 and channel not in ("chat", "messaging"):
        yield ("concurrency",), f"must be 1 for {channel}, got {concurrency}"
    target = queue.get("target")
    kind = kind_of_target(target)
    if kind is None or any(key not in TAGS[kind].model_fields for key in target or ()):
        return
    if kind == "=target" and channel in DEFERRED_CHANNELS and channel != "messaging":
        must = f"must name reply_within_hours, as {channel} may wait"
        yield ("target",), f"{must}, got 'a service level in seconds'"
    if kind == "=promise" and channel == "chat":
        must = "must name service_level and answer_within_s, as a chat waits on the line"
        yield ("target",), f"{must}, got 'reply_within_hours'"


def _slows_down(queue: Raw) -> Iterator[Problem]:
    """Hold the handling time with one contact open against the one with all of them."""
    alone = good(Queue, "aht_alone_s", queue)
    most, aht = good(Queue, "concurrency", queue), good(Queue, "aht_s", queue)
    if alone is None or most is None:
        return
    kind = kind_of_target(queue.get("target"))
    waits = queue.get("channel") in DEFERRED_CHANNELS if kind is None else kind == "=promise"
    if most < 2:
        yield ("aht_alone_s",), f"must be left out where concurrency is 1, got {alone:g}"
    elif waits:
        must = "must be left out where a reply in hours is promised, as agents keep all open then"
        yield ("aht_alone_s",), f"{must}, got {alone:g}"
    elif aht is not None and not aht / most <= alone <= aht:
        must = f"must be from aht_s / concurrency ({aht / most:g}) to aht_s ({aht:g})"
        yield ("aht_alone_s",), f"{must}, got {alone:g}"


def _backlog_may_wait(queue: Raw) -> Iterator[Problem]:
    """Yield a backlog at a queue that is answered at once: whoever waits there is on the line."""
    channel, target, found = (queue.get(key) for key in ("channel", "target", "backlog"))
    kind = "=promise" if target is None and channel in DEFERRED_CHANNELS else kind_of_target(target)
    if found is None or kind == "=promise" or (target is not None and kind is None):
        return
    must = "must be left out, as this queue is answered at once; work that may wait has a target "
    yield ("backlog",), f"{must}with reply_within_hours, got {quoted(found)}"


def _window(pool: Raw) -> Iterator[Problem]:
    shifts = part(pool, "shifts")
    start, end = (good(Shifts, key, shifts) for key in ("earliest_start", "latest_end"))
    if start is None or end is None:
        return
    if end <= start:
        must = f"must be after earliest_start ({_clock(start)}); 06:00 on the next day is '30:00'"
        yield ("shifts", "latest_end"), f"{must}, got '{_clock(end)}'"
        return
    hours, breaks = (good(Shifts, key, shifts) for key in ("paid_hours", "breaks"))
    if hours is None or breaks is None or start + shortest_minutes(hours, breaks) <= end:
        return
    must = f"must hold a length that fits, breaks included, from {_clock(start)} to {_clock(end)}"
    yield ("shifts", "paid_hours"), f"{must}, got {quoted(list(hours))}"


def _breaks(pool: Raw) -> Iterator[Problem]:
    shifts = part(pool, "shifts")
    listed, hours = shifts.get("breaks"), good(Shifts, "paid_hours", shifts)
    for i, pause in enumerate(listed if isinstance(listed, list) else ()):
        place = ("shifts", "breaks", i, "after_hours")
        window = good(Break, "after_hours", pause) if isinstance(pause, dict) else None
        if window is None:
            continue
        if window[0] > window[1]:
            yield place, f"must be [earliest, latest] in that order, got {list(window)}"
        elif hours is not None and window[1] >= max(hours):
            longest = f"the end of the longest shift ({max(hours):g} paid hours)"
            yield place, f"must end its window before {longest}, got {list(window)}"


def _step(pool: Raw) -> Iterator[Problem]:
    step = good(Shifts, "start_every_minutes", part(pool, "shifts"))
    if step is not None and (step % 5 or 1440 % step):
        must = "must be 5, 10, 15, 20, 30, 60 or another multiple of 5 that divides a day"
        yield ("shifts", "start_every_minutes"), f"{must}, got {step}"


def _within_contract(pool: Raw) -> Iterator[Problem]:
    most = good(Contract, "max_hours_per_day", part(pool, "contract"))
    hours = good(Shifts, "paid_hours", part(pool, "shifts"))
    if most is not None and hours is not None and min(hours) > most:
        must = f"must hold a length up to contract.max_hours_per_day ({most:g})"
        yield ("shifts", "paid_hours"), f"{must}, got {quoted(list(hours))}"


def _runs(pool: Raw) -> Iterator[Problem]:
    """Yield runs of days that are to be longer than they may be."""
    contract = part(pool, "contract")
    least, most = (good(Contract, f"{end}_consecutive_days", contract) for end in ("min", "max"))
    if least is not None and most is not None and least > most:
        must = f"must be at most max_consecutive_days ({most})"
        yield ("contract", "min_consecutive_days"), f"{must}, got {least}"
        return
    off, days_off = (
        good(Contract, key, contract) for key in ("min_consecutive_days_off", "days_off_per_week")
    )
    bent = {"days_a_week", "days_of_work"} & set(part(contract, "bend"))
    if not bent and least is not None and days_off and least > 2 * (7 - days_off):
        must = f"must be at most {2 * (7 - days_off)}, the most in a row with {days_off} days off"
        yield ("contract", "min_consecutive_days"), f"{must} in each week, got {least}"
    if off is not None and days_off == 0 and off > 1:
        must = "must go with days_off_per_week of 1 or more"
        yield ("contract", "min_consecutive_days_off"), f"{must}, got {off} and no days off"


def _averaged(pool: Raw) -> Iterator[Problem]:
    """Yield averaged hours of which no week could hold its part."""
    contract = part(pool, "contract")
    if good(Contract, "weekly_hours", contract) != "averaged":
        return
    hours, most = (good(Contract, f"{key}hours_per_week", contract) for key in ("", "max_"))
    if hours is not None and most is not None and hours > most:
        must = f"must be at least hours_per_week ({hours:g}) where hours are averaged"
        yield ("contract", "max_hours_per_week"), f"{must}, got {most:g}"


def _newcomers(pool: Raw) -> Iterator[Problem]:
    """Yield newcomers of a pool whose agents are named: a name has no date of joining."""
    if pool.get("newcomers") is not None and isinstance(pool.get("agents"), list | Agents):
        must = "must go with agents {date: number}, as names do not say who joins when"
        yield ("newcomers",), f"{must}, got a list of names"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"

"""Variants that every scenario has ready: what each is called, what it changes, in words too."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from planner.scenario.outages import count_steps, day_words, outage, outage_day
from planner.scenario.raw import Raw, items, markets, names
from planner.scenario.telling import one_of, quoted
from planner.scenario.types import read_date

MULTIPLIERS = (2, 10)
_PLACES = 6  # of prices and factors that are reckoned
_DAY = r"(?:@(?P<day>\S+))?"

Change = dict[str, Any]


class NotReadyError(ValueError):
    """What a ready variant's name must say, and what it says."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A variant that is ready: its name, and what it changes in words."""

    name: str
    says: str


def ready_change(values: Raw, name: str) -> tuple[Change, str] | None:
    """Return what a ready variant changes, and that in words; None where the name is no such one.

    Parameters
    ----------
    values
        The scenario's plain values, earlier variants merged in: what is ready adds to them.

    Raises
    ------
    NotReadyError
        If the name is one, of a pool, a day or a number that cannot be.

    Examples
    --------
    >>> values = {"pools": [{"name": "lyon", "kind": "vendor", "cost_per_hour": 26}]}
    >>> ready_change(values, "lyon-price+10")
    ({'pools': {'lyon': {'cost_per_hour': 28.6}}}, 'lyon costs 10 % more')
    >>> ready_change(values, "without-lyon")
    ({'pools': {'lyon': None}}, 'the vendor lyon is lost: nobody of lyon works')
    """
    for pattern, change in _KINDS:
        found = re.fullmatch(pattern, name)
        if found:
            told = change(values, **{k: v for k, v in found.groupdict().items() if v is not None})
            if told is not None:
                return told
    return None


def ready_variants(values: Raw) -> tuple[Ready, ...]:
    """Return the variants that a scenario has ready; any other number or day may stand in a name.

    Examples
    --------
    >>> values = {"events": ["christmas"], "queues": [{"name": "mail"}], "horizon": {}}
    >>> [one.name for one in ready_variants(values)][:5]
    ['christmas-x2', 'christmas-x10', 'volume+20', 'volume-20', 'aht+10']
    """
    own, firms = _own(values), list(_firms(values))
    wanted = [f"{event}-x{n}" for event in names(values, "events") for n in MULTIPLIERS]
    wanted += ["volume+20", "volume-20", "aht+10", "aht-10"]
    wanted += ["absence-20", *(f"absence-20-{pool}" for pool in own if len(own) > 1)]
    wanted += [f"without-{firm}" for firm in firms]
    wanted += [f"{pool}-price{sign}10" for pool in names(values, "pools") for sign in "+-"]
    wanted += [f"closed-{market}" for market in markets(values)]
    largest = _largest(values, own)
    day = outage_day(values)
    if day is not None:
        wanted += [f"outage-{largest}@{day}"] if largest else []
        wanted += [f"volume+50@{day}"]
    told = []
    for name in wanted:
        try:
            found = ready_change(values, name)
        except NotReadyError:  # agents in a file are counted nowhere
            continue
        if found is not None:
            told.append(Ready(name, found[1]))
    return tuple(told)


def _event(values: Raw, event: str, times: str) -> tuple[Change, str] | None:
    if event not in names(values, "events"):
        return None
    number = float(times)
    change = {"events": {event: {"multiplier": number}}}
    return change, f"the effect of {event} is {number:g} times as strong"


def _volume(values: Raw, percent: str, day: str | None = None) -> tuple[Change, str]:
    part = _percent(percent)
    override: Change = {"factor": _of_percent(part), "note": f"volume{percent}"}
    when = ""
    if day is not None:
        override["day"] = _date_of(values, day)
        when = f" on {day_words(override['day'])}"
    listed = values.get("overrides")
    before = listed if isinstance(listed, list) else []
    return {"overrides": [*before, override]}, f"{_fewer(part)} contacts in every queue{when}"


def _aht(values: Raw, percent: str) -> tuple[Change, str]:
    part = _percent(percent)
    change = {
        queue["name"]: {"aht_factor": _times(queue.get("aht_factor", 1), part)}
        for _, queue in items(values, "queues")
        if isinstance(queue.get("name"), str)
    }
    return {"queues": change}, f"every contact takes {_longer(part)}"


def _absence(values: Raw, percent: str, pool: str | None = None) -> tuple[Change, str]:
    own = _own(values)
    if pool is not None and pool not in own:
        must = f"must name one of the scenario's own pools: it must {one_of(own, pool)}"
        msg = f"{must}, got {quoted(pool)}"
        raise NotReadyError(msg)
    if not 0 <= int(percent) < 100:
        msg = f"must be of 0 to 99 percent, got {percent}"
        raise NotReadyError(msg)
    chosen = own if pool is None else [pool]
    change = {name: {"shrinkage": {"absence": int(percent) / 100}} for name in chosen}
    return {"pools": change}, f"{int(percent)} % of {_listed(chosen)} absent, on top of the rest"


def _without(values: Raw, firm: str) -> tuple[Change, str] | None:
    pools = _firms(values).get(firm)
    if pools is None:
        return None
    says = f"the vendor {firm} is lost: nobody of {_listed(pools)} works"
    return {"pools": dict.fromkeys(pools)}, says


def _price(values: Raw, pool: str, percent: str) -> tuple[Change, str] | None:
    given = next((one for _, one in items(values, "pools") if one.get("name") == pool), None)
    if given is None:
        return None
    part = _percent(percent)
    keys = ("cost_per_hour", "cost_per_contact")
    change: Change = {k: _times(given[k], part) for k in keys if given.get(k) is not None}
    tiers = given.get("tiers")
    if isinstance(tiers, list) and tiers:
        change["tiers"] = [
            tier | {"price": _times(tier["price"], part)}
            if isinstance(tier, dict) and "price" in tier
            else tier
            for tier in tiers
        ]
    return {"pools": {pool: change}}, f"{pool} costs {_more(part)}"


def _closed(values: Raw, market: str) -> tuple[Change, str] | None:
    if market not in markets(values):
        return None
    key = next(one for one in values["markets"] if str(one) == market)
    given = values["markets"][key]
    before = given.get("closed") if isinstance(given, dict) else None
    shut = [*before] if isinstance(before, list) else []
    says = f"{market} is closed on every day of the plan: no contacts, no work; agents stay"
    return {"markets": {key: {"closed": [*shut, *_days(values)]}}}, says


def _outage(values: Raw, pool: str, day: str | None = None) -> tuple[Change, str] | None:
    given = next((one for _, one in items(values, "pools") if one.get("name") == pool), None)
    if given is None:
        return None
    when = outage_day(values) if day is None else _date_of(values, day)
    if when is None:
        raise NotReadyError("must name a day of the plan, such as outage-paris@2027-02-12")
    if count_steps(given.get("agents")) is None:
        must = f"must be of a pool whose agents are counted or named, got {quoted(pool)}, whose "
        msg = f"{must}agents are in a file: give it absences for that day"
        raise NotReadyError(msg)
    return outage(given, when, _days(values)[0])


def _date_of(values: Raw, day: str) -> dt.date:
    date, days = read_date(day), _days(values)
    if date is None or date not in days:
        span = f"from {days[0]} to {days[-1]}" if days else "of the horizon"
        msg = f"must be of a day {span}, got {quoted(day)}"
        raise NotReadyError(msg)
    return date


def _days(values: Raw) -> list[dt.date]:
    horizon = values.get("horizon")
    if not isinstance(horizon, dict):
        return []
    first, count = read_date(horizon.get("first_day")), horizon.get("days")
    if first is None or not isinstance(count, int):
        return []
    return [first + dt.timedelta(days=d) for d in range(count)]


def _own(values: Raw) -> list[str]:
    """Return the names of the scenario's own pools."""
    found = (pool for _, pool in items(values, "pools") if pool.get("kind") != "vendor")
    return [pool["name"] for pool in found if isinstance(pool.get("name"), str)]


def _firms(values: Raw) -> dict[str, list[str]]:
    """Return each vendor's pools."""
    firms: dict[str, list[str]] = {}
    for _, pool in items(values, "pools"):
        if pool.get("kind") == "vendor" and isinstance(pool.get("name"), str):
            firms.setdefault(str(pool.get("vendor") or pool["name"]), []).append(pool["name"])
    return firms


def _largest(values: Raw, own: list[str]) -> str | None:
    """Return the own pool with the most agents, of those whose agents are counted or named."""
    sizes = {
        pool["name"]: max(steps.values())
        for _, pool in items(values, "pools")
        if pool.get("name") in own and (steps := count_steps(pool.get("agents")))
    }
    return max(sizes, key=lambda name: sizes[name], default=None)


def _percent(text: str) -> int:
    part = int(text)
    if not -100 <= part <= 900:
        msg = f"must be of -100 to +900 percent, got {text}"
        raise NotReadyError(msg)
    return part


def _of_percent(part: int) -> float:
    return (100 + part) / 100


def _times(value: object, part: int) -> object:
    """Return a number so many percent higher; what is no number stays, and is told elsewhere."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return value
    return round(value * (100 + part) / 100, _PLACES)


def _fewer(part: int) -> str:
    return f"{abs(part)} % {'more' if part >= 0 else 'fewer'}"


def _more(part: int) -> str:
    return f"{abs(part)} % {'more' if part >= 0 else 'less'}"


def _longer(part: int) -> str:
    return f"{abs(part)} % {'longer' if part >= 0 else 'less time'}"


def _listed(found: list[str]) -> str:
    if len(found) < 2:
        return found[0] if found else "nobody"
    return f"{', '.join(found[:-1])} and {found[-1]}"


_Maker = Callable[..., tuple[Change, str] | None]
_KINDS: tuple[tuple[str, _Maker], ...] = (
    (r"(?P<event>.+)-x(?P<times>\d{1,3}(?:\.\d+)?)", _event),
    (rf"volume(?P<percent>[+-]\d{{1,3}}){_DAY}", _volume),
    (r"aht(?P<percent>[+-]\d{1,3})", _aht),
    (r"absence-(?P<percent>\d{1,3})(?:-(?P<pool>.+))?", _absence),
    (r"without-(?P<firm>.+)", _without),
    (r"(?P<pool>.+)-price(?P<percent>[+-]\d{1,3})", _price),
    (r"closed-(?P<market>.+)", _closed),
    (rf"outage-(?P<pool>[^@]+){_DAY}", _outage),
)

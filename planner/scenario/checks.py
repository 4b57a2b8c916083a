"""What must hold between the parts of a scenario: names that are known, prices that are one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from planner.scenario.agents import Agents, made_up_names
from planner.scenario.demand_checks import check_demand
from planner.scenario.history_checks import check_history
from planner.scenario.raw import Problem, Raw, items, markets, names
from planner.scenario.rules import check_rules
from planner.scenario.teams import team_names
from planner.scenario.telling import one_of, quoted
from planner.scenario.types import MOST_DAYS, read_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STAFFED_MINUTES = (5, 10, 15, 30, 60)  # 1440 counts days, which each market has on its own clock


def check_references(raw: Raw) -> list[Problem]:
    """Return everything that does not fit together in a scenario's plain values.

    Values of the wrong kind are passed over: they are told where the value itself is read.

    Examples
    --------
    >>> queues = [{"name": "fr-phone"}, {"name": "fr-email"}]
    >>> pools = [{"name": "paris", "queues": ["fr-fone"], "cost_per_hour": 58}]
    >>> check_references({"queues": queues, "pools": pools, "history": {"file": "a.csv"}})
    [(('pools', 0, 'queues', 0), "must be one of fr-phone, fr-email (nearest: 'fr-phone'), \
got 'fr-fone'")]
    """
    checks: list[Callable[[Raw], Iterator[Problem]]] = [
        _names_are_unique,
        _teams_are_no_other_pools,
        _markets_are_known,
        _pool_queues_are_known,
        _pools_have_one_price,
        _minimum_hours_are_billed_by_the_hour,
        _agents_are_in_one_pool,
        check_rules,
        _escalations_end,
        check_demand,
        check_history,
        _intervals_fit_all_clocks,
    ]
    return [problem for check in checks for problem in check(raw)]


def _names_are_unique(raw: Raw) -> Iterator[Problem]:
    for key in ("queues", "pools", "events", "drivers", "overrides"):
        seen: set[Any] = set()
        for i, item in items(raw, key):
            name = item.get("name")
            if isinstance(name, str) and name in seen:
                yield (key, i, "name"), f"must be unique among {key}, got {quoted(name)} again"
            seen.add(name if isinstance(name, str) else None)


def _teams_are_no_other_pools(raw: Raw) -> Iterator[Problem]:
    """Yield a pool whose name is that of another one's team."""
    known = names(raw, "pools")
    for i, pool in items(raw, "pools"):
        agents = pool.get("agents")
        if isinstance(agents, Agents) and isinstance(pool.get("name"), str):
            teams = team_names(pool["name"], agents)
            for name in {*teams.values()} - {pool["name"]}:
                if name in known:
                    must = "must not be a pool beside a team of that name"
                    yield ("pools", i, "name"), f"{must}, got {quoted(name)} twice"


def _markets_are_known(raw: Raw) -> Iterator[Problem]:
    known = markets(raw)
    for i, queue in items(raw, "queues"):
        market = queue.get("market")
        if market is None and len(known) > 1:
            yield ("queues", i, "market"), f"must {one_of(known, '')}, got nothing"
        elif isinstance(market, str) and market not in known:
            yield ("queues", i, "market"), f"must {one_of(known, market)}, got {quoted(market)}"


def _pool_queues_are_known(raw: Raw) -> Iterator[Problem]:
    known = names(raw, "queues")
    if not known:
        return  # told where the queues are read
    for i, pool in items(raw, "pools"):
        seen: set[str] = set()
        for j, served in items(pool, "queues"):
            name = served.get("name")
            if not isinstance(name, str):
                continue
            if name not in known:
                yield ("pools", i, "queues", j), f"must {one_of(known, name)}, got {quoted(name)}"
            elif name in seen:
                yield ("pools", i, "queues", j), f"must be named once, got {quoted(name)} again"
            seen.add(name)


def _pools_have_one_price(raw: Raw) -> Iterator[Problem]:
    for i, pool in items(raw, "pools"):
        given = [k for k in ("cost_per_hour", "cost_per_contact") if pool.get(k) is not None]
        if len(given) != 1:
            found = "both" if given else "neither"
            yield ("pools", i), f"must have either cost_per_hour or cost_per_contact, got {found}"


def _minimum_hours_are_billed_by_the_hour(raw: Raw) -> Iterator[Problem]:
    for i, pool in items(raw, "pools"):
        by_contact = pool.get("cost_per_contact") is not None and pool.get("cost_per_hour") is None
        if by_contact and pool.get("minimum_hours_per_week"):
            must = "must go with cost_per_hour, got cost_per_contact"
            yield ("pools", i, "minimum_hours_per_week"), must


def _agents_are_in_one_pool(raw: Raw) -> Iterator[Problem]:
    pools = [(i, pool, _listed(pool.get("agents"))) for i, pool in items(raw, "pools")]
    first: dict[str, tuple[int, str]] = {}
    if any(isinstance(agents, list) for _, _, agents in pools):  # else no name comes twice
        for i, pool, agents in pools:
            name = quoted(pool.get("name"))
            made_up = f"a name that pool {name} makes up for its agents"
            first |= dict.fromkeys(made_up_names(pool.get("name"), agents), (i, made_up))
    for i, pool, agents in pools:
        for word in agents if isinstance(agents, list) else ():
            if isinstance(word, str):
                other = f"who is in pool {quoted(pool.get('name'))} too"
                j, where = first.setdefault(word.strip(), (i, other))
                if i != j:
                    must = f"must be in one pool only, got {quoted(word)}, {where}"
                    yield ("pools", i, "agents"), must


def _listed(agents: object) -> object:
    """Return agents by name as a list of these, others as they are."""
    return list(agents.names) if isinstance(agents, Agents) else agents


def _escalations_end(raw: Raw) -> Iterator[Problem]:
    queues = items(raw, "queues")
    onward: dict[str, str] = {}
    for i, queue in queues:
        escalates = queue.get("escalates")
        to = escalates.get("to") if isinstance(escalates, dict) else None
        if not isinstance(to, str):
            continue
        if to not in names(raw, "queues"):
            must = one_of(names(raw, "queues"), to)
            yield ("queues", i, "escalates", "to"), f"must {must}, got {quoted(to)}"
        elif isinstance(queue.get("name"), str):
            onward[queue["name"]] = to
    for i, queue in queues:
        path = _loop(onward, queue.get("name"))
        if path:
            shown = " -> ".join(path)
            yield ("queues", i, "escalates", "to"), f"must not lead back, got the loop {shown}"


def _loop(onward: dict[str, str], name: object) -> list[str]:
    """Return the way from a queue back to itself, or nothing."""
    if not isinstance(name, str):
        return []
    path = [name]
    while path[-1] in onward and len(path) <= len(onward):
        path.append(onward[path[-1]])
        if path[-1] == name:
            return path
    return []


def _intervals_fit_all_clocks(raw: Raw) -> Iterator[Problem]:
    """Yield two markets whose clocks do not strike the same intervals at some time of the horizon.

    The axis starts at a local midnight: elsewhere an interval would begin within a slot.
    """
    step = raw.get("interval_minutes", 15)
    if step not in STAFFED_MINUTES:
        return
    first: tuple[str, int] | None = None
    for market, ahead in _clocks(raw):
        name, other = first = first or (market, ahead)
        if (ahead - other) % step:
            apart = f"{abs(ahead - other) // 60} h {abs(ahead - other) % 60:02d}"
            between = f"markets {name} and {market}" if name != market else f"seasons in {name}"
            must = f"must divide the clocks' difference between {between} ({apart}), got {step}"
            yield ("interval_minutes",), must
            return


def _clocks(raw: Raw) -> Iterator[tuple[str, int]]:
    """Yield each market that has queues with its minutes ahead of UTC, by midnight of the horizon.

    Those of the first midnight come first; what is no market, zone or date is left out.
    """
    horizon, by_name = raw.get("horizon"), raw.get("markets")
    if not isinstance(horizon, dict) or not isinstance(by_name, dict):
        return
    first, count = read_date(horizon.get("first_day")), horizon.get("days")
    if first is None or not isinstance(count, int) or not 1 <= count <= MOST_DAYS:
        return
    only = next(iter(by_name)) if len(by_name) == 1 else None
    named = [queue.get("market", only) for _, queue in items(raw, "queues")]
    zones = [
        (name, zone)
        for name in dict.fromkeys(name for name in named if isinstance(name, str))
        if (zone := _zone(by_name.get(name))) is not None
    ]
    midnight = dt.datetime.combine(first, dt.time(), dt.UTC)
    for day in range(count + 1):
        for name, zone in zones:
            offset = (midnight + dt.timedelta(days=day)).astimezone(zone).utcoffset()
            yield name, round((offset or dt.timedelta()).total_seconds() / 60)


def _zone(market: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(market["timezone"]) if isinstance(market, dict) else None
    except (KeyError, ValueError, TypeError, OSError):
        return None

"""What must hold between the terms of a pool: tiers, notice, penalty and bonus, split shifts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from planner.scenario.agents import Agents
from planner.scenario.contract import Contract
from planner.scenario.hiring_rules import check_hiring
from planner.scenario.pools import Pool, Shifts, Split
from planner.scenario.single_values import good, part
from planner.scenario.telling import quoted
from planner.scenario.terms import Bonus, Notice, Penalty, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.scenario.document import Place

Raw = dict[Any, Any]
Problem = tuple["Place", str]


def check_terms(pool: Raw) -> Iterator[Problem]:
    """Yield what does not fit together in the terms of a pool.

    Examples
    --------
    >>> tiers = [{"above": 500, "price": 24}, {"above": 400, "price": 22}]
    >>> list(check_terms({"kind": "vendor", "cost_per_hour": 26, "tiers": tiers}))
    [(('tiers', 1, 'above'), 'must be above the tier before it (500), got 400')]
    """
    for rule in (_tiers_rise, _hours_are_as_scheduled, _notice, _bonus, _share, _split, _teams,
                 check_hiring):  # fmt: skip
        yield from rule(pool)


def _tiers_rise(pool: Raw) -> Iterator[Problem]:
    listed = pool.get("tiers")
    tiers = listed if isinstance(listed, list) else []
    above = [good(Tier, "above", tier) if isinstance(tier, dict) else None for tier in tiers]
    for i, (before, here) in enumerate(pairwise(above), start=1):
        if before is not None and here is not None and here <= before:
            must = f"must be above the tier before it ({before:g})"
            yield ("tiers", i, "above"), f"{must}, got {here:g}"


def _hours_are_as_scheduled(pool: Raw) -> Iterator[Problem]:
    """Yield terms of hours bought where contracted hours are paid, worked or not."""
    kind, paid = good(Pool, "kind", pool), good(Contract, "paid", part(pool, "contract"))
    contracted = paid == "contracted" or (paid is None and kind == "in_house")
    if not contracted or pool.get("cost_per_hour") is None:
        return
    for key in ("tiers", "notice"):
        if pool.get(key):
            must = "must go with contract.paid: scheduled, as contracted hours have one price and "
            yield (key,), f"{must}are paid in any case, got paid: contracted"


def _notice(pool: Raw) -> Iterator[Problem]:
    by_contact = pool.get("cost_per_contact") is not None and pool.get("cost_per_hour") is None
    if by_contact and pool.get("notice"):
        yield ("notice",), "must go with cost_per_hour, got cost_per_contact"
    ordered = good(Notice, "ordered_hours_per_week", part(pool, "notice"))
    per_agent = good(Contract, "hours_per_week", part(pool, "contract"))
    agents = pool.get("agents")
    if ordered is None or per_agent is None or not isinstance(agents, int):
        return
    overtime = part(part(pool, "contract"), "overtime").get("max_hours_per_week", 0)
    most = agents * (per_agent + (overtime if isinstance(overtime, int | float) else 0))
    if ordered > most:
        must = f"must be at most what its agents may work a week ({most:g} hours)"
        yield ("notice", "ordered_hours_per_week"), f"{must}, got {ordered:g}"


def _bonus(pool: Raw) -> Iterator[Problem]:
    """Yield a premium that begins below the level at which the discount ends."""
    low = good(Penalty, "below_service_level", part(pool, "penalty"))
    high = good(Bonus, "above_service_level", part(pool, "bonus"))
    if low is not None and high is not None and high < low:
        must = f"must be at least penalty.below_service_level ({low:g})"
        yield ("bonus", "above_service_level"), f"{must}, got {high:g}"


def _teams(pool: Raw) -> Iterator[Problem]:
    """Yield terms that count a whole pool, of one that its agents' skills split into teams."""
    agents = pool.get("agents")
    if not isinstance(agents, Agents) or not any(agents.skills):
        return
    usual = {"max_share": 1.0, "minimum_hours_per_week": 0.0, "committed_share_of_forecast": 0.0}
    counted = (*usual, "tiers", "notice", "penalty", "bonus", "cost_per_contact")
    told = f"{sum(map(bool, agents.skills))} who serve only some"
    for key in counted:
        if pool.get(key) and pool.get(key) != usual.get(key):
            must = "must go with agents who all serve all queues, as it counts the whole pool"
            yield (key,), f"{must}, got {told}"


def _share(pool: Raw) -> Iterator[Problem]:
    if pool.get("max_share_of") == "hours" and "max_share" not in pool:
        yield ("max_share_of",), "must go with max_share, got max_share_of alone"


def _split(pool: Raw) -> Iterator[Problem]:
    shifts = part(pool, "shifts")
    given = part(shifts, "split")
    if not given:
        return
    place = ("shifts", "split")
    for key in ("pause_minutes", "after_hours"):
        found = good(Split, key, given)
        if found is not None and found[0] > found[1]:
            word = "shortest, longest" if key == "pause_minutes" else "earliest, latest"
            yield (*place, key), f"must be [{word}] in that order, got {list(found)}"
    yield from (((*place, *below), must) for below, must in _split_lengths(pool, given))


def _split_lengths(pool: Raw, given: Raw) -> Iterator[Problem]:
    hours, window = good(Split, "paid_hours", given), good(Split, "after_hours", given)
    pause, most = good(Split, "pause_minutes", given), good(Split, "max_span_hours", given)
    legal = good(Contract, "max_hours_per_day", part(pool, "contract"))
    if hours is None:
        return
    told = f"got {quoted(list(hours))}"
    if legal is not None and min(hours) > legal:
        must = f"must hold a length up to contract.max_hours_per_day ({legal:g})"
        yield ("paid_hours",), f"{must}, {told}"
    if window is not None and window[1] >= min(hours):
        must = f"must end before the end of the shortest of its shifts ({min(hours):g} paid hours)"
        yield ("after_hours",), f"{must}, got {list(window)}"
    if pause is None or most is None:
        return
    span = min(hours) + pause[0] / 60
    if span > most:
        must = f"must be at least the shortest shift and the shortest pause ({span:g} hours)"
        yield ("max_span_hours",), f"{must}, got {most:g}"
        return
    shifts = part(pool, "shifts")
    start, end = (good(Shifts, key, shifts) for key in ("earliest_start", "latest_end"))
    if start is not None and end is not None and start < end < start + span * 60:
        must = f"must hold a length that fits from earliest_start to latest_end, {span:g} hours of"
        yield ("paid_hours",), f"{must} shift and pause for the shortest, {told}"

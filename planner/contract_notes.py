"""Contracts that allow more than French labour law does without an agreement: said, not refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.scenario.model import Scenario
    from planner.scenario.pools import Pool

FRANCE = "FR"
LONGEST_WEEK = 48.0  # hours of one week


def contract_notes(scenario: Scenario) -> tuple[str, ...]:
    """Return what contracts of pools in France allow beyond the law, by pool.

    A collective agreement may allow it; a pool that serves no queue of a French market has others.

    Examples
    --------
    >>> from planner.scenario.document import parse_yaml
    >>> from planner.scenario.model import scenario_of
    >>> text = '''
    ... horizon: {first_day: 2027-02-01, days: 7}
    ... history: {file: contacts.csv}
    ... markets: {FR: {timezone: Europe/Paris, country: FR}}
    ... queues: [{name: fr}]
    ... pools:
    ...   - {name: paris, queues: [fr], agents: 5, cost_per_hour: 58,
    ...      contract: {hours_per_week: 44, overtime: {max_hours_per_week: 6}}}
    ... '''
    >>> contract_notes(scenario_of(parse_yaml(text, "scenario.yaml")))
    ('paris: 50 hours in a week, where 48 are allowed (Code du travail L3121-20)',)
    """
    by_name = {queue.name: queue for queue in scenario.queues}
    return tuple(
        f"{pool.name}: {told} (Code du travail {law})"
        for pool in scenario.pools
        if any(scenario.market_of(by_name[served.name]).country == FRANCE for served in pool.queues)
        for told, law in _beyond(pool)
    )


def _beyond(pool: Pool) -> Iterator[tuple[str, str]]:
    contract = pool.contract
    own = [agent.hours_per_week or 0.0 for agent in pool.agents.people]
    week = max(contract.hours_per_week, *own, 0.0) + contract.overtime.max_hours_per_week
    if contract.weekly_hours == "averaged":
        week = contract.max_hours_per_week
    if week > LONGEST_WEEK:
        yield f"{week:g} hours in a week, where {LONGEST_WEEK:g} are allowed", "L3121-20"
    if contract.max_hours_per_day > 10:
        yield f"{contract.max_hours_per_day:g} hours in a day, where 10 are allowed", "L3121-18"
    if contract.min_rest_hours < 11:
        yield (
            f"{contract.min_rest_hours:g} hours of rest between shifts, where 11 are due",
            "L3131-1",
        )
    if contract.weekly_rest_hours < 35:
        yield f"{contract.weekly_rest_hours:g} hours of rest in a week, where 35 are due", "L3132-2"
    if contract.max_consecutive_days > 6 and contract.days_off_per_week < 1:
        yield f"{contract.max_consecutive_days} days in a row, where 6 are allowed", "L3132-1"

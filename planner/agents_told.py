"""What is known of a pool's agents, in words: how many of what, and never whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.scenario.model import Scenario
    from planner.scenario.pools import Pool


_PLURALS = {"absence": "absences", "wish": "wishes", "shift worked before": "shifts worked before"}


def agents_words(pool: Pool) -> str:
    """Return what the files of a pool's agents say, added up; empty where there are none.

    Examples
    --------
    >>> import datetime as dt
    >>> from planner.scenario.agents import Agents
    >>> from planner.scenario.pools import Pool
    >>> from staffing.people import Agent, NEVER
    >>> away = (dt.date(2027, 2, 1), dt.date(2027, 2, 3))
    >>> people = [Agent("Ada", hours_per_week=24, times={5: NEVER}), Agent("Bo", absences=(away,))]
    >>> agents_words(Pool(name="paris", queues=["fr"], cost_per_hour=58,
    ...                   agents=Agents.of(people, [(), ()])))
    '2 by name, 1 part-time, 1 with times of their own, 1 absence'
    """
    found = pool.agents
    if not found.people:
        return f"{len(found.names)} by name" if found.names else ""
    full, people = pool.contract.hours_per_week, found.people
    counts = {
        "part-time": sum((one.hours_per_week or full) < full for one in people),
        "who come or leave": sum(bool(one.first_day or one.last_day) for one in people),
        "with times of their own": sum(bool(one.times) for one in people),
        "who serve some of its queues": sum(map(bool, found.skills)),
        "absence": sum(len(one.absences) for one in people),
        "wish": sum(len(one.wishes) for one in people),
        "shift worked before": sum(len(one.worked) for one in people),
    }
    told = [f"{count} {_many(what, count)}" for what, count in counts.items() if count]
    return ", ".join([f"{len(people)} by name", *told])


def _many(what: str, count: int) -> str:
    return what if count == 1 else _PLURALS.get(what, what)


def agents_notes(scenario: Scenario) -> tuple[str, ...]:
    """Return what is worth knowing of the files of agents, and no fault."""
    return tuple(f"{pool.name}: {note}" for pool in scenario.pools for note in pool.agents.notes)

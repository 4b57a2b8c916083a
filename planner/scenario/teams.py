"""Agents of one pool who serve different queues, as teams: a pool for each set of skills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.scenario.agents import Agents

if TYPE_CHECKING:
    from planner.scenario.pools import Pool

LONGEST_NAME = 60  # of a team that is named by its queues


def teams_of(pool: Pool, timezone: str) -> list[Pool]:
    """Return a pool's teams, those who serve all of its queues first and under its own name.

    The others are named by their queues, "paris (phone, chat)", or by a number where that would be
    long. Where all agents serve all queues, the pool itself is its only team. The clock is the
    pool's for all of them.

    Examples
    --------
    >>> from planner.scenario.pools import Pool
    >>> from staffing.people import Agent
    >>> agents = Agents.of([Agent("Ada"), Agent("Bo"), Agent("Cy")], [(), ("mail",), ("mail",)])
    >>> paris = Pool(name="paris", queues=["phone", "mail"], cost_per_hour=58, agents=agents)
    >>> [(team.name, team.agents.names) for team in teams_of(paris, "Europe/Paris")]
    [('paris', ('Ada',)), ('paris (mail)', ('Bo', 'Cy'))]
    """
    agents = pool.agents
    if not any(agents.skills):
        return [pool]
    names = team_names(pool.name, agents)
    return [_team(pool, skills, name, timezone) for skills, name in names.items()]


def team_names(pool: str, agents: Agents) -> dict[tuple[str, ...], str]:
    """Return the name of each team by the queues that it serves, none for all of the pool's."""
    by_size = sorted(dict.fromkeys(agents.skills), key=lambda skills: (bool(skills), -len(skills)))
    names: dict[tuple[str, ...], str] = {}
    for number, skills in enumerate(by_size, start=1):
        listed = f"{pool} ({', '.join(skills)})"
        short = listed if len(listed) <= LONGEST_NAME else f"{pool} (team {number})"
        names[skills] = short if skills else pool
    return names


def _team(pool: Pool, skills: tuple[str, ...], name: str, timezone: str) -> Pool:
    agents = pool.agents
    people = [
        agent for agent, own in zip(agents.people, agents.skills, strict=True) if own == skills
    ]
    served = tuple(queue for queue in pool.queues if not skills or queue.name in skills)
    return pool.model_copy(
        update={
            "name": name,
            "queues": served,
            "timezone": timezone,
            "vendor": pool.vendor or (pool.name if pool.kind == "vendor" else ""),
            "agents": Agents.of(people, [skills] * len(people)),
        }
    )

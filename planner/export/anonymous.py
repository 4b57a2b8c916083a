"""A roster with codes in the place of its agents' names."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from staffing.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.plan import Plan

Codes = dict[tuple[str, str], str]
"""Code of each agent, by pool and name."""


def agent_codes(plan: Plan, archive: bytes) -> Codes:
    """Return a code for each agent of a plan, the same in every export of it.

    A number in the order of the pool would be the made-up name itself, and tell the alphabet or
    seniority of real ones; a hash of the name would be found by hashing a list of names. So agents
    are numbered through all pools in the order of a hash that takes in the whole archive of the
    plan: who has the plan could work codes out, but has the names in it; who does not have it
    cannot. Two plans have nothing in common that would tell who is who.

    Parameters
    ----------
    archive
        The plan's archive, see ``planner.archive``.
    """
    key = hashlib.sha256(archive).digest()
    everyone = {(pool.name, name) for pool in plan.pools for name in pool.names}
    everyone |= {(duty.pool, duty.agent) for duty in plan.roster.duties}

    def place(agent: tuple[str, str]) -> bytes:
        told = "\0".join(agent).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(told, key=key).digest()

    width = max(len(str(len(everyone))), 3)
    return {
        agent: f"agent-{number:0{width}d}"
        for number, agent in enumerate(sorted(everyone, key=place), start=1)
    }


def coded(plan: Plan, codes: Mapping[tuple[str, str], str]) -> Plan:
    """Return a plan whose roster and pools name agents by their codes, and in the codes' order.

    Nothing else of the agents is left in its pools; its scenario still says what it says of them.
    """
    pools = tuple(
        replace(pool, people=(), names=tuple(sorted(codes[pool.name, name] for name in pool.names)))
        for pool in plan.pools
    )
    duties = [replace(duty, agent=codes[duty.pool, duty.agent]) for duty in plan.roster.duties]
    return replace(plan, pools=pools, roster=Roster(tuple(sorted(duties)), plan.roster.unplaced))


def coded_rows(table: pd.DataFrame, codes: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Return a table with codes for its agents, a pool's rows in the codes' order.

    Without codes, or of no agents, the table is returned as it is.

    Examples
    --------
    >>> table = pd.DataFrame({"agent": ["Ada", "Bob"], "pool": ["paris"] * 2, "shifts": [5, 3]})
    >>> codes = {("paris", "Ada"): "agent-002", ("paris", "Bob"): "agent-001"}
    >>> coded_rows(table, codes).to_dict("list")["agent"]
    ['agent-001', 'agent-002']
    """
    if not codes or "agent" not in table:
        return table
    agents = [codes[key] for key in zip(table["pool"], table["agent"], strict=True)]
    place = {pool: p for p, pool in enumerate(dict.fromkeys(table["pool"]))}
    found = table.assign(agent=agents, _place=table["pool"].map(place))
    return found.sort_values(["_place", "agent"], kind="stable").drop(columns="_place")


def key_table(codes: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Return who is behind each code: the columns code, pool, agent."""
    rows = [(code, pool, agent) for (pool, agent), code in codes.items()]
    return pd.DataFrame(rows, columns=["code", "pool", "agent"])

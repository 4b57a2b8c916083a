"""Files of agents, their absences, wishes and shifts worked, put in the place of their names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.scenario.agent_rows import (
    Crew,
    read_absences,
    read_agents,
    read_wishes,
    read_worked,
)
from planner.scenario.agents import MOST_AGENTS, Agents, files_wrong
from planner.scenario.raw import items
from planner.scenario.telling import quoted
from planner.scenario.types import MOST_DAYS, read_date
from staffing.people import Agent

if TYPE_CHECKING:
    from planner.errors import Fault
    from planner.scenario.document import Document

_READERS = {"absences": read_absences, "wishes": read_wishes, "worked": read_worked}


def with_agents(document: Document) -> tuple[Document, list[Fault]]:
    """Return the document with the agents read from each pool's files, and the faults.

    Paths are relative to the document's folder. Of a file with nothing but names, the names alone
    are put; what is wrong with the names of files is told where the pool is read.
    """
    pools = document.value.get("pools")
    if not isinstance(pools, list):
        return document, []
    faults: list[Fault] = []
    filled: list[Any] = []
    for i, pool in enumerate(pools):
        agents = pool.get("agents") if isinstance(pool, dict) else None
        if isinstance(agents, dict) and "file" in agents and not files_wrong(agents):
            found, wrong = _read(document, i)
            faults += wrong
            filled.append(pool | {"agents": found})
        else:
            filled.append(pool)
    return replace(document, value=document.value | {"pools": filled}), faults


def _read(document: Document, i: int) -> tuple[Agents | list[str], list[Fault]]:
    """Return the agents of a pool, and what is wrong in their files."""
    pool, folder = document.value["pools"][i], Path(document.file).parent
    files, place = pool["agents"], ("pools", i, "agents")
    queues = [served["name"] for _, served in items(pool, "queues") if "name" in served]
    crew = Crew(_span(document))
    read_agents(folder / files["file"], [name for name in queues if isinstance(name, str)], crew)
    told = {"file": list(crew.faults)}
    if len(crew.agents) > MOST_AGENTS:
        must = f"must name a CSV with {MOST_AGENTS} agents at most, got {len(crew.agents)} agents"
        crew.faults.append(document.fault((*place, "file"), must))
    unnamed = not crew.agents and bool(crew.faults)
    for key, read in _READERS.items():
        if key in files and not unnamed:
            before = len(crew.faults)
            read(folder / files[key], crew)
            told[key] = crew.faults[before:]
    for key, wrong in told.items():
        if any(fault.line is None and not fault.field for fault in wrong):
            column = " with the column agent"
            message = f"must name a CSV{column}, got {quoted(files[key])}"
            crew.faults.append(document.fault((*place, key), message))
    return _agents(crew), crew.faults


def _agents(crew: Crew) -> Agents | list[str]:
    names, people = list(crew.agents), list(crew.agents.values())
    if people != [Agent(name) for name in names] or any(crew.skills.values()):
        return Agents.of(people, list(crew.skills.values()), crew.notes)
    if crew.notes:
        return Agents(((None, len(names)),), tuple(names), notes=tuple(crew.notes))
    return names


def _span(document: Document) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of the horizon, None where it is not good."""
    horizon = document.value.get("horizon")
    if not isinstance(horizon, dict):
        return None
    first, days = read_date(horizon.get("first_day")), horizon.get("days")
    if first is None or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        return None
    return first, first + dt.timedelta(days=days - 1)

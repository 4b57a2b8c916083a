"""A plan's folder and what happened in, the repaired plan's folder and its changes out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.archive import unpack
from planner.errors import Fault, InputError
from planner.export.repair_words import changes_document, changes_table, repair_words
from planner.export.tables import csv_bytes
from planner.export.write import check_out, tables_of, write_plan
from planner.plan_files import archive_bytes, nonsense_refused
from planner.repair import Absence, repair
from planner.scenario.telling import quoted
from planner.scenario.types import read_date

if TYPE_CHECKING:
    from planner.plan import Plan


def repair_and_write(
    place: Path,
    absent: Sequence[tuple[str, str]],
    anew: Path | None,
    out: Path,
    *,
    as_json: bool = False,
) -> str:
    """Return what to print after repairing a plan's roster and writing the plan as it then is.

    Parameters
    ----------
    place
        A plan's folder, or its archive.
    absent
        Agents, or ``pool/agent``, and the days on which they fall out.
    anew
        The plan made again, whose shifts are wanted; None: those of ``place``.

    Raises
    ------
    InputError
        If there is no such plan, agent or day, or the plan made again is another one; nothing is
        then written.
    """
    plan, file = _plan(place)
    new = None if anew is None else _made_again(plan, anew)
    absences = _absences(plan if new is None else new, absent, file)
    if not absences and new is None:
        message = "must say what happened: --absent AGENT DAYS, or --anew PLAN, got neither"
        raise InputError([Fault(str(file), None, "", message)])
    if out.resolve() in {place.resolve(), file.parent.resolve()}:
        message = f"must be another folder than the plan's own, got {out}"
        raise InputError([Fault(str(file), None, "--out", message)])
    check_out(out)
    with nonsense_refused(file, "repaired"):
        found, changes = repair(plan, absences, new)
        tables = tables_of(found) | {"changes.csv": csv_bytes(changes_table(changes))}
        written = write_plan(found, out, tables=tables)
        if as_json:
            document = changes_document(plan, found, changes)
            return json.dumps(document, indent=2, ensure_ascii=False)
        return repair_words(plan, found, changes, out, len(written))


def _plan(place: Path) -> tuple[Plan, Path]:
    file, content = archive_bytes(place)
    return unpack(content, str(file)), file


def _made_again(plan: Plan, place: Path) -> Plan:
    """Return the plan made again; one of other days, or of nobody in the roster, is another."""
    new, file = _plan(place)
    faults = []
    if new.days != plan.days:
        days, found = (f"{p.days[0]} to {p.days[-1]}" for p in (plan, new))
        message = f"must plan the days of the plan to repair, {days}, got {found}"
        faults.append(Fault(str(file), None, "--anew", message))
    known = {(duty.pool, duty.agent) for duty in plan.roster.duties}
    if known and not known & {(pool.name, name) for pool in new.pools for name in pool.names}:
        message = "must have agents of the plan to repair, got none of those in its roster"
        faults.append(Fault(str(file), None, "--anew", message))
    if faults:
        raise InputError(faults)
    return new


def _absences(plan: Plan, absent: Sequence[tuple[str, str]], file: Path) -> list[Absence]:
    """Return what the words of ``--absent`` mean, or every fault in them at once."""
    faults: list[Fault] = []
    found: list[Absence] = []
    for who, days in absent:
        agents = [
            (pool.name, name)
            for pool in plan.pools
            for name in pool.names
            if who in (name, f"{pool.name}/{name}")
        ]
        first, _, last = days.partition("..")
        span = read_date(first), read_date(last or first)
        if len(agents) != 1:
            pools = ", ".join(pool for pool, _ in agents)
            several = f"POOL/AGENT where several pools have one: {pools}"
            needs = several if agents else "an agent of one of the pools"
            faults.append(Fault(str(file), None, "--absent", f"must be {needs}, got {quoted(who)}"))
        if not _fits(plan, span):
            needs = (
                f"days of the plan, {plan.days[0]} to {plan.days[-1]}, "
                "such as 2027-02-14 or 2027-02-14..2027-02-16"
            )
            message = f"must be {needs}, got {quoted(days)}"
            faults.append(Fault(str(file), None, "--absent", message))
        elif len(agents) == 1 and span[0] and span[1]:
            found.append(Absence(*agents[0], span[0], span[1]))
    if faults:
        raise InputError(faults)
    return found


def _fits(plan: Plan, span: tuple[dt.date | None, dt.date | None]) -> bool:
    """Whether two days are there, in order, and meet the horizon."""
    first, last = span
    if first is None or last is None or first > last:
        return False
    return first <= plan.days[-1] and last >= plan.days[0]

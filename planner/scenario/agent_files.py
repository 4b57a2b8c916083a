"""Files of agents' names, put in the place of {file: agents.csv}."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import Fault
from planner.scenario.telling import plain, printable, quoted

if TYPE_CHECKING:
    from planner.scenario.document import Document


def with_agent_names(document: Document) -> tuple[Document, list[Fault]]:
    """Return the document with the names read from each pool's file of agents, and the faults.

    Paths are relative to the document's folder.
    """
    pools = document.value.get("pools")
    if not isinstance(pools, list):
        return document, []
    faults: list[Fault] = []
    filled: list[Any] = []
    for i, pool in enumerate(pools):
        agents = pool.get("agents") if isinstance(pool, dict) else None
        if (
            isinstance(agents, dict)
            and list(agents) == ["file"]
            and isinstance(agents["file"], str)
        ):
            if not agents["file"].isprintable():
                message = f"must name a CSV with the column agent, got {quoted(agents['file'])}"
                faults.append(document.fault(("pools", i, "agents", "file"), message))
                filled.append(pool | {"agents": []})
                continue
            names, found = read_agent_names(Path(document.file).parent / agents["file"])
            faults += found
            if any(fault.line is None for fault in found):
                message = f"must name a CSV with the column agent, got {quoted(agents['file'])}"
                faults.append(document.fault(("pools", i, "agents", "file"), message))
            filled.append(pool | {"agents": names})
        else:
            filled.append(pool)
    return replace(document, value=document.value | {"pools": filled}), faults


def read_agent_names(path: Path) -> tuple[list[str], list[Fault]]:
    """Return the names in a CSV's column ``agent``, and what is wrong with it."""
    file = printable(str(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            columns = reader.fieldnames or []
            rows = [(reader.line_num, row.get("agent")) for row in reader]
    except (OSError, ValueError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        return [], [Fault(file, None, "", f"must be a CSV file in UTF-8, got: {reason}")]
    if "agent" not in columns:
        found = plain(", ".join(columns)) or "no columns"
        return [], [Fault(file, 1, "agent", f"must be a column of the file, got {found}")]
    names: dict[str, int] = {}
    faults: list[Fault] = []
    for line, cell in rows:
        name = (cell or "").strip()
        if not name or not name.isprintable():
            faults.append(Fault(file, line, "agent", f"must be a name, got {quoted(cell or '')}"))
        elif name in names:
            message = f"must be named once, got {quoted(name)} again (first on line {names[name]})"
            faults.append(Fault(file, line, "agent", message))
        names.setdefault(name, line)
    return [name for name in names if name], faults

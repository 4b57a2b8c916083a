"""Who a pool has: a count, names, or numbers from dates on, each with its own refusal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from planner.scenario.types import read_date, refuse, refuse_all

MOST_AGENTS = 20_000  # of one pool


@dataclass(frozen=True, slots=True)
class Agents:
    """Who a pool has: names, or numbers from dates on.

    Parameters
    ----------
    steps
        (first day or None for always, agents from that day on), by date.
    names
        Their names, where they were given.

    Examples
    --------
    >>> Agents(((dt.date(2027, 2, 1), 10), (dt.date(2027, 2, 8), 40))).on(dt.date(2027, 2, 7))
    10
    """

    steps: tuple[tuple[dt.date | None, int], ...]
    names: tuple[str, ...] = ()

    def on(self, day: dt.date) -> int:
        """Return the agents employed on a day: 0 before the first date."""
        return next(
            (count for first, count in reversed(self.steps) if not first or first <= day), 0
        )

    @property
    def most(self) -> int:
        """The largest number of agents at any time."""
        return max(count for _, count in self.steps)


def made_up_names(pool: object, agents: object) -> tuple[str, ...]:
    """Return the names made up for agents that are counted, not named.

    Examples
    --------
    >>> made_up_names("paris", 2)
    ('paris-001', 'paris-002')
    """
    counts = list(agents.values()) if isinstance(agents, dict) else [agents]
    good = [n for n in counts if isinstance(n, int) and not isinstance(n, bool)]
    most = max((n for n in good if n <= MOST_AGENTS), default=0)
    return tuple(f"{pool}-{i:03d}" for i in range(1, most + 1))


_COUNTED = f"a whole number from 0 to {MOST_AGENTS}"


def _agents(value: object) -> Agents:
    if isinstance(value, Agents):
        return value
    if isinstance(value, list):
        return _named_agents(value)
    if isinstance(value, dict) and value:
        if "file" in value:
            raise refuse("be {file: agents.csv} alone, a CSV with the column agent")
        return _ramp(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_AGENTS:
        return Agents(((None, value),))
    must = f"be {_COUNTED}, a list of names, {{date: number}} or {{file: agents.csv}}"
    raise refuse(must)


def _named_agents(value: list[Any]) -> Agents:
    if len(value) > MOST_AGENTS:
        must = f"have {MOST_AGENTS} names at most"
        raise refuse(must, "", f"{len(value)} names")
    faults: list[tuple[str, str, Any]] = []
    seen: set[str] = set()
    for i, name in enumerate(value):
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            faults.append((str(i), "be a name in text", name))
        elif name.strip() in seen:
            faults.append((str(i), "be named once", name))
        else:
            seen.add(name.strip())
    if faults:
        raise refuse_all(faults)
    return Agents(((None, len(value)),), tuple(name.strip() for name in value))


def _ramp(value: dict[Any, Any]) -> Agents:
    faults: list[tuple[str, str, Any]] = []
    steps: dict[dt.date, int] = {}
    for key, count in value.items():
        day = read_date(key)
        if day is None:
            faults.append((str(key), "be a date such as 2027-02-01: number of agents", str(key)))
        elif isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_AGENTS:
            faults.append((str(key), f"be {_COUNTED}", count))
        elif day in steps:
            faults.append((str(key), "be named once", str(key)))
        else:
            steps[day] = count
    if faults:
        raise refuse_all(faults)
    return Agents(tuple(sorted(steps.items())))


_COUNT = {"type": "integer", "minimum": 0, "maximum": MOST_AGENTS}
AgentsValue = Annotated[
    Agents,
    BeforeValidator(_agents),
    WithJsonSchema(
        {
            "anyOf": [
                _COUNT,
                {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
                {
                    "type": "object",
                    "properties": {"file": {"type": "string"}},
                    "required": ["file"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "patternProperties": {r"^\d{4}-\d{2}-\d{2}$": _COUNT},
                    "additionalProperties": False,
                },
            ]
        }
    ),
]

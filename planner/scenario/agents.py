"""Who a pool has: a count, names, or numbers from dates on, each with its own refusal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from planner.scenario.agent_limits import strange_parts
from planner.scenario.telling import composed, one_of
from planner.scenario.types import read_date, refuse, refuse_all
from staffing.people import Agent

if TYPE_CHECKING:
    from collections.abc import Sequence

Person = Agent
"""An agent by name, for those who know the scenario alone."""

AGENT_FILES = ("file", "absences", "wishes", "worked")  # keys of agents that name files
KEPT = "kept"  # the key under which a plan keeps agents of whom more is known than names
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
    people
        The agents by name, where more is known of them.
    skills
        Of each of these, the queues served; none for all that the pool serves.
    notes
        What is worth knowing of their files and no fault.

    Examples
    --------
    >>> Agents(((dt.date(2027, 2, 1), 10), (dt.date(2027, 2, 8), 40))).on(dt.date(2027, 2, 7))
    10
    """

    steps: tuple[tuple[dt.date | None, int], ...]
    names: tuple[str, ...] = ()
    people: tuple[Agent, ...] = ()
    skills: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, people: Sequence[Agent], skills: Sequence[tuple[str, ...]], notes: Sequence[str] = ()
    ) -> Agents:
        """Return agents by name; how many there are changes on the days of their employment.

        Examples
        --------
        >>> ada, bob = Agent("Ada"), Agent("Bob", last_day=dt.date(2027, 2, 3))
        >>> found = Agents.of([ada, bob], [(), ()])
        >>> found.on(dt.date(2027, 2, 3)), found.on(dt.date(2027, 2, 4)), found.most
        (2, 1, 2)
        """
        count = sum(agent.first_day is None for agent in people)
        changes: Counter[dt.date] = Counter()
        for agent in people:
            if agent.first_day is not None:
                changes[agent.first_day] += 1
            if agent.last_day is not None:
                changes[agent.last_day + dt.timedelta(days=1)] -= 1
        steps: list[tuple[dt.date | None, int]] = [(None, count)]
        for day in sorted(changes):
            count += changes[day]
            steps.append((day, count))
        names = tuple(agent.name for agent in people)
        return cls(tuple(steps), names, tuple(people), tuple(skills), tuple(notes))

    def kept(self) -> object:
        """Return the agents as plain values that a plan can keep, and that can be read again."""
        if not self.people:
            return list(self.names)
        from planner.packing import Arrays, packed  # pandas comes with it, and takes long

        return {KEPT: packed(replace(self, notes=()), Agents, Arrays())}

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
        if KEPT in value:
            return _kept(value[KEPT])
        if not set(AGENT_FILES).isdisjoint(str(key) for key in value):
            raise refuse_all(_files(value))
        return _ramp(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_AGENTS:
        return Agents(((None, value),))
    must = f"be {_COUNTED}, a list of names, {{date: number}} or {{file: agents.csv}}"
    raise refuse(must)


def files_wrong(value: dict[Any, Any]) -> list[tuple[str, str, Any]]:
    """Return what is wrong with the names of files of agents: (key, what it must, what it is).

    Examples
    --------
    >>> files_wrong({"file": "agents.csv", "absence": "away.csv"})
    [('absence', "be one of file, absences, wishes, worked (nearest: 'absences')", 'absence')]
    """
    faults: list[tuple[str, str, Any]] = []
    for key, name in value.items():
        if key not in AGENT_FILES:
            faults.append((str(key), one_of(AGENT_FILES, key), str(key)))
        elif not isinstance(name, str) or not name.strip() or not name.isprintable():
            column = " with the column agent" if key == "file" else ""
            faults.append((key, f"name a CSV{column}", "nothing" if name is None else name))
    if "file" not in value:
        faults.append(("file", "be given beside the other files of agents", "nothing"))
    return faults


def with_other_files(old: object, new: Any) -> Any:  # noqa: ANN401
    """Return the agents that a variant asks for: files beside that of the agents are exchanged.

    Examples
    --------
    >>> with_other_files({"file": "agents.csv", "wishes": "w.csv"}, {"absences": "ill.csv"})
    {'file': 'agents.csv', 'wishes': 'w.csv', 'absences': 'ill.csv'}
    >>> with_other_files({"file": "agents.csv"}, 70)
    70
    """
    if not isinstance(old, dict) or not isinstance(new, dict) or "file" not in old:
        return new
    if not new or not set(new) <= set(AGENT_FILES[1:]):
        return new
    return {key: name for key, name in {**old, **new}.items() if name is not None}


def _files(value: dict[Any, Any]) -> list[tuple[str, str, Any]]:
    """Return why names of files are refused here: wrong, or in a plan, which opens none."""
    return files_wrong(value) or [("", "be the agents themselves in a plan, no file", value)]


def _kept(tree: object) -> Agents:
    from planner.packing import MisfitError, unpacked

    try:
        found: Agents = unpacked(tree, Agents, [])
    except MisfitError as error:
        must = f"be agents as a plan keeps them ({error})"
        raise refuse(must, "", "others") from None
    _named_agents([agent.name for agent in found.people])
    strange = {part for agent in found.people for part in strange_parts(agent)}
    if len(found.skills) != len(found.people) or strange:
        told = ", ".join(sorted(strange)) or "others"
        raise refuse("be agents as a plan keeps them", "", told)
    return Agents.of(found.people, found.skills)


def _named_agents(value: list[Any]) -> Agents:
    if len(value) > MOST_AGENTS:
        must = f"have {MOST_AGENTS} names at most"
        raise refuse(must, "", f"{len(value)} names")
    faults: list[tuple[str, str, Any]] = []
    seen: set[str] = set()
    for i, name in enumerate(value):
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            faults.append((str(i), "be a name in text", name))
        elif composed(name.strip()) in seen:
            faults.append((str(i), "be named once", name))
        else:
            seen.add(composed(name.strip()))
    if faults:
        raise refuse_all(faults)
    return Agents(((None, len(value)),), tuple(composed(name.strip()) for name in value))


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
                    "properties": {key: {"type": "string"} for key in AGENT_FILES},
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

"""What files say of a pool's agents: who they are, when away, what they wish and have worked."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from planner.scenario.agent_limits import (
    HOURS_A_WEEK,
    LONGEST_SHIFT,
    PAID_HOURS,
    SENIORITY,
    WEIGHT,
)
from planner.scenario.agent_table import AgentTable, Shown, read_table
from planner.scenario.opening import DAY_MINUTES, DAY_NAMES, minutes_of
from planner.scenario.telling import composed, one_of, quoted
from staffing.people import ANY_TIME, NEVER, Agent, Minutes, Wish, Worked

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from planner.errors import Fault

AGENT_COLUMNS = ("number", "queues", "hours_per_week", "first_day", "last_day", "seniority")
WORKED_DAYS = 28  # before the first day: rest, runs, weeks and four weekends go on from them
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")  # names that a roster's file guards
_TIMES = "be times such as 08:00-18:00 or 20:00-30:00, off, or nothing for any time"


@dataclass(slots=True)
class Crew:
    """A pool's agents while their files are read, by name and in order.

    Parameters
    ----------
    agents, skills
        By name: the agent, and the queues of whom serves only some of the pool's.
    span
        First and last day of the horizon; None where it is not known.
    notes
        What is worth knowing and no fault; nothing of it is about one agent.
    """

    span: tuple[dt.date, dt.date] | None
    agents: dict[str, Agent] = field(default_factory=dict)
    skills: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def take(self, table: AgentTable, name: str) -> None:
        """Keep a table's faults, and say which columns are not read."""
        self.faults += table.found()
        if table.unknown:
            self.notes.append(f"{name}: columns that are not read: {', '.join(table.unknown)}")

    def touches(self, first: dt.date, last: dt.date) -> bool:
        """Return whether days lie in the horizon."""
        return self.span is None or (first <= self.span[1] and last >= self.span[0])


def read_agents(path: Path, queues: Sequence[str], crew: Crew) -> None:
    """Read who the agents are: ``agent`` and, where wanted, what is known of each."""
    table = read_table(path, ["agent"], [*AGENT_COLUMNS, *DAY_NAMES])
    first: dict[tuple[str, str], int] = {}
    for line, cells in table.rows:
        name, number = composed(cells.get("agent", "")), cells.get("number", "")
        if not name or not name.isprintable():
            table.add(line, "agent", "be a name", name)
            continue
        _once(table, first, line, "agent", name)
        if number and not number.isprintable():
            table.add(line, "number", "be text of one line", number)
        elif number:
            _once(table, first, line, "number", number)
        agent = _agent(table, line, cells, name)
        skills = _skills(table, line, cells, queues)
        if name not in crew.agents:
            crew.agents[name] = agent
            crew.skills[name] = skills
    if not table.rows and not table.faults:
        table.add(1, "agent", "be followed by a row for each agent", "")
    crew.take(table, path.name)


def _once(
    table: AgentTable, first: dict[tuple[str, str], int], line: int, column: str, word: str
) -> None:
    before = first.setdefault((column, word), line)
    if before != line:
        found = Shown(f"{quoted(word)} again (first on line {before})")
        table.add(line, column, "be named once", found)


def _agent(table: AgentTable, line: int, cells: dict[str, str], name: str) -> Agent:
    begins, ends = (table.date(line, cells, key) for key in ("first_day", "last_day"))
    if begins and ends and ends < begins:
        table.add(line, "last_day", f"be on or after first_day ({begins})", Shown(ends))
    times = {day: _times(table, line, cells, word) for day, word in enumerate(DAY_NAMES)}
    return Agent(
        name,
        number=cells.get("number", ""),
        hours_per_week=table.number(line, cells, "hours_per_week", *HOURS_A_WEEK),
        first_day=begins,
        last_day=ends,
        times={day: minutes for day, minutes in times.items() if minutes is not None},
        seniority=table.number(line, cells, "seniority", *SENIORITY) or 0.0,
    )


def _times(table: AgentTable, line: int, cells: dict[str, str], column: str) -> Minutes | None:
    """Return the minutes in which an agent may work a weekday; None for any time."""
    text = cells.get(column, "").lower()
    if not text:
        return None
    if text == "off":
        return NEVER
    start, _, end = text.partition("-")
    first, last = minutes_of(start, DAY_MINUTES - 1), minutes_of(end, ANY_TIME[1])
    if first is None or last is None or first == last:
        table.add(line, column, _TIMES, cells[column])
        return None
    return first, last if last > first else last + DAY_MINUTES


def _skills(
    table: AgentTable, line: int, cells: dict[str, str], queues: Sequence[str]
) -> tuple[str, ...]:
    words = [word.strip() for word in cells.get("queues", "").split(";") if word.strip()]
    for word in dict.fromkeys(words):
        if word not in queues:
            must = f"{one_of(queues, word)}, which its pool serves"
            table.add(line, "queues", must, word)
        elif words.count(word) > 1:
            table.add(line, "queues", "name a queue once", word)
    some = tuple(queue for queue in queues if queue in words)
    return () if len(some) == len(queues) else some


def read_absences(path: Path, crew: Crew) -> None:
    """Read when agents are away: ``agent``, ``first_day``, ``last_day``; no reason is kept."""
    table = read_table(path, ["agent", "first_day"], ["last_day"])
    table.unknown = tuple(name for name in table.unknown if name != "reason")
    found: dict[str, list[tuple[dt.date, dt.date, int]]] = defaultdict(list)
    for line, cells in table.rows:
        name = _known(table, line, cells, crew)
        first = _needed_date(table, line, cells, "first_day")
        last = table.date(line, cells, "last_day") or first
        if not name or first is None or last is None:
            continue
        if last < first:
            table.add(line, "last_day", f"be on or after first_day ({first})", Shown(last))
        else:
            found[name].append((first, last, line))
    for name, spans in found.items():
        kept = _apart(table, spans, "first_day", "days")
        absences = tuple((a, b) for a, b in kept if crew.touches(a, b))
        crew.agents[name] = replace(crew.agents[name], absences=absences)
    _note_of_none(path, "absence", found, [crew.agents[name].absences for name in found], crew)
    crew.take(table, path.name)


def read_wishes(path: Path, crew: Crew) -> None:
    """Read days on and off that agents ask for: ``agent``, ``date``, ``wish``."""
    table = read_table(path, ["agent", "date", "wish"], ["weight", "from", "to"])
    found: dict[tuple[str, dt.date], list[tuple[int, int, int]]] = defaultdict(list)
    wishes: dict[str, list[Wish]] = defaultdict(list)
    for line, cells in table.rows:
        name, wish = _known(table, line, cells, crew), _wish(table, line, cells)
        if name and wish:
            found[name, wish.day].append((wish.within[0], wish.within[1] - 1, line))
            wishes[name].append(wish)
    for spans in found.values():
        _apart(table, spans, "date", "wishes of a day")
    for name, own in wishes.items():
        kept = sorted((w for w in own if crew.touches(w.day, w.day)), key=lambda w: w.day)
        crew.agents[name] = replace(crew.agents[name], wishes=tuple(kept))
    _note_of_none(path, "wish", wishes, [crew.agents[name].wishes for name in wishes], crew)
    crew.take(table, path.name)


def _wish(table: AgentTable, line: int, cells: dict[str, str]) -> Wish | None:
    day = _needed_date(table, line, cells, "date")
    word = cells.get("wish", "").lower()
    if word not in ("on", "off"):
        table.add(line, "wish", "be on or off", cells.get("wish", ""))
    weight = table.number(line, cells, "weight", *WEIGHT)
    begins = table.clock(line, cells, "from") or 0
    ends = table.clock(line, cells, "to") if cells.get("to") else ANY_TIME[1]
    if ends is not None and ends <= begins:
        table.add(line, "to", "be after from; 06:00 on the next day is 30:00", cells.get("to", ""))
    if day is None or word not in ("on", "off") or ends is None:
        return None
    return Wish(day, word == "on", 1.0 if weight is None else weight, (begins, ends))


def read_worked(path: Path, crew: Crew) -> None:
    """Read shifts worked before the first day, as roster.csv has them; others' rows are passed."""
    table = read_table(path, ["agent", "date", "start", "end", "paid_hours"])
    table.unknown = ()  # a roster has more columns
    later = 0
    found: dict[str, list[tuple[dt.datetime, dt.datetime, int]]] = defaultdict(list)
    shifts: dict[str, list[Worked]] = defaultdict(list)
    for line, cells in table.rows:
        name = _name(cells.get("agent", ""), crew)
        shift = _shift(table, line, cells) if name else None
        if not name or shift is None:
            continue
        before = WORKED_DAYS if crew.span is None else (crew.span[0] - shift.day).days
        later += before <= 0
        if 0 < before <= WORKED_DAYS:
            found[name].append((shift.start, shift.end - dt.timedelta(minutes=1), line))
            shifts[name].append(shift)
    for name, own in shifts.items():
        _apart(table, found[name], "start", "shifts of an agent")
        crew.agents[name] = replace(crew.agents[name], worked=tuple(sorted(own)))
    if later and crew.span is not None:
        crew.notes.append(f"{path.name}: {later} shifts from {crew.span[0]} on are left aside")
    if not shifts and not table.faults:
        told = f"no shift of these agents in the {WORKED_DAYS} days before the first day"
        crew.notes.append(f"{path.name}: {told}")
    crew.take(table, path.name)


def _shift(table: AgentTable, line: int, cells: dict[str, str]) -> Worked | None:
    day = _needed_date(table, line, cells, "date")
    start, end = (_moment(table, line, cells, key) for key in ("start", "end"))
    paid = table.number(line, cells, "paid_hours", *PAID_HOURS)
    if paid is None and not cells.get("paid_hours"):
        table.add(line, "paid_hours", "be given", "")
    if day is None or start is None or end is None or paid is None:
        return None
    if not start < end <= start + LONGEST_SHIFT:
        table.add(line, "end", "be after start, by 48 hours at most", cells["end"])
        return None
    if abs((start.date() - day).days) > 2:
        table.add(line, "start", f"be on its date ({day})", cells["start"])
        return None
    return Worked(day, start.astimezone(dt.UTC), end.astimezone(dt.UTC), paid)


def _moment(table: AgentTable, line: int, cells: dict[str, str], column: str) -> dt.datetime | None:
    text = cells.get(column, "")
    try:
        found = dt.datetime.fromisoformat(text)
        good = found.tzinfo is not None and 1970 <= found.year < 2200
    except ValueError:
        good = False
    if not good:
        must = "be a time with its offset such as 2027-02-14T09:00:00+01:00"
        table.add(line, column, must, text)
        return None
    return found


def _note_of_none(
    path: Path, what: str, found: Collection[str], kept: Sequence[tuple[Any, ...]], crew: Crew
) -> None:
    """Note a file of which nothing lies in the horizon: last year's, maybe."""
    if found and crew.span is not None and not any(kept):
        first, last = crew.span
        crew.notes.append(f"{path.name}: no {what} in it lies from {first} to {last}")


def _needed_date(
    table: AgentTable, line: int, cells: dict[str, str], column: str
) -> dt.date | None:
    if not cells.get(column):
        table.add(line, column, "be given", "")
    return table.date(line, cells, column)


def _name(word: str, crew: Crew) -> str:
    """Return the agent that a word names, or ""; a guard against formulas is taken off."""
    word = composed(word)
    if word.startswith("'") and word[1:].startswith(_FORMULA_STARTS) and word not in crew.agents:
        word = word[1:]
    return word if word in crew.agents else ""


def _known(table: AgentTable, line: int, cells: dict[str, str], crew: Crew) -> str:
    word = cells.get("agent", "")
    name = _name(word, crew)
    if not name:
        must = one_of(list(crew.agents), word) if word else "be given"
        table.add(line, "agent", must, word)
    return name


def _apart(
    table: AgentTable, spans: list[tuple[Any, Any, int]], column: str, what: str
) -> list[tuple[Any, Any]]:
    """Return spans by their begin, both ends in, without those that meet one before: told."""
    kept: list[tuple[Any, Any]] = []
    line_before = 0
    for first, last, line in sorted(spans):
        if kept and first <= kept[-1][1]:
            found = Shown(f"{what} that meet those of line {line_before}")
            table.add(line, column, "not overlap", found)
        else:
            kept.append((first, last))
            line_before = line
    return kept

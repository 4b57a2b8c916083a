"""Published rosters of Curtois and Qu (2014), read in place, and what is known of them."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROSTERS = Path(__file__).resolve().parents[2] / "shared" / "rosters" / "curtois_qu"


@dataclass(frozen=True, slots=True)
class Shift:
    """A kind of shift: its minutes, and the shifts that may not be worked on the day after."""

    minutes: int
    not_before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff, with the limits in the order of the file."""

    most: dict[str, int]
    most_minutes: int
    least_minutes: int
    longest_run: int
    shortest_run: int
    shortest_rest: int
    most_weekends: int
    days_off: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A wish to work a shift on a day, or not to, and what it costs when it is not met."""

    person: str
    day: int
    shift: str
    weight: int


@dataclass(frozen=True, slots=True)
class Cover:
    """Heads wanted of a shift on a day, and what each too few and too many costs."""

    day: int
    shift: str
    wanted: int
    under: int
    over: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance as it is written; day 0 is a Monday."""

    name: str
    days: int
    shifts: dict[str, Shift]
    staff: dict[str, Person]
    to_work: tuple[Request, ...]
    not_to_work: tuple[Request, ...]
    cover: tuple[Cover, ...]


def read_instance(path: Path) -> Instance:
    """Return the instance of a file.

    Raises
    ------
    ValueError
        When a line cannot be read; the message names file and line.
    """
    sections = _sections(path)
    shifts = {
        row[0]: Shift(int(row[1]), tuple(s for s in row[2].split("|") if s))
        for row in sections["SHIFTS"]
    }
    off = {row[0]: tuple(map(int, row[1:])) for row in sections["DAYS_OFF"]}
    staff = {row[0]: _person(row, off.get(row[0], ())) for row in sections["STAFF"]}
    return Instance(
        path.stem,
        int(sections["HORIZON"][0][0]),
        shifts,
        staff,
        _requests(sections["SHIFT_ON_REQUESTS"]),
        _requests(sections["SHIFT_OFF_REQUESTS"]),
        tuple(Cover(int(d), s, int(n), int(u), int(o)) for d, s, n, u, o in sections["COVER"]),
    )


def _sections(path: Path) -> dict[str, list[list[str]]]:
    """Return the fields of the lines of each section."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    title = ""
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if line.startswith("SECTION_"):
            title = line.removeprefix("SECTION_")
        elif line and not line.startswith("#"):
            if not title:
                message = f"{path}:{number}: must be in a section, got {line!r}"
                raise ValueError(message)
            found[title].append(line.split(","))
    return found


def _person(row: list[str], days_off: tuple[int, ...]) -> Person:
    most = {s: int(n) for s, n in (part.split("=") for part in row[1].split("|"))}
    high, low, longest, shortest, rest, weekends = map(int, row[2:8])
    return Person(most, high, low, longest, shortest, rest, weekends, days_off)


def _requests(rows: list[list[str]]) -> tuple[Request, ...]:
    return tuple(Request(p, int(d), s, int(w)) for p, d, s, w in rows)


def best_known() -> dict[str, int]:
    """Return the best value known of each instance, by name."""
    with (ROSTERS / "best_known.csv").open(encoding="utf-8") as file:
        return {row["instance"]: int(row["best_known_ub"]) for row in csv.DictReader(file)}

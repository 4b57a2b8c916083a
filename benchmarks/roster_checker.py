"""Tours of a published instance counted again by its own text: rules broken, and the objective.

Written apart from the search: from the instance and the tours alone, one rule a function.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from benchmarks.roster_instances import Instance, Person

Tour = Sequence[str]
"""A shift's name for each day, empty when off."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The published objective, None where tours are missing, and a sentence for each fault."""

    value: int | None
    faults: tuple[str, ...]


def check(instance: Instance, tours: Mapping[str, Tour]) -> Checked:
    """Return what tours by person are worth and what they break."""
    faults = []
    for name, person in instance.staff.items():
        tour = tours.get(name, ())
        if len(tour) != instance.days:
            faults.append(f"{name}: a tour of {len(tour)} days, not {instance.days}")
            continue
        for rule in RULES:
            faults += [f"{name}: {fault}" for fault in rule(instance, person, tour)]
    whole = all(len(tours.get(name, ())) == instance.days for name in instance.staff)
    return Checked(_value(instance, tours) if whole else None, tuple(faults))


def _value(instance: Instance, tours: Mapping[str, Tour]) -> int:
    """Return requests not met and heads too few and too many, each by its weight."""
    total = sum(r.weight for r in instance.to_work if tours[r.person][r.day] != r.shift)
    total += sum(r.weight for r in instance.not_to_work if tours[r.person][r.day] == r.shift)
    heads = Counter((d, s) for tour in tours.values() for d, s in enumerate(tour))
    for cover in instance.cover:
        more = heads[cover.day, cover.shift] - cover.wanted
        total += cover.over * more if more > 0 else -cover.under * more
    return total


def most_of_each(_instance: Instance, person: Person, tour: Tour) -> Iterator[str]:
    """Shifts of a kind <= the person's most of it."""
    for shift, count in Counter(s for s in tour if s).items():
        if count > person.most.get(shift, 0):
            yield f"{count} of {shift}, most {person.most.get(shift, 0)}"


def minutes(instance: Instance, person: Person, tour: Tour) -> Iterator[str]:
    """Least minutes <= minutes worked <= most minutes."""
    worked = sum(instance.shifts[s].minutes for s in tour if s)
    if not person.least_minutes <= worked <= person.most_minutes:
        yield f"{worked} minutes, not from {person.least_minutes} to {person.most_minutes}"


def succession(instance: Instance, _person: Person, tour: Tour) -> Iterator[str]:
    """Shifts that may not follow each other do not."""
    for day, (first, second) in enumerate(pairwise(tour)):
        if first and second in instance.shifts[first].not_before:
            yield f"{second} after {first} on day {day + 1}"


def runs_of_work(_instance: Instance, person: Person, tour: Tour) -> Iterator[str]:
    """Days worked in a row <= the longest, and >= the shortest unless the run touches an end."""
    for first, length, working in _runs(tour):
        inside = first > 0 and first + length < len(tour)
        if working and length > person.longest_run:
            yield f"{length} days of work from day {first}, most {person.longest_run}"
        if working and inside and length < person.shortest_run:
            yield f"{length} days of work from day {first}, least {person.shortest_run}"


def runs_off(_instance: Instance, person: Person, tour: Tour) -> Iterator[str]:
    """Days off in a row >= the shortest, unless the run touches an end."""
    for first, length, working in _runs(tour):
        inside = first > 0 and first + length < len(tour)
        if not working and inside and length < person.shortest_rest:
            yield f"{length} days off from day {first}, least {person.shortest_rest}"


def weekends(_instance: Instance, person: Person, tour: Tour) -> Iterator[str]:
    """Weekends with work on Saturday or Sunday <= the most."""
    worked = sum(any(tour[day : day + 2]) for day in range(5, len(tour), 7))
    if worked > person.most_weekends:
        yield f"{worked} weekends, most {person.most_weekends}"


def days_off(_instance: Instance, person: Person, tour: Tour) -> Iterator[str]:
    """Days off that are fixed are off."""
    for day in person.days_off:
        if tour[day]:
            yield f"{tour[day]} on day {day}, which is off"


RULES: tuple[Callable[[Instance, Person, Tour], Iterator[str]], ...] = (
    most_of_each,
    minutes,
    succession,
    runs_of_work,
    runs_off,
    weekends,
    days_off,
)


def _runs(tour: Tour) -> Iterator[tuple[int, int, bool]]:
    """Yield the first day and length of each run, and whether it is of work."""
    day = 0
    for working, group in groupby(bool(s) for s in tour):
        length = len(list(group))
        yield day, length, working
        day += length

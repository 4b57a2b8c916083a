"""A published instance as a question to our tour search, and its answer as plain tours."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.roster_instances import Instance, Person
from staffing.tour_search import Effort, find_tours
from staffing.tour_terms import AgentTerms, FloatArray, TourTerms


@dataclass(frozen=True, slots=True)
class Ours:
    """Tours by person, what the search says they are worth and no tours are below, its seconds."""

    tours: dict[str, list[str]]
    value: float
    bound: float
    seconds: float


def terms_of(instance: Instance) -> tuple[TourTerms, int]:
    """Return the question, and what is added to its objective: all requests to work, unmet."""
    shifts, staff = list(instance.shifts), list(instance.staff)
    minutes = np.array([s.minutes for s in instance.shifts.values()], dtype=np.int64)
    follow = [[t not in s.not_before for t in shifts] for s in instance.shifts.values()]
    days = np.arange(instance.days)
    wanted = np.zeros((instance.days, len(shifts)), dtype=np.int64)
    under, over = np.zeros(wanted.shape), np.zeros(wanted.shape)
    for cover in instance.cover:
        place = cover.day, shifts.index(cover.shift)
        wanted[place], under[place], over[place] = cover.wanted, cover.under, cover.over
    terms = TourTerms(
        tuple(_agent(p, shifts) for p in instance.staff.values()),
        minutes,
        np.array(follow, dtype=bool),
        np.where(days % 7 >= 5, days // 7, -1),
        _prices(instance, shifts, staff),
        wanted,
        under,
        over,
    )
    return terms, sum(r.weight for r in instance.to_work)


def _agent(person: Person, shifts: list[str]) -> AgentTerms:
    return AgentTerms(
        tuple(person.most.get(s, 0) for s in shifts),
        person.least_minutes,
        person.most_minutes,
        person.shortest_run,
        person.longest_run,
        person.shortest_rest,
        person.most_weekends,
    )


def _prices(instance: Instance, shifts: list[str], staff: list[str]) -> FloatArray:
    prices = np.zeros((len(staff), instance.days, len(shifts)))
    for request in instance.to_work:
        prices[staff.index(request.person), request.day, shifts.index(request.shift)] -= (
            request.weight
        )
    for request in instance.not_to_work:
        prices[staff.index(request.person), request.day, shifts.index(request.shift)] += (
            request.weight
        )
    for n, person in enumerate(instance.staff.values()):
        prices[n, list(person.days_off)] = np.inf
    return prices


def solve(
    instance: Instance,
    seconds: float,
    told: Callable[[float, float], None] = lambda _value, _bound: None,
) -> Ours:
    """Return our tours after so many seconds, or before when they are proved to be best."""
    began = time.perf_counter()
    terms, added = terms_of(instance)
    # What is left of the time is for the end of the last part.
    effort = Effort(parts=10**9, limit_s=0.97 * seconds)
    found = find_tours(terms, effort, lambda v, b: told(v + added, b + added))
    names = [*instance.shifts, ""]  # a day off is -1, the last
    tours = {
        person: [names[kind] for kind in row]
        for person, row in zip(instance.staff, found.kinds.tolist(), strict=True)
    }
    took = time.perf_counter() - began
    return Ours(tours, found.value + added, found.bound + added, took)

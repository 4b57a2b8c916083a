"""What each agent's tour holds, how many wishes it keeps, and which rules it bends or breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from staffing.crew import Crew
from staffing.exchange import Draft
from staffing.goals import early_starts, single_days_off, wish_kept
from staffing.people import Wish
from staffing.pools import Pool
from staffing.roster import Roster
from staffing.rules import RULES, overtime_minutes, weekends_worked
from staffing.shifts import Shift


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent over the horizon.

    ``contract_hours`` are the ordinary ones of the days of employment, known absences among them;
    ``overtime_hours`` lie beyond the contract's in some week; nights hold three hours between 21:00
    and 06:00, early starts lie before 08:00; a single day off lies between two days of work.
    """

    agent: str
    pool: str
    shifts: int
    paid_hours: float
    contract_hours: float
    overtime_hours: float
    nights: int
    weekends: int
    early_starts: int
    single_days_off: int
    wishes: int
    wishes_kept: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a tour bends, at its price, or breaks; where and how in one sentence."""

    agent: str
    pool: str
    day: dt.date
    rule: str
    sentence: str
    price: float | None


@dataclass(frozen=True, slots=True)
class BrokenWish:
    """A wish that a roster does not keep: to work on a day, or not to."""

    agent: str
    pool: str
    day: dt.date
    on: bool
    within: tuple[int, int]


def agent_lines(
    roster: Roster, pools: Sequence[Pool], shifts: Sequence[Sequence[Shift]],
    days: Sequence[dt.date],
) -> tuple[AgentLine, ...]:  # fmt: skip
    """Return what each agent's tour holds, in the order of pools and agents."""
    return tuple(
        line for crew, draft in _crews(roster, pools, shifts, days) for line in _lines(crew, draft)
    )


def breaches(
    roster: Roster, pools: Sequence[Pool], shifts: Sequence[Sequence[Shift]],
    days: Sequence[dt.date],
) -> tuple[Breach, ...]:  # fmt: skip
    """Return every rule that a tour bends or breaks, in the order of pools, agents and days."""
    return tuple(
        breach
        for crew, draft in _crews(roster, pools, shifts, days)
        for breach in sorted(_breaches(crew, draft), key=lambda b: (b.agent, b.day, b.rule))
    )


def broken_wishes(
    roster: Roster, pools: Sequence[Pool], shifts: Sequence[Sequence[Shift]],
    days: Sequence[dt.date],
) -> tuple[BrokenWish, ...]:  # fmt: skip
    """Return every wish within the horizon that is not kept, by pool, day and agent."""
    found = []
    for crew, draft in _crews(roster, pools, shifts, days):
        own = [
            BrokenWish(agent.name, crew.pool.name, wish.day, wish.on, wish.within)
            for a, agent in enumerate(crew.pool.people)
            for wish, kept in _asked(crew, draft, a)
            if not kept
        ]
        found += sorted(own, key=lambda one: (one.day, one.agent))
    return tuple(found)


def _crews(
    roster: Roster, pools: Sequence[Pool], shifts: Sequence[Sequence[Shift]],
    days: Sequence[dt.date],
) -> Iterator[tuple[Crew, Draft]]:  # fmt: skip
    for pool, own in zip(pools, shifts, strict=True):
        crew = Crew(pool, own, days)
        yield crew, crew.draft(crew.places(roster.duties), np.zeros((len(days), len(own)), int))


def _lines(crew: Crew, draft: Draft) -> Iterator[AgentLine]:
    tours, before = crew.tours(draft), crew.terms.before
    week = crew.terms.week_of(before)
    counts = {
        "shifts": tours.works[before:].sum(axis=0),
        "nights": tours.night[before:].sum(axis=0),
        "weekends": weekends_worked(tours)[week:].sum(axis=0),
        "early_starts": early_starts(tours)[before:].sum(axis=0),
        "single_days_off": single_days_off(tours.works[max(before - 2, 0) :]),
    }
    over = overtime_minutes(tours)[week:].sum(axis=0) / 60
    paid = tours.paid[before:].sum(axis=0) / 60
    for a, name in enumerate(crew.pool.names):
        wishes, kept = _wishes(crew, draft, a)
        yield AgentLine(
            name,
            crew.pool.name,
            paid_hours=float(paid[a]),
            contract_hours=float(crew.contract_hours[a]),
            overtime_hours=float(over[a]),
            wishes=wishes,
            wishes_kept=kept,
            **{key: int(count[a]) for key, count in counts.items()},
        )


def _wishes(crew: Crew, draft: Draft, a: int) -> tuple[int, int]:
    """Return how many wishes an agent has within the horizon, and how many are kept."""
    kept = [one for _, one in _asked(crew, draft, a)] if crew.pool.people else []
    return len(kept), sum(kept)


def _asked(crew: Crew, draft: Draft, a: int) -> Iterator[tuple[Wish, bool]]:
    """Yield an agent's wishes within the horizon, and whether each is kept."""
    number = {day: d for d, day in enumerate(crew.days)}
    for wish in crew.pool.people[a].wishes:
        if wish.day in number:
            d = number[wish.day]
            kinds = draft.kinds[d, a : a + 1]
            yield wish, bool(wish_kept(crew.terms, kinds, d, wish).all())


def _breaches(crew: Crew, draft: Draft) -> Iterator[Breach]:
    tours, terms = crew.tours(draft), crew.terms
    for rule in RULES:
        if not rule.binds(terms.contract):
            continue
        found = rule.measure(tours)
        allowed = np.broadcast_to(found.allowed, found.found.shape)
        for d, a in np.argwhere(found.broken[terms.before :]).tolist():
            at = d + terms.before, a
            yield Breach(
                crew.pool.names[a],
                crew.pool.name,
                crew.days[d],
                rule.name,
                rule.told(int(found.found[at]), int(allowed[at])),
                terms.contract.bend.get(rule.name),
            )

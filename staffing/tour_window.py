"""A part of an answer as a question of its own: some agents on days in a row, the rest kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from staffing.tour_terms import OFF, AgentTerms, BoolArray, IntArray, TourTerms


@dataclass(frozen=True, slots=True)
class Window:
    """Agents ``[N]`` and the days ``first`` to before ``end`` of a larger question, as ``terms``.

    Around the days that are open ``[end - first]`` there are as many others as a run of work or
    of days off can reach across, so that nothing further away matters to them.
    """

    terms: TourTerms
    agents: IntArray
    first: int
    end: int
    is_open: BoolArray


def window(terms: TourTerms, tours: IntArray, agents: IntArray, first: int, end: int) -> Window:
    """Return the days ``first`` to before ``end`` of some agents as a question of its own.

    What their tours ``[A, D]`` use up on all other days is taken off what each may use.

    Examples
    --------
    >>> agent = AgentTerms((9,), 0, 9 * 480, 1, 2, 1, 9)
    >>> one = np.ones((9, 1))
    >>> terms = TourTerms((agent,), np.array([480]), np.ones((1, 1), bool), np.full(9, -1),
    ...     np.zeros((1, 9, 1)), np.ones((9, 1), int), 10 * one, one)
    >>> part = window(terms, np.array([[0, 0, -1] * 3]), np.array([0]), 6, 8)
    >>> part.first, part.end, part.terms.agents[0].most_minutes // 480
    (4, 9, 5)
    """
    reach = max(max(terms.agents[a].longest_run, terms.agents[a].shortest_rest) for a in agents)
    low, high = max(0, first - reach), min(terms.weekend.size, end + reach)
    low -= int(_cuts_a_weekend(terms.weekend, low))
    high += int(_cuts_a_weekend(terms.weekend, high))
    inside = slice(low, high)
    elsewhere = tours[agents].copy()
    elsewhere[:, inside] = OFF
    most = (high - low) * int(terms.minutes.max())
    smaller = replace(
        terms,
        agents=tuple(
            _left(terms, terms.agents[a], tour, most)
            for a, tour in zip(agents.tolist(), elsewhere, strict=True)
        ),
        weekend=terms.weekend[inside],
        price=terms.price[agents, inside],
        wanted=terms.wanted[inside],
        under=terms.under[inside],
        over=terms.over[inside],
    )
    days = np.arange(low, high)
    return Window(smaller, agents, low, high, (days >= first) & (days < end))


def _cuts_a_weekend(weekend: IntArray, day: int) -> bool:
    """Return whether the days before and from ``day`` on are of one weekend."""
    return bool(0 < day < weekend.size and 0 <= weekend[day] == weekend[day - 1])


def _left(terms: TourTerms, agent: AgentTerms, tour: IntArray, most: int) -> AgentTerms:
    """Return an agent's terms less what a tour uses up, and at most so many minutes."""
    worked = tour[tour != OFF]
    counts = np.bincount(worked, minlength=terms.minutes.size)
    minutes = int(terms.minutes[worked].sum())
    weekends = np.unique(terms.weekend[(tour != OFF) & (terms.weekend >= 0)]).size
    return replace(
        agent,
        most=tuple((np.array(agent.most) - counts).tolist()),
        least_minutes=max(0, agent.least_minutes - minutes),
        most_minutes=min(most, agent.most_minutes - minutes),
        most_weekends=agent.most_weekends - weekends,
    )

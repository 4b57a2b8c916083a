"""A crew's tours as a question of states and prices: what binds, what counts, what was before."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from staffing.exchange import Draft
from staffing.goals import SINGLE_DAY_OFF, SPREAD, UNPLACED, Goals
from staffing.rules import RULES
from staffing.tour_states import OFF_COUNTED, Classes, DayType, Limit, Limits, State, steps
from staffing.tour_terms import AgentTerms, BoolArray, FloatArray, TourTerms
from staffing.tours import IntArray as Small
from staffing.tours import Terms
from staffing.week_finder import WeekFinder

_RULES = {rule.name: rule for rule in RULES}
_OWN_DAY = ("hours a day", "there", "times")  # rules of a shift by itself
_NEXT_DAY = ("rest", "succession")  # and of one on the day after another


def finder_of(terms: Terms, goals: Goals, draft: Draft) -> WeekFinder | None:
    """Return what finds the agents' best tours by the prices of heads.

    Of the rules, those of weekly rest and of hours on average are left out: hours are held in each
    week. Of the goals, squares of nights, weekends and early starts are, and how far starts move.
    Everything else is exact. None where there are too many states to be quick.
    """
    limits, classes = _limits(terms, goals), _classes(terms, goals)
    begun = [_begun(terms, limits, a) for a in range(terms.agents)]
    starts = tuple(sorted(set(begun)))
    walked = steps(limits, classes, starts, _day_types(terms))
    if walked is None:
        return None
    weeks = {
        last: _week_costs(terms, goals, w, walked[last].states)
        for w, last in enumerate(_last_days(terms))
        if last >= 0
    }
    number = np.array([starts.index(state) for state in begun])
    return WeekFinder(_question(terms, goals, draft), classes, walked, number, weeks)


def _question(terms: Terms, goals: Goals, draft: Draft) -> TourTerms:
    """Return the heads and prices; what agents' tours keep is in the states."""
    kinds, days = terms.off, len(draft.kinds)
    anything = AgentTerms((days,) * kinds, 0, 7 * 1440 * days, 1, days, 1, days)
    head = np.full((days, kinds), UNPLACED)
    return TourTerms(
        agents=(anything,) * terms.agents,
        minutes=np.ones(kinds, dtype=np.int64),
        may_follow=np.ones((kinds, kinds), dtype=bool),
        weekend=np.full(days, -1),
        price=_day_prices(terms, goals),
        wanted=draft.left[:, :-1] + (draft.kinds[:, :, None] == np.arange(kinds)).sum(1),
        under=head,
        over=2 * head,  # never worth it, not even to place another one
    )


def _last_days(terms: Terms) -> list[int]:
    """Return the last day of each week, below 0 before the horizon ``[W]``."""
    stops = np.append(terms.weeks[1:], len(terms.days))
    return (stops - 1 - terms.before).tolist()


def _price_of(terms: Terms, goals: Goals, name: str) -> float:
    """Return what it costs to break a rule once: infinite where it is never to be."""
    if _RULES[name] not in goals.rules:
        return 0.0
    return terms.contract.bend.get(name, np.inf)


def _priced(price: float, broken: BoolArray) -> FloatArray:
    # Not price * broken: infinity times 0 is no number.
    return np.where(broken, price, 0.0)


def _day_prices(terms: Terms, goals: Goals) -> FloatArray:
    """Return what each kind costs each agent on each day by itself ``[A, D, S]``."""
    days, agents = len(terms.days) - terms.before, np.arange(terms.agents)
    price = np.zeros((terms.agents, days, terms.off))
    for kind in range(terms.off):
        tours = terms.tours(agents, np.full((days, terms.agents), kind, dtype=np.int32))
        for name in _OWN_DAY:
            broken = _RULES[name].measure(tours).broken[terms.before :]
            price[:, :, kind] += _priced(_price_of(terms, goals, name), broken.T)
        for name in _NEXT_DAY:
            broken = _RULES[name].measure(tours).broken[terms.before]
            if terms.before:
                price[:, 0, kind] += _priced(_price_of(terms, goals, name), broken)
    if goals.kinds is not None:
        price += (goals.kinds[:, :-1] - goals.kinds[:, -1:]).transpose(2, 0, 1)
    return price


def _follow(terms: Terms, goals: Goals) -> FloatArray:
    """Return what a kind costs on the day after another, on the worst of days ``[S, S]``."""
    kinds, days = terms.off, np.arange(len(terms.days) - terms.before)
    found = np.zeros((kinds, kinds))
    for first in (0, 1):  # every other day, from the horizon's first or second on, is the latter
        later = days % 2 == first
        for one in range(kinds):
            both = np.where(later[:, None], np.arange(kinds), one).astype(np.int32)
            tours = terms.tours(np.zeros(kinds, dtype=np.int64), both)
            cost = np.zeros(kinds)
            for name in _NEXT_DAY:
                broken = _RULES[name].measure(tours).broken[terms.before :]
                broken = broken[later & (days > 0)].any(axis=0)
                cost += _priced(_price_of(terms, goals, name), broken)
            found[one] = np.maximum(found[one], cost)
    return found


def _classes(terms: Terms, goals: Goals) -> Classes:
    """Return the kinds that bind alike."""
    follow = _follow(terms, goals)
    rows, leaving = np.unique(follow, axis=0, return_inverse=True)
    _, entering = np.unique(follow, axis=1, return_inverse=True)
    leaving, entering = leaving.ravel(), entering.ravel()
    paid, night = terms.kinds.paid[0, :-1], terms.kinds.night[0, :-1]
    alike = np.column_stack([paid, night, leaving, entering])
    each, of = np.unique(alike, axis=0, return_inverse=True)
    return Classes(
        of.ravel(),
        tuple(each[:, 0].tolist()),
        tuple((each[:, 1] > 0).tolist()),
        tuple(each[:, 2].tolist()),
        rows[:, [int(np.flatnonzero(entering == e)[0]) for e in each[:, 3]]],
    )


def _limits(terms: Terms, goals: Goals) -> Limits:
    contract = terms.contract

    def limit(number: int, name: str) -> Limit:
        return Limit(number, _price_of(terms, goals, name))

    binding = {rule.name for rule in goals.rules}
    minutes, most = _week_limits(terms)
    bent_minutes = "hours a week" in contract.bend
    bent_days = "days a week" in contract.bend
    return Limits(
        limit(contract.max_consecutive_days, "days in a row"),
        limit(contract.min_consecutive_days, "days of work"),
        limit(contract.min_consecutive_days_off, "days off in a row"),
        limit(contract.max_nights_in_row, "nights in a row")
        if "nights in a row" in binding else None,
        limit(contract.max_weekends_in_four, "weekends") if "weekends" in binding else None,
        SINGLE_DAY_OFF,
        7 * 1440 if bent_minutes else int(minutes.max(initial=0)),
        7 if bent_days else int(most.max(initial=0)),
    )  # fmt: skip


def _week_limits(terms: Terms) -> tuple[Small, Small]:
    """Return the most minutes and days of each agent in each week ``[W, A]``."""
    contract = terms.contract
    if contract.weekly_hours == "averaged":
        most = terms.minutes * 0 + round(contract.max_hours_per_week * 60)
        own = terms.minutes + round(contract.overtime_hours_per_week * 60)
        return np.minimum(most, own), terms.days_a_week
    return terms.minutes + round(contract.overtime_hours_per_week * 60), terms.days_a_week


def _week_costs(terms: Terms, goals: Goals, w: int, states: tuple[State, ...]) -> FloatArray:
    """Return what a week's days and minutes cost each agent by the state after it ``[A, N]``."""
    contract = terms.contract
    first = int(terms.weeks[w])
    stop = int(terms.weeks[w + 1]) if w + 1 < len(terms.weeks) else len(terms.days)
    past = slice(first, max(first, terms.before))
    minutes = np.array([state.minutes for state in states])[None, :]
    days = np.array([state.days for state in states])[None, :]
    idle = days == 0  # then what is too much was worked before
    minutes = minutes + terms.past.paid[past].sum(axis=0)[:, None]
    days = days + (terms.past.start[past] >= 0).sum(axis=0)[:, None]
    most_minutes, most_days = (limit[w][:, None] for limit in _week_limits(terms))
    cost = _priced(_price_of(terms, goals, "hours a week"), ~idle & (minutes > most_minutes))
    cost += _priced(_price_of(terms, goals, "days a week"), ~idle & (days > most_days))
    over = minutes - terms.minutes[w][:, None]
    if contract.weekly_hours != "averaged":
        cost += goals.overtime * np.maximum(over, 0) / 60
    if contract.weekly_hours == "exact":
        there = (terms.latest[first:stop] > terms.earliest[first:stop]).any(axis=0)
        whole = (there & (terms.days_employed[w] == 7))[:, None]
        cost += _priced(_price_of(terms, goals, "hours exactly"), whole & (over < 0))
    cost += SPREAD * (over / 60) ** 2
    return cost


def _day_types(terms: Terms) -> tuple[DayType, ...]:
    firsts = set(terms.weeks.tolist())
    count = len(terms.days)
    return tuple(
        DayType(d in firsts, d + 1 in firsts or d + 1 == count, terms.days[d].weekday() >= 5)
        for d in range(terms.before, count)
    )


def _begun(terms: Terms, limits: Limits, agent: int) -> State:
    """Return an agent's state before the first day."""
    if not terms.before:
        return State(0)
    works = terms.past.start[:, agent] >= 0
    changes = np.flatnonzero(works != works[-1])
    run = terms.before - 1 - int(changes[-1]) if changes.size else terms.before
    nights = 0
    if limits.nights:
        plain = np.flatnonzero(terms.past.night[:, agent] == 0)
        nights = terms.before - 1 - int(plain[-1]) if plain.size else terms.before
        nights = min(nights, limits.nights.limit)
    if works[-1]:
        run = min(run, max(limits.most_days.limit, limits.least_days.limit))
    else:
        run = -min(run, max(limits.least_off.limit, OFF_COUNTED))
    weekends = _weekends_before(terms, agent) if limits.weekends else 0
    return State(run, nights=nights, weekends=weekends)


def _weekends_before(terms: Terms, agent: int) -> int:
    """Return the bits of the weekends worked, that of the week of the last day before lowest."""
    late = np.array([day.weekday() >= 5 for day in terms.days[: terms.before]])
    worked = late & (terms.past.start[:, agent] >= 0)
    bits = 0
    edges = [int(w) for w in terms.weeks if w < terms.before] + [terms.before]
    for first, stop in pairwise(edges):
        bits = bits << 1 | int(worked[first:stop].any())
    return bits & 0b1111

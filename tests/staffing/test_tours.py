"""Tours: the best one against all there are, the search against what is known."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import roster_ours
from benchmarks.roster_checker import check
from benchmarks.roster_instances import ROSTERS, read_instance
from staffing import best_tour, tour_search
from staffing.best_tour import TourFinder
from staffing.tour_search import Effort, find_tours
from staffing.tour_terms import OFF, AgentTerms, TourTerms
from staffing.tour_window import window

AGENT = AgentTerms((4, 1, 2), 900, 2100, 2, 3, 2, 1)


def terms(*agents, days=7, wanted=0, seed=1):
    rng = np.random.default_rng(seed)
    size = (days, 3)
    may_follow = np.array([[1, 1, 1], [0, 1, 1], [0, 0, 1]], dtype=bool)
    weekend = np.where(np.arange(days) % 7 >= 5, np.arange(days) // 7, -1)
    price = rng.integers(-3, 4, (len(agents), *size)).astype(float)
    cover = np.full(size, wanted)
    return TourTerms(
        agents,
        np.array([480, 480, 600]),
        may_follow,
        weekend,
        price,
        cover,
        np.full(size, 20.0),
        np.full(size, 1.0),
    )


def keeps(question, agent, tour):
    """Whether a tour keeps an agent's terms, in plain words."""
    works = [kind != OFF for kind in tour]
    worked = [kind for kind in tour if kind != OFF]
    minutes = sum(question.minutes[kind] for kind in worked)
    pairs = [p for p in itertools.pairwise(tour) if OFF not in p]
    weekends = {w for w, on in zip(question.weekend, works, strict=True) if on and w >= 0}
    runs, day = [], 0
    for on, group in itertools.groupby(works):
        length = len(list(group))
        runs.append((on, length, day > 0 and day + length < len(tour)))
        day += length
    return (
        all(worked.count(k) <= most for k, most in enumerate(agent.most))
        and agent.least_minutes <= minutes <= agent.most_minutes
        and all(question.may_follow[p] for p in pairs)
        and len(weekends) <= agent.most_weekends
        and all(n <= agent.longest_run for on, n, _ in runs if on)
        and all(n >= agent.shortest_run for on, n, inside in runs if on and inside)
        and all(n >= agent.shortest_rest for on, n, inside in runs if not on and inside)
    )


def least(question, a, price):
    """The least cost of all tours there are."""
    kinds = range(OFF, question.minutes.size)
    costs = [
        sum(price[d, k] for d, k in enumerate(tour) if k != OFF)
        for tour in itertools.product(kinds, repeat=len(price))
        if keeps(question, question.agents[a], tour)
    ]
    return min(costs)


@pytest.mark.parametrize("counted", [best_tour._COUNTED, 0])
def test_the_best_tour_is_the_best_of_all(monkeypatch, counted):
    """Counted exactly; or made dearer, where it may be worse, and is bounded."""
    monkeypatch.setattr(best_tour, "_COUNTED", counted)
    others = (
        replace(AGENT, shortest_run=1, shortest_rest=1, least_minutes=0),
        replace(AGENT, most=(4, 0, 1), most_weekends=0),
    )
    question = terms(AGENT, *others)
    price = np.random.default_rng(2).normal(-5.0, 5.0, question.price.shape)
    price[0, 3] = np.inf
    best = TourFinder(question).best(np.arange(3), price)
    known = np.array([least(question, a, price[a]) for a in range(3)])
    for a, tour in enumerate(best.tours):
        assert keeps(question, question.agents[a], tour.tolist())
    days = np.arange(7)
    own = [price[a, days, t][t != OFF].sum() for a, t in enumerate(best.tours)]
    assert best.value == pytest.approx(own)
    assert (best.bound <= known + 1e-9).all()
    if counted:
        assert best.value == pytest.approx(known)
        assert best.bound == pytest.approx(known)
    else:
        assert (best.value >= known - 1e-9).all()


def test_whom_no_tour_suits_is_named():
    idle = replace(AGENT, most=(0, 0, 0))
    with pytest.raises(ValueError, match=r"agents \[1\]"):
        find_tours(terms(AGENT, idle))


def test_terms_that_do_not_fit_are_all_told():
    question = terms(AGENT)
    wrong = replace(AGENT, shortest_rest=0, least_minutes=3000)
    with pytest.raises(ValueError, match=r"weekend must.*agent 0: least.*agent 0: shortest_rest"):
        replace(question, weekend=np.zeros(2, dtype=int), agents=(wrong,))


def test_tours_keep_all_rules_and_the_bound():
    question = terms(*[AGENT] * 4, days=14, wanted=1)
    seen = []
    found = find_tours(question, Effort(parts=10), lambda *both: seen.append(both))
    assert found.value == question.value_of(found.kinds) == seen[-1][0]
    assert found.bound <= found.value < seen[0][0]
    for tour in found.kinds.tolist():
        assert keeps(question, AGENT, tour)


def test_a_seed_gives_the_same_tours_again():
    question = terms(*[AGENT] * 3, days=14, wanted=1)
    first, second = (find_tours(question, Effort(parts=5, seed=3)) for _ in range(2))
    assert first.kinds.tolist() == second.kinds.tolist()


def test_a_large_question_is_opened_in_windows(monkeypatch):
    """Days in a row at a time, with what is kept around them: rules hold across their ends."""
    monkeypatch.setattr(tour_search, "_WHOLE", 0)
    agent = AgentTerms((21, 3, 21), 3000, 5000, 2, 3, 2, 2)
    question = terms(*[agent] * 4, days=21, wanted=1)
    begun = find_tours(question, Effort(stop=lambda: True))
    found = find_tours(question, Effort(parts=3))
    assert found.value == question.value_of(found.kinds) < begun.value
    for tour in found.kinds.tolist():
        assert keeps(question, agent, tour)


def test_a_window_takes_off_what_other_days_use_up():
    agent = AgentTerms((9, 5, 2), 4000, 5000, 2, 3, 2, 3)
    question = terms(agent, agent, days=28)
    tours = np.full((2, 28), OFF)
    tours[1, [0, 1, 12, 13, 14, 26, 27]] = 0, 0, 0, 1, 1, 2, 2
    part = window(question, tours, np.array([1]), 9, 18)
    # Three days around it; before it one more, so that no weekend is cut.
    assert (part.first, part.end) == (5, 21)
    assert np.flatnonzero(part.is_open).tolist() == list(range(4, 13))
    left = part.terms.agents[0]
    assert left.most == (7, 5, 0)
    assert (left.least_minutes, left.most_minutes) == (4000 - 2160, 5000 - 2160)
    assert left.most_weekends == 2


def test_kinds_alike_are_searched_as_one():
    """The best tour has the cheaper of two kinds of the same minutes and rules each day."""
    question = replace(
        terms(AgentTerms((7, 7, 7), 0, 3000, 1, 5, 1, 1)),
        may_follow=np.ones((3, 3), dtype=bool),
    )
    price = np.random.default_rng(5).normal(-5.0, 5.0, (1, 7, 3))
    finder = TourFinder(question)
    best = finder.best(np.array([0]), price)
    assert best.value[0] == pytest.approx(least(question, 0, price[0]))
    assert {0, 1} <= set(best.tours[0].tolist())


def test_a_search_that_is_stopped_at_once_has_tours():
    question = terms(*[AGENT] * 3, days=14, wanted=1)
    found = find_tours(question, Effort(stop=lambda: True))
    assert all(keeps(question, AGENT, tour) for tour in found.kinds.tolist())


@pytest.mark.skipif(not ROSTERS.is_dir(), reason="../shared/rosters is absent")
@pytest.mark.parametrize(("name", "known"), [("Instance1", 607), ("Instance2", 828)])
def test_known_values_are_reached(name, known):
    """Curtois and Qu (2014), schedulingbenchmarks.org."""
    instance = read_instance(ROSTERS / f"{name}.txt")
    question, added = roster_ours.terms_of(instance)
    found = find_tours(question, Effort(parts=20))
    kinds = [*instance.shifts, ""]
    tours = [[kinds[k] for k in row] for row in found.kinds.tolist()]
    checked = check(instance, dict(zip(instance.staff, tours, strict=True)))
    assert checked.faults == ()
    assert checked.value == found.value + added == known
    assert found.bound + added <= known

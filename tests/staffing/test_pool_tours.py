"""Tours chosen together: the best one of an agent against all there are, and heads placed."""

import datetime as dt
import itertools
from dataclasses import replace

import numpy as np
import pytest

from staffing import goals, roster
from staffing.crew import Crew
from staffing.crew_question import finder_of
from staffing.exchange import Draft, release
from staffing.first_roster import first_roster
from staffing.goals import HARD
from staffing.people import NEVER, Agent, Wish, Worked
from staffing.pool_tours import choose_together, worth
from staffing.pools import Contract
from staffing.roster import best_tours
from staffing.shifts import Shift
from staffing.tour_terms import OFF
from tests.staffing.instances import team

THURSDAY = dt.date(2027, 2, 4)
WEEK = tuple(THURSDAY + dt.timedelta(days=d) for d in range(7))
EARLY, LATE, NIGHT = Shift(360, 780, (), 420), Shift(840, 1260, (), 420), Shift(1260, 1500, (), 240)
SHIFTS = (EARLY, LATE, NIGHT)

CONTRACTS = {
    "plain": Contract(),
    "runs": Contract(min_consecutive_days=2, min_consecutive_days_off=2, max_consecutive_days=3),
    "overtime": Contract(hours_per_week=14, overtime_hours_per_week=4, days_off_per_week=1),
    "nights": Contract(max_nights_in_row=2, forbidden_successions=((1400, 900),)),
    "weekends": Contract(max_weekends_in_four=2, days_off_per_week=3),
    "bent": Contract(
        min_consecutive_days=3, max_consecutive_days=2, max_weekends_in_four=1, max_nights_in_row=1,
        min_consecutive_days_off=3, hours_per_week=14,
        bend={"days in a row": 20.0, "days of work": 15.0, "days off in a row": 30.0, "rest": 25.0,
              "weekends": 60.0, "nights in a row": 5.0, "hours a week": 40.0, "days a week": 7.0,
              "times": 3.0},
    ),
}  # fmt: skip


def worked(day, shift):
    """Return a shift worked before."""
    start = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(minutes=shift.start_minute)
    length = dt.timedelta(minutes=shift.end_minute - shift.start_minute)
    return Worked(day, start, start + length, shift.paid_hours)


def crew_of(contract, *, with_past):
    """Return four agents by name: in full, part-time, seldom there, with wishes."""
    before = [WEEK[0] - dt.timedelta(days=n) for n in (1, 2, 4, 5, 12)]
    past = tuple(worked(day, NIGHT) for day in before) if with_past else ()
    people = (
        Agent("Ada", worked=past),
        Agent("Ben", hours_per_week=14.0, worked=past[1:3]),
        Agent("Cleo", times={4: NEVER, 5: (480, 1440)}, absences=((WEEK[5], WEEK[5]),)),
        Agent("Dan", wishes=(Wish(WEEK[1], on=True), Wish(WEEK[3], on=False, weight=3.0))),
    )
    pool = team(
        agents=4, days=len(WEEK), contract=replace(contract, weekly_rest_hours=0), people=people,
        names=tuple(agent.name for agent in people),
    )  # fmt: skip
    return Crew(pool, SHIFTS, WEEK)


def empty(crew):
    """Return a draft of no heads and no work."""
    return crew.draft([], np.zeros((len(crew.days), len(crew.shifts)), dtype=np.int64))


@pytest.mark.parametrize("with_past", [False, True])
@pytest.mark.parametrize("name", CONTRACTS)
def test_the_best_tour_costs_as_little_as_any(name, with_past, monkeypatch):
    for goal in ("_WEEKEND", "_NIGHT", "_EARLY", "_MOVED"):  # not in the question: squares, starts
        monkeypatch.setattr(goals, goal, 0.0)
    crew = crew_of(CONTRACTS[name], with_past=with_past)
    terms, off = crew.terms, crew.kinds.off
    every = np.array(list(itertools.product(range(off + 1), repeat=len(WEEK))), dtype=np.int32).T
    finder = finder_of(terms, crew.goals, empty(crew))
    assert finder is not None
    rng = np.random.default_rng(7)
    for agent in range(terms.agents):
        own = crew.goals.cost(terms.tours(np.full(every.shape[1], agent), every), every)
        own[own > HARD / 2] = np.inf
        # The days before cost the same, whatever follows, and so do wishes on days off.
        own -= own[-1] - finder.costs_of(np.array([agent]), np.full((1, len(WEEK)), OFF))
        for _ in range(3):
            price = rng.normal(-15.0, 30.0, (len(WEEK), off + 1))
            price[:, off] = 0.0
            cost = own + price[np.arange(len(WEEK))[:, None], every].sum(axis=0)
            asked = (finder.terms.price[agent] + price[:, :off])[None]
            best = finder.best(np.array([agent]), asked)
            assert best.value[0] == pytest.approx(cost.min(), abs=1e-3)
            tour = np.where(best.tours[0] == OFF, off, best.tours[0])
            assert cost[(tour == every.T).all(axis=1)][0] == pytest.approx(cost.min(), abs=1e-3)


def hidden(seed):
    """Return a crew of eight for two weeks, and heads that some tours of theirs make."""
    contract = Contract(
        min_consecutive_days=3, min_consecutive_days_off=2, max_weekends_in_four=3,
        max_nights_in_row=2,
    )  # fmt: skip
    days = tuple(dt.date(2027, 2, 1) + dt.timedelta(days=d) for d in range(14))
    hours = (35.0, 28.0, 21.0, 35.0)
    people = tuple(Agent(str(n), hours_per_week=hours[n % 4]) for n in range(8))
    pool = team(agents=8, days=14, contract=contract, people=people, names=tuple("01234567"))
    crew = Crew(pool, SHIFTS, days)
    nothing = np.zeros((14, 3), dtype=np.int64)
    finder = finder_of(crew.terms, crew.goals, crew.draft([], nothing))
    price = np.random.default_rng(seed).normal(-30.0, 40.0, (8, 14, 3))
    assert finder is not None
    best = finder.best(np.arange(8), finder.terms.price + price)
    return crew, np.append(finder.terms.heads_of(best.tours), np.zeros((14, 1), int), axis=1)


@pytest.mark.parametrize("seed", [4, 13])
def test_heads_that_exchanges_leave_are_placed_together(seed):
    crew, heads = hidden(seed)
    draft = first_roster(crew.terms, crew.goals, heads)
    release(crew.terms, crew.goals, draft)
    before = worth(crew.terms, crew.goals, draft)
    assert draft.left.any()
    assert choose_together(crew.terms, crew.goals, draft)
    assert not draft.left.any()
    assert (crew.kinds.worked(draft.kinds) == heads).all()
    assert worth(crew.terms, crew.goals, draft) < before
    assert_nothing_broken(crew, draft)


def test_a_roster_leaves_no_head_that_tours_can_take(monkeypatch):
    crew, heads = hidden(4)
    together = best_tours(crew.terms, crew.goals, heads)
    monkeypatch.setattr(roster, "choose_together", lambda *_: False)
    exchanged = best_tours(crew.terms, crew.goals, heads)
    assert (exchanged.left.sum() > 0, together.left.sum()) == (True, 0)
    assert_nothing_broken(crew, together)


def test_told_to_stop_the_draft_stays():
    crew, heads = hidden(4)
    draft = Draft(np.full((14, 8), crew.kinds.off, dtype=np.int32), heads.copy())
    assert not choose_together(crew.terms, crew.goals, draft, stop=lambda: True)
    assert (draft.left == heads).all()
    assert (draft.kinds == crew.kinds.off).all()


def test_whose_past_breaks_a_rule_for_good_does_not_hinder_the_others():
    past = (worked(WEEK[0] - dt.timedelta(days=1), EARLY),)  # one day of two, and then away
    contract = Contract(min_consecutive_days=2, weekly_rest_hours=0)
    people = (Agent("Ada", worked=past, absences=((WEEK[0], WEEK[1]),)), Agent("Ben"))
    pool = team(agents=2, days=7, contract=contract, people=people, names=("Ada", "Ben"))
    crew = Crew(pool, SHIFTS, WEEK)
    heads = np.zeros((7, 3), dtype=np.int64)
    heads[:2, 1] = 1
    draft = crew.draft([], heads)
    assert choose_together(crew.terms, crew.goals, draft)
    assert draft.kinds[:2].tolist() == [[crew.kinds.off, 1]] * 2


def assert_nothing_broken(crew, draft):
    """Hold everybody's tour against every rule that binds."""
    broken = {
        rule.name: int(rule.measure(crew.tours(draft)).broken.sum()) for rule in crew.goals.rules
    }
    assert not any(broken.values()), broken

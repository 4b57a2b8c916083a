"""Exchanges against every other exchange there is, and rosters that only get better."""

import itertools

import numpy as np
import pytest

from staffing.crew import Crew
from staffing.exchange import Draft, exchange, give_day
from staffing.first_roster import first_roster
from staffing.goals import UNPLACED
from staffing.pools import Contract
from staffing.roster import best_tours
from staffing.shifts import Shift
from staffing.tours import Terms
from tests.staffing.instances import MONDAY, days_from, team

SHIFTS = [Shift(start * 60, (start + 7) * 60, (), 420) for start in (6, 9, 14, 22)]
LAW = Contract(max_nights_in_row=2, max_weekends_in_four=2, min_consecutive_days_off=2)


def crew(agents, days=14, contract=LAW):
    return Crew(team(agents=agents, days=days, contract=contract), SHIFTS, days_from(MONDAY, days))


def some_draft(own, seed):
    """Return a roster with little sense, and heads that nobody has."""
    rng = np.random.default_rng(seed)
    days, agents = len(own.days), own.terms.agents
    kinds = rng.integers(0, own.kinds.off + 1, (days, agents)).astype(np.int32)
    left = rng.integers(0, 2, (days, own.kinds.off + 1))
    left[:, -1] = 0
    return Draft(kinds, left)


def cost(own, draft):
    placed = (draft.kinds != own.kinds.off).sum()
    return own.goals.cost(own.tours(draft), draft.kinds).sum() - UNPLACED * placed


def heads(own, draft):
    """Return the heads of each day and kind, placed or not."""
    return (
        np.array([np.bincount(row, minlength=own.kinds.off + 1)[:-1] for row in draft.kinds])
        + draft.left[:, :-1]
    )


@pytest.mark.parametrize("seed", range(4))
def test_no_other_exchange_of_a_week_is_better(seed):
    own = crew(4)
    draft = some_draft(own, seed)
    before, wanted = cost(own, draft), heads(own, draft)
    costs = []
    for order in itertools.permutations(range(4)):
        kinds = draft.kinds.copy()
        kinds[3:10] = draft.kinds[3:10][:, order]
        costs.append(cost(own, Draft(kinds, draft.left)))
    gain = exchange(own.terms, own.goals, draft, np.arange(4), 3, 10)
    assert cost(own, draft) == pytest.approx(min(costs))
    assert gain == pytest.approx(before - min(costs))
    assert (heads(own, draft) == wanted).all()


@pytest.mark.parametrize("seed", range(4))
def test_no_other_way_to_give_a_day_is_better(seed):
    own = crew(3)
    draft = some_draft(own, seed)
    draft.left[5] = [1, 0, 1, 0, 0]
    wanted = heads(own, draft)
    mine = [*np.repeat(np.arange(4), wanted[5]), *[own.kinds.off] * 3]
    costs = []
    for taken in set(itertools.permutations(mine, 3)):
        kinds = draft.kinds.copy()
        kinds[5] = taken
        costs.append(cost(own, Draft(kinds, draft.left)))
    give_day(own.terms, own.goals, draft, np.arange(3), 5)
    assert cost(own, draft) == pytest.approx(min(costs))
    assert (heads(own, draft) == wanted).all()


def test_only_the_group_exchanges():
    own = crew(6)
    draft = some_draft(own, 7)
    before = draft.kinds.copy()
    exchange(own.terms, own.goals, draft, np.array([1, 4]), 0, 7)
    others = [0, 2, 3, 5]
    assert (draft.kinds[:, others] == before[:, others]).all()


def test_exchanges_make_the_first_roster_better_and_lose_no_head():
    own = crew(12, days=28)
    wanted = np.zeros((28, 5), dtype=np.int64)
    wanted[:, :4] = [2, 2, 2, 1]
    first = first_roster(own.terms, own.goals, wanted)
    found = best_tours(own.terms, own.goals, wanted)
    assert (heads(own, found) == wanted[:, :4]).all()
    assert cost(own, found) < 0.9 * cost(own, first) + 1e-9 or cost(own, first) < 0
    assert found.left.sum() <= first.left.sum()
    assert own.goals.cost(own.tours(found), found.kinds).max() < 1e6, "a hard rule is broken"


def test_the_search_stops_when_told_and_keeps_its_tours():
    own = crew(6)
    wanted = np.zeros((14, 5), dtype=np.int64)
    wanted[:, 0] = 2
    told = []

    def stop(done: int, of: int) -> bool:
        told.append((done, of))
        return len(told) > 3

    found = best_tours(own.terms, own.goals, wanted, stop)
    assert len(told) == 4
    assert told[0][0] == 0 < told[0][1]
    assert (heads(own, found) == wanted[:, :4]).all()


def test_nights_and_weekends_are_shared_out():
    own = crew(8, days=28, contract=Contract())
    wanted = np.zeros((28, 5), dtype=np.int64)
    wanted[:, 3] = 2
    wanted[:, 0] = 2
    found = best_tours(own.terms, own.goals, wanted)
    nights = (found.kinds == 3).sum(axis=0)
    assert nights.sum() == 56
    assert nights.max() - nights.min() <= 2
    assert isinstance(own.terms, Terms)

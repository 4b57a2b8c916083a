"""One rule, one test: where it is broken, in which sentence, and the nearest tour that keeps it."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from staffing.crew import Crew, Duty
from staffing.people import NEVER, Agent, Worked
from staffing.pools import Contract
from staffing.roster import Roster, overtime_hours
from staffing.rules import RULES
from staffing.shifts import Shift
from staffing.tour_report import agent_lines, breaches
from tests.staffing.instances import MONDAY, PARIS, days_from, team

FREE = Contract(
    hours_per_week=168,
    days_off_per_week=0,
    max_consecutive_days=99,
    max_hours_per_day=24,
    min_rest_hours=0,
    weekly_rest_hours=0,
)


def shift(start, hours):
    return Shift(round(start * 60), round((start + hours) * 60), (), round(hours * 60))


def broken(contract, tour, first=MONDAY, agent=None, days=None):
    """Return ``(day, rule, sentence)`` of a tour; of each day the start and the hours, or None."""
    days = days_from(first, days or len(tour))
    name = agent.name if agent else "Ada"
    pool = team(agents=1, days=len(days), contract=contract, names=(name,))
    pool = replace(pool, people=(agent,) if agent else ())
    worked = {day: shift(*told) for day, told in zip(days, tour, strict=False) if told}
    duties = tuple(Duty(pool.name, day, one, name) for day, one in worked.items())
    shifts = sorted(set(worked.values()))
    found = breaches(Roster(duties, ()), [pool], [shifts], days)
    assert all(breach.agent == name and breach.price is None for breach in found)
    return [((breach.day - first).days, breach.rule, breach.sentence) for breach in found]


DAY, LATE, NIGHT = (9, 8), (14, 8), (22, 8)


def test_rest():
    contract = replace(FREE, min_rest_hours=11)
    sentence = "10 hours of rest before it, at least 11"
    assert broken(contract, [LATE, (8, 4)]) == [(1, "rest", sentence)]
    assert broken(contract, [LATE, (9, 4)]) == []
    assert broken(contract, [NIGHT, None, (7, 4)]) == []


def test_rest_is_counted_in_hours_that_pass():
    contract = replace(FREE, min_rest_hours=11)
    saturday = dt.date(2027, 3, 27)  # before the spring night
    assert broken(contract, [LATE, DAY], first=saturday)[0][2].startswith("10 hours")
    assert broken(contract, [LATE, DAY], first=dt.date(2027, 10, 30)) == []


def test_weekly_rest():
    contract = replace(FREE, weekly_rest_hours=35)
    # Single days off after a late day and before an early one: 34 hours.
    tour = [LATE, None, (8, 8), LATE, None, (8, 8), (8, 8), (8, 8)]
    sentence = "34 hours without work in a row in the week, at least 35"
    assert broken(contract, [(6, 8), *tour[1:]], first=MONDAY) == []  # free before Monday
    week = [LATE, LATE, None, (8, 8), LATE, None, (8, 8), *[DAY] * 7]
    middle = broken(contract, [DAY] * 6 + [LATE] + week[1:])
    assert (13, "weekly rest", sentence) in middle
    longer = [DAY] * 6 + [LATE] + [LATE, None, (9, 8), LATE, None, (8, 8), *[DAY] * 7]
    assert [found for found in broken(contract, longer) if found[0] == 13] == []


def test_hours_a_day():
    contract = replace(FREE, max_hours_per_day=10)
    assert broken(contract, [(8, 11)]) == [(0, "hours a day", "11 hours in a day, at most 10")]
    assert broken(contract, [(8, 10)]) == []


def test_hours_a_week():
    contract = replace(FREE, hours_per_week=35, overtime_hours_per_week=4)
    sentence = "40 hours in the week, at most 39"
    assert broken(contract, [DAY] * 5 + [None, None]) == [(6, "hours a week", sentence)]
    assert broken(contract, [DAY] * 4 + [(9, 7), None, None]) == []
    thursday = MONDAY + dt.timedelta(days=3)
    assert broken(contract, [DAY] * 8, first=thursday) == []  # four days, then a new week


def test_hours_of_the_agents_own_contract_and_those_lost_to_an_absence():
    contract = replace(FREE, hours_per_week=35, days_off_per_week=2)
    half = Agent("Bo", hours_per_week=16)
    assert broken(contract, [DAY, DAY] + [None] * 5, agent=half) == []
    assert broken(contract, [DAY, DAY, DAY] + [None] * 4, agent=half) == [
        (6, "hours a week", "24 hours in the week, at most 16")
    ]
    ill = Agent("Cy", absences=((MONDAY, MONDAY + dt.timedelta(days=1)),))
    assert broken(contract, [None, None, *[(9, 7)] * 3, None, None], agent=ill) == []
    assert broken(contract, [None, None, *[(9, 7)] * 4, None], agent=ill) == [
        (6, "days a week", "4 days in the week, at most 3"),
        (6, "hours a week", "28 hours in the week, at most 21"),
    ]


def test_days_a_week():
    contract = replace(FREE, days_off_per_week=2)
    sentence = "6 days in the week, at most 5"
    assert broken(contract, [DAY] * 6 + [None]) == [(6, "days a week", sentence)]
    assert broken(contract, [DAY] * 5 + [None, None, *[DAY] * 5]) == []


def test_days_in_a_row():
    contract = replace(FREE, max_consecutive_days=6)
    assert broken(contract, [DAY] * 7) == [(6, "days in a row", "7 days in a row, at most 6")]
    assert broken(contract, [DAY] * 6 + [None] + [DAY] * 6) == []


def test_days_of_work():
    contract = replace(FREE, min_consecutive_days=2)
    sentence = "1 days of work in a row, at least 2"
    assert broken(contract, [None, DAY, None]) == [(2, "days of work", sentence)]
    assert broken(contract, [DAY, None, DAY, DAY, None, DAY]) == []  # both ends are open


def test_days_off_in_a_row():
    contract = replace(FREE, min_consecutive_days_off=2)
    sentence = "1 days off in a row, at least 2"
    assert broken(contract, [DAY, None, DAY]) == [(2, "days off in a row", sentence)]
    assert broken(contract, [None, DAY, None, None, DAY, None]) == []


def test_weekends():
    contract = replace(FREE, max_weekends_in_four=2)
    saturdays = [5, 12, 20]  # a Saturday, a Saturday, a Sunday of the third week
    tour = [DAY if d in saturdays else None for d in range(35)]
    told = broken(contract, tour)
    sentence = "3 weekends of four with work, at most 2"
    assert told == [(20, "weekends", sentence)]  # once, not again in the free week after it
    assert broken(contract, [DAY if d in (5, 12, 33) else None for d in range(35)]) == []


def test_nights_in_a_row():
    contract = replace(FREE, max_nights_in_row=2)
    sentence = "3 nights in a row, at most 2"
    assert broken(contract, [NIGHT] * 3) == [(2, "nights in a row", sentence)]
    # Until 23:59 only 2:59 lie in the night; from 03:00 on three hours do.
    assert broken(contract, [(16, 7.98)] * 3) == []
    assert broken(contract, [(3, 4)] * 3) == [(2, "nights in a row", sentence)]


def test_succession():
    contract = replace(FREE, forbidden_successions=((20 * 60, 9 * 60),))
    sentence = "a start too early after the late end of the day before"
    assert broken(contract, [LATE, (8, 4)]) == [(1, "succession", sentence)]
    assert broken(contract, [LATE, (9, 4)]) == []
    assert broken(contract, [(12, 8), (8, 4)]) == []
    assert broken(contract, [LATE, None, (8, 4)]) == []


def test_times():
    agent = Agent("Di", times={0: (10 * 60, 18 * 60), 2: NEVER}, last_day=MONDAY + dt.timedelta(3))
    sentence = "60 minutes outside of the agent's times"
    assert broken(FREE, [DAY], agent=agent) == [(0, "times", sentence)]
    assert broken(FREE, [(10, 8), DAY], agent=agent) == []


def test_there():
    agent = Agent("Di", times={2: NEVER}, last_day=MONDAY + dt.timedelta(3))
    sentence = "work on a day on which the agent is not there"
    assert broken(FREE, [None, None, DAY], agent=agent) == [(2, "there", sentence)]
    assert broken(FREE, [None] * 4 + [DAY], agent=agent) == [(4, "there", sentence)]
    assert broken(FREE, [DAY, DAY, None, DAY], agent=agent) == []
    absent = Agent("Di", absences=((MONDAY, MONDAY),))
    assert [rule for _, rule, _ in broken(FREE, [DAY], agent=absent)] == ["there"]


def test_hours_exactly():
    contract = replace(FREE, hours_per_week=35, weekly_hours="exact")
    sentence = "28 hours in the week, exactly 35"
    week = [(9, 7)] * 4 + [None] * 3
    assert broken(contract, week) == [(6, "hours exactly", sentence)]
    assert broken(contract, [(9, 7)] * 5 + [None] * 2 + [DAY]) == []  # the second week is cut
    assert [rule for _, rule, _ in broken(contract, [DAY] * 5 + [None] * 2)] == ["hours a week"]


def test_hours_on_average():
    contract = replace(FREE, hours_per_week=35, weekly_hours="averaged")
    long, short = [DAY] * 5 + [None] * 2, [(9, 6)] * 5 + [None] * 2
    assert broken(contract, long + short) == []
    sentence = "75 hours over the horizon, at most 70"
    assert broken(contract, long + [(9, 7)] * 5 + [None] * 2) == [
        (13, "hours on average", sentence)
    ]
    longest = [(8, 10)] * 5 + [None] * 2
    sentence = "50 hours in the week, at most 48"
    assert broken(contract, longest + [(9, 4)] * 5 + [None] * 2) == [(6, "hours a week", sentence)]


def test_who_is_employed_for_a_part_owes_and_may_work_that_part():
    last = MONDAY + dt.timedelta(days=6)
    leaves = Agent("Flo", last_day=last)
    averaged = replace(FREE, hours_per_week=35, weekly_hours="averaged")
    week = [DAY] * 5 + [None] * 9
    sentence = "40 hours over the horizon, at most 35"
    assert broken(averaged, week, agent=leaves) == [(13, "hours on average", sentence)]
    assert broken(averaged, week) == []
    exact = replace(FREE, hours_per_week=35, weekly_hours="exact")
    comes = Agent("Gil", first_day=last - dt.timedelta(days=1))
    assert broken(exact, [None] * 5 + [DAY, DAY], agent=comes) == []
    assert [rule for _, rule, _ in broken(exact, [None] * 5 + [DAY, DAY])] == ["hours exactly"]


@pytest.mark.parametrize(
    ("past", "tour", "hours"),
    [
        ([DAY] * 3, [DAY] * 2, 5.0),  # 40 hours of 35
        ([DAY] * 3, [DAY], 0.0),
        ([(8, 12)] * 3, [DAY], 8.0),  # the week was full before
        ([(8, 12)] * 3, [None], 0.0),  # what was too much before is not of this plan
        ([], [DAY] * 9, 5.0),
    ],
)
def test_overtime_goes_on_from_what_was_worked_in_the_first_week(past, tour, hours):
    thursday = MONDAY + dt.timedelta(days=3)
    agent = Agent("Ed", worked=before(*past, first=thursday))
    days = days_from(thursday, len(tour))
    contract = replace(FREE, hours_per_week=35, overtime_hours_per_week=8)
    pool = replace(team(agents=1, days=len(days), contract=contract, names=("Ed",)))
    pool = replace(pool, people=(agent,))
    worked = {day: shift(*told) for day, told in zip(days, tour, strict=True) if told}
    duties = tuple(Duty(pool.name, day, one, "Ed") for day, one in worked.items())
    told = Roster(duties, ()), [pool], [sorted(set(worked.values()))], days
    assert overtime_hours(*told).sum() == pytest.approx(hours)
    assert agent_lines(*told)[0].overtime_hours == pytest.approx(hours)


def before(*tour, first=MONDAY):
    """Return shifts that end with the day before the first one."""
    found = []
    for back, told in enumerate(reversed(tour), start=1):
        if told:
            day = first - dt.timedelta(days=back)
            midnight = dt.datetime.combine(day, dt.time(), ZoneInfo(PARIS))
            start = midnight + dt.timedelta(hours=told[0])
            found.append(Worked(day, start, start + dt.timedelta(hours=told[1]), told[1]))
    return tuple(found)


@pytest.mark.parametrize(
    ("contract", "past", "tour", "rule"),
    [
        ({"min_rest_hours": 11}, [LATE], [(8, 4)], "rest"),
        ({"max_consecutive_days": 6}, [DAY] * 5, [DAY, DAY], "days in a row"),
        ({"min_consecutive_days": 2}, [None, DAY], [None], "days of work"),
        ({"min_consecutive_days_off": 2}, [DAY, None], [DAY], "days off in a row"),
        ({"max_nights_in_row": 2}, [NIGHT] * 2, [NIGHT], "nights in a row"),
        ({"forbidden_successions": ((1200, 540),)}, [LATE], [(8, 4)], "succession"),
        ({"max_weekends_in_four": 2}, [DAY] * 14, [None] * 5 + [DAY], "weekends"),
    ],
)
def test_what_was_worked_before_counts(contract, past, tour, rule):
    agent = Agent("Ed", worked=before(*past))
    contract = replace(FREE, **contract)
    days = max(len(tour), 7)
    assert rule in [found for _, found, _ in broken(contract, tour, agent=agent, days=days)]
    assert broken(contract, tour, days=days) == []


def test_two_shifts_of_a_day_before_are_one_with_the_hours_of_both():
    early, late = before((8, 4)), before((16, 6))
    agent = Agent("Ed", worked=(*late, *early))
    contract = replace(FREE, min_rest_hours=11, hours_per_week=35)
    monday = [rule for _, rule, _ in broken(contract, [(8, 4)], agent=agent)]
    assert monday == ["rest"]  # from 22:00 on
    tuesday = MONDAY + dt.timedelta(days=1)
    agent = Agent("Ed", worked=(*before((8, 4), first=tuesday), *before((16, 6), first=tuesday)))
    week = [DAY, DAY, DAY, (9, 2), None, None]
    (found,) = broken(replace(contract, min_rest_hours=0), week, first=tuesday, agent=agent)
    assert found[2] == "36 hours in the week, at most 35"


@pytest.mark.parametrize(
    ("contract", "past"),
    [
        ({"hours_per_week": 35}, [(8, 12)] * 4),
        ({"days_off_per_week": 4}, [DAY] * 4),
        ({"max_weekends_in_four": 1}, [DAY] * 21),
    ],
)
def test_what_was_broken_before_is_not_of_this_plan(contract, past):
    friday = MONDAY + dt.timedelta(days=4)
    agent = Agent("Ed", worked=before(*past, first=friday))
    contract = replace(FREE, **contract)
    assert broken(contract, [None] * 3, first=friday, agent=agent) == []
    assert len(broken(contract, [None, DAY, None], first=friday, agent=agent)) == 1


def test_nights_in_a_row_bind_where_days_in_a_row_may_be_bent():
    nights = next(rule for rule in RULES if rule.name == "nights in a row")
    contract = replace(FREE, max_consecutive_days=3, max_nights_in_row=3)
    assert not nights.binds(contract)  # days in a row say the same
    assert nights.binds(replace(contract, bend={"days in a row": 5.0}))


def test_every_rule_has_a_name_of_its_own_and_its_source_or_reason():
    assert len({rule.name for rule in RULES}) == len(RULES) == 15
    assert all(rule.measure.__doc__ for rule in RULES)


def test_a_rule_that_may_be_bent_has_its_price():
    contract = replace(FREE, max_consecutive_days=1, bend={"days in a row": 7.0})
    days = days_from(MONDAY, 2)
    pool = team(agents=1, days=2, contract=contract)
    one = shift(*DAY)
    roster = Roster(tuple(Duty(pool.name, day, one, pool.names[0]) for day in days), ())
    (breach,) = breaches(roster, [pool], [[one]], days)
    assert (breach.price, breach.day) == (7.0, days[1])
    crew = Crew(pool, [one], days)
    draft = crew.draft(crew.places(roster.duties), np.full((2, 1), 1))
    free = Crew(replace(pool, contract=FREE), [one], days)
    tours = crew.tours(draft)
    more = crew.goals.cost(tours, draft.kinds) - free.goals.cost(free.tours(draft), draft.kinds)
    assert more.tolist() == pytest.approx([7.0])


def test_a_week_that_the_horizon_cuts_may_have_its_rest_later():
    contract = replace(FREE, weekly_rest_hours=35)
    friday = MONDAY + dt.timedelta(days=4)
    assert broken(contract, [NIGHT] * 4, first=friday) == []  # the last of them on a Monday

"""An auditor's rules of tours, each on a tour that keeps it and one that does not."""

import datetime as dt
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.audit import money, people, tours
from planner.audit.agents import hours_contracted, is_there, ordinary_hours
from planner.audit.books import Books
from planner.audit.files import PlanFiles, ShiftRow
from planner.audit.question import question_of
from planner.scenario.contract import Contract as Limits
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of
from staffing.people import NEVER, Agent, Worked
from staffing.pools import Contract, Pool
from staffing.shifts import Shift
from staffing.staff import staff_of
from staffing.tours import week_limits

SCENARIO = """
horizon: {first_day: 2027-02-01, days: 28}
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris}}
queues: [{name: phone, open: 24h}]
pools:
  - {name: paris, queues: [phone], agents: AGENTS, cost_per_hour: 58,
     contract: {days_off_per_week: 1, CONTRACT}}
"""
PARIS = ZoneInfo("Europe/Paris")
MONDAY = dt.date(2027, 2, 1)  # of four whole weeks
DAY, LATE, NIGHT = ("09:00", 8), ("14:00", 8), ("22:00", 8)


def at(number, clock):
    hours, minutes = map(int, clock.split(":"))
    day = MONDAY + dt.timedelta(days=number)
    return dt.datetime.combine(day, dt.time(hours, minutes), PARIS)


def row(line, number, shift, agent="Ada"):
    start = at(number, shift[0])
    end = (start.astimezone(dt.UTC) + dt.timedelta(hours=shift[1])).astimezone(PARIS)
    return ShiftRow("roster.csv", line, "paris", start.date(), "", start, end, "",
                    Fraction(shift[1]), agent=agent)  # fmt: skip


def worked(*numbers, shift=DAY):
    """Return shifts of the days before the first."""
    starts = [at(number, shift[0]).astimezone(dt.UTC) for number in numbers]
    return tuple(
        Worked(MONDAY + dt.timedelta(days=n), start, start + dt.timedelta(hours=shift[1]), shift[1])
        for n, start in zip(numbers, starts, strict=True)
    )


def judged(rule, contract, tour, agent=None, first=MONDAY):
    """Return what a rule finds in a tour: (number of the day, shift) each."""
    text = SCENARIO.replace("CONTRACT", contract).replace("AGENTS", "[Ada]")
    text = text.replace(str(MONDAY), str(first))
    scenario = scenario_of(parse_yaml(text, "scenario.yaml"))
    asked = question_of(scenario)
    if agent is not None:
        asked.pools["paris"].people["Ada"] = agent
    rows = tuple(row(line, *one) for line, one in enumerate(tour, start=2))
    books = Books(asked, PlanFiles("", (), rows, {}, {}, (), None, {}, (), {}, 0, ()))
    return rule(books)


def faults(*args, **named):
    found = judged(*args, **named)
    return [(fault.line, fault.field, fault.message) for fault in found.faults]


def days(numbers, shift=DAY):
    return [(number, shift) for number in numbers]


def test_a_week_without_its_rest():
    six = days([0, 1, 2, 3, 4, 5])
    assert not faults(tours.weekly_rest, "", six)
    short = [*days([0, 1, 2, 3, 4, 5], LATE), *days([7, 8, 9, 10, 11, 12])]
    assert not faults(tours.weekly_rest, "", short)  # Saturday 22:00 to Monday 09:00 is 35 hours
    late = [*days([0, 1, 2, 3, 4, 5], ("15:00", 8)), *days([7, 8, 9, 10, 11, 12])]
    found = faults(tours.weekly_rest, "", late)
    assert found == []  # what begins before Monday's first shift is free, as nothing is known of it
    before = Agent("Ada", worked=worked(-1, shift=LATE))
    (told,) = faults(tours.weekly_rest, "", late, before)
    assert told == (
        7, "end", "must leave 35 hours without work in a row in the week of 2027-02-01, got 34 at "
        "most (Ada)",
    )  # fmt: skip


def test_a_weekly_rest_at_a_week_s_edge_counts_for_both_weeks():
    shared = [*days([0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13])]
    before = Agent("Ada", worked=worked(-1))
    assert not faults(tours.weekly_rest, "weekly_rest_hours: 35", shared[:6], before)
    assert not faults(tours.weekly_rest, "weekly_rest_hours: 35", shared, before)


@pytest.mark.parametrize(
    ("numbers", "before", "told"),
    [
        ([0, 1, 4, 5, 6], (), []),  # the first run may have begun before
        ([2, 4, 5], (), [2]),
        ([2, 3, 26, 27], (), []),
        ([5, 27], (), [2]),  # the last run may go on
        ([0, 4, 5], (-1,), []),
        ([0, 4, 5], (-3,), [2]),
        ([4, 5], (-1,), [2]),  # the plan could have gone on with it
        ([4, 5], (-2,), []),  # this one ended before
    ],
)
def test_a_run_of_too_few_days(numbers, before, told):
    agent = Agent("Ada", worked=worked(*before)) if before else None
    found = faults(tours.days_worked_in_a_row, "min_consecutive_days: 2", days(numbers), agent)
    assert [line for line, _, _ in found] == told


@pytest.mark.parametrize(
    ("numbers", "before", "told"),
    [([1, 4], (), []), ([1, 3], (), [3]), ([1], (-1,), [2]), ([2], (-1,), []), ([0], (-2,), [2])],
)
def test_too_few_days_off_in_a_row(numbers, before, told):
    agent = Agent("Ada", worked=worked(*before)) if before else None
    found = faults(tours.days_off_in_a_row, "min_consecutive_days_off: 2", days(numbers), agent)
    assert [line for line, _, _ in found] == told


def test_too_many_weekends():
    contract = "max_weekends_in_four: 2"
    assert not faults(tours.weekends, contract, days([5, 6, 12]))
    (told,) = faults(tours.weekends, contract, days([5, 12, 20]))
    assert told == (
        4, "date",
        "must be on 2 weekends at most of the four to that of 2027-02-20, got 3 (Ada)",
    )  # fmt: skip
    before = Agent("Ada", worked=worked(-1, -8))
    assert [line for line, _, _ in faults(tours.weekends, contract, days([5]), before)] == [2]


def test_too_many_nights_in_a_row():
    contract = "max_nights_in_row: 2"
    assert not faults(tours.nights_in_a_row, contract, days([0, 1, 3, 4], NIGHT))
    assert not faults(tours.nights_in_a_row, contract, days([0, 1, 2], ("15:00", 8)))
    (told,) = faults(tours.nights_in_a_row, contract, days([0, 1, 2], ("16:00", 8)))
    assert told == (4, "date", "must end a run of 2 nights at most, got 3 (Ada)")
    early = days([0, 1, 2], ("03:00", 8))
    assert len(faults(tours.nights_in_a_row, contract, early)) == 1


def test_nights_bind_where_days_in_a_row_may_be_bent():
    rule, three = tours.nights_in_a_row, days(range(4), NIGHT)
    limits = "max_consecutive_days: 3, max_nights_in_row: 3"
    assert faults(rule, limits, three) == []  # days in a row say the same
    assert len(faults(rule, f"{limits}, bend: {{days_in_a_row: 5}}", three)) == 1
    assert (
        len(faults(rule, "max_consecutive_days: 9, max_nights_in_row: 8", days(range(9), NIGHT)))
        == 1
    )


def test_a_shift_that_must_not_follow():
    contract = "forbidden_successions: [{ends_after: '21:00', starts_before: '10:00'}]"
    late, early = (0, LATE), (1, DAY)
    assert not faults(tours.successions, contract, [late, (2, DAY)])
    assert not faults(tours.successions, contract, [(0, ("13:00", 8)), early])
    (told,) = faults(tours.successions, contract, [late, early])
    assert told == (
        3, "start",
        "must be 10:00 or later after a shift that ended after 21:00, got 09:00 (Ada)",
    )  # fmt: skip


def test_a_shift_outside_of_its_agent_s_times():
    ada = Agent("Ada", times={0: (8 * 60, 16 * 60), 1: NEVER, 2: (22 * 60, 30 * 60)})
    tour = [(0, DAY), (1, DAY), (2, NIGHT), (3, DAY)]
    assert faults(tours.times, "", tour, ada) == [
        (2, "start", "must lie within 08:00-16:00, got 09:00-17:00 (Ada)"),
        (3, "date", "must be a day on which the agent works, got Tuesday (Ada)"),
    ]


def test_who_is_away_or_gone_does_not_work():
    away = (MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=2))
    ada = Agent("Ada", absences=(away,), last_day=MONDAY + dt.timedelta(days=3))
    assert faults(people.employed, "", days([0, 1, 4]), ada) == [
        (3, "agent", "must not be away on 2027-02-02, got Ada, who is"),
        (4, "agent", "must be employed on 2027-02-05, got Ada, who is not"),
    ]


def test_rest_hours_and_days_go_on_from_what_was_worked():
    before = Agent("Ada", hours_per_week=24, worked=worked(-1, shift=NIGHT))
    assert [fault[:2] for fault in faults(people.rest, "", days([0]), before)] == [(2, "start")]
    assert [fault[:2] for fault in faults(people.hours_a_week, "", days([0, 1, 2, 3]), before)] == [
        (5, "paid_hours")
    ]
    six = Agent("Ada", worked=worked(*range(-5, 0)))
    assert [fault[:2] for fault in faults(people.days_in_a_row, "", days([0, 1]), six)] == [
        (3, "date")
    ]


@pytest.mark.parametrize(
    ("earlier", "tour", "hours"), [((0, 1, 2), (3, 4), 5), ((0, 1, 2), (3,), 0), ((), (3, 4), 0)]
)
def test_overtime_goes_on_from_what_was_worked(earlier, tour, hours):
    before = Agent("Ada", worked=worked(*earlier))
    thursday = MONDAY + dt.timedelta(days=3)
    found = judged(money.overtime_worked, "", days(tour), before, thursday)
    assert sum(found.values()) == hours


def test_hours_on_average_are_those_of_the_days_of_employment():
    leaves = Agent("Ada", last_day=MONDAY + dt.timedelta(days=6))
    averaged = "weekly_hours: averaged"
    five = days(range(5))
    assert sum(judged(money.overtime_worked, averaged, five, leaves).values()) == 5
    assert sum(judged(money.overtime_worked, averaged, five).values()) == 0


def test_what_may_be_bent_is_told_and_no_fault():
    late = [(0, ("13:00", 9)), (1, ("08:00", 8))]
    hard, bent = (judged(people.rest, more, late) for more in ("", "bend: {rest: 30}"))
    assert (len(hard.faults), hard.bent) == (1, ())
    assert (bent.faults, bent.bent) == ((), hard.faults)


@given(
    off=st.sets(st.integers(0, 6), max_size=6),
    away=st.tuples(st.integers(0, 9), st.integers(0, 6)),
    employed=st.tuples(st.integers(0, 5), st.integers(5, 9)),
    hours=st.sampled_from([None, 17.5, 24.0, 39.0]),
    first=st.integers(0, 6),
)
@settings(max_examples=60, deadline=None)
def test_hours_are_those_that_the_planning_counts(off, away, employed, hours, first):
    begin = MONDAY + dt.timedelta(days=first)
    dates = [begin + dt.timedelta(days=n) for n in range(10)]
    agent = Agent(
        "Ada", hours_per_week=hours, times=dict.fromkeys(off, NEVER),
        absences=((dates[away[0]], dates[away[0]] + dt.timedelta(days=away[1])),),
        first_day=dates[employed[0]], last_day=dates[employed[1]],
    )  # fmt: skip
    counts = np.array([agent.employed_on(day) for day in dates], dtype=np.int64)
    pool = Pool("paris", "in_house", "Europe/Paris", {}, counts, ("Ada",), cost_per_hour=58,
                people=(agent,), contract=Contract())  # fmt: skip
    found = staff_of(pool, dates, [Shift(480, 900, (), 420)])
    assert found is not None
    there = [is_there(agent, day) for day in dates]
    assert [int(one) for one in there] == found.heads_a_day().tolist()
    last = 7 - begin.weekday()
    limits, _ = week_limits(pool, dates, [(0, last), (last, 10)])
    for span, limit in zip(((0, last), (last, 10)), limits[:, 0], strict=True):
        week = dates[slice(*span)]
        paid = hours_contracted([agent], Limits(), week)
        assert float(paid) == pytest.approx(found.contracted_hours(span))
        left = ordinary_hours(agent, Limits(), week)
        assert 60 * float(left) == pytest.approx(limit, abs=0.5)
        most = min(float(left), 7.0 * sum(there[slice(*span)]))
        assert most == pytest.approx(found.hours_limit(span))


def test_too_many_hours_on_average():
    averaged = "weekly_hours: averaged"
    four = [n for week in range(4) for n in range(7 * week, 7 * week + 5)]
    long = days(four[:15], ("09:00", 10))
    assert faults(tours.hours_on_average, averaged, days(four[:15])) == []
    (fault,) = faults(tours.hours_on_average, averaged, long)
    message = "must come to 140 hours at most over the horizon, got 150 (Ada)"
    assert fault == (16, "paid_hours", message)
    more = f"{averaged}, overtime: {{max_hours_per_week: 4}}"
    assert faults(tours.hours_on_average, more, long) == []
    assert faults(tours.hours_on_average, "", long) == []
    leaves = Agent("Ada", last_day=MONDAY + dt.timedelta(days=6))
    assert len(faults(tours.hours_on_average, averaged, days(range(5)), leaves)) == 1


def test_too_few_hours_of_an_exact_week_are_told_and_no_fault():
    exact, seven = "weekly_hours: exact", ("09:00", 7)
    four = [n for week in range(4) for n in range(7 * week, 7 * week + 5)]
    assert judged(tours.hours_exactly, exact, days(four, seven)).bent == ()
    found = judged(tours.hours_exactly, exact, days(four[:-1], seven))
    assert [fault.message for fault in found.bent] == [
        "must come to 35 hours in the week of 2027-02-22, got 28 (Ada)"
    ]
    assert found.faults == ()
    leaves = Agent("Ada", last_day=MONDAY + dt.timedelta(days=26))
    assert judged(tours.hours_exactly, exact, days(four[:-1], seven), leaves).bent == ()

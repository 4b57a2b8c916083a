"""One rule of the week's program, one test: its inequality, recounted, where it binds."""

from pathlib import Path

import highspy
import numpy as np
import pytest

from staffing.coverage import cover_of
from staffing.demand import build_demand
from staffing.pools import Contract, ShiftRules
from staffing.queues import Promise, Queue
from staffing.solver import Status
from staffing.stated import state_week
from staffing.week import Before, Prices, Window
from tests.staffing.instances import (
    MAIL,
    PHONE,
    SHORTAGE,
    centre,
    recounted_positions,
    team,
    vendor,
)

GOLDEN = Path(__file__).with_name("golden") / "one_day.lp"
NIGHT = ShiftRules(22 * 60, 30 * 60, 60, (8.0,))
FREE = Contract(hours_per_week=168, days_off_per_week=0, max_consecutive_days=14)
SLACK = 1e-6


def program_of(asked, *, spill=None, backlog=None, placed=None, window=None):
    """Return a program of all days at once, as if they were one week."""
    covers, intervals, days = asked.covers(), len(asked.times), len(asked.days)
    return state_week(
        window or Window(0, intervals, intervals, ((0, days),)),
        asked.demand,
        covers,
        Before(
            np.zeros((len(covers), intervals)) if spill is None else spill,
            np.zeros(len(asked.demand.queues)) if backlog is None else np.array(backlog),
            [np.zeros(days, dtype=np.int64)] * len(covers) if placed is None else placed,
        ),
        Prices(SHORTAGE),
    )


def solved(asked, **before):
    week = program_of(asked, **before)
    assert week.program.solve("interior") is Status.OPTIMAL
    return week


def heads(week, p=0):
    return week.program.values(week.heads[p])


def on_duty(week, asked, p=0):
    """Return positions of the program's heads, each minute counted."""
    cover = week.covers[p]
    duties = [
        (day, shift, heads(week, p)[d, s])
        for d, day in enumerate(asked.days)
        for s, shift in enumerate(cover.shifts)
    ]
    return recounted_positions(cover.pool, duties, asked.times)


def hours(week, p=0):
    return heads(week, p) @ [shift.paid_hours for shift in week.covers[p].shifts]


def test_capacity():
    """Positions given to queues and left spare <= positions on duty, in every interval."""
    asked = centre(team(agents=3), vendor(agents=2), phone=6.0, seed=1)
    week = solved(asked)
    used = week.value_or_zero(week.serve).sum(axis=1) + week.value_or_zero(week.spare)
    for p in range(2):
        capacity = on_duty(week, asked, p)
        assert (used[p] <= capacity + SLACK).all()
        assert used[p].sum() > 0.8 * capacity.sum()


def test_capacity_counts_shifts_that_began_before():
    """Shifts of the week before that run past midnight still serve."""
    asked = centre(team(agents=0), days=1, hours=(0, 4), mail=0.0)
    spill = np.zeros((1, 24))
    spill[0, :3] = 1.5
    week = solved(asked, spill=spill)
    assert week.value_or_zero(week.serve)[0, 0, :4] == pytest.approx([1.5, 1.5, 1.5, 0.0])


def test_spare_time():
    """Work done on what may wait <= time left spare, in every block of an hour."""
    asked = centre(team(agents=3), phone=2.0, mail=3.0, minutes=30, seed=2)
    week = solved(asked)
    done = week.value_or_zero(week.work)[0].sum(axis=0)
    spare = week.value_or_zero(week.spare)[0].reshape(-1, 2).sum(axis=1)
    assert (done <= spare + SLACK).all()
    assert done.sum() > 0


def test_agents_a_day():
    """Heads on a day <= agents employed on that day."""
    agents = [3, 0, 1, 2, 4, 0, 2]
    week = solved(centre(team(agents=agents, contract=FREE), phone=20.0))
    assert heads(week).sum(axis=1) == pytest.approx(agents)


def test_days_a_week():
    """Heads over a week <= agents times the days that each may work."""
    contract = Contract(hours_per_week=100, days_off_per_week=2)
    week = solved(centre(team(agents=4, contract=contract), phone=20.0))
    assert heads(week).sum() == pytest.approx(4 * 5)


def test_days_a_week_of_those_who_were_there_before():
    """Heads that fall on agents of a step of the ramp, over a week <= the days they may work."""
    contract = Contract(hours_per_week=100, days_off_per_week=2)
    pool = team(agents=[1, 1, 1, 1, 1, 1, 7], contract=contract)
    a_day = heads(solved(centre(pool, phone=20.0))).sum(axis=1)
    assert a_day[:6].sum() + max(a_day[6] - 6, 0) == pytest.approx(5)  # one agent's five days
    assert a_day.sum() == pytest.approx(5 + 6)


def test_run_of_days():
    """Heads over a day more than a run may last <= agents times the longest run."""
    contract = Contract(hours_per_week=100, days_off_per_week=0, max_consecutive_days=3)
    asked = centre(team(agents=4, days=10, contract=contract), days=10, phone=20.0)
    a_day = heads(solved(asked)).sum(axis=1)
    stretches = [a_day[d : d + 4].sum() for d in range(7)]
    assert max(stretches) == pytest.approx(4 * 3)


def test_run_of_days_counts_the_week_before():
    """An agent at work for three days before Monday is off on it."""
    contract = Contract(hours_per_week=168, days_off_per_week=0, max_consecutive_days=3)
    asked = centre(team(agents=4, days=14, contract=contract), days=14, phone=20.0)
    placed = [np.array([0, 0, 0, 0, 4, 4, 4, *[0] * 7])]
    week = solved(asked, placed=placed, window=Window(7 * 24, 14 * 24, 14 * 24, ((7, 14),)))
    a_day = heads(week).sum(axis=1)
    assert a_day[0] == pytest.approx(0.0, abs=SLACK)
    assert a_day.sum() == pytest.approx(4 * 5)  # off on Monday and one day of the next four


def test_hours_a_week():
    """Paid hours over a week - overtime <= contracted hours; overtime <= its own limit."""
    contract = Contract(hours_per_week=21, overtime_hours_per_week=3, overtime_cost_factor=1.5)
    asked = centre(team(agents=4, contract=contract, shrinkage=0.0), phone=20.0, mail=0.0)
    week = solved(asked)
    assert hours(week).sum() == pytest.approx(4 * (21 + 3))
    missing = week.value_or_zero(week.short) @ np.ones(len(asked.times))
    money = (4 * 21 * 0.01 + 4 * 3 * 1.5) * 58
    price = missing[0, 0] * SHORTAGE + missing[1, 0] * 2 * SHORTAGE
    assert week.program.objective == pytest.approx(money + price)


def test_overtime_is_left_where_contracted_hours_suffice():
    """Overtime costs more than contracted hours, so that it comes last."""
    contract = Contract(hours_per_week=35, overtime_hours_per_week=8)
    week = solved(centre(team(agents=6, contract=contract), phone=1.0, mail=0.0))
    assert hours(week).sum() <= 6 * 35 + SLACK


def test_minimum_billing():
    """Paid hours over a week + hours billed for nothing >= minimum hours billed."""
    idle = solved(centre(vendor(minimum_hours_per_week=100), phone=0.0, mail=0.0))
    assert idle.program.objective == pytest.approx(100 * 26)
    # Where the hours are billed anyway, working them costs nothing.
    asked = centre(vendor(minimum_hours_per_week=100, shrinkage=0.0), phone=0.5, mail=0.0)
    busy = solved(asked)
    assert 26 * max(hours(busy).sum(), 100) == pytest.approx(busy.program.objective)


def test_largest_share():
    """Contacts that a pool takes of a queue in a week <= its largest share of the queue's."""
    cheap = vendor(agents=30, days=8, max_share=0.25, cost_per_hour=1.0)
    asked = centre(team(agents=1, days=8), cheap, days=8, phone=6.0, mail=2.0, seed=3)
    week = solved(asked, window=Window(0, 168, 192, ((0, 7), (7, 8))))
    serve, work = week.value_or_zero(week.serve)[1, 0], week.value_or_zero(week.work)[1, 1]
    for here in (slice(0, 168), slice(168, 192)):
        offered = asked.demand.contacts[:, here].sum(axis=1)
        phone = (serve * asked.demand.contacts_per_position[0])[here].sum()
        assert phone == pytest.approx(0.25 * offered[0])
        assert work[here].sum() * 5 <= 0.25 * offered[1] + SLACK


def test_largest_share_counts_a_slow_pools_contacts():
    """A pool at half the speed takes half the contacts in its time."""
    slow = vendor(agents=30, max_share=0.25, cost_per_hour=1.0, speed={"phone": 0.5})
    asked = centre(slow, phone=4.0, mail=0.0)
    serve = (week := solved(asked)).value_or_zero(week.serve)[0, 0]
    assert serve.sum() * 0.5 * 6 == pytest.approx(0.25 * asked.demand.contacts[0].sum())


def test_need():
    """Positions given to a queue, times their speed, + positions missing >= positions needed."""
    pools = team(agents=3, speed={"phone": 0.5}), vendor(agents=2, speed={"phone": 1.25})
    asked = centre(*pools, mail=0.0, seed=4)
    week = solved(asked)
    given = np.array([0.5, 1.25]) @ week.value_or_zero(week.serve)[:, 0]
    missing = week.value_or_zero(week.short).sum(axis=0)[0]
    assert (given + missing >= asked.demand.positions[0] - SLACK).all()
    assert 0 < missing.sum() < asked.demand.positions[0].sum()


def test_need_prices_a_large_shortage_twice():
    """The first tenth of what is missing costs the plain price, the rest twice that."""
    asked = centre(team(agents=0), days=1, hours=(9, 10), phone=10.0, mail=0.0, minutes=30)
    week = solved(asked)
    assert week.program.objective == pytest.approx(0.5 * 2 * (1 * SHORTAGE + 9 * 2 * SHORTAGE))


def test_work_in_time():
    """Work waiting = before + arrived - done; waiting - late - given up <= work not yet due."""
    asked = centre(team(agents=2), phone=1.0, mail=3.0, seed=5, days=2)
    week = solved(asked, backlog=[0.0, 4.0])
    done = week.value_or_zero(week.work)[0, 1]
    waiting, late = week.value_or_zero(week.waiting)[1], week.value_or_zero(week.late)[1]
    before, demand = np.append(4.0, waiting[:-1]), asked.demand
    assert waiting == pytest.approx(before + demand.load[1] - done, abs=SLACK)
    given_up = week.value_or_zero(week.given_up)[1]
    assert (waiting - late - given_up <= demand.not_due[1] + SLACK).all()
    assert late.sum() > 0
    assert done.sum() > 0


def test_work_in_time_without_agents():
    """What nobody does falls overdue when its time is up, and stays so."""
    asked = centre(team(agents=0), days=1, hours=(8, 10), phone=0.0, mail=2.0)
    week = solved(asked)
    late = week.value_or_zero(week.late)[1]
    assert late == pytest.approx([0.0] * 11 + [2.0] + [4.0] * 12)  # four hours after it came


def test_contacts_are_paid_by_those_handled():
    """A pool paid by contact earns the contacts that it takes, however long it takes them."""
    slow = vendor(agents=60, cost_per_contact=4.0, speed={"phone": 0.5, "mail": 0.8}, days=2)
    asked = centre(slow, days=2)
    week = solved(asked)
    phone = 0.5 * 6 * week.value_or_zero(week.serve)[0, 0].sum()
    mail = 0.8 * 5 * week.value_or_zero(week.work)[0, 1].sum()
    assert phone == pytest.approx(asked.demand.contacts[0].sum())
    waits = week.value_or_zero(week.waiting)[1] @ np.append(np.full(47, 0.001 * SHORTAGE), 0.0)
    paid = sum(
        s.paid_hours * week.program.values(week.heads[0])[:, n].sum()
        for n, s in enumerate(week.covers[0].shifts)
    )
    keeps_idle_hands_away = 0.1 * 4.0 * paid
    assert week.program.objective == pytest.approx(
        4.0 * (phone + mail) + waits + keeps_idle_hands_away
    )


def one_day():
    """Return six hours of a small shop: short enough to be read."""
    rules = ShiftRules(8 * 60, 14 * 60, 60, (4.0,))
    shop = team("shop", 3, 1, shifts=rules, timezone="UTC", contract=Contract(35, 10, 11, 6, 2))
    helpers = vendor(
        "lyon-partner",
        2,
        1,
        shifts=ShiftRules(9 * 60, 13 * 60, 60, (4.0,)),
        timezone="UTC",
        speed={"phone": 0.8},
        cost_per_hour=26.0,
        minimum_hours_per_week=14,
        max_share=0.25,
    )
    days = centre(days=1).days
    times = centre(days=1, zones=("UTC",)).times[8:14]
    needed = np.array([[1.0, 2.0, 3.0, 3.0, 2.0, 1.0], [0.5, 0.0, 1.0, 0.0, 0.5, 0.0]])
    queues = (PHONE, Queue("mail", Promise(reply_within_hours=2)))
    demand = build_demand(queues, needed, 6 * needed, np.ones((2, 6), dtype=bool), 3600)
    covers = tuple(cover_of(pool, queues, days, times, 3600) for pool in (shop, helpers))
    window = Window(0, 6, 6, ((0, 1),))
    none_before = [np.zeros(1, dtype=np.int64)] * 2
    return state_week(
        window, demand, covers, Before(np.zeros((2, 6)), np.zeros(2), none_before), Prices(SHORTAGE)
    )


def test_one_day_is_written_as_a_person_reads_it(tmp_path):
    """Where a rule changes on purpose, the file written here becomes the golden one."""
    one_day().program.write(tmp_path / "one_day.lp")
    written = (tmp_path / "one_day.lp").read_text(encoding="utf-8")
    assert written == GOLDEN.read_text(encoding="utf-8")


def test_the_golden_day_costs_what_ours_costs():
    """The file is the whole program: another reader finds the same cost."""
    program = one_day().program
    assert program.solve() is Status.OPTIMAL
    reader = highspy.Highs()
    reader.setOptionValue("output_flag", False)
    assert reader.readModel(str(GOLDEN)) == highspy.HighsStatus.kOk
    reader.run()
    assert reader.getObjectiveValue() == pytest.approx(program.objective)


def test_a_night_serves_the_morning_after():
    """A shift past midnight counts on the day that it starts and covers the next."""
    contract = Contract(hours_per_week=8, days_off_per_week=6)
    asked = centre(
        team(agents=[1, 0], days=2, shifts=NIGHT, contract=contract, shrinkage=0.0),
        days=2,
        hours=(0, 24),
        phone=1.0,
        mail=0.0,
    )
    week = solved(asked)
    assert hours(week).sum() == pytest.approx(8)
    assert np.flatnonzero(week.value_or_zero(week.serve)[0, 0] > SLACK).tolist() == [*range(22, 30)]


def test_mail_alone_needs_no_phone():
    """A centre of deferred work alone is a program too."""
    asked = centre(team(agents=12, speed={"mail": 1.0}), phone=0.0, mail=2.0, days=1)
    week = solved(asked)
    assert asked.demand.queues[1] is MAIL
    assert week.value_or_zero(week.late)[1].sum() == pytest.approx(0.0, abs=SLACK)

"""What waits when the horizon begins, planned: by its own deadlines, never counted as a lack."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.costing import pool_costs
from staffing.coverage import reached
from staffing.demand import build_demand
from staffing.pools import ShiftRules
from staffing.projection import project
from staffing.queues import Promise, Queue, Target
from staffing.roster import Roster
from staffing.spare import settle
from staffing.starting import Backlog
from tests.staffing.instances import Centre, centre, team, vendor

HOUR = 3600
FULL = Roster((), ())
NOBODY_WAITS = Backlog()


def mail(backlog, hours=4.0, clock="calendar"):
    return Queue("mail", Promise(hours, clock=clock, max_occupancy=1.0), backlog=backlog)


def with_backlog(asked: Centre, backlog: Backlog, *, hours=4.0, there=True) -> Centre:
    """Return a centre whose mail waits already."""
    phone, _ = asked.demand.queues
    queues = (phone, mail(backlog, hours))
    d = asked.demand
    load = d.positions + d.load
    reach = reached(asked.pools, queues, asked.days, asked.times, d.interval_s) if there else None
    aht_s = np.full(load.shape, 720.0)
    return replace(
        asked,
        demand=build_demand(queues, load, d.contacts, asked.is_open, d.interval_s, aht_s, reach),
    )


@pytest.mark.parametrize("coming", [0.0, 10.0])
def test_messages_that_wait_are_as_much_work_as_those_that_come(coming):
    """Twelve minutes each, two at a time, half an agent's time for it: five an hour."""
    queue = Queue("m", Promise(4, max_occupancy=0.5), concurrency=2, backlog=Backlog(40, 1))
    one, aht_s = np.ones((1, 6)), np.full((1, 6), 720.0)
    demand = build_demand([queue], coming / 5 * one, coming * one, one > 0, HOUR, aht_s)
    assert demand.waiting == pytest.approx([8.0])


def test_what_waits_is_due_by_its_age():
    """Eight hours' mail to be answered in four: half is late, a fourth due in each of two."""
    work = np.ones((1, 6))
    queue = Queue("m", Promise(4), backlog=Backlog(40, 8))
    demand = build_demand([queue], work, 5 * work, np.ones((1, 6), bool), HOUR)
    assert demand.waiting == pytest.approx([8.0])  # at five contacts to a position hour
    assert demand.overdue == pytest.approx([4.0])
    plain = build_demand([Queue("m", Promise(4))], work, 5 * work, np.ones((1, 6), bool), HOUR)
    still = (demand.not_due - plain.not_due)[0]
    assert still == pytest.approx([2.0, 1.0, 0.0, 0.0, 0.0, 0.0], abs=1e-9)
    missing = demand.missing(np.zeros((1, 6)))[0]
    # Of what waits four are late already, the rest falls due; and what came in the first interval
    # is due by the end of the fourth.
    assert missing == pytest.approx([2.0, 1.0, 1.0, 1.0, 1.0, 1.0], abs=1e-9)
    assert demand.missing(np.full((1, 6), 2.0))[0] == pytest.approx([2.0, 1.0, 1.0, 1.0, 0, 0])


def test_hands_on_a_queue_without_other_contacts():
    queue = Queue("m", Promise(4, max_occupancy=0.5), backlog=Backlog(40, 8))
    none, always = np.zeros((1, 6)), np.ones((1, 6), bool)
    demand = build_demand([queue], none, none, always, HOUR, np.full((1, 6), 360.0))
    assert demand.waiting == pytest.approx([8.0])  # ten contacts an hour at full, five at half
    with pytest.raises(ValueError, match="aht_s must be known for m"):
        build_demand([queue], none, none, always, HOUR)


def test_a_queue_answered_at_once_has_nothing_waiting():
    one = np.ones((1, 3))
    demand = build_demand([Queue("p", Target())], one, one, one > 0, HOUR)
    assert demand.waiting.tolist() == demand.overdue.tolist() == [0.0]
    assert not demand.unavoidable.any()


def test_nobody_lacks_what_nobody_can_be_there_for():
    """People from 8:00: what comes from midnight to 4:00, and what waits, is late without fail."""
    work = np.ones((1, 24))
    there = np.broadcast_to(np.arange(24) >= 8, (1, 24))
    queue = Queue("m", Promise(4), backlog=Backlog(20, 4))
    demand = build_demand([queue], work, 5 * work, work > 0, HOUR, None, there)
    assert demand.unavoidable[0, :9] == pytest.approx([2, 1, 1, 1, 1, 1, 1, 1, 0], abs=1e-9)
    given_ = np.where(there, 30.0, 0.0)
    assert not demand.missing(given_).any()
    assert demand.missing(np.zeros((1, 24)))[0, 8:] == pytest.approx(np.ones(16))


def test_the_program_works_it_off_and_what_is_late_first():
    asked = centre(team(agents=20), phone=2.0, mail=1.0)
    late = with_backlog(asked, Backlog(60, 20))
    plan = settle(late.plan(), FULL, late.demand)
    given_ = plan.given()[1]
    assert late.demand.waiting[1] == pytest.approx(12.0)
    assert given_.sum() == pytest.approx(late.demand.arrived()[1, -1], rel=0.02)
    morning = np.flatnonzero(asked.times.tz_convert("Europe/Paris").hour == 8)[0]
    assert given_[:morning].sum() == 0
    assert given_[morning : morning + 3].sum() > 12.0
    plain = with_backlog(asked, NOBODY_WAITS).plan()  # the evening's last hour may lack a little
    assert plan.understaffing[1].sum() <= plain.understaffing[1].sum() + 0.5


def test_a_backlog_of_zero_plans_the_same():
    asked = centre(team(agents=12), vendor(agents=4, max_share=0.3), seed=6)
    none, zero = (with_backlog(asked, Backlog(0, age)) for age in (0, 50))
    plans = [settle(one.plan(), FULL, one.demand) for one in (none, zero)]
    assert all((a == b).all() for a, b in zip(plans[0].heads, plans[1].heads, strict=True))
    assert (plans[0].serve == plans[1].serve).all()
    assert (plans[0].understaffing == plans[1].understaffing).all()
    assert plans[0].cost == plans[1].cost


def test_a_largest_share_counts_what_waits():
    cheap = vendor(agents=30, max_share=0.25, cost_per_hour=1.0)
    asked = with_backlog(centre(team(agents=0), cheap, phone=1.0, mail=1.0), Backlog(200, 3))
    plan = asked.plan()
    handled = plan.serve[1, 1].sum() * 5
    assert handled == pytest.approx(0.25 * (asked.demand.contacts[1].sum() + 200), rel=0.01)


def test_costs_are_a_contact_answered():
    asked = with_backlog(
        centre(vendor(agents=40, cost_per_contact=4.0), phone=1.0, mail=1.0), Backlog(100, 3)
    )
    plan = settle(asked.plan(), FULL, asked.demand)
    aht_s = np.array([[600.0], [720.0]]) * np.ones(asked.demand.contacts.shape)
    seen = project(asked.demand.queues, asked.times, asked.demand.contacts, aht_s, plan.given(),
                   HOUR, is_open=asked.is_open)  # fmt: skip
    (cost,) = pool_costs(plan, asked.demand, seen)
    stayed = (seen.contacts * (1 - seen.abandonment))[0].sum()
    left = seen.backlog[1, -1]
    assert cost.contacts == pytest.approx(stayed + seen.contacts[1].sum() + 100 - left)


def test_a_night_shift_can_be_there_at_night():
    night = ShiftRules(22 * 60, 30 * 60, 60, (8.0,))
    asked = centre(team(agents=[0, 2], days=2, shifts=night), days=2)
    queues = asked.demand.queues
    there = reached(asked.pools, queues, asked.days, asked.times, HOUR)
    hours = np.flatnonzero(there[1])
    assert hours.tolist() == [46, 47]  # of the second day alone: nobody is employed on the first
    unserved = centre(team(agents=0), days=2)
    assert reached(unserved.pools, queues, unserved.days, unserved.times, HOUR).all()


@settings(max_examples=30, deadline=None)
@given(
    st.floats(0, 400), st.floats(0, 60), st.sampled_from([0, 3 * HOUR]), st.floats(0, 4),
    st.sampled_from(["calendar", "open"]),
)  # fmt: skip
def test_offered_and_waiting_is_answered_and_waiting(contacts, age, counted_s, hands, clock):
    times = centre(days=3).times
    day = np.arange(72) % 24
    is_open = ((day >= 8) & (day < 18))[None]
    come, aht_s = np.full((1, 72), 5.0), np.full((1, 72), 600.0)
    queue = mail(Backlog(contacts, age, counted_s), 10.0, clock)
    positions = np.where(is_open, hands, 0.0)
    paths = np.random.default_rng(1).uniform(0, 9, (5, 1, 72))
    seen = project([queue], times, come, aht_s, positions, HOUR, is_open=is_open, paths=paths,
                   there=is_open)  # fmt: skip
    start = seen.starting
    assert start.contacts[0] == pytest.approx(contacts)
    assert come.sum() + contacts == pytest.approx(seen.answered.sum() + seen.backlog[0, -1])
    assert 0 <= start.late[0] <= start.out_of_reach[0] + 1e-9 <= contacts + 2e-9
    assert start.in_time[0] + start.out_of_reach[0] <= contacts * 1.01 + 1e-6
    best = 1 - seen.out_of_reach[0]
    assert (seen.service_level[0] <= best + 0.26).all()  # an hour's contacts are done evenly in it
    assert (seen.oldest_s >= 0).all()
    assert ((seen.oldest_s > 0) <= (seen.backlog > 0)).all()

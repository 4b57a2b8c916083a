"""Service over the day or week, bought by the program where positions give most."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.allocation import Allocation, allocate
from staffing.coverage import cover_of
from staffing.demand import Demand, build_demand
from staffing.erlang import service
from staffing.ladder import Ladder
from staffing.pools import Contract, ShiftRules
from staffing.queues import Queue, Target
from staffing.raised import CLOSE, raised
from staffing.requirement import requirement
from staffing.service_ladders import service_ladders
from staffing.solver import Status
from staffing.stated import state_week
from staffing.week import Before, Prices, Window
from tests.staffing.instances import MONDAY, PARIS, SHORTAGE, axis, days_from, vendor

AHT_S = 300.0
HALF_POINT = 0.005
SLACK = 1e-6
FREE = Contract(168, 24, 0, 14, 0, "scheduled")
HOURLY = ShiftRules(8 * 60, 20 * 60, 60, (1.0,))
SHIFTS = ShiftRules(8 * 60, 20 * 60, 30, (4.0, 8.0))


@dataclasses.dataclass(frozen=True)
class Phone:
    """A phone line with a promise over the day or week, and one vendor at 26 an hour."""

    queue: Queue
    times: pd.DatetimeIndex
    contacts: np.ndarray
    period: np.ndarray
    demand: Demand
    agents: int
    shifts: ShiftRules
    shrinkage: float = 0.0

    @property
    def days(self):
        return days_from(MONDAY, len(self.times) * self.demand.interval_s // 86_400)

    @property
    def pool(self):
        return vendor(
            agents=self.agents, days=len(self.days), speed={"phone": 1.0}, shifts=self.shifts,
            contract=FREE, shrinkage=self.shrinkage,
        )  # fmt: skip

    @property
    def ladder(self) -> Ladder:
        return self.demand.ladders[0]

    def alone(self):
        """Return the same with positions needed in every interval, chosen before the program."""
        return dataclasses.replace(self, demand=dataclasses.replace(self.demand, ladders={}))

    def plan(self, demand=None, price=SHORTAGE) -> Allocation:
        asked = demand or self.demand
        return allocate(asked, [self.pool], self.days, self.times, shortage_price=price)

    def week(self, window=None):
        """Return the relaxed program of all days at once, solved."""
        count, cover = len(self.times), self.covers()
        week = state_week(
            window or Window(0, count, count, ((0, len(self.days)),)), self.demand, cover,
            Before(np.zeros((1, count)), np.zeros(1), [np.zeros(len(self.days), int)]),
            Prices(SHORTAGE),
        )  # fmt: skip
        assert week.program.solve("interior") is Status.OPTIMAL
        return week

    def covers(self):
        queues, step = self.demand.queues, self.demand.interval_s
        return (cover_of(self.pool, queues, self.days, self.times, step),)

    def levels(self, given_):
        """Return the true service of each period: fractions of an agent for a part of the time."""
        whole = np.floor(given_ + 1e-9)
        parts = [
            service(n, self.contacts, AHT_S, self.demand.interval_s, 20, self.queue.patience_s)
            for n in (whole, whole + 1)
        ]
        low, high = (part.service_level for part in parts)
        level = low + (given_ - whole) * (high - low)
        offered = np.bincount(self.period, self.contacts)
        return np.bincount(self.period, self.contacts * level) / np.maximum(offered, 1e-9)


def phone(contacts, *, over="day", patience_s=180.0, minutes=60, agents=200, shifts=SHIFTS,
          share=0.8, shrinkage=0.0) -> Phone:  # fmt: skip
    """Return the line of as many days as there are rows of contacts from 8:00 to 20:00."""
    contacts = np.atleast_2d(np.asarray(contacts, float))
    horizon = days_from(MONDAY, len(contacts))
    times = axis(horizon, minutes)
    local = times.tz_convert(PARIS)
    is_open = ((local.hour >= 8) & (local.hour < 20))[None]
    counts = np.zeros(len(times))
    counts[is_open[0]] = contacts.ravel()
    day = np.asarray((local.normalize() - local.normalize()[0]).days)
    period = day // 7 if over == "week" else day
    queue = Queue("phone", Target(share, 20, over=over), patience_s)
    aht_s, step = np.full((1, len(times)), AHT_S), minutes * 60
    need = requirement([queue], times, counts[None], aht_s, step, period[None])
    ladders = service_ladders([queue], counts[None], aht_s, need.positions, period[None], step)
    demand = build_demand([queue], need.positions, counts[None], is_open, step, ladders=ladders)
    return Phone(queue, times, counts, period, demand, agents, shifts, shrinkage)


def bell(a_day, days=1, minutes=60, seed=1):
    """Return contacts of days from 8:00 to 20:00 with two peaks and some chance."""
    hour = np.arange(0, 12, minutes / 60)
    shape = 0.35 + np.exp(-(((hour - 2.5) / 1.6) ** 2)) + 0.8 * np.exp(-(((hour - 7.5) / 2) ** 2))
    uneven = np.random.default_rng(seed).uniform(0.9, 1.1, (days, hour.size))
    shape = shape * uneven
    return a_day * shape / shape.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("patience_s", [180.0, math.inf])
def test_with_a_shift_for_each_interval_it_takes_the_hours_that_the_queue_takes_alone(patience_s):
    line = phone(bell(2000), patience_s=patience_s, shifts=HOURLY, agents=400)
    plan = line.plan()
    alone = line.demand.positions.sum()
    assert plan.bound <= 26.0 * alone + SLACK
    assert plan.heads[0].sum() == pytest.approx(alone, abs=1.0)  # the last step is a whole agent
    assert plan.bound > 26.0 * (alone - 1.0) - SLACK


@pytest.mark.parametrize(("a_day", "patience_s"), [(3000, math.inf), (3000, 180), (500, 180)])
def test_whole_shifts_buy_service_for_less_than_positions_chosen_before(a_day, patience_s):
    line = phone(bell(a_day, 2, 15), patience_s=patience_s, minutes=15, shrinkage=0.3)
    together, before = line.plan(), line.alone().plan()
    assert together.bound <= before.bound + SLACK
    assert together.cost < 0.96 * before.cost
    assert (line.levels(together.given()[0]) >= 0.8 - 2 * HALF_POINT).all()


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([60.0, 180.0, math.inf]),
    st.sampled_from(["day", "week"]),
    st.floats(0.3, 0.95),
    st.floats(5.0, 400.0),
)
def test_the_true_curve_keeps_every_period_within_half_a_point(seed, patience, over, share, size):
    rng = np.random.default_rng(seed)
    contacts = np.exp(rng.normal(np.log(size), 0.8, (2, 12))) * rng.integers(0, 2, (2, 12))
    line = phone(contacts, over=over, patience_s=patience, share=share, shrinkage=0.3)
    week = line.week()
    given_ = week.value_or_zero(week.serve)[0, 0]
    short = week.value_or_zero(week.short).sum()
    busy = np.bincount(line.period, line.contacts) > 0
    missed = (share - line.levels(given_))[busy]
    assert short > SLACK or (missed <= HALF_POINT).all()
    assert line.ladder.lacking(given_).sum() <= short + 1e-3


def test_need_and_further():
    """Positions given, times their speed, + missing >= floor + positions on the rungs above it."""
    line = phone(bell(800), agents=12)
    week = line.week()
    given_ = week.value_or_zero(week.serve)[0, 0]
    missing = week.value_or_zero(week.short).sum(axis=0)[0]
    assert (given_ + missing >= line.ladder.floor - SLACK).all()
    assert (given_ < line.demand.positions[0] - 0.5).any()
    assert (given_ > line.demand.positions[0] + 0.5).any()


def test_service_over_period():
    """Contacts in time of a day or week + contacts missing in time >= share promised x contacts."""
    line = phone(bell(900, 2))
    week = line.week()
    given_ = week.value_or_zero(week.serve)[0, 0]
    in_time = line.ladder.in_time(given_).reshape(2, 24).sum(axis=1)
    assert in_time == pytest.approx([720.0, 720.0], abs=1e-3)


def test_parts_of_a_week_that_is_cut_add_up_to_the_promise():
    line = phone(bell(900, 3), over="week")
    week = line.week(Window(0, 48, 72, ((0, 2), (2, 3))))
    in_time = line.ladder.in_time(week.value_or_zero(week.serve)[0, 0])
    alone = line.ladder.in_time(line.demand.positions[0])
    for part in (slice(0, 48), slice(48, 72)):
        asked = 0.8 * 2700 * alone[part].sum() / alone.sum()
        assert in_time[part].sum() == pytest.approx(asked, abs=1e-3)
    assert week.cost_ahead() > 0


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 12), st.integers(0, 1000))
def test_one_more_agent_never_hurts(agents, seed):
    line = phone(bell(400, seed=seed), agents=agents)
    more = dataclasses.replace(line, agents=agents + 1)
    fewer = line.week().program.objective
    assert more.week().program.objective <= fewer + 1e-6 * fewer


def test_what_cannot_be_reached_is_told_and_never_refused():
    line = phone(bell(3000), agents=5)
    plan = line.plan()
    wanted = line.demand.positions.sum()
    assert plan.heads[0].sum() == 5
    assert plan.understaffing.sum() == pytest.approx(wanted - plan.given().sum(), rel=0.2)
    none = dataclasses.replace(line, agents=0).plan()
    assert none.understaffing[0] == pytest.approx(line.demand.positions[0], abs=1.0)
    assert none.understaffing.sum() == pytest.approx(wanted, abs=1.0)


def test_other_positions_than_the_queue_takes_alone_are_no_shortage():
    line = phone(bell(900))
    positions = line.demand.positions
    assert not line.demand.missing(positions).any()
    assert not line.demand.missing(positions + 3.0).any()
    fewer = positions.copy()
    fewer[0, 10] -= 2.0
    missing = line.demand.missing(fewer)
    assert 1.0 < missing.sum() <= 2.0 + SLACK
    mended = fewer + missing
    assert (line.levels(mended[0]) >= 0.8 - 1e-4).all()
    assert not line.demand.missing(mended).any()


def test_a_queue_that_is_not_quite_steady_is_asked_for_more():
    line = phone(bell(150, 2, 15), minutes=15, patience_s=600.0, shrinkage=0.3)
    aht_s, is_open = np.full((1, len(line.times)), AHT_S), line.contacts[None] > 0
    spent = line.plan()
    more = raised(line.demand, line.demand, spent, aht_s, is_open)
    assert more is not None
    assert (more.ladders[0].share >= 0.8).all()
    assert more.ladders[0].share.max() > 0.8 + CLOSE
    again = line.plan(more)
    assert again.bound > spent.bound
    plenty = dataclasses.replace(spent, serve=spent.serve * 1.5)
    assert raised(line.demand, line.demand, plenty, aht_s, is_open) is None
    nobody = dataclasses.replace(spent, serve=spent.serve * 0.0)
    assert raised(line.demand, line.demand, nobody, aht_s, is_open) is None


def test_promises_in_every_interval_have_no_ladder():
    line = phone(bell(300))
    queue = Queue("phone", Target(0.8, 20))
    aht_s = np.full((1, len(line.times)), AHT_S)
    args = (line.contacts[None], aht_s, line.demand.positions, line.period[None], 3600)
    assert service_ladders([queue], *args) == {}
    outside = service_ladders([line.queue], *args[:3], np.full_like(args[3], -1), 3600)[0]
    assert (outside.floor == line.demand.positions[0]).all()
    assert not outside.width.any()


@pytest.mark.parametrize("load", [0.3, 2.0, 9.0, 60.0, 700.0])
@pytest.mark.parametrize("patience_s", [60.0, math.inf])
def test_rungs_never_promise_more_than_whole_agents_give_and_half_a_point_less(load, patience_s):
    queue = Queue("phone", Target(0.8, 20, over="day"), patience_s)
    contacts, aht_s = np.array([[load * 3.0, load * 3.0]]), np.full((1, 2), 300.0)
    period = np.zeros((1, 2), int)
    times = pd.date_range("2027-02-01", periods=2, freq="15min", tz="UTC")
    need = requirement([queue], times, contacts, aht_s, 900, period)
    ladder = service_ladders([queue], contacts, aht_s, need.positions, period, 900)[0]
    for n in range(int(ladder.floor[0]), int(ladder.floor[0] + ladder.width[0].sum()) + 1):
        level = ladder.levels(np.full(2, float(n)))[0]
        true = float(service(n, contacts[0, 0], 300.0, 900, 20, patience_s).service_level)
        assert true - HALF_POINT <= level <= true + 1e-9
    for gain, width in zip(ladder.gain, ladder.width, strict=True):
        assert (np.diff(gain[width > 0]) <= 1e-12).all()

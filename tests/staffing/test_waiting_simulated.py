"""Work that may wait, projected, against every contact and every agent on its own."""

from typing import Literal

import numpy as np
import pandas as pd
import pytest

from staffing.backlog import desk, work_off
from staffing.projection import project
from staffing.queues import Promise, Queue
from staffing.starting import Backlog
from tests.staffing.fifo import Desk, in_time, spread

HOUR = 3600
CALENDAR: Literal["calendar"] = "calendar"
OPENED: Literal["open"] = "open"
WEEK = 168
AHT = 100.0
HOURS = np.arange(2 * WEEK)
OPEN = (HOURS % 24 >= 8) & (HOURS % 24 < 18) & (HOURS // 24 % 7 < 5)  # shut at weekends
CONTACTS = np.where(HOURS % 24 >= 7, 170.0, 46.0)
BACKLOG = Backlog(2000, 40)


def longer(row, weeks=3):
    """Return a row with its last week again, as the projection follows what is left."""
    return np.concatenate([row, np.tile(row[-WEEK:], weeks)])


def simulated(agents, within, clock, seed, backlog=BACKLOG):
    """Return arrivals, replies and whether in time, those that wait at the start first."""
    rng = np.random.default_rng(seed)
    before = np.sort(rng.uniform(-backlog.oldest_hours * HOUR, 0, int(backlog.contacts)))
    came = np.concatenate([before, spread(CONTACTS, HOUR, rng)])
    then = Desk(longer(agents), HOUR, AHT).finished(np.maximum(came, 0), rng)
    ticks = np.concatenate([OPEN[:WEEK], longer(OPEN)])
    met = in_time(came + WEEK * HOUR, then + WEEK * HOUR, within * HOUR, ticks, HOUR, clock)
    return came, then, met


@pytest.mark.parametrize(
    ("clock", "within", "most"),
    [("calendar", 24, 13), ("calendar", 6, 14), ("calendar", 72, 13), ("open", 12, 13),
     ("open", 4, 13), ("open", 25, 12)],
)  # fmt: skip
def test_service_backlog_and_age(clock, within, most):
    """Shut at weekends, over the horizon's end, with what waited at its start."""
    agents = np.where(OPEN, most, 0)
    came, then, met = simulated(agents, within, clock, seed=within + most)
    waits = int(BACKLOG.contacts)
    capacity = agents * HOUR / AHT
    got = work_off(CONTACTS, desk(capacity, OPEN, HOUR, within * HOUR, clock, BACKLOG))
    assert got.starting_in_time / waits == pytest.approx(met[:waits].mean(), abs=0.03)
    day = (came[waits:] // (24 * HOUR)).astype(int)
    daily = np.bincount(day, met[waits:], 14) / np.bincount(day, minlength=14)
    weights = CONTACTS.reshape(14, 24)
    projected = (weights * got.service_level.reshape(14, 24)).sum(axis=1) / weights.sum(axis=1)
    assert abs(projected - daily).mean() < 0.02  # a step of 46 in 46,000 Poisson contacts moves
    assert projected.mean() == pytest.approx(daily.mean(), abs=0.015)
    ends = (np.arange(CONTACTS.size) + 1.0) * HOUR
    left = np.searchsorted(np.sort(came), ends) - np.searchsorted(np.sort(then), ends)
    assert abs(got.backlog - left).max() < 4 * np.sqrt(came.size)
    order = np.argsort(then)
    oldest = [ends[i] - came[order][np.searchsorted(then[order], ends[i]):].min()
              for i in np.flatnonzero(left > 200)]  # fmt: skip
    assert abs(got.oldest_s[left > 200] - oldest).mean() < 0.75 * HOUR


def test_a_day_of_twenty_three_hours():
    """The clocks go forward at night: promises count hours, opening follows the wall clock."""
    times = pd.date_range("2027-03-26", periods=4 * 24 - 1, freq="h", tz="Europe/Paris")
    is_open = np.asarray((times.hour >= 8) & (times.hour < 18))
    contacts = np.where(np.asarray(times.hour >= 7), 300.0, 80.0)
    agents = np.where(is_open, 17, 0)
    rng = np.random.default_rng(3)
    came = spread(contacts, HOUR, rng)
    then = Desk(np.concatenate([agents, agents]), HOUR, AHT).finished(came, rng)
    for clock, within in ((CALENDAR, 13), (OPENED, 4)):
        queue = Queue("mail", Promise(within, clock=clock, max_occupancy=1.0))
        got = project(
            [queue], times.tz_convert("UTC"), contacts[None], np.full((1, 95), AHT),
            agents[None].astype(float), HOUR, is_open=is_open[None],
        )  # fmt: skip
        ticks = np.concatenate([is_open, is_open])
        met = in_time(came, then, within * HOUR, ticks, HOUR, clock)
        share = float((contacts * got.service_level[0]).sum() / contacts.sum())
        assert 0.2 < share < 0.98
        assert share == pytest.approx(met.mean(), abs=0.02)


@pytest.mark.parametrize(("first", "second"), [(14, 11), (12, 10), (20, 14)])
def test_level_2_is_served_as_level_1_hands_on(first, second):
    """What level 1 finishes is what comes to level 2, when it is finished."""
    is_open = (HOURS % 24 >= 8) & (HOURS % 24 < 18) & (HOURS // 24 % 7 < 6)
    desks = [np.where(is_open, n, 0) for n in (first, second)]
    rng = np.random.default_rng(first)
    came = spread(CONTACTS, HOUR, rng)
    finished = Desk(longer(desks[0]), HOUR, AHT).finished(came, rng)
    onward = np.sort(finished[rng.uniform(size=finished.size) < 0.4])
    onward = onward[onward < HOURS.size * HOUR]
    then = Desk(longer(desks[1]), HOUR, 2 * AHT).finished(onward, rng)
    one = work_off(CONTACTS, desk(desks[0] * HOUR / AHT, is_open, HOUR, 24.0 * HOUR))
    for clock, within in ((CALENDAR, 24.0), (CALENDAR, 6.0), (OPENED, 4.0)):
        at = desk(desks[1] * HOUR / (2 * AHT), is_open, HOUR, within * HOUR, clock)
        handed = 0.4 * one.handled
        share = (handed * work_off(handed, at).service_level).sum() / handed.sum()
        met = in_time(onward, then, within * HOUR, longer(is_open), HOUR, clock)
        assert share == pytest.approx(met.mean(), abs=0.02)
        # A plan knows the arrivals alone, and takes them as handed on at level 1's next opening:
        # the earliest that may be. At desks that are even over the day that does not flatter.
        earliest = at_opening(0.4 * CONTACTS, is_open)
        opened = work_off(earliest, at)
        planned = (earliest * opened.service_level).sum() / earliest.sum()
        assert planned < met.mean() + 0.02
        assert within < 24 or planned > met.mean() - 0.02


def at_opening(contacts, is_open):
    """Return contacts in the next open interval; what comes after the last is left out."""
    openings = np.flatnonzero(is_open)
    at = np.searchsorted(openings, np.arange(contacts.size))
    kept = at < openings.size
    return np.bincount(openings[at[kept]], contacts[kept], contacts.size)

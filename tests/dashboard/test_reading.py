"""The choice in the address, and what the page takes from the plan for it."""

import datetime as dt
import json
import os

import numpy as np
import pytest
from dashboard.reading import Choice, Latest, choice_in, choose, queue_day

from planner.errors import InputError
from planner.plan_files import read_plan
from tests.dashboard.plan_folder import DAYS, LONG_DAY, NASTY, PEAK


@pytest.fixture
def plan(folder):
    return read_plan(folder)


def test_the_default_is_the_largest_queue_on_the_busiest_day(plan):
    assert choice_in(plan, "") == choice_in(plan, None) == Choice("FR", NASTY, PEAK)


@pytest.mark.parametrize("queue", [NASTY, "fr-email", "=gb-phone"])
def test_an_address_leads_back(plan, queue):
    for day in DAYS:
        choice = choose(plan, queue=queue, day=day.isoformat())
        assert (choice.queue, choice.day) == (queue, day)
        assert choice_in(plan, choice.address) == choice


def test_an_address_with_nonsense_gives_the_default(plan):
    asked = "?queue=nobody&day=2027-13-45&market=XX&day"
    assert choice_in(plan, asked) == Choice("FR", NASTY, PEAK)


def test_a_market_brings_its_largest_queue(plan):
    day = DAYS[0].isoformat()
    assert choose(plan, market="GB", queue=NASTY, day=day) == Choice("GB", "=gb-phone", DAYS[0])


def test_a_summary_without_a_peak_shows_the_first_day(folder):
    path = folder / "summary.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"peak_day": None}))
    assert choice_in(read_plan(folder), "").day == DAYS[0]


def test_a_day_shows_its_open_hours(plan):
    day = queue_day(plan, Choice("FR", NASTY, PEAK))
    assert day.clock == tuple(f"{h:02d}:00" for h in range(8, 18))
    assert day.contacts.tolist() == [80.0] * 10
    assert day.contacts_p90 == pytest.approx(np.full(10, 96.0))
    assert list(day.given) == ["paris", "@partner"]
    assert day.given["@partner"] == pytest.approx(np.full(10, 2.4))
    assert day.service_level.tolist() == [0.75] * 10
    assert not day.deferred


def test_an_hour_that_comes_twice_keeps_both_places(plan):
    day = queue_day(plan, Choice("FR", NASTY, LONG_DAY))
    assert len(day.clock) == len(set(day.clock)) == 25
    assert day.clock[2:4] == ("02:00 +02:00", "02:00 +01:00")


def test_a_day_outside_the_plan_is_empty(plan):
    day = queue_day(plan, Choice("FR", NASTY, dt.date(2030, 1, 1)))
    assert day.clock == ()
    assert day.given == {}


def test_work_that_may_wait_is_known_by_its_deadline(plan):
    assert queue_day(plan, Choice("FR", "fr-email", PEAK)).deferred


def test_a_new_plan_is_read_and_a_broken_one_is_not(folder):
    latest = Latest(folder)
    first = latest.plan()
    assert latest.plan() is first
    path = folder / "summary.json"
    text = path.read_text()
    path.unlink()
    assert latest.plan() is first
    path.write_text(text.replace("7100.0", "7200.5"))
    os.utime(path, ns=(1, 1))
    assert latest.plan().number("cost") == 7200.5


def test_there_must_be_a_plan_to_begin_with(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        Latest(tmp_path / "plan")

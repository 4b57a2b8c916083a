"""Work in processes: what it tells, how it fails, how it is stopped, and who finds it again."""

import time
from dataclasses import replace

import pytest

from dashboard.apart import Apart, Desks
from dashboard.shelf import Seen
from planner.errors import PlannerError
from tests.dashboard import works

pytestmark = pytest.mark.slow


def begun(work, plan=None):
    apart = Apart(plan)
    apart.start(work)
    return apart


def until(said, patience_s=40.0):
    end = time.monotonic() + patience_s
    while not said():
        assert time.monotonic() < end
        time.sleep(0.02)


def ended(apart):
    until(lambda: apart.phase != "working")
    return apart.phase, apart.reason


def test_work_tells_its_steps_and_what_it_finds():
    apart = begun(works.count, 42)
    assert ended(apart) == ("done", "")
    assert apart.told == {"sum": 42}
    assert apart.steps == {"counting": (3, 3)}


def test_a_failure_is_told_with_its_reason():
    assert ended(begun(works.break_down)) == ("failed", "ValueError: the <b>solver</b> is missing")


def test_a_process_that_vanishes_is_told():
    phase, reason = ended(begun(works.vanish))
    assert (phase, reason) == ("failed", "The process ended by itself, with status 9.")


def test_a_stop_keeps_what_is_done():
    apart = begun(works.go_on)
    until(lambda: apart.steps)
    apart.stop()
    assert ended(apart) == ("done", "")
    assert apart.told == {"kept": "what was done"}


def test_questions_are_answered_until_the_process_is_ended():
    apart = begun(works.double)
    apart.ask(4)  # heard though the process is not there yet
    until(lambda: apart.answers)
    apart.ask(5)
    until(lambda: len(apart.answers) == 2)
    assert apart.answers == {4: 8, 5: 10}
    apart.stop()
    apart.stop()
    ended(apart)


def test_one_plan_at_a_time_and_each_is_found_again(small_plan):
    first, second = Seen(1, "a", small_plan), Seen(2, "b", replace(small_plan, variants=("x",)))
    desks = Desks(works.go_on)
    apart = desks.begun(first)
    assert desks.begun(first) is apart
    assert desks.known(Seen(1, "read again", small_plan)) is apart
    assert desks.known(second) is None
    with pytest.raises(PlannerError, match="for another plan"):
        desks.begun(second)
    other = desks.begun(second, instead=True)
    assert desks.known(first) is None
    assert desks.known(Seen(2, "another", small_plan)) is None  # its plan was taken for another's
    ended(apart)
    ended(other)

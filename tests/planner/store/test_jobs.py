"""A plan's way: queued, running, lost, stopped, done."""

import datetime as dt

import pytest
import sqlalchemy as sa

from planner.store import jobs
from planner.store.database import StoreError
from planner.store.jobs import (
    LOST_S,
    ask_to_stop,
    beat,
    claim,
    fail,
    finish,
    queue,
    settle_lost,
    stopped_at_start,
    stopped_without,
)
from planner.store.plans import found, plan_files, remove
from planner.store.tables import PLANS


def status(store, plan):
    return found(store, str(plan)).status


def silent(store, plan, seconds):
    with store.write() as connection:
        moment = store.now(connection) - dt.timedelta(seconds=seconds)
        changed = sa.update(PLANS).where(PLANS.c.id == plan).values(heartbeat_at=moment)
        connection.execute(changed)


def test_who_waited_longest_comes_first(store, asked):
    first, second = queue(store, asked, {}, "Anna"), queue(store, asked, {}, "Ben")
    assert [claim(store, "w", "Anna") for _ in range(3)] == [first, second, None]
    assert status(store, first) == "running"
    assert found(store, str(first)).worker == "w"


def test_a_heartbeat_tells_how_far_it_is_and_hears_of_a_stop(store, asked):
    plan = queue(store, asked, {}, "Anna", worker="w")
    assert not beat(store, plan, "w", "allocation 2/4")
    assert found(store, str(plan)).progress == "allocation 2/4"
    assert ask_to_stop(store, plan, "Ben") == "running"
    assert beat(store, plan, "w", "allocation 3/4")
    finish(store, plan, "w", "Anna", {"a": b"1"}, {}, stopped="the search was stopped")
    record = found(store, str(plan))
    assert (record.status, record.reason) == ("stopped", "the search was stopped")
    assert plan_files(store, plan, "plan") == {"a": b"1"}


def test_what_waits_stops_at_once_and_what_has_ended_cannot(store, asked):
    plan = queue(store, asked, {}, "Anna")
    assert ask_to_stop(store, plan, "Ben") == "stopped"
    with pytest.raises(StoreError, match="must be queued or running to stop, got stopped"):
        ask_to_stop(store, plan, "Ben")
    assert claim(store, "w", "Anna") is None


def test_a_worker_that_is_not_heard_is_lost_with_its_reason(store, asked):
    plan, other = (queue(store, asked, {}, "Anna", worker=f"host:{n}") for n in (1, 2))
    silent(store, plan, LOST_S + 1)
    silent(store, other, LOST_S - 20)
    assert settle_lost(store) == (plan,)
    assert "its worker host:1 was last heard at" in found(store, str(plan)).reason
    assert [status(store, plan), status(store, other)] == ["failed", "running"]
    assert beat(store, plan, "host:1", "") is True  # it learns that it is to stop


def test_an_answer_that_comes_late_is_still_kept(store, asked):
    plan = queue(store, asked, {}, "Anna", worker="w")
    silent(store, plan, LOST_S + 1)
    settle_lost(store)
    finish(store, plan, "w", "Anna", {"a": b"1"}, {"cost": 2.0})
    record = found(store, str(plan))
    assert (record.status, record.reason, record.cost) == ("done", "", 2.0)


def test_nobody_ends_the_work_of_another(store, asked):
    plan = queue(store, asked, {}, "Anna", worker="w")
    for end in (
        lambda: finish(store, plan, "other", "Ben", {"a": b"1"}, {}),
        lambda: fail(store, plan, "other", "Ben", "no"),
        lambda: stopped_without(store, plan, "other", "Ben"),
    ):
        with pytest.raises(StoreError, match="running by w"):
            end()
    assert status(store, plan) == "running"
    assert plan_files(store, plan, "plan") == {}


def test_a_plan_removed_meanwhile_has_no_answer(store, asked):
    plan = queue(store, asked, {}, "Anna", worker="w")
    fail(store, plan, "w", "Anna", "no agents")
    assert found(store, str(plan)).reason == "no agents"
    remove(store, plan, "Ben")
    with pytest.raises(StoreError, match="got removed"):
        finish(store, plan, "w", "Anna", {"a": b"1"}, {})


def test_an_answer_that_cannot_be_written_leaves_nothing(store, asked, monkeypatch):
    plan = queue(store, asked, {}, "Anna", worker="w")

    def broken(*_args, **_more):
        raise RuntimeError("disk full")

    monkeypatch.setattr(jobs, "_end", broken)
    with pytest.raises(RuntimeError):
        finish(store, plan, "w", "Anna", {"a": b"1"}, {})
    assert plan_files(store, plan, "plan") == {}
    with store.read() as connection:
        assert connection.execute(sa.text("select count(*) from blobs")).scalar_one() == 0


def test_what_a_process_began_and_does_not_know_of_is_stopped(store, asked):
    begun = queue(store, asked, {}, "Anna", worker="w")
    other = queue(store, asked, {}, "Ben", worker="v")
    stopped_at_start(store, "w", "Anna")
    assert found(store, str(begun)).status == "stopped"
    assert found(store, str(other)).status == "running"

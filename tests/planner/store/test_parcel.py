"""A plan carried from one store to another."""

import json
import math

import pytest

from planner.errors import InputError
from planner.store.database import Store, StoreError
from planner.store.jobs import finish, queue
from planner.store.parcel import PARCEL, parcel_of, unparcelled
from planner.store.plans import add_note, found, listed, log_of, notes_of, plan_files, plan_summary

FILES = {"costs.csv": b"pool\r\n", "plan.zip": b"\0\1"}


@pytest.fixture
def plan(store, asked):
    number = queue(store, asked, {"question.json": b"{}"}, "Anna", worker="w")
    finish(store, number, "w", "Anna", FILES, {"cost": 2.5})
    add_note(store, number, "for Ben", "Anna")
    return number


@pytest.fixture
def other(tmp_path):
    with Store(f"sqlite:///{tmp_path}/other.db") as opened:
        yield opened


def test_a_plan_arrives_with_all_that_belongs_to_it(store, plan, other):
    arrived = unparcelled(other, parcel_of(store, plan), "plan.zip", "Ben")
    before, after = found(store, str(plan)), found(other, str(arrived))
    assert (before.name, before.created_by, before.created_at, before.cost) == (
        after.name, after.created_by, after.created_at, after.cost
    )  # fmt: skip
    assert plan_files(other, arrived, "plan") == FILES
    assert plan_files(other, arrived, "question") == {"question.json": b"{}"}
    assert plan_summary(other, arrived) == {"cost": 2.5}
    assert notes_of(other, arrived) == notes_of(store, plan)
    assert log_of(other, arrived)[:-1] == log_of(store, plan)
    assert log_of(other, arrived)[-1].text == "imported from plan.zip"


def test_the_same_plan_gives_the_same_bytes(store, plan):
    assert parcel_of(store, plan) == parcel_of(store, plan)


def test_a_plan_that_has_not_ended_is_not_carried(store, asked):
    waiting = queue(store, asked, {}, "Anna")
    with pytest.raises(StoreError, match="must have ended to be exported, got queued"):
        parcel_of(store, waiting)


def changed(files, *path, to):
    told = json.loads(files[PARCEL])
    place = told
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return files | {PARCEL: json.dumps(told).encode()}


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("format",), 9),
        (("plan", "status"), "running"),
        (("plan", "days"), "seven"),
        (("plan", "created_at"), "2027-01-01T00:00:00"),
        (("plan", "name"), "x" * 500),
        (("plan", "name"), "\x1b[31mred"),
        (("plan", "created_by"), "\ud800"),
        (("plan", "days"), 10**9),
        (("plan", "days"), -5),
        (("plan", "seed"), -1),
        (("plan", "cost"), math.nan),
        (("plan", "created_at"), "9999-12-31T23:59:59-14:00"),
        (("plan", "variants"), [{"a": 1}]),
        (("plan", "summary"), [1]),
        (("plan", "summary"), {"a": "x\0y"}),
        (("files", 0, "name"), "a\\b"),
        (("files", 0, "name"), "C:x"),
        (("files", 0, "name"), "a\nb"),
        (("files", 0, "name"), "../../etc/passwd"),
        (("files", 0, "sha256"), "0" * 64),
        (("files", 0, "part"), "other"),
        (("notes", 0, "text"), None),
        (("log",), {}),
        (("plan",), []),
    ],
)
def test_a_forged_parcel_is_refused_and_leaves_nothing(store, plan, other, path, to):
    forged = changed(parcel_of(store, plan), *path, to=to)
    with pytest.raises(InputError, match="must be a plan as `planner plans export` writes it"):
        unparcelled(other, forged, "plan.zip", "Ben")
    assert listed(other) == ()


def test_content_that_was_changed_on_the_way_is_refused(store, plan, other):
    files = parcel_of(store, plan)
    name = next(name for name in files if name != PARCEL)
    with pytest.raises(InputError, match="the content of each name"):
        unparcelled(other, files | {name: b"forged"}, "plan.zip", "Ben")
    assert listed(other) == ()

"""What came on a stored plan's days, kept beside it."""

import datetime as dt

import pytest

from planner.store.actuals import actuals_files, actuals_of, keep_actuals
from planner.store.database import Store
from planner.store.jobs import finish, queue
from planner.store.parcel import parcel_of, unparcelled
from planner.store.plans import log_of, remove

NOON = dt.datetime(2027, 2, 8, 12, tzinfo=dt.UTC)
EVENING = dt.datetime(2027, 2, 8, 20, tzinfo=dt.UTC)


@pytest.fixture
def plan(store, asked):
    number = queue(store, asked, {}, "Anna", worker="w")
    finish(store, number, "w", "Anna", {"costs.csv": b"pool\r\n"}, {"cost": 2.5})
    keep_actuals(store, number, "today.csv", b"till noon", NOON, 12.0, "Ben")
    return number


def test_every_table_that_is_read_in_is_kept(store, plan):
    assert keep_actuals(store, plan, "today.csv", b"till evening", EVENING, 30.0, "Ben")
    assert [(one.known_until, one.contacts) for one in actuals_of(store, plan)] == [
        (NOON, 12.0), (EVENING, 30.0)
    ]  # fmt: skip
    assert actuals_files(store, plan) == {
        "actuals-1.parquet": b"till noon", "actuals-2.parquet": b"till evening"
    }  # fmt: skip
    assert log_of(store, plan)[-1].text == "read in what came until 2027-02-08 20:00"


def test_the_same_again_is_kept_once(store, plan):
    assert not keep_actuals(store, plan, "today.csv", b"till noon", NOON, 12.0, "Anna")
    assert len(actuals_of(store, plan)) == 1


def test_they_are_carried_along_and_go_with_their_plan(store, plan, tmp_path):
    with Store(f"sqlite:///{tmp_path}/other.db") as other:
        arrived = unparcelled(other, parcel_of(store, plan), "plan.zip", "Ben")
        assert actuals_of(other, arrived) == actuals_of(store, plan)
        assert actuals_files(other, arrived) == actuals_files(store, plan)
    remove(store, plan, "Anna")
    assert actuals_of(store, plan) == ()

"""Plans in a store: found, edited by two, removed."""

import pytest
import sqlalchemy as sa

from planner.errors import InputError
from planner.store.blobs import packed
from planner.store.database import StoreError
from planner.store.jobs import finish, queue
from planner.store.plans import (
    EditedError,
    add_note,
    file_sums,
    found,
    listed,
    log_of,
    notes_of,
    plan_files,
    plan_summary,
    remove,
    rename,
    whoever,
)

FILES = {"forecast.csv": b"queue\r\nphone\r\n" * 100, "plan.zip": bytes(range(256)) * 50}


@pytest.fixture
def plan(store, asked):
    number = queue(store, asked, {"question.json": b"{}"}, "Anna", note="first", worker="w")
    finish(store, number, "w", "Anna", FILES, {"cost": 1250.5, "understaffing_hours": 3.0})
    return number


def test_a_plan_comes_back_as_it_was_kept(store, plan, asked):
    record = found(store, str(plan))
    assert (record.name, record.variants, record.first_day) == (
        asked.name, asked.variants, asked.first_day
    )  # fmt: skip
    assert (record.status, record.cost, record.created_by) == ("done", 1250.5, "Anna")
    assert plan_files(store, plan, "plan") == FILES
    assert plan_files(store, plan, "plan", ["plan.zip"]) == {"plan.zip": FILES["plan.zip"]}
    assert plan_files(store, plan, "question") == {"question.json": b"{}"}
    assert plan_summary(store, plan)["cost"] == 1250.5
    assert file_sums(store, plan, "plan")["plan.zip"] == packed(FILES["plan.zip"]).sha256


def test_a_plan_is_found_by_its_name_if_no_other_has_it(store, plan, asked):
    assert found(store, asked.name).id == plan
    second = queue(store, asked, {}, "Ben")
    with pytest.raises(InputError, match=f"name one of {second}, {plan}"):
        found(store, asked.name)


def test_a_plan_called_by_a_number_is_found_where_no_plan_has_that_number(store, plan):
    rename(store, plan, "2027", "Anna")
    assert found(store, "2027").id == plan


@pytest.mark.parametrize("which", ["9", "nothing", "", "²", "9" * 30])
def test_a_plan_that_is_not_there_is_told(store, plan, which):
    with pytest.raises(InputError, match="must have the plan that was asked for"):
        found(store, which)


def test_the_list_is_the_newest_first_and_by_status(store, plan, asked):
    second = queue(store, asked, {}, "Ben")
    assert [one.id for one in listed(store)] == [second, plan]
    assert [one.id for one in listed(store, "done")] == [plan]


def test_who_edits_second_is_told_and_nothing_of_the_first_is_lost(store, plan):
    version = found(store, str(plan)).version
    rename(store, plan, "for the board", "Anna", version)
    with pytest.raises(EditedError, match=r"edited by Anna .* 'for the board'"):
        rename(store, plan, "draft", "Ben", version)
    assert found(store, str(plan)).name == "for the board"
    with pytest.raises(EditedError):
        remove(store, plan, "Ben", version)
    rename(store, plan, "draft", "Ben", version + 1)
    assert "renamed from 'for the board' to 'draft'" in log_of(store, plan)[-1].text


def test_notes_of_two_are_both_kept(store, plan):
    add_note(store, plan, "too dear", "Anna")
    add_note(store, plan, "not at all", "Ben")
    assert [(note.who, note.text) for note in notes_of(store, plan)] == [
        ("Anna", "first"), ("Anna", "too dear"), ("Ben", "not at all")
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "two\nlines", "nul\0"])
def test_what_is_no_name_is_refused(store, plan, name):
    with pytest.raises(InputError, match="must be a name"):
        rename(store, plan, name, "Anna")


def test_a_removed_plan_takes_its_content_along_but_not_that_of_others(store, plan, asked):
    second = queue(store, asked, {}, "Ben", worker="w")
    own = {"forecast.csv": FILES["forecast.csv"], "plan.zip": b"another"}
    finish(store, second, "w", "Ben", own, {})
    remove(store, plan, "Anna")
    assert plan_files(store, second, "plan") == own
    with store.read() as connection:
        held = connection.execute(sa.text("select sha256 from blobs")).scalars().all()
    assert sorted(held) == sorted(packed(content).sha256 for content in own.values())
    assert log_of(store, plan)[-1].text.startswith("removed")
    with pytest.raises(EditedError, match="got removed"):
        add_note(store, plan, "late", "Ben")


def test_a_number_is_never_given_twice(store, plan, asked):
    remove(store, plan, "Anna")
    assert queue(store, asked, {}, "Ben") > plan


def test_a_running_plan_is_not_removed(store, asked):
    plan = queue(store, asked, {}, "Anna", worker="w")
    with pytest.raises(StoreError, match="must be stopped"):
        remove(store, plan, "Anna")


def test_the_same_content_is_kept_once(store, plan, asked):
    second = queue(store, asked, {"question.json": b"{}"}, "Ben", worker="w")
    finish(store, second, "w", "Ben", FILES, {})
    with store.read() as connection:
        assert connection.execute(sa.text("select count(*) from blobs")).scalar_one() == 3


def test_who_is_at_work_can_be_said(monkeypatch):
    monkeypatch.setenv("PLANNER_USER", "Zoë")
    assert whoever() == "Zoë"

"""Accounts by command: a password is never an argument, and never shown."""

import json

import pytest
from click.testing import CliRunner

from dashboard.users_command import users
from planner.cli import Commands
from planner.store.database import Store
from planner.store.users import User, checked_user


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    monkeypatch.setattr("planner.store.users._METHOD", "scrypt:1024:8:1")


@pytest.fixture
def told(store_url):
    def invoke(*args, typed=""):
        planner = Commands(name="planner", commands={"users": users})
        given = ["users", *args, "--store", store_url]
        return CliRunner().invoke(planner, given, input=typed)

    return invoke


def test_an_account_from_the_first_to_the_last(told, store_url):
    added = told("add", "anna", "--role", "plan", typed="correct horse\n")
    assert (added.exit_code, added.output) == (0, "anna may now log in, as plan.\n")
    assert json.loads(told("list", "--json").output) == [{"name": "anna", "role": "plan"}]
    assert told("password", "anna", typed="battery staple\n").exit_code == 0
    assert told("role", "anna", "admin").output == "anna is now admin, and has to log in again.\n"
    with Store(store_url) as store:
        assert checked_user(store, "anna", "battery staple") == User("anna", "admin")
    assert told("remove", "anna").exit_code == 0
    assert told("list").output.startswith("Nobody has an account in ")


@pytest.mark.parametrize(
    ("args", "typed", "says"),
    [
        (("add", "anna"), "", "password must have 10 to 200 characters, got 0"),
        (("add", "a/b"), "correct horse\n", "user must be"),
        (("add", "anna", "--role", "boss"), "correct horse\n", "'boss' is not one of"),
        (("add", "anna", "correct horse"), "", "unexpected extra argument"),
        (("remove", "ben"), "", "user must have an account, got 'ben'"),
        (("role", "ben", "plan"), "", "user must have an account, got 'ben'"),
        (("password", "ben"), "correct horse\n", "user must have an account, got 'ben'"),
    ],
)
def test_what_is_refused(told, store_url, args, typed, says):
    with Store(store_url):
        pass
    result = told(*args, typed=typed)
    assert result.exit_code == 2
    assert says in result.output


def test_a_store_that_is_not_there_is_not_made_by_looking(tmp_path):
    given = ["users", "list", "--store", f"sqlite:///{tmp_path}/no.db"]
    result = CliRunner().invoke(Commands(name="planner", commands={"users": users}), given)
    assert result.exit_code == 2
    assert "no such file" in result.output
    assert list(tmp_path.iterdir()) == []

"""People with accounts: their roles, passwords, sessions, and tries that failed."""

import datetime as dt

import pytest
import sqlalchemy as sa

from planner.errors import InputError
from planner.store import logins, users
from planner.store.logins import (
    IDLE,
    OLDEST,
    TRIES,
    begin_session,
    end_session,
    forget_tries,
    secret,
    session_user,
    try_login,
)
from planner.store.tables import LOG, LOGINS, SESSIONS, USERS
from planner.store.users import (
    User,
    add_user,
    checked_user,
    remove_user,
    set_password,
    set_role,
)

RIGHT = "correct horse"
METHOD = users._METHOD  # before it is made quick for tests


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    monkeypatch.setattr("planner.store.users._METHOD", "scrypt:1024:8:1")


@pytest.fixture
def anna(store):
    add_user(store, "anna", "plan", RIGHT, "root")
    return User("anna", "plan")


def logged(store):
    with store.read() as connection:
        return [(row.who, row.what) for row in connection.execute(sa.select(LOG))]


def test_the_right_password_alone_is_taken(store, anna):
    assert checked_user(store, "anna", RIGHT) == anna
    for name, password in (("anna", RIGHT + " "), ("anna", ""), ("Anna", RIGHT), ("", RIGHT)):
        assert checked_user(store, name, password) is None


def test_the_password_is_nowhere_in_the_store(store, anna):
    with store.read() as connection:
        kept = connection.execute(sa.select(USERS.c.password)).scalar_one()
    assert kept.startswith("scrypt:")
    assert RIGHT not in kept


def test_a_password_costs_a_thief_dearly():
    """OWASP's Password Storage Cheat Sheet: scrypt with N = 2^15, r = 8, p = 3, or dearer."""
    assert METHOD == "scrypt:32768:8:3"


def test_every_change_is_in_the_log(store, anna):
    set_password(store, "anna", "battery staple", "ben")
    set_role(store, "anna", "admin", "ben")
    remove_user(store, "anna", "ben")
    assert logged(store) == [
        ("root", "added user 'anna' as plan"),
        ("ben", "changed the password of 'anna'"),
        ("ben", "made 'anna' admin"),
        ("ben", "removed user 'anna'"),
    ]


@pytest.mark.parametrize(
    ("name", "role", "password", "told"),
    [
        ("", "plan", RIGHT, "user must be"),
        ("<b>", "plan", RIGHT, "user must be"),
        ("a" * 101, "plan", RIGHT, "user must be"),
        ("a b", "plan", RIGHT, "user must be"),
        ("anna\n", "plan", RIGHT, "user must be"),
        ("ben", "root", RIGHT, "role must be one of view, plan, admin, got 'root'"),
        ("ben", "plan", "short", "password must have 10 to 200 characters, got 5"),
        ("ben", "plan", "x" * 201, "password must have 10 to 200 characters, got 201"),
        ("ben", "plan", "x" * 20, "password must be hard to guess"),
        ("benbenbenben", "plan", "BenBenBenBen", "password must be hard to guess"),
        ("ANNA", "plan", RIGHT, "user must be new, got 'anna'"),
    ],
)
def test_what_is_no_account(store, anna, name, role, password, told):
    with pytest.raises(InputError, match=told):
        add_user(store, name, role, password, "root")
    assert users.users(store) == (anna,)


def test_who_is_unknown_cannot_be_changed(store):
    for change in (
        lambda: set_password(store, "ben", RIGHT, "root"),
        lambda: set_role(store, "ben", "plan", "root"),
        lambda: remove_user(store, "ben", "root"),
    ):
        with pytest.raises(InputError, match="must have an account, got 'ben'"):
            change()
    assert logged(store) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda store: set_password(store, "anna", "battery staple", "root"),
        lambda store: set_role(store, "anna", "admin", "root"),
        lambda store: remove_user(store, "anna", "root"),
    ],
)
def test_a_change_ends_every_session(store, anna, change):
    token = begin_session(store, anna)
    assert session_user(store, token) == anna
    change(store)
    assert session_user(store, token) is None


def test_someone_new_of_the_same_name_does_not_get_an_old_session(store, anna):
    token = begin_session(store, anna)
    remove_user(store, "anna", "root")
    add_user(store, "anna", "admin", RIGHT, "root")
    assert session_user(store, token) is None


def test_a_session_ends(store, anna):
    token, other = begin_session(store, anna), begin_session(store, anna)
    end_session(store, token)
    assert session_user(store, token) is None
    assert session_user(store, other) == anna


def test_a_session_unused_for_long_is_over(store, anna):
    began = dt.datetime(2027, 2, 1, 8, tzinfo=dt.UTC)
    token = begin_session(store, anna, began)
    at = began
    for _ in range(3):  # used in time, each time
        at += IDLE - dt.timedelta(minutes=1)
        assert session_user(store, token, at) == anna
    assert session_user(store, token, at + IDLE + dt.timedelta(seconds=1)) is None


def test_a_session_is_over_after_days_however_used(store, anna):
    began = at = dt.datetime(2027, 2, 1, 8, tzinfo=dt.UTC)
    token = begin_session(store, anna, began)
    while at < began + OLDEST - IDLE:
        at += IDLE
        assert session_user(store, token, at) == anna
    assert session_user(store, token, began + OLDEST + dt.timedelta(seconds=1)) is None


def test_the_store_keeps_no_token(store, anna):
    token = begin_session(store, anna)
    with store.read() as connection:
        kept = connection.execute(sa.select(SESSIONS.c.token_sha256)).scalar_one()
    assert token not in kept


def test_tries_are_counted_by_name_and_address(store):
    for _ in range(TRIES[0]):
        assert try_login(store, "anna", "10.0.0.1")
    assert not try_login(store, "ANNA", "10.0.0.1")
    assert try_login(store, "anna", "10.0.0.2")
    assert try_login(store, "ben", "10.0.0.1")


def test_tries_of_many_names_from_one_address_are_counted(store):
    tried = [try_login(store, f"user{n}", "10.0.0.1") for n in range(TRIES[1] + 1)]
    assert tried == [True] * TRIES[1] + [False]


def test_a_success_takes_back_its_own_tries_alone(store):
    for _ in range(5):
        try_login(store, "anna", "10.0.0.1")
        try_login(store, "ben", "10.0.0.1")
    forget_tries(store, "anna", "10.0.0.1")
    with store.read() as connection:
        left = connection.execute(sa.select(sa.func.count()).select_from(LOGINS)).scalar_one()
    assert left == 3 * 10 - 5 - 2


def test_tries_are_forgotten_after_a_while(store, monkeypatch):
    for _ in range(TRIES[0]):
        try_login(store, "anna", "10.0.0.1")
    monkeypatch.setattr(logins, "WINDOW", dt.timedelta(0))
    assert try_login(store, "anna", "10.0.0.1")


def test_a_store_has_one_secret(store, store_url, monkeypatch):
    monkeypatch.delenv("PLANNER_SECRET", raising=False)
    first = secret(store)
    assert len(first) >= 40
    assert secret(store) == first
    monkeypatch.setenv("PLANNER_SECRET", "s" * 32)
    assert secret(store) == "s" * 32
    monkeypatch.setenv("PLANNER_SECRET", "short")
    with pytest.raises(InputError, match="must have at least 32 characters, got 5"):
        secret(store)

"""What each role may, and how a refusal is told."""

import pytest
from flask import Flask
from flask_login import LoginManager, login_user

from dashboard.accounts import Visitor
from dashboard.who import ACCOUNTS, NOBODY, RefusedError, demand, may, me
from planner.store.users import User

TOLD = {
    "view": {"read"},
    "plan": {"read", "make", "note", "edit own"},
    "admin": {"read", "make", "note", "edit own", "edit", "admin"},
}


@pytest.fixture
def logged_in():
    """Return a function that lets somebody be at the page."""
    server = Flask("test")
    server.secret_key = "test"
    server.extensions[ACCOUNTS] = True
    LoginManager(server).user_loader(lambda _: None)

    def at_the_page(user, asked):
        with server.test_request_context("/"):
            if user is not None:
                login_user(Visitor(user, "token"))
            return asked()

    return at_the_page


@pytest.mark.parametrize("role", TOLD)
@pytest.mark.parametrize("action", ["read", "make", "note", "edit own", "edit", "admin"])
def test_a_role_may_what_it_says(role, action):
    user = User("anna", role)
    name, _, own = action.partition(" ")
    assert may(name, "anna" if own else "ben", user=user) == (action in TOLD[role])


def test_a_plan_of_nobody_is_for_admins_alone():
    assert not may("edit", None, user=User("anna", "plan"))
    assert not may("edit", "", user=NOBODY)


def test_an_action_that_is_none_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        may("everything", user=User("anna", "admin"))


def test_this_machine_alone_is_admin(monkeypatch):
    monkeypatch.setenv("PLANNER_USER", "anna")
    assert me() == User("anna", "admin") == demand("edit", "ben")


def test_who_is_at_the_page(logged_in):
    anna = User("anna", "plan")
    assert logged_in(anna, me) == anna
    assert logged_in(None, me) == NOBODY


@pytest.mark.parametrize(
    ("user", "action", "owner", "says"),
    [
        (User("eve", "view"), "note", None, "must be asked by someone with the role plan, got eve"),
        (User("anna", "plan"), "edit", "ben", "must be asked by ben or an admin, got anna with"),
        (User("anna", "plan"), "admin", None, "must be asked by someone with the role admin, got"),
        (None, "read", None, "got nobody who is logged in; nothing was changed"),
    ],
)
def test_a_refusal_says_what_it_takes(logged_in, user, action, owner, says):
    with pytest.raises(RefusedError, match=says):
        logged_in(user, lambda: demand(action, owner))

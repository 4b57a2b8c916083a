"""Who is at the page, and what they may: asked by every page before it changes anything."""

from __future__ import annotations

from flask import current_app, has_request_context
from flask_login import current_user

from planner.errors import PlannerError
from planner.store.plans import whoever
from planner.store.users import User

ACCOUNTS = "planner-accounts"
"""Name of the accounts among a server's extensions; there are none on this machine alone."""

NOBODY = User("", "")

_NEEDS = {"read": "view", "make": "plan", "note": "plan", "edit": "plan", "admin": "admin"}
_RANK = {"": 0, "view": 1, "plan": 2, "admin": 3}


class RefusedError(PlannerError):
    """A person may not do what they asked."""


def me() -> User:
    """Return who is at the page; without accounts, who runs the program, as admin.

    A thread of its own has no page: ask before it is started, and hand the name over.
    """
    if not has_request_context() or ACCOUNTS not in current_app.extensions:
        return User(whoever(), "admin")
    return current_user.user if current_user.is_authenticated else NOBODY


def may(action: str, owner: str | None = None, *, user: User | None = None) -> bool:
    """Return whether someone may do something.

    Parameters
    ----------
    action
        ``read``; ``make`` a plan; ``note`` something at a plan; ``edit`` one: rename, stop,
        remove it; ``admin``: what concerns all.
    owner
        Whose plan it is: its ``created_by``; admins may edit anybody's, planners their own.
    user
        Who; left out: who is at the page.

    Examples
    --------
    >>> anna, ben, eve = User("anna", "plan"), User("ben", "admin"), User("eve", "view")
    >>> may("edit", "anna", user=anna), may("edit", "anna", user=ben), may("edit", "ben", user=anna)
    (True, True, False)
    >>> may("read", user=eve), may("note", user=eve), may("read", user=NOBODY)
    (True, False, False)
    """
    who = me() if user is None else user
    if _RANK.get(who.role, 0) < _RANK[_NEEDS[action]]:
        return False
    return action != "edit" or who.role == "admin" or owner == who.name


def demand(action: str, owner: str | None = None) -> User:
    """Return who is at the page, if they may do something.

    Raises
    ------
    RefusedError
        If they may not; it says what it takes.
    """
    who = me()
    if may(action, owner, user=who):
        return who
    needed = f"someone with the role {_NEEDS[action]}"
    if may(action, who.name, user=who):
        needed = f"{owner} or an admin" if owner else "an admin"
    found = f"{who.name} with the role {who.role}" if who.role else "nobody who is logged in"
    message = f"This must be asked by {needed}, got {found}; nothing was changed."
    raise RefusedError(message)

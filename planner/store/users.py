"""Who may open the web pages, and as what: names, roles, passwords that nobody can read back."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from werkzeug.security import check_password_hash, generate_password_hash

from planner.errors import Fault, InputError
from planner.store.plans import log
from planner.store.tables import SESSIONS, USERS

if TYPE_CHECKING:
    from planner.store.database import Store

ROLES = ("view", "plan", "admin")
"""What a person may: look; make plans and change own ones; all of it, other people's too."""

SHORTEST, LONGEST = 10, 200
"""Characters of a password."""

_NAME = re.compile(r"\w[\w.@+-]{0,99}")
_METHOD = "scrypt:32768:8:3"  # 32 MB and a tenth of a second a try
_TURNS = threading.BoundedSemaphore(2)  # so many at once: their memory is dear


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account."""

    name: str
    role: str


def users(store: Store) -> tuple[User, ...]:
    """Return all people with an account, by name."""
    query = sa.select(USERS.c.name, USERS.c.role).order_by(USERS.c.name)
    with store.read() as connection:
        return tuple(User(row.name, row.role) for row in connection.execute(query))


def add_user(store: Store, name: str, role: str, password: str, who: str) -> None:
    """Give a person an account.

    Raises
    ------
    InputError
        If the name is taken or none, or the role or the password is not allowed.
    """
    _check(store, name, role, password)
    hashed = _hashed(password)
    with store.write() as connection:
        store.lock(connection)
        taken = sa.select(USERS.c.name).where(sa.func.lower(USERS.c.name) == name.lower())
        known = connection.execute(taken).scalar()
        if known is not None:
            raise _fault(store, f"user must be new, got {known!r}, who has an account")
        row = {"name": name, "role": role, "password": hashed, "created_at": store.now(connection)}
        connection.execute(sa.insert(USERS).values(row))
        log(store, connection, None, who, f"added user {name!r} as {role}")


def set_password(store: Store, name: str, password: str, who: str) -> None:
    """Give a person another password; every session of theirs ends."""
    _check(store, name, ROLES[0], password)
    _change(store, name, who, f"changed the password of {name!r}", password=_hashed(password))


def set_role(store: Store, name: str, role: str, who: str) -> None:
    """Give a person another role; every session of theirs ends."""
    if role not in ROLES:
        raise _fault(store, f"role must be one of {', '.join(ROLES)}, got {role!r:.60}")
    _change(store, name, who, f"made {name!r} {role}", role=role)


def remove_user(store: Store, name: str, who: str) -> None:
    """Take a person's account away, and every session; their plans and notes stay."""
    with store.write() as connection:
        connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.user_name == name))
        gone = connection.execute(sa.delete(USERS).where(USERS.c.name == name))
        if not gone.rowcount:
            raise _unknown(store, name)
        log(store, connection, None, who, f"removed user {name!r}")


def checked_user(store: Store, name: str, password: str) -> User | None:
    """Return who gave the right password; None, and after as long, of anyone else."""
    query = sa.select(USERS.c.name, USERS.c.role, USERS.c.password).where(USERS.c.name == name)
    with store.read() as connection:
        row = connection.execute(query).first()
    hashed = _nobodys() if row is None else row.password
    with _TURNS:
        right = check_password_hash(hashed, password[: LONGEST + 1])
    return User(row.name, row.role) if row is not None and right else None


def _change(store: Store, name: str, who: str, what: str, **values: str) -> None:
    with store.write() as connection:
        changed = connection.execute(sa.update(USERS).where(USERS.c.name == name).values(**values))
        if not changed.rowcount:
            raise _unknown(store, name)
        connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.user_name == name))
        log(store, connection, None, who, what)


def _check(store: Store, name: str, role: str, password: str) -> None:
    faults = []
    if not _NAME.fullmatch(name):
        must = "user must be 1 to 100 letters, digits and . @ + - _, the first a letter or digit"
        faults.append(f"{must}, got {name!r:.60}")
    if role not in ROLES:
        faults.append(f"role must be one of {', '.join(ROLES)}, got {role!r:.60}")
    if not SHORTEST <= len(password) <= LONGEST:
        must = f"password must have {SHORTEST} to {LONGEST} characters"
        faults.append(f"{must}, got {len(password)}")
    elif password.lower() == name.lower() or len(set(password)) < SHORTEST // 2:
        faults.append("password must be hard to guess, got the name, or few different characters")
    if faults:
        raise InputError([Fault(store.name, None, "", fault) for fault in faults])


def _unknown(store: Store, name: str) -> InputError:
    return _fault(store, f"user must have an account, got {name!r:.60}")


def _fault(store: Store, message: str) -> InputError:
    return InputError([Fault(store.name, None, "", message)])


def _hashed(password: str) -> str:
    with _TURNS:
        return generate_password_hash(password, method=_METHOD)


@cache
def _nobodys() -> str:
    """Return what the password of someone unknown is compared with, so that it takes as long."""
    return generate_password_hash("nobody's", method=_METHOD)

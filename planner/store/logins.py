"""Who is logged in, who tries too often, and the secret that signs what a browser keeps."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
from typing import TYPE_CHECKING

import sqlalchemy as sa

from planner.errors import Fault, InputError
from planner.store.tables import LOGINS, SECRETS, SESSIONS, USERS
from planner.store.users import User

if TYPE_CHECKING:
    from planner.store.database import Store

SECRET = "PLANNER_SECRET"
"""Name of the environment's variable that has the secret, where the store shall not."""

IDLE = dt.timedelta(hours=4)
"""A session nobody used for so long is over."""

OLDEST = dt.timedelta(days=7)
"""A session is over after so long, used or not."""

WINDOW = dt.timedelta(minutes=15)
"""Failed tries are counted over so long."""

TRIES = (10, 50, 100)
"""Failed tries allowed: of a name from one address, from one address, and of one name."""

_SEEN_EVERY = dt.timedelta(minutes=1)  # else every click would write


def secret(store: Store) -> str:
    """Return the secret of a store, made at random the first time; or the environment's.

    Raises
    ------
    InputError
        If the environment's is too short to be one.
    """
    given = os.environ.get(SECRET)
    if given is not None:
        if len(given) < 32:
            message = f"must have at least 32 characters, got {len(given)}"
            raise InputError([Fault(f"${SECRET}", None, "", message)])
        return given
    query = sa.select(SECRETS.c.value).where(SECRETS.c.name == "session")
    with store.read() as connection:
        value: str | None = connection.execute(query).scalar()
    if value is not None:
        return value
    with store.write() as connection:
        store.lock(connection)
        value = connection.execute(query).scalar()  # another may have been faster
        if value is None:
            value = secrets.token_urlsafe(48)
            row = {"name": "session", "value": value}
            connection.execute(sa.insert(SECRETS).values(row))
    return value


def begin_session(store: Store, user: User, now: dt.datetime | None = None) -> str:
    """Return the token of a new session; the store keeps its hash alone. Old ones are cleared."""
    token = secrets.token_urlsafe(32)
    with store.write() as connection:
        now = now or store.now(connection)
        over = (SESSIONS.c.seen_at < now - IDLE) | (SESSIONS.c.begun_at < now - OLDEST)
        connection.execute(sa.delete(SESSIONS).where(over))
        row = {"token_sha256": _hash(token), "user_name": user.name}
        connection.execute(sa.insert(SESSIONS).values(row | {"begun_at": now, "seen_at": now}))
    return token


def session_user(store: Store, token: str, now: dt.datetime | None = None) -> User | None:
    """Return whose session a token is; None where it is over, ended or was never begun."""
    mine = SESSIONS.c.token_sha256 == _hash(token)
    query = (
        sa.select(USERS.c.name, USERS.c.role, SESSIONS.c.begun_at, SESSIONS.c.seen_at)
        .join(USERS, USERS.c.name == SESSIONS.c.user_name)
        .where(mine)
    )
    with store.read() as connection:
        row = connection.execute(query).first()
        now = now or store.now(connection)
    if row is None or row.seen_at < now - IDLE or row.begun_at < now - OLDEST:
        return None
    if row.seen_at < now - _SEEN_EVERY:
        with store.write() as connection:
            connection.execute(sa.update(SESSIONS).where(mine).values(seen_at=now))
    return User(row.name, row.role)


def end_session(store: Store, token: str) -> None:
    """End a session: what a browser kept of it is worth nothing from now on."""
    with store.write() as connection:
        connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.token_sha256 == _hash(token)))


def try_login(store: Store, name: str, address: str) -> bool:
    """Return whether another try to log in is allowed, and count it; all workers count together.

    It is counted before the password is looked at, so that many at once gain nothing.
    """
    keys = _keys(name, address)
    with store.write() as connection:
        store.lock(connection)
        now = store.now(connection)
        connection.execute(sa.delete(LOGINS).where(LOGINS.c.at < now - WINDOW))
        many = sa.select(LOGINS.c.key, sa.func.count()).where(LOGINS.c.key.in_(keys))
        rows = connection.execute(many.group_by(LOGINS.c.key)).all()
        counted = {str(key): int(count) for key, count in rows}
        if any(counted.get(key, 0) >= most for key, most in zip(keys, TRIES, strict=True)):
            return False
        connection.execute(sa.insert(LOGINS), [{"key": key, "at": now} for key in keys])
    return True


def forget_tries(store: Store, name: str, address: str) -> None:
    """Forget the failed tries of a name from an address, after one that succeeded."""
    with store.write() as connection:
        keys = _keys(name, address)
        connection.execute(sa.delete(LOGINS).where(LOGINS.c.key == keys[0]))
        for key in keys[1:]:  # its own try; those of others still count
            last = sa.select(sa.func.max(LOGINS.c.id)).where(LOGINS.c.key == key)
            connection.execute(sa.delete(LOGINS).where(LOGINS.c.id == last.scalar_subquery()))


def _keys(name: str, address: str) -> tuple[str, str, str]:
    """Return what tries are counted by, hashed: what was typed may be a password."""
    low = name.lower()
    return _hash(f"both {len(low)} {low} {address}"), _hash(f"from {address}"), _hash(f"name {low}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

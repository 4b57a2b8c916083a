"""A database opened as a store: brought up to date, read and written without two in the way."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from planner.errors import Fault, InputError, PlannerError
from planner.store.tables import PLANS, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT = "sqlite:///plans.db"
"""Address of the store where nothing else is said."""

ADDRESS = "PLANNER_STORE"
"""Name of the environment's variable that says otherwise."""

_PATIENCE_S = 60  # a writer waits so long for others
_MIGRATIONS = Path(__file__).parent / "migrations"
_OURS = f"select count(*) = 0 or sum(name = '{PLANS.name}') from sqlite_master"
_LOCK = 0x706C616E  # PostgreSQL's name for opening and changing the store, ours alone


class StoreError(PlannerError):
    """The store cannot do what was asked."""


def store_address(given: str | None = None) -> str:
    """Return the address of the store: as given, the environment's, or the default.

    Examples
    --------
    >>> store_address("sqlite:///other.db")
    'sqlite:///other.db'
    """
    return given or os.environ.get(ADDRESS) or DEFAULT


class Store:
    """A database that keeps plans.

    Parameters
    ----------
    url
        SQLAlchemy's address: ``sqlite:///plans.db``, or ``postgresql://user@host/plans``, whose
        password may come from the environment (PGPASSWORD) or ``~/.pgpass``.
    create
        Whether a SQLite file that is not there is made.

    Raises
    ------
    InputError
        If the address is none, or nothing is there that may be opened.
    StoreError
        If the database does not answer, or a newer version of the program has changed it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place, Store(f"sqlite:///{place}/plans.db") as store:
    ...     with store.read() as connection:
    ...         connection.execute(sa.text("select count(*) from plans")).scalar_one()
    0
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        address = _address(url, create=create)
        self.name = _name(address)
        self._engine = _engine(address, self.name)
        try:
            self._bring_up_to_date()
        except BaseException:
            self.close()
            raise

    @property
    def is_sqlite(self) -> bool:
        """Whether one file is the whole store."""
        return self._engine.dialect.name == "sqlite"

    @property
    def address(self) -> str:
        """Its address for another process, with the password if it has one: never to be shown."""
        return self._engine.url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees the store as it is at one moment."""
        with self._connected(writes=False) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Yield a connection whose changes are kept all together, or not at all."""
        with self._connected(writes=True) as connection:
            yield connection

    def now(self, connection: sa.Connection) -> dt.datetime:
        """Return the time by the clock of the database, the same for all who use it."""
        if self.is_sqlite:
            return dt.datetime.now(dt.UTC)
        moment: dt.datetime = connection.execute(sa.text("select clock_timestamp()")).scalar_one()
        return moment.astimezone(dt.UTC)

    def lock(self, connection: sa.Connection) -> None:
        """Let nobody else who asks for it change the store until this connection is done."""
        if not self.is_sqlite:  # there, whoever writes is alone
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))

    @contextmanager
    def _connected(self, *, writes: bool) -> Iterator[sa.Connection]:
        options: dict[str, Any] = {"writes": writes}
        if not self.is_sqlite and not writes:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        try:
            with self._engine.connect() as opened:
                connection = opened.execution_options(**options)
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            raise self._told(error) from error

    def _told(self, error: SQLAlchemyError) -> StoreError:
        cause = getattr(error, "orig", None) or error
        first = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
        return StoreError(f"{self.name}: the store must answer, got: {first}")

    def _bring_up_to_date(self) -> None:
        """Run the migrations that the database lacks; one program does, others wait for it."""
        with self._connected(writes=False) as connection:
            found = _version(connection)
        if found == VERSION:
            return
        with self._connected(writes=True) as connection:
            self.lock(connection)
            found = _version(connection)  # another may have been faster
            if found and found > VERSION:
                message = (
                    f"{self.name}: the store must be of version {VERSION} or before, got {found}: "
                    "a newer version of this program changed it; install that one"
                )
                raise StoreError(message)
            if found != VERSION:
                _migrate(connection)


def _address(url: str, *, create: bool) -> sa.URL:
    label = "--store"
    try:
        address = sa.make_url(url)
    except (ArgumentError, ValueError):  # of a port that is no number
        must = "must be an address such as sqlite:///plans.db or postgresql://user@host/plans"
        raise InputError([Fault(label, None, "", f"{must}, got another text")]) from None
    backend = address.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        message = f"must be of sqlite or postgresql, got {backend}"
        raise InputError([Fault(label, None, "", message)])
    if backend == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if not address.database or address.database == ":memory:":
        message = "must name a file such as sqlite:///plans.db, got none"
        raise InputError([Fault(label, None, "", message)])
    found = "words after '?'" if address.query else _hindered(Path(address.database), create=create)
    if found:
        message = f"must name a store, got {found}: {_printable(address.database)}"
        raise InputError([Fault(label, None, "", message)])
    return address


def _hindered(file: Path, *, create: bool) -> str:
    """Return why a file can be no store; nothing where it can."""
    try:
        if file.is_dir():
            return "a folder"
        if file.is_file():
            return ""
        if not create:
            return "no such file"
        return "" if file.absolute().parent.is_dir() and not file.exists() else "no such folder"
    except (OSError, ValueError) as error:  # a name too long, or with a sign that none may have
        return getattr(error, "strerror", None) or str(error)


def _name(address: sa.URL) -> str:
    """Return an address as messages may show it, without any password.

    Examples
    --------
    >>> _name(sa.make_url("postgresql://anna:hunter2@db/plans?sslpassword=hunter3"))
    'postgresql://anna:***@db/plans?sslpassword=hidden'
    """
    hidden = {key: "hidden" for key in address.query if "password" in key.lower()}
    return _printable(address.update_query_dict(hidden).render_as_string(hide_password=True))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _engine(address: sa.URL, name: str) -> sa.Engine:
    try:
        if address.get_backend_name() == "sqlite":
            engine = sa.create_engine(address, connect_args={"timeout": _PATIENCE_S})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        return sa.create_engine(address, connect_args={"connect_timeout": 10}, pool_pre_ping=True)
    except ImportError as error:
        message = f"{name}: needs the extra [postgres], which installs psycopg"
        raise StoreError(message) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Make a new connection leave transactions to us, and readers and writers not wait."""
    connection.isolation_level = None
    for step in ("foreign_keys=on", "synchronous=full"):
        connection.execute(f"pragma {step}")
    end = time.monotonic() + _PATIENCE_S
    while True:  # while the file turns to WAL, others are refused at once, however patient
        try:
            if connection.execute(_OURS).fetchone()[0]:  # another's file stays as it is
                connection.execute("pragma journal_mode=wal")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: sa.Connection) -> None:
    """Begin: whoever is going to write says so at once, or two who read first block each other."""
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


def _version(connection: sa.Connection) -> str | None:
    """Return the number of the database's last migration, None of a new one.

    Raises
    ------
    StoreError
        If it is a database of something else.
    """
    names = sa.inspect(connection).get_table_names()
    if "alembic_version" in names:
        query = sa.text("select version_num from alembic_version")
        found: str | None = connection.execute(query).scalar()
        if found is None or PLANS.name in names:
            return found
    if names and names != ["alembic_version"]:
        message = (
            f"{_name(connection.engine.url)}: must be a store of plans or empty, got a database "
            f"with other tables ({', '.join(sorted(names)[:3])})"
        )
        raise StoreError(message)
    return None


def _migrate(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

"""The tables of the store, as the newest migration leaves them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

VERSION = "0003"
"""Number of the newest migration."""


class UTC(sa.types.TypeDecorator[dt.datetime]):
    """A moment, kept as UTC without a zone, which SQLite would drop; naive ones are refused.

    Examples
    --------
    >>> moment = dt.datetime(2027, 2, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    >>> UTC().process_bind_param(moment, None)
    datetime.datetime(2027, 2, 1, 7, 0)
    >>> UTC().process_result_value(dt.datetime(2027, 2, 1, 7), None)
    datetime.datetime(2027, 2, 1, 7, 0, tzinfo=datetime.timezone.utc)
    """

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(
        self, value: dt.datetime | None, dialect: Dialect | None
    ) -> dt.datetime | None:
        """Return the moment as the database keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a moment must have a zone, got {value}"
            raise ValueError(message)
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect | None
    ) -> dt.datetime | None:
        """Return the moment as the program knows it."""
        return None if value is None else value.replace(tzinfo=dt.UTC)


PLANS = sa.Table(
    "plans",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("status", sa.String(10), nullable=False, index=True),
    # the question
    sa.Column("scenario", sa.String(200), nullable=False),  # its title
    sa.Column("variants", sa.JSON, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    # who and when
    sa.Column("created_by", sa.String(100), nullable=False),
    sa.Column("created_at", UTC, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # one more with each edit
    sa.Column("edited_by", sa.String(100), nullable=False),
    sa.Column("edited_at", UTC, nullable=False),
    # the work
    sa.Column("worker", sa.String(200), nullable=False),
    sa.Column("started_at", UTC),
    sa.Column("heartbeat_at", UTC),
    sa.Column("ended_at", UTC),
    sa.Column("progress", sa.String(200), nullable=False),
    sa.Column("stop_asked", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("program_version", sa.String(40), nullable=False),
    # the answer
    sa.Column("cost", sa.Float),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("understaffing_hours", sa.Float),
    sa.Column("summary", sa.JSON),
    sqlite_autoincrement=True,  # a number is never given twice
)

BLOBS = sa.Table(
    "blobs",
    METADATA,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # deflated
)


def _plan_id() -> sa.Column[int]:
    return sa.Column(
        "plan_id", sa.ForeignKey("plans.id", ondelete="CASCADE"), nullable=False, index=True
    )


def _blob() -> sa.Column[str]:
    return sa.Column("sha256", sa.ForeignKey("blobs.sha256"), nullable=False, index=True)


FILES = sa.Table(
    "files",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _plan_id(),
    sa.Column("part", sa.String(10), nullable=False),  # question, plan
    sa.Column("name", sa.String(200), nullable=False),
    _blob(),
    sa.UniqueConstraint("plan_id", "part", "name", name="uq_files_name"),
)

NOTES = sa.Table(
    "notes",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _plan_id(),
    sa.Column("at", UTC, nullable=False),
    sa.Column("who", sa.String(100), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

ACTUALS = sa.Table(
    "actuals",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _plan_id(),
    sa.Column("at", UTC, nullable=False),
    sa.Column("who", sa.String(100), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("known_until", UTC, nullable=False),
    sa.Column("contacts", sa.Float, nullable=False),
    _blob(),
)

LOG = sa.Table(
    "log",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UTC, nullable=False),
    sa.Column("who", sa.String(100), nullable=False),
    sa.Column("plan_id", sa.Integer, index=True),  # stays when the plan is gone
    sa.Column("what", sa.Text, nullable=False),
)

SWEEPS = sa.Table(
    "sweeps",
    METADATA,
    sa.Column("id", sa.String(16), primary_key=True),  # of what is asked, see planner.sweep.asked
    sa.Column("scenario", sa.String(200), nullable=False),  # its title
    sa.Column("axes", sa.JSON, nullable=False),
    sa.Column("paths", sa.Integer, nullable=False),
    sa.Column("tasks", sa.Integer, nullable=False),
    sa.Column("program_version", sa.String(40), nullable=False),
    sa.Column("created_at", UTC, nullable=False),
)

SWEEP_RESULTS = sa.Table(
    "sweep_results",
    METADATA,
    sa.Column("sweep_id", sa.ForeignKey("sweeps.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("status", sa.String(10), nullable=False),  # done, refused, failed
    sa.Column("outcome", sa.JSON(none_as_null=True)),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
)

USERS = sa.Table(
    "users",
    METADATA,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("role", sa.String(10), nullable=False),  # view, plan, admin
    sa.Column("password", sa.String(300), nullable=False),  # scrypt, with its own salt
    sa.Column("created_at", UTC, nullable=False),
)

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("token_sha256", sa.String(64), primary_key=True),  # the browser has the token
    sa.Column(
        "user_name", sa.ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("begun_at", UTC, nullable=False),
    sa.Column("seen_at", UTC, nullable=False),
)

LOGINS = sa.Table(
    "logins",  # tries that have not succeeded, of the last minutes
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(64), nullable=False, index=True),
    sa.Column("at", UTC, nullable=False),
)

SECRETS = sa.Table(
    "secrets",
    METADATA,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
)

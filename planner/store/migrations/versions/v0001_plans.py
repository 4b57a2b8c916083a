"""Plans with their files, notes and actuals, and a log of who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("scenario", sa.String(200), nullable=False),
        sa.Column("variants", sa.JSON, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("edited_by", sa.String(100), nullable=False),
        sa.Column("edited_at", sa.DateTime, nullable=False),
        sa.Column("worker", sa.String(200), nullable=False),
        sa.Column("started_at", sa.DateTime),
        sa.Column("heartbeat_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("progress", sa.String(200), nullable=False),
        sa.Column("stop_asked", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("program_version", sa.String(40), nullable=False),
        sa.Column("cost", sa.Float),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("understaffing_hours", sa.Float),
        sa.Column("summary", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plans_status", "plans", ["status"])
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    _of_plans(
        "files",
        sa.Column("part", sa.String(10), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        _blob("files"),
        sa.UniqueConstraint("plan_id", "part", "name", name="uq_files_name"),
    )
    op.create_index("ix_files_sha256", "files", ["sha256"])
    _of_plans(
        "notes",
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    _of_plans(
        "actuals",
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("known_until", sa.DateTime, nullable=False),
        sa.Column("contacts", sa.Float, nullable=False),
        _blob("actuals"),
    )
    op.create_index("ix_actuals_sha256", "actuals", ["sha256"])
    op.create_table(
        "log",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("plan_id", sa.Integer),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_index("ix_log_plan_id", "log", ["plan_id"])


def _of_plans(name: str, *columns: sa.schema.SchemaItem) -> None:
    """Make a table of which a plan has many rows, gone with it."""
    of = sa.ForeignKey("plans.id", ondelete="CASCADE", name=f"fk_{name}_plan_id")
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("plan_id", sa.Integer, of, nullable=False),
        *columns,
    )
    op.create_index(f"ix_{name}_plan_id", name, ["plan_id"])


def _blob(name: str) -> sa.Column[str]:
    of = sa.ForeignKey("blobs.sha256", name=f"fk_{name}_sha256")
    return sa.Column("sha256", sa.String(64), of, nullable=False)


def downgrade() -> None:
    """Drop the tables."""
    for name in ("log", "actuals", "notes", "files", "blobs", "plans"):
        op.drop_table(name)

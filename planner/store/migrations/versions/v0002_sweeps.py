"""Sweeps, and what came out of each of their tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sweeps",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("scenario", sa.String(200), nullable=False),
        sa.Column("axes", sa.JSON, nullable=False),
        sa.Column("paths", sa.Integer, nullable=False),
        sa.Column("tasks", sa.Integer, nullable=False),
        sa.Column("program_version", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    of = sa.ForeignKey("sweeps.id", ondelete="CASCADE", name="fk_sweep_results_sweep_id")
    op.create_table(
        "sweep_results",
        sa.Column("sweep_id", sa.String(16), of, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("outcome", sa.JSON),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("sweep_results", "sweeps"):
        op.drop_table(name)

"""The command `planner capacity`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from planner.options import json_option, out_option, scenario_argument, variant_option


@click.command(
    epilog="\b\nFor example:\n  planner capacity my-centre/scenario.yaml --weeks 52 --out my-year"
)
@scenario_argument
@variant_option
@out_option("capacity")
@click.option(
    "--weeks",
    type=click.IntRange(4, 104),
    help="Weeks to look at.  [default: capacity.weeks of the scenario, or 52]",
)
@click.option(
    "--from",
    "first_day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First day, such as 2027-01-04.  [default: capacity.first_day, or the horizon's]",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="End the search for classes after SECONDS, with the best found. Ctrl-C ends it too.",
)
@json_option
def capacity(
    scenario: Path,
    variants: tuple[str, ...],
    out: Path,
    weeks: int | None,
    first_day: dt.datetime | None,
    time_limit: float | None,
    *,
    as_json: bool,
) -> None:
    """Say who to hire and what to order for SCENARIO, week by week, and by when to decide it.

    Contacts are forecast for the weeks to come and turned into heads; classes, training, leavers,
    temporary staff, vendors' commitments and overtime are weighed by what they cost.
    """
    from planner.capacity_run import capacity_and_write
    from planner.screen import Screen

    with Screen() as screen:
        text = capacity_and_write(
            scenario,
            variants,
            out,
            screen.progress,
            first_day=first_day.date() if first_day else None,
            weeks=weeks,
            time_limit_s=time_limit,
            as_json=as_json,
        )
    click.echo(text)

"""The command `planner actuals`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from planner.options import json_option, out_option


@click.command(epilog="\b\nFor example:\n  planner actuals my-plan today.csv --at 11:00")
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--at",
    metavar="TIME",
    help="Now: 2027-03-09T11:00 on the market's clock, or 11:00 on the last day in FILE.  "
    "[default: the end of the last interval in FILE]",
)
@click.option(
    "--rest",
    type=click.Choice(["day", "week"]),
    default="day",
    show_default=True,
    help="What is looked at from now on.",
)
@out_option("actuals")
@json_option
def actuals(
    plan: Path,
    file: Path,
    at: str | None,
    rest: Literal["day", "week"],
    out: Path,
    *,
    as_json: bool,
) -> None:
    """Hold PLAN against the contacts that came, in FILE, and say what to move from now on.

    PLAN is a plan's folder or its plan.zip; FILE a table as a history is. The forecast is made
    anew for the rest of the day or week from what came so far, its service projected again, and
    moves are suggested that contracts allow: other queues, breaks, overtime, vendors, time off.
    PLAN itself stays as it was.
    """
    from planner.actuals_written import review_and_write

    click.echo(review_and_write(plan, file, at, rest, out, as_json=as_json))

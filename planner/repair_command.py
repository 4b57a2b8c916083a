"""The command `planner repair`."""

from __future__ import annotations

from pathlib import Path

import click

from planner.options import json_option, out_option


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--absent",
    "absent",
    type=(str, str),
    multiple=True,
    metavar="AGENT DAYS",
    help="Who falls out and when: 2027-02-14, or 2027-02-14..2027-02-16. POOL/AGENT where two "
    "pools have an agent of that name. May be repeated.",
)
@click.option(
    "--anew",
    type=click.Path(path_type=Path),
    metavar="PLAN",
    help="The plan made again, after its forecast rose, say: its shifts are wanted.",
)
@out_option("repaired")
@json_option
def repair(
    plan: Path,
    absent: tuple[tuple[str, str], ...],
    anew: Path | None,
    out: Path,
    *,
    as_json: bool,
) -> None:
    """Change the roster of PLAN, a plan's folder or its plan.zip, as little as possible.

    Says which agent's day changes, writes that to changes.csv beside every file of the plan as it
    then is, and leaves PLAN itself as it was. Days before an absence stay as they are. Shifts that
    nobody of a pool can take go to a pool that serves the same queues, where one can.
    """
    from planner.repaired import repair_and_write

    click.echo(repair_and_write(plan, absent, anew, out, as_json=as_json))

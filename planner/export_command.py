"""The command `planner export`."""

from __future__ import annotations

from pathlib import Path

import click

from planner.options import json_option

WHAT = (
    "roster", "activities", "tours", "rules", "unplaced", "vendor", "allocation", "coverage",
    "costs", "forecast", "requirement", "projection", "service", "worth", "paths",
)  # fmt: skip
FORMATS = ("csv", "xlsx", "ics")


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("what", type=click.Choice(WHAT))
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="csv; xlsx, a workbook; ics, calendars (of the roster).  [default: as --out ends, or csv]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE|FOLDER",
    help="Where to; several files go into a folder, or into one zip if FILE ends in .zip.  "
    "[default: named after what it is, here]",
)
@click.option("--pool", "pools", multiple=True, help="Only this pool; may be repeated.")
@click.option("--agent", "agents", multiple=True, help="Only this agent; may be repeated.")
@click.option("--from", "first", metavar="DATE", help="From this day on, such as 2027-02-08.")
@click.option("--to", "last", metavar="DATE", help="Up to this day, itself included.")
@click.option(
    "--anonymous",
    is_flag=True,
    help="Codes for agents' names, the same in all exports of the plan. Who knows somebody's "
    "shifts can still tell which line is theirs.",
)
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --anonymous: write who is behind each code into FILE. Left out: nobody learns it.",
)
@json_option
def export(
    plan: Path,
    what: str,
    format_: str | None,
    out: Path | None,
    pools: tuple[str, ...],
    agents: tuple[str, ...],
    first: str | None,
    last: str | None,
    key: Path | None,
    *,
    anonymous: bool,
    as_json: bool,
) -> None:
    """Write WHAT of PLAN, a plan's folder or its plan.zip, for other programs and for people.

    \b
    roster   the shifts of each agent: a table; a workbook with a sheet a team and
             a page a week; or a calendar an agent, to be read in again after the
             next plan
    vendor   what each vendor is asked to staff, by queue and interval: contacts,
             handling time, agents
    others   the plan's table of that name

    An earlier export is replaced; a file of anything else is never overwritten.
    """  # noqa: D301
    from planner.exported import Request, export_and_tell

    asked = Request(what, format_, out, pools, agents, first, last, anonymous, key)
    click.echo(export_and_tell(plan, asked, as_json=as_json))

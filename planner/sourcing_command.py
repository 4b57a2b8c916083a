"""The command `planner sourcing`."""

from __future__ import annotations

from pathlib import Path

import click

from planner.options import json_option, out_option, scenario_argument, variant_option

_STOPPED = 130


@click.command()
@scenario_argument
@variant_option
@out_option("sourcing")
@click.option(
    "--points",
    type=click.IntRange(3, 200),
    help="Prices tried for each pool.  [default: 14; 4 of a large centre]",
)
@click.option(
    "--weeks",
    type=click.IntRange(min=1),
    help="Weeks asked, from the busiest to the calmest.  [default: all; 2 of a large centre]",
)
@json_option
def sourcing(
    scenario: Path,
    variants: tuple[str, ...],
    out: Path,
    points: int | None,
    weeks: int | None,
    *,
    as_json: bool,
) -> None:
    """Say what each pool of SCENARIO really costs, and at which price the mix would switch.

    Plans first, then asks what is bought of each pool at other prices, what more or less service
    would cost, and more or fewer own agents. Ctrl-C ends it; what is worked out is written.
    """
    from planner.run import source_and_write
    from planner.screen import Screen

    with Screen() as screen:
        text, stopped = source_and_write(
            scenario, variants, out, screen.progress, points=points, weeks=weeks, as_json=as_json
        )
    click.echo(text)
    if stopped:
        raise SystemExit(_STOPPED)

"""The command `planner compare`."""

from __future__ import annotations

from pathlib import Path

import click

from planner.options import json_option, out_option


@click.command(
    epilog="\b\nFor example:\n"
    "  planner compare my-centre/scenario.yaml --variants absence-20,volume+20\n"
    "  planner compare my-plan my-plan-absence --out my-comparison"
)
@click.argument("scenario", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--variants",
    multiple=True,
    metavar="A,B,...",
    help="What to plan beside SCENARIO as it is: variants of its file, ready ones, changes such as "
    "pools.paris.agents=40; 'A + B' are planned together.  [default: those of its file]",
)
@out_option("compare")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Plans made at the same time.",
)
@json_option
def compare(
    scenario: tuple[Path, ...], variants: tuple[str, ...], out: Path, jobs: int, *, as_json: bool
) -> None:
    """Plan SCENARIO and its variants, or take plans made before, and hold them side by side.

    Instead of SCENARIO, name two or more plans: folders of planner run, their plan.zip, or numbers
    in the store. Cost, hours, service by channel and market, vendors' share and what is missing,
    each against the first. Ctrl-C ends it; what is planned is compared and written.
    """
    from planner.comparing.run import compare_and_write
    from planner.screen import Screen

    with Screen() as screen:
        text, status = compare_and_write(
            scenario, variants, out, screen.progress, jobs=jobs, as_json=as_json
        )
    click.echo(text)
    if status:
        raise SystemExit(status)

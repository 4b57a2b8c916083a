"""The command `planner variants`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from planner.options import json_option, scenario_argument


@click.command(epilog="\b\nFor example:\n  planner variants my-centre/scenario.yaml")
@scenario_argument
@json_option
def variants(scenario: Path, *, as_json: bool) -> None:
    """List the variants of SCENARIO: those of its file, and those that are ready.

    Any of them, and any change such as pools.paris.agents=40, may follow --variant.
    """
    from planner.variants_told import known_variants, variants_text

    found = known_variants(scenario)
    if as_json:
        click.echo(json.dumps([one.as_dict() for one in found], indent=2, ensure_ascii=False))
    else:
        click.echo(variants_text(found))

"""What several commands ask alike: the scenario, its variants, a folder, one JSON document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., object])

scenario_argument = click.argument("scenario", type=click.Path(dir_okay=False, path_type=Path))
variant_option = click.option(
    "--variant", "variants", multiple=True, help="Apply a variant of the scenario; may be repeated."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def out_option(default: str) -> Callable[[Command], Command]:
    """Return the option that names the folder for results."""
    return click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        default=default,
        show_default=True,
        help="Folder for the files.",
    )


store_option = click.option(
    "--store",
    metavar="ADDRESS",
    help="The store: sqlite:///plans.db, or postgresql://user@host/plans.  [default: "
    "$PLANNER_STORE, or sqlite:///plans.db]",
)

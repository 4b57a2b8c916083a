"""The command `planner erlang`."""

from __future__ import annotations

import json
from typing import Any

import click

from planner.options import json_option


class Text(click.ParamType[Any]):
    """A duration or a target as people write it, read by a function of the calculator."""

    name = "text"

    def __init__(self, reader: str) -> None:
        self.reader = reader

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        """Return the value read, or say what is allowed."""
        from planner import calculator

        if not isinstance(value, str):
            return value
        try:
            return getattr(calculator, self.reader)(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.option("--contacts", type=float, required=True, help="Contacts in the interval.")
@click.option(
    "--interval", type=Text("parse_duration"), default="15m", show_default=True,
    help="Its length: 15m, 1h; a number alone is seconds.",
)  # fmt: skip
@click.option(
    "--aht", type=Text("parse_duration"), required=True,
    help="Handling time: 5m; 300 is seconds.",
)  # fmt: skip
@click.option(
    "--target", type=Text("parse_target"), default="80/20", show_default=True,
    help="Percent answered within so many seconds.",
)  # fmt: skip
@click.option(
    "--patience", type=Text("parse_duration"),
    help="Mean time a customer would wait: 3m; left out: nobody hangs up.",
)  # fmt: skip
@click.option("--max-occupancy", type=float, help="Highest occupancy, a fraction such as 0.88.")
@click.option("--shrinkage", type=float, default=0.0, help="Share of paid time away: 0.30.")
@click.option("--concurrency", type=int, default=1, help="Contacts an agent handles at once.")
@click.option(
    "--aht-alone", type=Text("parse_duration"), help="Handling time with one contact open."
)
@json_option
def erlang(
    contacts: float,
    interval: float,
    aht: float,
    target: tuple[float, float],
    patience: float | None,
    max_occupancy: float | None,
    shrinkage: float,
    concurrency: int,
    aht_alone: float | None,
    *,
    as_json: bool,
) -> None:
    """Work out one interval's positions, with the arithmetic."""
    from planner.calculator import calculate
    from staffing.queues import Target

    promise = Target(target[0], target[1], max_occupancy=max_occupancy)
    endless = float("inf")
    try:
        found = calculate(
            contacts, interval, aht, promise, patience or endless, shrinkage, concurrency,
            aht_alone,
        )  # fmt: skip
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(found.as_dict(), indent=2) if as_json else "\n".join(found.lines()))

"""The command line: parse, call the service, print."""

from __future__ import annotations

import json
import os
import signal
import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import click

from planner.actuals_command import actuals
from planner.capacity_command import capacity
from planner.compare_command import compare
from planner.erlang_command import erlang
from planner.errors import PlannerError
from planner.examples import EXAMPLES
from planner.export_command import export
from planner.import_command import import_
from planner.options import (
    json_option,
    out_option,
    scenario_argument,
    variant_option,
)
from planner.plans_command import plans
from planner.repair_command import repair
from planner.sourcing_command import sourcing
from planner.sweep_command import sweep
from planner.variants_command import variants

# One thread for small matrices: more are slower where other work shares the processor, and their
# sums come out in another order. Set before numpy is loaded; whoever sets it otherwise is heard.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Stages import numpy, pandas, statsmodels and pulp, seconds in all: only inside the commands.


class Commands(click.Group):
    """The program's commands, and those that other packages of ours add."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, in the order of use."""
        return [*super().list_commands(ctx), *_added()]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command by name, loading an added one only when it is asked for."""
        found = super().get_command(ctx, name)
        if found is None and name in _added():
            found = _added()[name].load()
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing what the added ones need."""
        own = {name: c.get_short_help_str(70) for name, c in self.commands.items()}
        told = {"users": "Who may open the web pages from another machine."}
        added = {name: told.get(name, "The web pages.") for name in _added()}
        with formatter.section("Commands"):
            formatter.write_dl([*own.items(), *added.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; say what is wrong in one line a fault, without a traceback."""
        try:
            return super().invoke(ctx)
        except PlannerError as error:
            click.echo(str(error), err=True)
            raise SystemExit(error.exit_status) from error


def _added() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group="planner.commands")}


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="contact-centre-planner", prog_name="planner")
def cli() -> None:
    """Plan a contact centre: from past contacts to forecast, positions, shifts and service.

    Start with `planner demo`, or with `planner new my-centre`.
    """


@cli.command()
@out_option("demo")
@click.option("--variant", "variants", multiple=True, help="Plan a variant, such as absence-20.")
def demo(out: Path, variants: tuple[str, ...]) -> None:
    """Plan the bundled florist centre: seven markets around Valentine's Day.

    Its scenario and history are written into the folder centre beside the plan's files.
    """
    from planner.examples import write_example
    from planner.run import plan_and_write
    from planner.screen import Screen

    centre = out / "centre"
    with Screen() as screen:
        if not (centre / "scenario.yaml").exists():
            try:
                write_example(
                    "florist", centre, lambda done, of: screen.progress("example", done, of)
                )
            except FileExistsError as error:
                raise PlannerError(str(error)) from error
        text = plan_and_write(centre / "scenario.yaml", variants, out, screen.progress)
    click.echo(text)


@cli.command()
def examples() -> None:
    """List the examples that `planner new --example` writes."""
    width = max(map(len, EXAMPLES))
    for name, description in EXAMPLES.items():
        click.echo(f"{name:<{width}}  {description}")


@cli.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--example",
    type=click.Choice(list(EXAMPLES)),
    default="starter",
    show_default=True,
    help="Which example to write.",
)
def new(directory: Path, example: str) -> None:
    """Write an example into DIRECTORY to start from."""
    from planner.examples import write_example
    from planner.screen import Screen

    try:
        with Screen() as screen:
            path = write_example(
                example, directory, lambda done, of: screen.progress("example", done, of)
            )
    except OSError as error:
        raise PlannerError(str(error)) from error
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    click.echo(f"Wrote {shown} and its history. Next: planner check {shown}")


@cli.command()
@scenario_argument
@variant_option
@json_option
def check(scenario: Path, variants: tuple[str, ...], *, as_json: bool) -> None:
    """Say what is wrong with SCENARIO, all of it, or what will be planned."""
    from planner.check import describe

    found = describe(scenario, variants)
    click.echo(json.dumps(found.as_dict(), indent=2) if as_json else found.text())


@cli.command()
@scenario_argument
@variant_option
@out_option("plan")
@click.option("--verify", is_flag=True, help="Simulate the plan, and audit its files.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="End the search for shifts after SECONDS, with the best found. Left out: it ends by "
    "the work done, so that the same question has the same answer. Ctrl-C ends it too.",
)
@click.option(
    "--store",
    metavar="ADDRESS",
    help="Keep the plan in a store too: sqlite:///plans.db, or postgresql://user@host/plans.",
)
@click.option(
    "--name", default="", help="With --store: the plan's name.  [default: the scenario's]"
)
@click.option("--note", default="", help="With --store: a note to it.")
@json_option
def run(
    scenario: Path,
    variants: tuple[str, ...],
    out: Path,
    store: str | None,
    name: str,
    note: str,
    *,
    verify: bool,
    time_limit: float | None,
    as_json: bool,
) -> None:
    """Plan SCENARIO: forecast, requirement, allocation, roster, projection, report."""
    from planner.run import plan_and_write
    from planner.screen import Screen
    from planner.stored import Keep

    if (name or note) and store is None:
        raise click.UsageError("--name and --note go with --store")

    with Screen() as screen:
        text = plan_and_write(
            scenario,
            variants,
            out,
            screen.progress,
            checked=verify,
            as_json=as_json,
            time_limit_s=time_limit,
            keep=Keep(store, name, note) if store is not None else None,
        )
    click.echo(text)


@cli.command()
@scenario_argument
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@variant_option
@json_option
def audit(scenario: Path, folder: Path, variants: tuple[str, ...], *, as_json: bool) -> None:
    """Work out FOLDER, files of planner run, again from SCENARIO and the files alone.

    Every shift, rest, position, cost and service is checked; ends with 1 where one is wrong.
    """
    from planner.run import audit_and_tell

    text, right = audit_and_tell(scenario, variants, folder, as_json=as_json)
    click.echo(text)
    if not right:
        raise SystemExit(1)


@cli.command()
@scenario_argument
@variant_option
@out_option("plan")
@click.option("--explain", is_flag=True, help="Explain a day, and write forecast_days.csv.")
@click.option("--queue", help="The queue to explain; left out: the largest.")
@click.option("--date", help="The day to explain, such as 2027-02-13; left out: the busiest.")
@json_option
def forecast(
    scenario: Path,
    variants: tuple[str, ...],
    out: Path,
    queue: str | None,
    date: str | None,
    *,
    explain: bool,
    as_json: bool,
) -> None:
    """Forecast SCENARIO and stop there; --explain says what a day is made of."""
    from planner.run import Explain, forecast_and_write
    from planner.screen import Screen

    wanted = Explain(queue, date) if explain or queue or date else None
    with Screen() as screen:
        text = forecast_and_write(
            scenario, variants, out, screen.progress, wanted=wanted, as_json=as_json
        )
    click.echo(text)


@cli.command()
@scenario_argument
@variant_option
@out_option("plan")
def staff(scenario: Path, variants: tuple[str, ...], out: Path) -> None:
    """Forecast SCENARIO, turn it into positions and stop there."""
    from planner.run import staff_and_write
    from planner.screen import Screen

    with Screen() as screen:
        text = staff_and_write(scenario, variants, out, screen.progress)
    click.echo(text)


@cli.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--queue", help="The queue; left out: the largest telephone queue.")
@click.option(
    "--at",
    help="A time within the interval, such as 2027-02-13T10:15, on the market's clock unless it has"
    " an offset; a date alone: its busiest interval; left out: that of the busiest day.",
)
@json_option
def explain(plan: Path, queue: str | None, at: str | None, *, as_json: bool) -> None:
    """Explain one interval of PLAN, a plan's folder or its plan.zip: from history to price."""
    from planner.explained import explained

    click.echo(explained(plan, queue, at, as_json=as_json))


@cli.command()
@scenario_argument
@variant_option
@out_option("backtest")
@click.option(
    "--windows",
    type=click.IntRange(1, 60),
    default=6,
    show_default=True,
    help="Stretches at the end of the history; past events come on top.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    help="Days of a stretch.  [default: the horizon's, at most 28]",
)
@json_option
def backtest(
    scenario: Path,
    variants: tuple[str, ...],
    out: Path,
    windows: int,
    days: int | None,
    *,
    as_json: bool,
) -> None:
    """Try every method on SCENARIO's history: its errors, and what they would have cost."""
    from planner.run import backtest_and_write
    from planner.screen import Screen

    with Screen() as screen:
        text = backtest_and_write(
            scenario, variants, out, screen.progress, days=days, windows=windows, as_json=as_json
        )
    click.echo(text)


cli.add_command(import_)
cli.add_command(repair)
cli.add_command(actuals)
cli.add_command(export)
cli.add_command(compare)
cli.add_command(sourcing)
cli.add_command(sweep)
cli.add_command(variants)
cli.add_command(capacity)
cli.add_command(plans)


@cli.command()
@scenario_argument
@variant_option
@json_option
def estimate(scenario: Path, variants: tuple[str, ...], *, as_json: bool) -> None:
    """Say what SCENARIO's history tells of patience, handling time and availability."""
    from planner.run import estimate_words

    click.echo(estimate_words(scenario, variants, as_json=as_json))


@cli.command()
def schema() -> None:
    """Print the scenario file's JSON Schema, for editors."""
    from planner.scenario.model import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


cli.add_command(erlang)


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the program; a stop or a fault of ours ends it with a line, not a traceback."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped; no plan was written.", err=True)
        sys.exit(130)
    except BrokenPipeError:  # whoever read our output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if "PLANNER_TRACEBACK" in os.environ:
            raise
        click.echo(
            f"planner failed: {type(error).__name__}: {error}\nThis is a fault of the program; "
            "PLANNER_TRACEBACK=1 shows where.",
            err=True,
        )
        sys.exit(1)

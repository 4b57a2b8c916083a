"""The command `planner plans` and what it is told to do with the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click

from planner.options import json_option, scenario_argument, store_option, variant_option

plan_argument = click.argument("plan", metavar="PLAN")
version_option = click.option(
    "--if-version",
    type=int,
    metavar="N",
    help="Only if nobody has edited it since you read it as version N.",
)


@click.group(
    invoke_without_command=True,
    epilog="\b\nFor example:\n"
    "  planner run my-centre/scenario.yaml --store sqlite:///plans.db --name base\n"
    "  planner plans list\n  planner plans show base\n  planner plans note base 'agreed on Monday'",
)
@store_option
@click.pass_context
def plans(context: click.Context, store: str | None) -> None:
    """Plans kept in a store: list, look, rename, note, remove, carry, make again.

    PLAN is a plan's number, or a name that no other has. The store is sqlite:///plans.db here, or
    what --store or $PLANNER_STORE says: postgresql://user@host/plans for a team.
    """
    context.obj = store
    if context.invoked_subcommand is None:
        context.invoke(list_)


@plans.command("list")
@click.option(
    "--status",
    type=click.Choice(["queued", "running", "done", "failed", "stopped"]),
    help="Only those.",
)
@store_option
@json_option
@click.pass_obj
def list_(
    of_group: str | None,
    status: str | None = None,
    store: str | None = None,
    *,
    as_json: bool = False,
) -> None:
    """List all plans, the newest first."""
    from planner.kept_plans import list_plans

    click.echo(list_plans(store or of_group, status, as_json=as_json))


@plans.command()
@plan_argument
@store_option
@json_option
@click.pass_obj
def show(of_group: str | None, plan: str, store: str | None, *, as_json: bool) -> None:
    """Show PLAN: cost, service by queue, who made it and when, notes and what was done with it."""
    from planner.kept_plans import show_plan

    click.echo(show_plan(store or of_group, plan, as_json=as_json))


@plans.command()
@plan_argument
@click.argument("name")
@version_option
@store_option
@click.pass_obj
def rename(
    of_group: str | None, plan: str, name: str, if_version: int | None, store: str | None
) -> None:
    """Give PLAN another NAME."""
    from planner.kept_plans import rename_plan

    click.echo(rename_plan(store or of_group, plan, name, if_version))


@plans.command()
@plan_argument
@click.argument("text")
@store_option
@click.pass_obj
def note(of_group: str | None, plan: str, text: str, store: str | None) -> None:
    """Add a note, TEXT, to PLAN; the notes of others stay."""
    from planner.kept_plans import note_plan

    click.echo(note_plan(store or of_group, plan, text))


@plans.command()
@plan_argument
@version_option
@store_option
@click.pass_obj
def remove(of_group: str | None, plan: str, if_version: int | None, store: str | None) -> None:
    """Remove PLAN with its files, notes and actuals."""
    from planner.kept_plans import remove_plan

    click.echo(remove_plan(store or of_group, plan, if_version))


@plans.command()
@plan_argument
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files.  [default: plan-NUMBER]",
)
@click.option(
    "--question",
    "part",
    flag_value="question",
    help="The scenario and tables it was planned from.",
)
@click.option("--actuals", "part", flag_value="actuals", help="What came, as it was read in.")
@store_option
@click.pass_obj
def get(
    of_group: str | None,
    plan: str,
    out: Path | None,
    store: str | None,
    part: Literal["question", "actuals"] | None,
) -> None:
    """Write the files of PLAN into a folder, as planner run wrote them."""
    from planner.made_plans import get_plan

    click.echo(get_plan(store or of_group, plan, out, part or "plan"))


@plans.command()
@plan_argument
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file.")
@store_option
@click.pass_obj
def export(of_group: str | None, plan: str, out: Path | None, store: str | None) -> None:
    """Write PLAN with all that belongs to it as one file, for another store to import."""
    from planner.made_plans import export_plan

    click.echo(export_plan(store or of_group, plan, out))


@plans.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@store_option
@click.pass_obj
def import_(of_group: str | None, file: Path, store: str | None) -> None:
    """Keep the plan in FILE, which planner plans export wrote."""
    from planner.made_plans import import_plan

    click.echo(import_plan(store or of_group, file))


@plans.command()
@plan_argument
@store_option
@json_option
@click.pass_obj
def again(of_group: str | None, plan: str, store: str | None, *, as_json: bool) -> None:
    """Make PLAN again from what the store keeps; say whether every byte is the same.

    Ends with 1 where one is not.
    """
    from planner.made_plans import again_words
    from planner.screen import Screen

    with Screen() as screen:
        text, same = again_words(store or of_group, plan, screen.progress, as_json=as_json)
    click.echo(text)
    if not same:
        raise SystemExit(1)


@plans.command()
@scenario_argument
@variant_option
@click.option("--name", default="", help="Name of the plan.  [default: the scenario's]")
@click.option("--note", default="", help="A note to it.")
@store_option
@json_option
@click.pass_obj
def queue(
    of_group: str | None,
    scenario: Path,
    variants: tuple[str, ...],
    name: str,
    note: str,
    store: str | None,
    *,
    as_json: bool,
) -> None:
    """Put SCENARIO into the store's queue, for planner plans work, here or elsewhere."""
    from planner.made_plans import queue_plan

    found = queue_plan(store or of_group, scenario, variants, name, note)
    click.echo(json.dumps(found) if as_json else f"Plan {found['plan']} waits in {found['store']}.")


@plans.command()
@click.option("--wait", is_flag=True, help="Wait for more when none is left, until Ctrl-C.")
@store_option
@click.pass_obj
def work(of_group: str | None, store: str | None, *, wait: bool) -> None:
    """Work out the plans that wait, one after another; any number of workers may do so at once."""
    from planner.made_plans import work_plans
    from planner.screen import Screen

    def told(line: str) -> None:
        click.echo(line, err=True)

    with Screen() as screen:
        done = work_plans(store or of_group, screen.progress, told, wait=wait)
    click.echo(f"{done} planned.")


@plans.command()
@plan_argument
@store_option
@click.pass_obj
def stop(of_group: str | None, plan: str, store: str | None) -> None:
    """Stop PLAN: one that waits at once, one at work soon, with the best found till then."""
    from planner.kept_plans import stop_plan

    click.echo(stop_plan(store or of_group, plan))


@plans.command()
@click.option("--remove", "gone", metavar="SWEEP", help="Remove this one with its results.")
@store_option
@click.pass_obj
def sweeps(of_group: str | None, gone: str | None, store: str | None) -> None:
    """List the sweeps whose results the store keeps, the newest first; or remove one."""
    from planner.kept_plans import sweeps_kept

    click.echo(sweeps_kept(store or of_group, gone))

"""The command `planner sweep`."""

from __future__ import annotations

from pathlib import Path

import click

from planner.options import json_option, out_option, scenario_argument, store_option

_STOPPED = 130


@click.command(
    epilog="\b\nFor example:\n"
    "  planner sweep my-centre/scenario.yaml --vary pools.team.agents=8:14:2"
)
@scenario_argument
@click.option(
    "--vary",
    "vary",
    multiple=True,
    metavar="PATH=SPEC",
    help="What varies: a value of the scenario, such as pools.paris.agents=40,50,60, or a grid "
    "with both ends, 40:80:5. Several are crossed.",
)
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="CHANGE",
    help="One more thing that varies: variants of the scenario, ready ones or changes, one after "
    "the other; none is the scenario as it is. The same as --vary variants=A,B.",
)
@click.option(
    "--monte-carlo",
    "paths",
    type=click.IntRange(2, 50),
    metavar="N",
    help="Plan each point for N ways that demand may go, the same draws for all points: each time "
    "demand comes exactly so and the plan knows it. Tells mean and the quantiles 0.1 and 0.9.",
)
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes on this machine.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, such as tls://host:8786.")
@click.option("--tls-ca", type=click.Path(path_type=Path), help="Authority of the scheduler, PEM.")
@click.option("--tls-cert", type=click.Path(path_type=Path), help="Our certificate, PEM.")
@click.option("--tls-key", type=click.Path(path_type=Path), help="Its key, PEM.")
@click.option(
    "--without-tls",
    is_flag=True,
    help="Speak in the open with a scheduler on another machine: it has no password.",
)
@store_option
@click.option("--fresh", is_flag=True, help="Start anew: forget what is kept of this sweep.")
@click.option("--retry-failed", is_flag=True, help="Run again what has failed.")
@out_option("sweep")
@json_option
def sweep(
    scenario: Path,
    vary: tuple[str, ...],
    variants: tuple[str, ...],
    paths: int | None,
    jobs: int | None,
    scheduler: str | None,
    tls_ca: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    store: str | None,
    out: Path,
    *,
    without_tls: bool,
    fresh: bool,
    retry_failed: bool,
    as_json: bool,
) -> None:
    """Plan many variants of SCENARIO, and say which keep the promises at what cost.

    Each result is kept as soon as it is there: started again with the same arguments, a sweep does
    what is missing. Ctrl-C stops it.
    """
    from planner.screen import Screen
    from planner.sweep.cluster import Cluster
    from planner.sweep.run import Asking, StoppedSweepError, sweep_and_write

    cluster = None
    if scheduler is not None:
        cluster = Cluster(scheduler, tls_ca, tls_cert, tls_key, unsafe=without_tls)
    elif tls_ca or tls_cert or tls_key or without_tls:
        message = "--tls-ca, --tls-cert, --tls-key and --without-tls go with --scheduler"
        raise click.UsageError(message)
    if cluster is not None and jobs is not None:
        message = "--jobs is for this machine alone: leave it out with --scheduler"
        raise click.UsageError(message)
    asking = Asking(vary, variants, paths or 0, jobs, cluster, fresh, retry_failed)
    try:
        with Screen() as screen:
            text = sweep_and_write(scenario, asking, store, out, screen.progress, as_json=as_json)
    except StoppedSweepError as stopped:
        click.echo(str(stopped), err=True)
        raise SystemExit(_STOPPED) from stopped
    click.echo(text)

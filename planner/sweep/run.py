"""The command that sweeps: ask, run or resume, write the files, say it in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import InputError, PlannerError
from planner.export.tables import csv_bytes
from planner.export.write import check_out, write_files
from planner.stopping import stop_means
from planner.store.database import Store, store_address
from planner.sweep.cluster import Cluster, ClusterError, run_on_cluster
from planner.sweep.page import sweep_html
from planner.sweep.runners import run_here, run_in_processes
from planner.sweep.sweep import Again, ask_sweep, run_sweep
from planner.sweep.tables import points_table, sweep_document
from planner.sweep.words import sweep_words

if TYPE_CHECKING:
    from planner.clock import Progress
    from planner.sweep.asked import AskedSweep
    from planner.swept import Result

SWEEP_FILES = ("sweep.csv", "sweep.json", "sweep.html")
_MEANS = "this plan is left for the next time, those made are kept."


class StoppedSweepError(PlannerError):
    """Somebody stopped a sweep; what is there is kept."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of a sweep on the command line: what varies, who works on it, what again."""

    vary: Sequence[str]
    variants: Sequence[str] = ()
    paths: int = 0
    jobs: int | None = None
    cluster: Cluster | None = None
    fresh: bool = False
    retry_failed: bool = False

    def run(self, asked: AskedSweep, numbers: Sequence[int]) -> Iterator[Result]:
        """Yield the results of tasks from whoever shall work on them."""
        if self.cluster is not None:
            return run_on_cluster(asked, numbers, self.cluster)
        if self.jobs is not None:
            return run_in_processes(asked, numbers, self.jobs)
        return run_here(asked, numbers)


def sweep_and_write(
    path: Path,
    asking: Asking,
    address: str | None,
    out: Path,
    progress: Progress,
    *,
    as_json: bool = False,
) -> str:
    """Return what to print after a sweep, its results kept in the store and its files written.

    Raises
    ------
    StoppedSweepError
        If somebody stopped it; the store has what was done.
    """
    check_out(out, [path], SWEEP_FILES)
    faults = asking.cluster.faults() if asking.cluster is not None else []
    if faults:
        raise InputError(faults)
    progress("history", 0, 1)
    scenario, asked = ask_sweep(path, asking.vary, asking.variants, asking.paths)
    progress("history", 1, 1)
    done = 0

    def told(stage: str, count: int, of: int, note: str = "") -> None:
        nonlocal done
        done = count
        progress(stage, count, of, note)

    with Store(store_address(address)) as store, stop_means(_MEANS):
        again = Again(asking.fresh, asking.retry_failed)
        try:
            swept = run_sweep(scenario, asked, asking.run, store, again, told)
        except (KeyboardInterrupt, ClusterError) as error:
            lost = isinstance(error, ClusterError)
            message = (
                f"{f'{error}{chr(10)}' if lost else 'Stopped: '}{done:,} of {asked.tasks:,} plans "
                f"are kept in {store.name}; the same command goes on with the rest."
            )
            raise (ClusterError if lost else StoppedSweepError)(message) from None
    progress("report", 0, 1)
    document = json.dumps(sweep_document(swept), indent=2, ensure_ascii=False, allow_nan=False)
    files = {
        "sweep.csv": csv_bytes(points_table(swept)),
        "sweep.json": f"{document}\n".encode(),
        "sweep.html": sweep_html(swept).encode(),
    }
    write_files(files, out, SWEEP_FILES)
    progress("report", 1, 1)
    return document if as_json else sweep_words(swept, out)

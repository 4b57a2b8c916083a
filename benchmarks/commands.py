"""Whole commands: how long they take, how much memory, and whether they repeat to the byte."""

from __future__ import annotations

import filecmp
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PLANNER = str(Path(sys.executable).with_name("planner"))


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command: wall and processor seconds, and the largest memory in MiB."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def timed(command: Sequence[str], cwd: Path) -> Run:
    """Return the time and memory of a command, which must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        message = f"{' '.join(command)} ended with status {process.returncode}"
        raise RuntimeError(message)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def row(name: str, runs: Sequence[Run], bare_s: float, target: str) -> str:
    """Return a line of the table: medians, and the wall time over bare Python's."""
    wall = statistics.median(run.wall_s for run in runs)
    cpu = statistics.median(run.cpu_s for run in runs)
    peak = max(run.peak_mib for run in runs)
    return (
        f"{name:<26} {len(runs):>4} {wall:>8.2f} {cpu:>8.2f} {wall / bare_s:>8.1f} "
        f"{peak:>8.0f}   {target}"
    )


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        bare = [timed([sys.executable, "-c", "pass"], here) for _ in range(5)]
        bare_s = statistics.median(run.wall_s for run in bare)
        print(f"{'command':<26} runs   wall s    cpu s  x python peak MiB   target")
        print(row("python -c pass", bare, bare_s, ""))
        shown = [timed([PLANNER, "--help"], here) for _ in range(5)]
        print(row("planner --help", shown, bare_s, "under 0.3 s"))
        demos = []
        for n in range(3):
            demos.append(timed([PLANNER, "demo", "--out", f"demo{n}"], here))
        scenario = "demo0/centre/scenario.yaml"
        checks = [timed([PLANNER, "check", scenario], here) for _ in range(5)]
        print(row("planner check (florist)", checks, bare_s, "under 2 s"))
        print(row("planner demo (florist)", demos, bare_s, "under 90 s and 2048 MiB"))
        summary = json.loads((here / "demo0/summary.json").read_text())
        print(f"gap of the florist's program: {summary['solver']['gap']:.4f} over its relaxation")
        stages = ", ".join(f"{stage} {s:.1f}" for stage, s in summary["seconds"].items())
        print(f"seconds per stage: {stages}")
        print(f"same bytes in every run: {_same(here, 3)}")


def _same(here: Path, runs: int) -> str:
    first = here / "demo0"
    files = [path.name for path in first.iterdir() if path.is_file()]
    names = sorted(name for name in files if name != "summary.json")
    for n in range(1, runs):
        _, differ, missing = filecmp.cmpfiles(first, here / f"demo{n}", names, shallow=False)
        if differ or missing:
            return f"no: {', '.join([*differ, *missing])}"
    return f"yes, {len(names)} files in {runs} runs"


if __name__ == "__main__":
    main()

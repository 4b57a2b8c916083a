"""Our forecast beside its peers on real series: ``make bench-forecasting``.

Every method forecasts the same days from the same origins, in a process of its own, and none is
handed anything later than its origin. Peers are installed into ``.peers`` on first use.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import forecast_speed
from benchmarks.forecast_methods import METHODS, OURS, PEERS, Method, PeerError, answer_tasks
from benchmarks.forecast_scores import Scores, read_found, score
from benchmarks.forecast_series import DATA, SERIES, Series, load
from benchmarks.forecast_table import LEGEND, overview, peak_lines, table
from benchmarks.forecast_targets import missed, target_of
from benchmarks.forecast_tasks import Task, tasks_of, write

_Results = dict[str, dict[str, Scores]]
_Faults = dict[str, dict[str, str]]


def main() -> int:
    """Print the tables; 130 when stopped."""
    options = _options()
    if not options.data.is_dir():
        print(f"Forecasts are not compared: the series are absent from {options.data}.")
        return 0
    chosen = [load(name, options.data) for name in SERIES if name in (options.series or SERIES)]
    methods = [m for m in METHODS if not options.only or m.name in options.only]
    try:
        _compare(chosen, methods, options)
        if not options.series and any(method.name == OURS for method in methods):
            _speed()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Our forecast beside its peers on real series.")
    known = [method.name for method in METHODS]
    parser.add_argument("--only", type=_names(known), metavar="METHOD,...", help=", ".join(known))
    parser.add_argument("--series", type=_names(SERIES), metavar="NAME,...", help=", ".join(SERIES))
    parser.add_argument("--quick", action="store_true", help="fewer origins: a look, not a result")
    parser.add_argument("--peaks", action="store_true", help="show every peak's errors too")
    parser.add_argument("--peers", type=Path, default=PEERS, help="where peers are installed")
    parser.add_argument("--data", type=Path, default=DATA, help="where the series are read")
    return parser.parse_args()


class _names:  # noqa: N801  (argparse shows the name of a type)
    """Reads a list of names, each of which must be known."""

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known

    def __call__(self, text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if name not in self.known]
        if unknown:
            msg = f"must be of {', '.join(self.known)}, got {', '.join(unknown)}"
            raise argparse.ArgumentTypeError(msg)
        return names


def _compare(
    chosen: Sequence[Series], methods: Sequence[Method], options: argparse.Namespace
) -> None:
    """Run every method and print a table per series."""
    tasks = {series.name: tasks_of(series, quick=options.quick) for series in chosen}
    results: _Results = {series.name: {} for series in chosen}
    faults: _Faults = {series.name: {} for series in chosen}
    for is_daily in (True, False):
        group = [series for series in chosen if series.is_daily == is_daily]
        able = [m for m in methods if (m.daily if is_daily else m.intraday)]
        if not group:
            continue
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            wanted = [task for series in group for task in tasks[series.name]]
            write(folder, group, wanted)
            for method in able:
                _run(method, group, tasks, folder, options.peers.absolute(), results, faults)
    print(f"{LEGEND}\n")
    for series in chosen:
        rows = results[series.name]
        target = target_of(series.name, rows)
        rolling = [task for task in tasks[series.name] if task.event is None]
        origins = f"{len(rolling)} origins, {len(tasks[series.name]) - len(rolling)} peak windows"
        print(table(series.title, rows, faults[series.name], target, origins))
        if OURS in rows:
            short = missed(target, rows[OURS], is_daily=series.is_daily)
            reached = "every target reached" if len(rows) > 1 else "no peer ran beside it"
            print("missed: " + "; ".join(short) if short else reached)
        if options.peaks and series.peaks:
            print(peak_lines(rows))
        print()
    print(overview([(series.name, series.title) for series in chosen], results))


def _run(
    method: Method,
    group: Sequence[Series],
    tasks: dict[str, list[Task]],
    folder: Path,
    peers: Path,
    results: _Results,
    faults: _Faults,
) -> None:
    """Let one method answer, and keep its scores or its faults by series."""
    total = sum(len(tasks[series.name]) for series in group)

    def progress(done: int) -> None:
        if sys.stderr.isatty() or done == total:  # a log wants the end alone
            print(f"\r{method.title}: {done} of {total} ", end="", file=sys.stderr, flush=True)

    try:
        answer_tasks(method, folder, peers, progress)
    except PeerError as error:
        print(f"\n{method.title} {error}", file=sys.stderr)
        for series in group:
            faults[series.name][method.name] = str(error)
        return
    print(file=sys.stderr)
    found = read_found(folder, method.name)
    for series in group:
        wrong = [found.errors[t.name] for t in tasks[series.name] if t.name in found.errors]
        if wrong:
            told = f"failed on {len(wrong)} of {len(tasks[series.name])}: {wrong[0][:120]}"
            faults[series.name][method.name] = told
        else:
            results[series.name][method.name] = score(series, tasks[series.name], found)


def _speed() -> None:
    """Print what a centre's forecast takes."""
    took = forecast_speed.measure()
    size = f"{forecast_speed.QUEUES} queues, {forecast_speed.YEARS} years of quarter hours"
    print(
        f"\n{size}, one call: "
        f"{took['seconds']:.1f} s (target {forecast_speed.TARGET_S:.0f} s), "
        f"{took['peak_mib']:.0f} MiB (target {forecast_speed.TARGET_MIB:.0f} MiB)"
    )


if __name__ == "__main__":
    sys.exit(main())

"""Named tours for published instances, beside the best known: ``make bench-rosters``.

Each instance is read in place, solved by our search and by a plain CP-SAT model in the same time,
and both answers are counted again by a checker written apart from them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import roster_ours
from benchmarks.forecast_methods import PEERS, PeerError
from benchmarks.roster_checker import Checked, check
from benchmarks.roster_instances import ROSTERS, Instance, best_known, read_instance
from benchmarks.staffing_peers import ask
from benchmarks.staffing_table import Reached, closing, say

THREADS = 2
#: Seconds that an instance is given, and how far over the best known value it may be.
TARGETS = {
    "Instance1": (30.0, 0.0),
    "Instance2": (30.0, 0.0),
    "Instance4": (60.0, 0.01),
    "Instance5": (60.0, 0.10),
    "Instance7": (60.0, 0.10),
    "Instance9": (60.0, 0.30),
    "Instance10": (600.0, 0.10),
    "Instance12": (600.0, 0.10),
}
#: Ours is to be the better one where neither is proved best, from this instance on.
_BETTER_FROM = 5


def main() -> int:
    """Print the table, and what was reached."""
    parser = argparse.ArgumentParser(description="Named tours, beside the best known ones.")
    parser.add_argument("--only", nargs="+", metavar="INSTANCE", help="such as Instance5")
    parser.add_argument("--folder", type=Path, default=ROSTERS, help="where instances are")
    parser.add_argument("--seconds", type=float, help="for each instance; else its target's, or 60")
    parser.add_argument("--alone", action="store_true", help="without the peer")
    parser.add_argument("--peers", type=Path, default=PEERS, help="where peers are installed")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"The instances are left out: {options.folder} is absent.")
        return 0
    paths = sorted(options.folder.glob("Instance*.txt"), key=lambda path: _number(path.stem))
    known = best_known() if ROSTERS.is_dir() else {}
    reached: list[Reached] = []
    print(
        f"{'instance':<12} {'days':>4} {'staff':>5} {'kinds':>5} {'best known':>10} {'ours':>7} "
        f"{'over %':>7} {'bound':>7} {'s':>6} {'CP-SAT':>7} {'s':>6}  counted again"
    )
    for path in paths:
        if not options.only or path.stem in options.only:
            reached += _measure(read_instance(path), known.get(path.stem), options)
    print(f"\n{closing(reached)}")
    return 0


def _number(name: str) -> int:
    return int("".join(filter(str.isdigit, name)) or 0)


def _measure(
    instance: Instance, best: int | None, options: argparse.Namespace
) -> Sequence[Reached]:
    seconds, most = TARGETS.get(instance.name, (60.0, None))
    seconds = options.seconds or seconds
    say(f"{instance.name}: ours, {seconds:.0f} s")
    ours = roster_ours.solve(instance, seconds)
    again = check(instance, ours.tours)
    agrees = not again.faults and again.value == ours.value
    peer, peer_s = (None, 0.0) if options.alone else _peer(instance, seconds, options.peers)
    over = None if best is None else ours.value / best - 1.0
    print(
        f"{instance.name:<12} {instance.days:>4} {len(instance.staff):>5} "
        f"{len(instance.shifts):>5} {best or '-':>10} {ours.value:>7.0f} "
        f"{'-' if over is None else f'{100 * over:.2f}':>7} {ours.bound:>7.0f} "
        f"{ours.seconds:>6.1f} {_told(peer):>7} {peer_s:>6.1f}  "
        f"{'agrees' if agrees else '; '.join(again.faults[:3]) or f'NOT: {again.value}'}",
        flush=True,
    )
    return _reached(instance.name, ours, agrees, over, most, seconds, peer)


def _told(peer: Checked | None) -> str:
    if peer is None or peer.value is None:
        return "-"
    return "broken" if peer.faults else str(peer.value)


def _peer(instance: Instance, seconds: float, peers: Path) -> tuple[Checked | None, float]:
    """Return what CP-SAT's tours are worth, None where it finds none, and its seconds."""
    say(f"{instance.name}: CP-SAT, {seconds:.0f} s")
    question = asdict(instance) | {"seconds": seconds, "threads": THREADS}
    try:
        answer: Mapping[str, Any] = ask("rosters", "benchmarks.peers.run_cp_sat", question, peers)
    except PeerError as error:
        print(f"CP-SAT {error}", file=sys.stderr)
        return None, 0.0
    tours = answer["tours"]
    return None if tours is None else check(instance, tours), float(answer["seconds"])


def _reached(
    name: str,
    ours: roster_ours.Ours,
    agrees: bool,
    over: float | None,
    most: float | None,
    seconds: float,
    peer: Checked | None,
) -> list[Reached]:
    told = "agrees" if agrees else "NOT"
    lines = [Reached(f"{name}: counted again", "agrees", told, agrees)]
    if over is not None and most is not None:
        target = f"within {100 * most:g} % in {seconds:.0f} s"
        met = over <= most and ours.seconds <= seconds
        measured = f"{100 * over:.2f} % in {ours.seconds:.1f} s"
        lines.append(Reached(f"{name}: over the best known", target, measured, met))
    if peer is not None and peer.value is not None:
        better = ours.value < peer.value or ours.value <= ours.bound
        met_or_not = better if _number(name) >= _BETTER_FROM else None
        measured = f"{ours.value:.0f} to {peer.value}"
        lines.append(Reached(f"{name}: beside CP-SAT", "better, or best", measured, met_or_not))
    return lines


if __name__ == "__main__":
    sys.exit(main())

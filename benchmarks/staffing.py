"""Our staffing beside its peers and its judges: ``make bench-staffing``.

Formulas against 40 digits; positions beside pyworkforce; the projection's speed, and its accuracy
beside two simulators, ours and simpy; our simulator beside simpy and Ciw; a real bank's February
beside what its January tells. Peers are installed into ``.peers`` on first use, each into an
environment of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.forecast_methods import PEERS
from benchmarks.staffing_table import Reached, closing, say

_Part = Callable[[argparse.Namespace], list[Reached]]


def _reference(_: argparse.Namespace) -> list[Reached]:
    from benchmarks import staffing_reference

    return staffing_reference.measure(say)


def _positions(options: argparse.Namespace) -> list[Reached]:
    from benchmarks import staffing_positions

    return staffing_positions.measure(options.peers, say)


def _projection(_: argparse.Namespace) -> list[Reached]:
    from benchmarks import staffing_projection

    return staffing_projection.measure(say)


def _simulator(options: argparse.Namespace) -> list[Reached]:
    from benchmarks import staffing_speed

    return staffing_speed.measure(options.peers, say)


def _accuracy(options: argparse.Namespace) -> list[Reached]:
    from benchmarks import staffing_witnesses

    return staffing_witnesses.measure(options.peers, say, quick=options.quick)


def _bands(_: argparse.Namespace) -> list[Reached]:
    from benchmarks import staffing_bands

    return staffing_bands.measure(say)


def _periods(_: argparse.Namespace) -> list[Reached]:
    from benchmarks import staffing_periods

    return staffing_periods.measure(say)


def _technion(_: argparse.Namespace) -> list[Reached]:
    from benchmarks import staffing_technion

    staffing_technion.main()
    return []  # reported as it comes out


PARTS: dict[str, _Part] = {
    "reference": _reference,
    "positions": _positions,
    "projection": _projection,
    "simulator": _simulator,
    "accuracy": _accuracy,
    "bands": _bands,
    "periods": _periods,
    "technion": _technion,
}


def main() -> int:
    """Print the tables, and the targets at the end; 130 when stopped."""
    options = _options()
    reached: list[Reached] = []
    try:
        for name in options.only or PARTS:
            print(f"\n{name}\n{'-' * len(name)}", flush=True)
            reached += PARTS[name](options)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    print(f"\n{closing(reached)}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Our staffing beside its peers and its judges.")
    known = ", ".join(PARTS)
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=known)
    parser.add_argument("--quick", action="store_true", help="fewer days: a look, not a result")
    parser.add_argument("--peers", type=Path, default=PEERS, help="where peers are installed")
    options = parser.parse_args()
    options.peers = options.peers.absolute()
    return options


if __name__ == "__main__":
    sys.exit(main())

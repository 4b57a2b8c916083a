"""Our staffing beside its peers and its judges: ``make bench-staffing``.

Formulas against 40 digits; positions beside pyworkforce; the projection's speed, and its accuracy
beside two simulators, ours and simpy; our simulator beside simpy and Ciw; a real bank's February
beside what its January tells. Peers are installed into ``.peers`` on first use, each into an
environment of its own.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.parts import Part, part_options, run_parts
from benchmarks.staffing_table import Reached, say


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


PARTS: dict[str, Part] = {
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
    """Run the parts that are asked for."""
    parser = part_options("Our staffing beside its peers and its judges.", PARTS)
    return run_parts(PARTS, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())

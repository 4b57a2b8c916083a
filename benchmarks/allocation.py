"""Who works when, beside what must be reached: ``make bench-allocation``.

A week's published instances, counted again; the pure cover beside pyworkforce; the florist's four
weeks beside the bound of all days at once; ten times the centre; twice the weeks and markets; one
price or headcount changed; and what a planner does today, both plans simulated.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.parts import Part, part_options, run_parts
from benchmarks.staffing_table import Reached, say


def _week(options: argparse.Namespace) -> list[Reached]:
    from benchmarks import allocation_week, allocation_weeks

    if options.week is None and not allocation_weeks.WEEKS.is_dir():
        print(f"The published weeks are left out: {allocation_weeks.WEEKS} is absent.")
        return []
    if options.week is None:
        weeks = allocation_week.known_weeks()
    else:
        groups = (options.full, options.part, options.minimum)
        weeks = [allocation_week.other_week(allocation_weeks.load_week(options.week, *groups))]
    return allocation_week.measure(weeks, say, quick=options.quick)


def _cover(options: argparse.Namespace) -> list[Reached]:
    from benchmarks import allocation_cover, allocation_weeks

    if not allocation_weeks.WEEKS.is_dir():
        print(f"The cover is left out: {allocation_weeks.WEEKS} is absent.")
        return []
    return allocation_cover.measure(options.peers, say)


def _florist(options: argparse.Namespace) -> list[Reached]:
    from benchmarks import allocation_florist

    return allocation_florist.measure(options.forecast, say, quick=options.quick)


def _tenfold(options: argparse.Namespace) -> list[Reached]:
    from benchmarks import allocation_florist

    return allocation_florist.measure_tenfold(options.forecast, say, quick=options.quick)


def _scaling(options: argparse.Namespace) -> list[Reached]:
    from benchmarks import allocation_scaling

    return allocation_scaling.measure(options.forecast, say, quick=options.quick)


def _slider(options: argparse.Namespace) -> list[Reached]:
    from benchmarks import allocation_slider

    return allocation_slider.measure(options.forecast, say, quick=options.quick)


def _today(options: argparse.Namespace) -> list[Reached]:
    from benchmarks import allocation_rivals

    return allocation_rivals.measure(options.forecast, say, quick=options.quick)


PARTS: dict[str, Part] = {
    "week": _week,
    "cover": _cover,
    "florist": _florist,
    "tenfold": _tenfold,
    "scaling": _scaling,
    "slider": _slider,
    "today": _today,
}


def main() -> int:
    """Run the parts that are asked for."""
    parser = part_options("Who works when, beside what must be reached.", PARTS)
    kept = "where the florist's forecast is kept between calls (.npz); made when absent"
    parser.add_argument("--forecast", type=Path, metavar="FILE", help=kept)
    week = parser.add_argument_group("another week, for the part week")
    week.add_argument("--week", type=Path, metavar="FILE", help="CSV of interval,positions")
    week.add_argument("--full", type=int, default=90, help="full-time heads")
    week.add_argument("--part", type=int, default=63, help="part-time heads")
    week.add_argument("--minimum", type=float, default=507.0, help="hours vendor A bills at least")
    return run_parts(PARTS, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())

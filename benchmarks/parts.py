"""A benchmark run part by part: its options, its tables, its targets at the end."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.forecast_methods import PEERS
from benchmarks.staffing_table import Reached, closing

Part = Callable[[argparse.Namespace], list[Reached]]


def part_options(description: str, parts: Mapping[str, Part]) -> argparse.ArgumentParser:
    """Return a parser of what every benchmark in parts is asked."""
    parser = argparse.ArgumentParser(description=description)
    known = ", ".join(parts)
    parser.add_argument("--only", nargs="+", choices=parts, metavar="PART", help=known)
    parser.add_argument("--quick", action="store_true", help="less of each: a look, not a result")
    parser.add_argument("--peers", type=Path, default=PEERS, help="where peers are installed")
    return parser


def run_parts(parts: Mapping[str, Part], options: argparse.Namespace) -> int:
    """Print the tables, and the targets at the end; 130 when stopped."""
    options.peers = options.peers.absolute()
    reached: list[Reached] = []
    try:
        for name in options.only or parts:
            print(f"\n{name}\n{'-' * len(name)}", flush=True)
            reached += parts[name](options)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    print(f"\n{closing(reached)}")
    return 0

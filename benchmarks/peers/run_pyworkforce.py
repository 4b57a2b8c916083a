"""Required positions by pyworkforce, one interval after another."""

from __future__ import annotations

import json
import sys
import time

from pyworkforce.queuing import ErlangC


def main() -> None:
    """Answer one question; an interval that raises has no positions."""
    asked = json.load(sys.stdin)
    positions: list[int | None] = []
    faults: list[str] = []
    minute = 60.0
    began = time.perf_counter()
    for contacts, aht_s in zip(asked["contacts"], asked["aht_s"], strict=True):
        try:
            queue = ErlangC(
                transactions=contacts,
                aht=aht_s / minute,
                asa=asked["answer_within_s"] / minute,
                interval=asked["interval_s"] / minute,
            )
            positions.append(queue.required_positions(asked["service_level"])["raw_positions"])
        except (ValueError, ArithmeticError) as error:
            positions.append(None)
            faults.append(f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - began
    json.dump({"seconds": seconds, "positions": positions, "faults": faults}, sys.stdout)


if __name__ == "__main__":
    main()

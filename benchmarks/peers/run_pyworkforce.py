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
    began = time.process_time()
    columns = (asked[name] for name in ("contacts", "aht_s", "service_level", "answer_within_s"))
    for contacts, aht_s, level, within_s in zip(*columns, strict=True):
        try:
            queue = ErlangC(
                transactions=contacts,
                aht=aht_s / minute,
                asa=within_s / minute,
                interval=asked["interval_s"] / minute,
            )
            positions.append(queue.required_positions(level)["raw_positions"])
        except (ValueError, ArithmeticError) as error:
            positions.append(None)
            faults.append(f"{type(error).__name__}: {error}")
    seconds = time.process_time() - began
    json.dump({"seconds": seconds, "positions": positions, "faults": faults}, sys.stdout)


if __name__ == "__main__":
    main()

"""The cheapest cover of a week by pyworkforce's MinRequiredResources, all days in one call."""

from __future__ import annotations

import json
import sys
import time

from pyworkforce.scheduling import MinRequiredResources


def main() -> None:
    """Answer one question."""
    asked = json.load(sys.stdin)
    began, began_cpu = time.perf_counter(), time.process_time()
    most = max(max(day) for day in asked["required"])
    scheduler = MinRequiredResources(
        num_days=len(asked["required"]),
        periods=len(asked["required"][0]),
        shifts_coverage=asked["shifts"],
        required_resources=asked["required"],
        max_period_concurrency=10 * most,
        max_shift_concurrency=most,
        cost_dict=asked["prices"],
        max_search_time=asked["seconds"],
        num_search_workers=asked["workers"],
    )
    found = scheduler.solve()
    json.dump(
        {
            "status": found["status"],
            "cost": found["cost"],
            "seconds": time.perf_counter() - began,
            "cpu_s": time.process_time() - began_cpu,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()

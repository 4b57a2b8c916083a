"""A question answered by ``allocate`` in a process of its own; its heads are kept."""

from __future__ import annotations

import pickle
import time
from pathlib import Path

from benchmarks.allocation_apart import answered, asked
from benchmarks.allocation_centres import load_question
from staffing.allocation import allocate

MODULE = "benchmarks.allocation_run"


def main() -> None:
    """Answer: seconds, cost and bound as the plan tells them, and positions missing in hours."""
    task = asked()
    question = load_question(Path(task["question"]))
    demand = question.demand()
    began, began_cpu = time.perf_counter(), time.process_time()
    found = allocate(
        demand,
        question.pools,
        question.days,
        question.times,
        shortage_price=question.shortage_price,
    )
    seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    if task.get("heads"):
        Path(task["heads"]).write_bytes(pickle.dumps(found.heads))
    if task.get("allocation"):
        Path(task["allocation"]).write_bytes(pickle.dumps((demand, found)))
    answered(
        {
            "seconds": seconds,
            "cpu_s": cpu,
            "cost": found.cost,
            "bound": found.bound,
            "gap": found.gap,
            "quality": found.quality,
            "missing_hours": float(found.understaffing.sum() * question.interval_s / 3600),
        }
    )


if __name__ == "__main__":
    main()

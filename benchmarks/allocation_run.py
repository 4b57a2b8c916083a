"""A question answered by ``allocate`` in a process of its own; its heads are kept."""

from __future__ import annotations

import pickle
import time
from pathlib import Path

from benchmarks.allocation_apart import answered, asked
from benchmarks.allocation_centres import Question, load_question
from planner.staffed import ROUNDS
from staffing.allocation import Allocation, allocate
from staffing.demand import Demand
from staffing.raised import raised
from staffing.roster import build_roster
from staffing.spare import settle

MODULE = "benchmarks.allocation_run"


def planned(question: Question, demand: Demand) -> Allocation:
    """Return who works when, as ``planner run`` does: again while a day's promise is not kept."""
    asked_for: Demand | None = demand
    for _ in range(ROUNDS):
        if asked_for is None:
            break
        found = allocate(
            asked_for, question.pools, question.days, question.times,
            shortage_price=question.shortage_price,
        )  # fmt: skip
        found = settle(found, build_roster(found), demand)
        asked_for = raised(demand, asked_for, found, question.aht_s, question.is_open)
    return found


def main() -> None:
    """Answer: seconds, cost and bound as the plan tells them, and positions missing in hours.

    Seconds are those of the program and of the names on its shifts.
    """
    task = asked()
    question = load_question(Path(task["question"]))
    demand = question.demand()
    began, began_cpu = time.perf_counter(), time.process_time()
    found = planned(question, demand)
    seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    if task.get("heads"):
        Path(task["heads"]).write_bytes(pickle.dumps(found.heads))
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

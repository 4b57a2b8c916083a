"""Tours of a published instance by a plain OR-Tools CP-SAT model, as its examples write one."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from ortools.sat.python import cp_model


def main() -> None:
    """Answer one question: the instance, seconds and threads."""
    asked = json.load(sys.stdin)
    began = time.perf_counter()
    model = cp_model.CpModel()
    works = _variables(model, asked)
    for name, person in asked["staff"].items():
        _rules(model, asked, person, works[name])
    model.minimize(sum(_requests(asked, works)) + sum(_cover(model, asked, works)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = asked["threads"]
    solver.parameters.max_time_in_seconds = asked["seconds"] - (time.perf_counter() - began)
    status = solver.solve(model)
    answer: dict[str, Any] = {"seconds": time.perf_counter() - began, "tours": None}
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        answer["tours"] = {
            name: [
                next((s for s in asked["shifts"] if solver.value(mine[day, s])), "")
                for day in range(asked["days"])
            ]
            for name, mine in works.items()
        }
    json.dump(answer, sys.stdout)


def _variables(model: Any, asked: dict[str, Any]) -> dict[str, dict[Any, Any]]:  # noqa: ANN401
    return {
        name: {
            (day, shift): model.new_bool_var("")
            for day in range(asked["days"])
            for shift in asked["shifts"]
        }
        for name in asked["staff"]
    }


def _rules(model: Any, asked: dict[str, Any], person: dict[str, Any], mine: Any) -> None:  # noqa: ANN401
    days, shifts = asked["days"], asked["shifts"]
    work = [model.new_bool_var("") for _ in range(days)]
    for day in range(days):
        model.add(sum(mine[day, s] for s in shifts) == work[day])
    for shift, facts in shifts.items():
        model.add(sum(mine[day, shift] for day in range(days)) <= person["most"][shift])
        for other in facts["not_before"]:
            for day in range(days - 1):
                model.add_bool_or(~mine[day, shift], ~mine[day + 1, other])
    worked = sum(shifts[s]["minutes"] * mine[day, s] for day in range(days) for s in shifts)
    model.add_linear_constraint(worked, person["least_minutes"], person["most_minutes"])
    longest = person["longest_run"]
    for day in range(days - longest):
        model.add_bool_or([~w for w in work[day : day + longest + 1]])
    for length in range(1, person["shortest_run"]):
        for day in range(1, days - length):
            run = work[day : day + length]
            model.add_bool_or([work[day - 1], work[day + length], *(~w for w in run)])
    for length in range(1, person["shortest_rest"]):
        for day in range(1, days - length):
            rest = work[day : day + length]
            model.add_bool_or([~work[day - 1], ~work[day + length], *rest])
    weekends = []
    for saturday in range(5, days, 7):
        weekends.append(model.new_bool_var(""))
        for day in work[saturday : saturday + 2]:
            model.add_implication(day, weekends[-1])
    model.add(sum(weekends) <= person["most_weekends"])
    for day in person["days_off"]:
        model.add(work[day] == 0)


def _requests(asked: dict[str, Any], works: Any) -> list[Any]:  # noqa: ANN401
    costs = [r["weight"] * (1 - works[r["person"]][r["day"], r["shift"]]) for r in asked["to_work"]]
    return costs + [
        r["weight"] * works[r["person"]][r["day"], r["shift"]] for r in asked["not_to_work"]
    ]


def _cover(model: Any, asked: dict[str, Any], works: Any) -> list[Any]:  # noqa: ANN401
    costs = []
    for cover in asked["cover"]:
        heads = sum(mine[cover["day"], cover["shift"]] for mine in works.values())
        few = model.new_int_var(0, cover["wanted"], "")
        many = model.new_int_var(0, len(works), "")
        model.add(heads + few - many == cover["wanted"])
        costs.append(cover["under"] * few + cover["over"] * many)
    return costs


if __name__ == "__main__":
    main()

"""A small plan with every kind of contract, written once, and its files changed at will."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.audit.audit import audit
from planner.errors import Fault
from planner.export.summary import summary_json
from planner.export.write import tables_of
from planner.scenario.model import Scenario, load_scenario
from planner.scenario.variants import nested
from planner.service import make_plan
from planner.sources.table import load_history

SCENARIO = """
name: A shop for eight days
horizon: {first_day: 2027-03-01, days: 8}
interval_minutes: 30
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR}}
queues:
  - {name: phone, open: {mon-fri: "08:00-18:00", sat: "09:00-13:00"}, aht_s: 280, patience_s: 180,
     escalates: {to: email, share: 0.1}}
  - {name: email, channel: email, open: {mon-sat: "08:00-18:00"}, aht_s: 330, backlog: 40,
     target: {reply_within_hours: 8, clock: open}}
pools:
  - {name: team, queues: [phone, {name: email, solved: 0.8}], shrinkage: 0.2, cost_per_hour: 58,
     agents: {2027-03-01: 5, 2027-03-04: 6}, newcomers: {speed: [0.5]},
     contract: {overtime: {max_hours_per_week: 5}},
     shifts: {paid_hours: [4, 7], breaks: [{minutes: 45, paid: false, after_hours: [3, 5]}]}}
  - {name: partner, kind: vendor, queues: [phone, email], agents: 3, cost_per_hour: 26,
     max_share: 0.3, minimum_hours_per_week: 60, tiers: [{above: 30, price: 24}],
     notice: {days: 3, ordered_hours_per_week: 80},
     penalty: {below_service_level: 0.97, discount_per_point: 0.01}}
  - {name: piece, kind: vendor, queues: [{name: email, speed: 0.9}], agents: 2,
     cost_per_contact: 3.1, committed_share_of_forecast: 1.1, shifts: {paid_hours: [4]},
     bonus: {above_service_level: 0.9, premium_per_point: 0.01, max_premium: 0.05}}
"""

Row = dict[str, str]


def write_history(path: Path) -> None:
    """Write ten weeks of two queues, Mondays the busiest."""
    chance = random.Random(5)
    lines = ["start,queue,contacts,aht_s"]
    for n in range(70):
        day = dt.date(2026, 12, 20) + dt.timedelta(days=n)
        for half in range(16, 36) if day.weekday() < 6 else ():
            for queue, mean in (("phone", 5.0), ("email", 3.0)):
                busy = 1.5 if day.weekday() == 0 else 1.0
                contacts = max(round(chance.gauss(mean * busy, 1.2)), 0)
                clock = f"{half // 2:02d}:{30 * (half % 2):02d}+01:00"
                lines.append(f"{day}T{clock},{queue},{contacts},300")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Audited:
    """A plan's files and the question that they answer."""

    path: Path
    files: Mapping[str, bytes]

    def asked(self, changes: Mapping[str, Any] | None = None) -> Scenario:
        """Return the scenario, with changes addressed as in ``planner sweep``."""
        return load_scenario(self.path, (), [nested(k, v) for k, v in (changes or {}).items()])

    def faults(self, changes: Mapping[str, Any] | None = None) -> dict[str, tuple[Fault, ...]]:
        """Return what every rule finds, by its name."""
        found = audit(self.asked(changes), self.files)
        return {one.rule: one.faults for one in found if one.faults}

    def rows(self, name: str) -> list[Row]:
        """Return a table's rows; row n stands on line n + 2."""
        return list(csv.DictReader(io.StringIO(self.files[name].decode(), newline="")))

    def with_rows(self, name: str, rows: list[Row]) -> Audited:
        """Return the same plan with another table."""
        text = io.StringIO(newline="")
        table = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
        table.writeheader()
        table.writerows(rows)
        return replace(self, files={**self.files, name: text.getvalue().encode()})

    def with_cells(
        self, name: str, where: Callable[[Row], bool], **cells: str | Callable[[str], str]
    ) -> tuple[Audited, int]:
        """Return the plan with cells of the first row of a kind changed, and that row's line."""
        rows = self.rows(name)
        at = next(n for n, row in enumerate(rows) if where(row))
        for column, new in cells.items():
            rows[at][column] = new if isinstance(new, str) else new(rows[at][column])
        return self.with_rows(name, rows), at + 2


def planned(folder: Path, text: str, history: Callable[[Path], None] = write_history) -> Audited:
    """Return a scenario's plan as files."""
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    history(folder / "contacts.csv")
    scenario = load_scenario(path)
    plan = make_plan(scenario, load_history(scenario))
    return Audited(path, {**tables_of(plan), "summary.json": summary_json(plan).encode()})


def plus(much: float, places: int) -> Callable[[str], str]:
    """Return a change of a number by so much."""
    return lambda text: f"{float(text) + much:.{places}f}"

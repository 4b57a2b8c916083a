"""What is wrong with a scenario and its history, all of it, or what will be planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from planner.inputs import check_aht, simplifications
from planner.pool_inputs import shortage_warnings
from planner.scenario.model import Scenario, load_scenario
from planner.sources.table import HistoryTable, load_history


@dataclass(frozen=True, slots=True)
class Check:
    """What a scenario that has nothing wrong will plan.

    ``notes`` are remarks on the input that stop nothing.
    """

    name: str
    first_day: str
    last_day: str
    queues: int
    markets: int
    pools: int
    agents: int
    events: tuple[str, ...]
    variants: tuple[str, ...]
    history_rows: int
    history_first_day: str
    history_last_day: str
    history_contacts: float
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the facts for JSON."""
        return asdict(self)

    def text(self) -> str:
        """Return the facts as a person reads them."""
        lines = [
            f"Nothing wrong. {self.name or 'This scenario'}:",
            f"  plans     {self.first_day} to {self.last_day}",
            f"  queues    {self.queues} in {_count(self.markets, 'market')}",
            f"  pools     {self.pools} with up to {self.agents:,} agents",
            f"  events    {', '.join(self.events) or 'none'}",
            f"  history   {self.history_first_day} to {self.history_last_day}, "
            f"{self.history_contacts:,.0f} contacts in {self.history_rows:,} rows",
            f"  variants  {', '.join(self.variants) or 'none'}",
        ]
        return "\n".join([*lines, *(f"  note      {note}" for note in self.notes)])


def describe(path: Path, variants: Sequence[str]) -> Check:
    """Return what a scenario file will plan.

    Raises
    ------
    InputError
        With every fault of the scenario, or, where it has none, of its history.
    """
    scenario = load_scenario(path, variants)
    table = load_history(scenario)
    check_aht(scenario, table)
    return _check(scenario, table)


def _check(scenario: Scenario, table: HistoryTable) -> Check:
    start = table.frame["start"]
    return Check(
        name=scenario.name,
        first_day=scenario.days[0].isoformat(),
        last_day=scenario.days[-1].isoformat(),
        queues=len(scenario.queues),
        markets=len({queue.market for queue in scenario.queues}),
        pools=len(scenario.pools),
        agents=sum(pool.agents.most for pool in scenario.pools),
        events=tuple(event.name for event in scenario.events),
        variants=tuple(scenario.variants),
        history_rows=len(table.frame),
        history_first_day=start.min().date().isoformat(),
        history_last_day=start.max().date().isoformat(),
        history_contacts=float(table.frame["contacts"].sum()),
        notes=(*table.notes, *shortage_warnings(scenario), *simplifications(scenario)),
    )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

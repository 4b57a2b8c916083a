"""What is wrong with a scenario and its history, all of it, or what will be planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from planner.agents_told import agents_notes, agents_words
from planner.circumstances import drivers_by_queue
from planner.contract_notes import contract_notes
from planner.demand_paths import paths_notes, risk_words
from planner.errors import Fault, InputError
from planner.foreseen import driver_words, foreseen_notes, override_words
from planner.found_patience import history_patience
from planner.inputs import check_aht, knows_aht, simplifications, waiting_words, zone_of
from planner.market_calendars import calendar_warnings
from planner.paid_time import is_slowed, pace_words, shrinkage_words
from planner.pool_inputs import shortage_warnings, staffing_pools
from planner.pool_terms import terms_words
from planner.scenario.changes import merge_text
from planner.scenario.checks import STAFFED_MINUTES
from planner.scenario.document import Document, read_yaml
from planner.scenario.model import Scenario, scenario_of
from planner.sources.data_report import DataReport
from planner.sources.driver_table import load_drivers
from planner.sources.table import HistoryTable, load_history

HISTORY_KEYS = ("interval_minutes", "history", "markets", "queues")  # what a table is read by
DRIVER_KEYS = (*HISTORY_KEYS, "drivers")
QUEUE_KEYS = ("name", "market", "open", "escalates")


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
    people: tuple[str, ...]
    shrinkage: tuple[str, ...]
    newcomers: tuple[str, ...]
    terms: tuple[str, ...]
    events: tuple[str, ...]
    drivers: tuple[str, ...]
    overrides: tuple[str, ...]
    waiting: tuple[str, ...]
    risk: tuple[str, ...]
    variants: tuple[str, ...]
    history_rows: int
    history_first_day: str
    history_last_day: str
    history_contacts: float
    data: DataReport | None
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
            *(f"  agents    {pool}" for pool in self.people),
            *(f"  shrinkage {pool}" for pool in self.shrinkage),
            *(f"  newcomers {pool}" for pool in self.newcomers),
            *(f"  terms     {pool}" for pool in self.terms),
            f"  events    {', '.join(self.events) or 'none'}",
            *(f"  driver    {driver}" for driver in self.drivers),
            *(f"  override  {override}" for override in self.overrides),
            *(f"  waiting   {queue}" for queue in self.waiting),
            *(f"  risk      {line}" for line in self.risk),
            f"  history   {self.history_first_day} to {self.history_last_day}, "
            f"{self.history_contacts:,.0f} contacts in {self.history_rows:,} intervals",
            *(f"  {line}" for line in (self.data.lines(brief=True) if self.data else ())),
            f"  variants  {', '.join(self.variants) or 'none'}",
        ]
        return "\n".join([*lines, *(f"  note      {note}" for note in self.notes)])


def describe(path: Path, variants: Sequence[str]) -> Check:
    """Return what a scenario file will plan.

    Raises
    ------
    InputError
        With every fault of the scenario and its history, or, where they have none, with what
        keeps them from being planned.
    """
    return described(*read_question(path, variants))


def described(scenario: Scenario, table: HistoryTable) -> Check:
    """Return what a scenario with its history will plan.

    Raises
    ------
    InputError
        With what keeps it from being planned.
    """
    check_plannable(scenario, table)
    return _check(scenario, table)


def read_question(path: Path, variants: Sequence[str]) -> tuple[Scenario, HistoryTable]:
    """Return a scenario file and its history.

    Raises
    ------
    InputError
        With every fault of the scenario, and of its tables as far as they can be looked at.
    """
    return read_document(read_yaml(path), variants)


def read_document(
    document: Document, variants: Sequence[str] = ()
) -> tuple[Scenario, HistoryTable]:
    """Return the scenario of a document and its history; see ``read_question``."""
    try:
        scenario = scenario_of(document, variants)
    except InputError as error:
        faults = [*error.faults]
        for keys, load in ((HISTORY_KEYS, load_history), (DRIVER_KEYS, load_drivers)):
            faults += _table_faults(document, variants, keys, load)
        raise InputError(faults) from None
    faults = _faults(lambda: drivers_by_queue(scenario))
    try:
        table = load_history(scenario)
    except InputError as error:
        raise InputError([*error.faults, *faults]) from None
    if faults:
        raise InputError(faults)
    return scenario, table


def _faults(ask: Callable[[], object]) -> list[Fault]:
    try:
        ask()
    except InputError as error:
        return [*error.faults]
    return []


def _table_faults(
    document: Document,
    variants: Sequence[str],
    keys: Sequence[str],
    load: Callable[[Scenario], object],
) -> list[Fault]:
    """Return the faults of the tables that a scenario with faults of its own names.

    They are found with no more of the scenario than a table is read by; none where that is wrong.
    """
    try:
        for name in variants:
            document, _ = merge_text(document, name)
        value = {key: document.value[key] for key in keys if key in document.value}
        queues = value.get("queues")
        if isinstance(queues, list):
            value["queues"] = [
                {key: queue[key] for key in QUEUE_KEYS if key in queue}
                if isinstance(queue, dict)
                else queue
                for queue in queues
            ]
        value["horizon"] = {"first_day": "2027-01-01", "days": 1}
        scenario = scenario_of(replace(document, value=value))
    except InputError:
        return []
    return _faults(lambda: load(scenario))


def check_plannable(scenario: Scenario, table: HistoryTable) -> None:
    """Raise what keeps a good scenario with a good history from being planned.

    Raises
    ------
    InputError
        With all of it: pools and no handling time, a patience that the history is to tell and does
        not, intervals too long to staff, no shift.
    """
    longest, minutes = max(STAFFED_MINUTES), scenario.interval_minutes
    checks: list[Callable[[], object]] = []
    if scenario.pools:
        checks.append(lambda: check_aht(scenario, table))
        checks.append(lambda: history_patience(scenario, table))
    if minutes <= longest:
        checks.append(lambda: staffing_pools(scenario))
    faults: list[Fault] = []
    if scenario.pools and minutes > longest:
        message = f"must be at most {longest} to staff, got {minutes}"
        faults.append(scenario.fault(("interval_minutes",), message))
    for check in checks:
        faults += _faults(check)
    if faults:
        raise InputError(faults)


def _check(scenario: Scenario, table: HistoryTable) -> Check:
    first, last = _span(scenario, table)
    pools = staffing_pools(scenario)
    return Check(
        name=scenario.name,
        first_day=scenario.days[0].isoformat(),
        last_day=scenario.days[-1].isoformat(),
        queues=len(scenario.queues),
        markets=len({queue.market for queue in scenario.queues}),
        pools=len(scenario.pools),
        agents=sum(pool.agents.most for pool in scenario.pools),
        people=tuple(f"{p.name}: {agents_words(p)}" for p in scenario.pools if agents_words(p)),
        shrinkage=tuple(f"{p.name}: {shrinkage_words(p)}" for p in pools if p.shrinkage_by_kind),
        newcomers=tuple(f"{p.name}: {pace_words(p, scenario.days)}" for p in pools if is_slowed(p)),
        terms=tuple(f"{p.name}: {terms_words(p)}" for p in pools if terms_words(p)),
        events=tuple(event.name for event in scenario.events),
        drivers=driver_words(scenario),
        overrides=override_words(scenario),
        waiting=waiting_words(scenario),
        risk=risk_words(scenario),
        variants=tuple(scenario.variants),
        history_rows=len(table.frame),
        history_first_day=first.isoformat(),
        history_last_day=last.isoformat(),
        history_contacts=float(table.frame["contacts"].sum()),
        data=table.data,
        notes=(
            *_without_pools(scenario, table),
            *table.notes,
            *foreseen_notes(scenario, drivers_by_queue(scenario)),
            *calendar_warnings(scenario, first),
            *agents_notes(scenario),
            *contract_notes(scenario),
            *shortage_warnings(scenario),
            *paths_notes(scenario),
            *simplifications(scenario),
        ),
    )


def _span(scenario: Scenario, table: HistoryTable) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a history, each on its queue's clock."""
    days = []
    for queue in scenario.queues:
        start = table.rows_of(queue.name)["start"]
        if len(start):
            ends = pd.DatetimeIndex(start.iloc[[0, -1]]).tz_convert(zone_of(scenario, queue))
            days += [time.date() for time in ends]
    return min(days), max(days)


def _without_pools(scenario: Scenario, table: HistoryTable) -> tuple[str, ...]:
    """Say what a scenario that names no pools cannot be asked."""
    if scenario.pools:
        return ()
    note = "names no pools: it can be forecast, not staffed"
    unknown = [q.name for q in scenario.queues if not knows_aht(scenario, q, table)]
    if not unknown:
        return (note,)
    return note, f"no handling time is known, which positions would take: {', '.join(unknown)}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

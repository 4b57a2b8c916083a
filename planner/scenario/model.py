"""The question: markets, queues, events, pools, horizon, read from one YAML file."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, ValidationError

from planner.errors import Fault, InputError
from planner.scenario.agent_files import with_agents
from planner.scenario.changes import file_variants, merge_text
from planner.scenario.checks import check_references
from planner.scenario.document import ON_THE_SPOT, Document, read_yaml
from planner.scenario.faults import problems_of
from planner.scenario.foreseen import Driver, Override
from planner.scenario.hiring import CapacityYear
from planner.scenario.history import HistorySource
from planner.scenario.pools import Pool
from planner.scenario.queues import Market, NamedEvent, Queue
from planner.scenario.risk import MIDDLE, AnyRisk
from planner.scenario.teams import teams_of
from planner.scenario.types import (
    Date,
    Days,
    Label,
    Positive,
    Strict,
    Whole,
)
from planner.scenario.variants import merge_change, merge_variant


class Horizon(Strict):
    """The days to plan, local to each market."""

    first_day: Date = Field(description="First day.")
    days: Days = Field(description="Number of days.")


class Shortage(Strict):
    """What a position that is missing costs, so that the plan can weigh it."""

    price_per_hour: Positive | None = Field(
        None,
        description="Price of one position missing for an hour, in the scenario's currency. Left "
        "out: what the dearest pool's shortest shift costs for one position.",
    )


class Scenario(Strict):
    """A whole question: what is known, what was promised, who can work, and for which days."""

    name: Label = Field("", description="Title of the plan.")
    currency: str = Field(
        "EUR", pattern="^[A-Z]{3}$", description="ISO 4217 code of all prices and costs."
    )
    horizon: Horizon = Field(description="The days to plan.")
    interval_minutes: Literal[5, 10, 15, 30, 60, 1440] = Field(
        15, description="Length of an interval, minutes; 1440 for a forecast by day."
    )
    seed: Whole = Field(1, description="Seed of all randomness; the same seed, the same plan.")
    history: HistorySource = Field(description="Where past contacts come from.")
    risk: AnyRisk = Field(
        MIDDLE,
        description="Quantile of the forecast to staff for, fraction; 0.5 is the middle. Or "
        "{paths, worst, weight}: what is decided ahead is decided for several demand paths at "
        "once, and the rest of the plan is made for the middle.",
    )
    markets: dict[str, Market] = Field(
        default_factory=dict, description="Markets by name. Left out: one, with the clock of UTC."
    )
    queues: tuple[Queue, ...] = Field(min_length=1, description="Streams of contacts.")
    events: tuple[NamedEvent, ...] = Field(
        (), description="Gift days by name (valentines_day, ...) and events with dates."
    )
    drivers: tuple[Driver, ...] = Field(
        (), description="Figures known for days to come that contacts follow, such as orders."
    )
    overrides: tuple[Override, ...] = Field(
        (),
        description="What the planner knows better than the history, applied in order and kept "
        "apart from the forecast.",
    )
    pools: tuple[Pool, ...] = Field((), description="Who can work; a forecast needs none.")
    capacity: CapacityYear = Field(
        default_factory=CapacityYear,
        description="Which weeks `planner capacity` looks at, and for how much of the forecast.",
    )
    shortage: Shortage = Field(default_factory=Shortage, description="The price of missing agents.")
    variants: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="Changes by name; queues, pools, events, drivers and overrides are addressed "
        "by their names.",
    )

    _file: str = PrivateAttr("scenario.yaml")
    _applied: tuple[str, ...] = PrivateAttr(())
    _document: Document | None = PrivateAttr(None)

    @property
    def file(self) -> str:
        """The scenario file as the user named it."""
        return self._file

    @property
    def folder(self) -> Path:
        """The folder that paths in the scenario are relative to."""
        return Path(self._file).parent

    @property
    def applied(self) -> tuple[str, ...]:
        """The variants that were applied as they were asked for, in order."""
        return self._applied

    @property
    def document(self) -> dict[str, Any]:
        """The plain values it was read from, variants merged in; ``scenario_of`` reads them."""
        return {} if self._document is None else dict(self._document.value)

    @property
    def interval_s(self) -> int:
        """Length of an interval in seconds."""
        return self.interval_minutes * 60

    @property
    def quantile(self) -> float:
        """Quantile of the forecast that the requirement is for; the middle with several paths."""
        return self.risk if isinstance(self.risk, float) else MIDDLE

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The horizon's days."""
        first = self.horizon.first_day.toordinal()
        return tuple(dt.date.fromordinal(first + i) for i in range(self.horizon.days))

    def market_of(self, queue: Queue) -> Market:
        """Return a queue's market; UTC without a calendar where the scenario has none."""
        if queue.market:
            return self.markets[queue.market]
        return next(iter(self.markets.values()), Market(timezone="UTC"))

    @property
    def teams(self) -> tuple[Pool, ...]:
        """The pools, each with agents of different skills as one pool for each set of these."""
        return tuple(team for pool in self.pools for team in teams_of(pool, self.zone_of(pool)))

    def zone_of(self, pool: Pool) -> str:
        """Return the zone of a pool's shifts: left out, that of its first queue's market."""
        first = next(queue for queue in self.queues if queue.name == pool.queues[0].name)
        return pool.timezone or self.market_of(first).timezone

    def fault(self, place: tuple[str | int, ...], message: str) -> Fault:
        """Return a fault about a place of this scenario, with its line where that is known."""
        document = self._document or Document(self._file, {}, {})
        return document.fault(place, message)


def load_scenario(
    path: str | Path,
    variants: Sequence[str] = (),
    changes: Iterable[Mapping[str, Any]] = (),
) -> Scenario:
    """Return the scenario of a YAML file, with variants and further changes applied in order.

    Parameters
    ----------
    path
        The scenario file.
    variants
        Variants of the file by name, changes such as pools.paris.agents=40, or variants that are
        ready, such as volume+20, see ``planner.scenario.changes``; later ones win.
    changes
        Nested mappings like variants, see ``planner.scenario.variants.nested``; applied last.

    Raises
    ------
    InputError
        With every fault of the file, of all its variants and of the files of agents it names.
    """
    return scenario_of(read_yaml(path), variants, changes)


def scenario_of(
    document: Document,
    variants: Sequence[str] = (),
    changes: Iterable[Mapping[str, Any]] = (),
) -> Scenario:
    """Return the scenario that a document holds; see ``load_scenario``."""
    plain, faults = with_agents(document)
    scenario, found = _read(plain)
    base = [*faults, *found]
    faults = [*base, *_variant_faults(document, file_variants(document), base)]
    if faults:
        raise InputError(faults)
    if variants or changes:
        scenario = _changed(document, variants, changes)
    if scenario is None:  # never: without a scenario there are faults
        raise InputError(base)
    return scenario


def scenario_from(document: Document, applied: Sequence[str] = ()) -> Scenario:
    """Return the scenario of a document that names no file of agents; no file is opened.

    Parameters
    ----------
    applied
        Names of the variants that were merged into the document.

    Raises
    ------
    InputError
        With every fault of the document.
    """
    scenario, faults = _read(document)
    if scenario is None or faults:
        raise InputError(faults)
    scenario._applied = tuple(applied)
    return scenario


def _read(document: Document) -> tuple[Scenario | None, list[Fault]]:
    problems = check_references(document.value)
    scenario: Scenario | None = None
    try:
        read = Scenario.model_validate(_with_market(document.value))
    except ValidationError as error:
        problems += problems_of(error, Scenario)
    else:
        read._file = document.file
        read._document = document
        scenario = read
    return scenario, [document.fault(place, message) for place, message in problems]


def _with_market(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the only market named in each queue that names none."""
    markets, queues = raw.get("markets"), raw.get("queues")
    if not isinstance(markets, dict) or len(markets) != 1 or not isinstance(queues, list):
        return raw
    only = {"market": next(iter(markets))}
    return raw | {"queues": [only | q if isinstance(q, dict) else q for q in queues]}


def _variant_faults(document: Document, known: list[str], base: list[Fault]) -> list[Fault]:
    """Return the faults that variants bring, beyond those of the scenario without them."""
    result: list[Fault] = []
    for name in known:
        if not isinstance(document.value["variants"][name], dict):
            continue  # told with the scenario itself
        merged, problems = merge_variant(document, name)
        plain, faults = with_agents(merged)
        result += [document.fault(place, message) for place, message in problems]
        for fault in [*faults, *_read(plain)[1]]:
            if fault not in base and fault not in result:
                inside = fault.field.startswith(f"variants.{name}") or fault.file != document.file
                suffix = "" if inside else f" (in variant {name!r})"
                result.append(replace(fault, message=fault.message + suffix))
    return result


def _changed(
    document: Document, variants: Sequence[str], changes: Iterable[Mapping[str, Any]]
) -> Scenario:
    """Return the scenario with variants and changes merged in, or raise their faults."""
    faults: list[Fault] = []
    merged = document
    for text in variants:
        merged, problems = merge_text(merged, text)
        faults += [document.fault(place, message) for place, message in problems]
    for change in changes:
        merged, problems = merge_change(merged, dict(change))
        faults += [document.fault(place, message) for place, message in problems]
    plain, found = with_agents(merged)
    scenario, more = _read(plain)
    if faults or found or more or scenario is None:
        raise InputError([*faults, *(_with_variants(one, variants) for one in (*found, *more))])
    scenario._applied = tuple(variants)
    return scenario


def _with_variants(fault: Fault, variants: Sequence[str]) -> Fault:
    """Return a fault that no variant has by itself with the variants that bring it together."""
    if not variants or fault.file == ON_THE_SPOT or fault.field.startswith("variants."):
        return fault
    return replace(fault, message=f"{fault.message} (with {' + '.join(variants)})")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the scenario file, so that editors complete it.

    Examples
    --------
    >>> sorted(json_schema()["required"])
    ['history', 'horizon', 'queues']
    """
    return Scenario.model_json_schema()

"""The scenario as a plan keeps it: what was planned, without variants and without addresses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.scenario.agents import Agents
from planner.scenario.document import Document, Plain
from planner.scenario.model import scenario_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.scenario.model import Scenario

NOT_KEPT = "not kept"
_ADDRESSES = ("sql", "query")  # an address may hold a password


def kept_document(scenario: Scenario) -> dict[str, Any]:
    """Return the values that a scenario was read from, as JSON holds them.

    The variants applied are merged in, all others are left out; so is the address of a database.
    Files of agents are kept as what was read from them: names, hours, days away, wishes and shifts
    worked before, without any reason.

    Examples
    --------
    >>> from planner.scenario.document import parse_yaml
    >>> from planner.scenario.model import scenario_of
    >>> text = '''
    ... horizon: {first_day: 2027-02-01, days: 1}
    ... history: {sql: "postgresql://planner:secret@host/calls", query: select 1}
    ... queues: [{name: fr-phone}]
    ... '''
    >>> kept = kept_document(scenario_of(parse_yaml(text, "scenario.yaml")))
    >>> kept["history"], kept["horizon"]["first_day"]
    ({'sql': 'not kept', 'query': 'not kept'}, '2027-02-01')
    """
    kept = {key: value for key, value in scenario.document.items() if key != "variants"}
    history = kept.get("history")
    if isinstance(history, dict):
        kept["history"] = {
            key: NOT_KEPT if key in _ADDRESSES and value is not None else value
            for key, value in history.items()
        }
    plain: dict[str, Any] = _plain(kept)
    return plain


def kept_name(scenario: Scenario) -> str:
    """Return the name of the scenario's file, without the folders that lead to it."""
    return Path(scenario.file).name


def scenario_kept(values: dict[str, Any], file: str, applied: Sequence[str]) -> Scenario:
    """Return the scenario that ``kept_document`` kept; it equals the one planned, see there.

    Raises
    ------
    InputError
        With every fault of the values, which lie in ``file``.
    """
    return scenario_from(Document(file, values, {}), applied)


def _plain(value: Plain) -> Plain:
    """Return a value of YAML as one of JSON: dates as text, in keys too."""
    if isinstance(value, dict):
        return {_key(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Agents):
        return value.kept()
    return value.isoformat() if isinstance(value, dt.date) else value


def _key(key: Plain) -> str:
    return key.isoformat() if isinstance(key, dt.date) else str(key)

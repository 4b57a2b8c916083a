"""The scenario as a plan keeps it: what was planned, without variants and without addresses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.scenario.agents import Agents
from planner.scenario.document import Document, Plain
from planner.scenario.history import ReadAs
from planner.scenario.model import scenario_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.scenario.model import Scenario

_TAKEN = ("question.json",)  # what lies beside them, see ``planner.question``
_HOW_READ = ("absent_days", "rows", "timezone")  # what still matters once its rows are read


def kept_document(scenario: Scenario) -> dict[str, Any]:
    """Return the values that a scenario was read from, as JSON holds them.

    The variants applied are merged in, all others are left out. Of files that it reads the names
    alone are kept, without the folders that lead to them; of a database its name, without the
    address, which may hold a password. Files of agents are kept as what was read from them: names,
    hours, days away, wishes and shifts worked before, without any reason.

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
    ({'file': 'calls'}, '2027-02-01')
    """
    kept = {key: value for key, value in scenario.document.items() if key != "variants"}
    history, drivers = kept.get("history"), kept.get("drivers")
    names = iter(read_names(scenario))
    if isinstance(history, dict):
        kept["history"] = {"file": next(names), **_how_read(history)}
    if isinstance(drivers, list):
        kept["drivers"] = [driver | {"file": next(names)} for driver in drivers]
    plain: dict[str, Any] = _plain(kept)
    return plain


def _how_read(history: dict[str, Any]) -> dict[str, Any]:
    """Return how a history is read once its rows are in our words, and how tables like it are."""
    how = {key: history[key] for key in _HOW_READ if key in history}
    like = history.get("read_as")
    if like is None:
        like = {key: value for key, value in history.items() if key in ReadAs.model_fields}
        if "zendesk" in like:  # each ticket is a contact
            how = {"rows": "contacts", **how}
            like["zendesk"] = "tickets"
    return {**how, "read_as": like} if set(like) - set(how) else how


def read_names(scenario: Scenario) -> tuple[str, ...]:
    """Return a name for the history and for each driver's table, no two alike.

    Examples
    --------
    >>> from planner.scenario.document import parse_yaml
    >>> from planner.scenario.model import scenario_of
    >>> text = '''
    ... horizon: {first_day: 2027-02-01, days: 1}
    ... history: {file: ../calls.csv}
    ... queues: [{name: fr-phone}]
    ... drivers: [{name: orders, file: fr/orders.csv}, {name: prices, file: it/orders.csv}]
    ... '''
    >>> read_names(scenario_of(parse_yaml(text, "scenario.yaml")))
    ('calls.csv', 'orders.csv', 'orders.csv (2)')
    """
    history = scenario.history
    tickets = history.zendesk[0] if history.zendesk else ""
    source = history.file or tickets or _database(history.sql or "")
    result: list[str] = []
    for place in (source, *(driver.file for driver in scenario.drivers)):
        name = place.replace("\\", "/").rstrip("/").rpartition("/")[2] or "history"
        free, number = name, 1
        while free.casefold() in {other.casefold() for other in (*_TAKEN, *result)}:
            number += 1
            free = f"{name} ({number})"
        result.append(free)
    return tuple(result)


def _database(url: str) -> str:
    """Return the name of a database, and nothing else of its address: see ``kept_document``.

    Examples
    --------
    >>> _database("postgresql://planner:secret@host"), _database("postgresql://a:b?c@host/calls")
    ('', 'calls')
    """
    import sqlalchemy as sa

    try:
        return sa.make_url(url).database or ""
    except (sa.exc.ArgumentError, ValueError):
        return ""


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

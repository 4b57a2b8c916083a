"""What must hold within a scenario's history: one source, and words that lead to its queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.scenario.history import COLUMNS, PARTS
from planner.scenario.raw import Problem, Raw, names
from planner.scenario.telling import one_of, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.scenario.document import Place


def check_history(raw: Raw) -> Iterator[Problem]:
    """Yield what does not fit together in a scenario's history.

    Examples
    --------
    >>> raw = {"queues": [{"name": "phone"}], "history": {"file": "a.csv", "queues": {"A": "fone"}}}
    >>> list(check_history(raw))
    [(('history', 'queues', 'A'), "must be one of phone (nearest: 'phone'), got 'fone'")]
    """
    history = raw.get("history")
    if not isinstance(history, dict):
        return
    given = [key for key in ("file", "zendesk", "sql") if history.get(key) is not None]
    if len(given) != 1:
        found = " and ".join(given) or "none of them"
        yield ("history",), f"must have one of file, zendesk, sql, got {found}"
    if ("sql" in given) != (history.get("query") is not None):
        must = "must go with sql: the query that selects start, queue and contacts"
        yield ("history", "query"), f"{must}, got {'nothing' if 'sql' in given else 'no sql'}"
    for how, place in ((history, ("history",)), (history.get("read_as"), ("history", "read_as"))):
        if isinstance(how, dict):
            yield from _columns(how, place, tickets=how.get("zendesk") is not None)
            yield from _queues(how, (*place, "queues"), names(raw, "queues"))


def _queues(how: Raw, place: Place, known: Sequence[str]) -> Iterator[Problem]:
    words = how.get("queues")
    for word, ours in words.items() if isinstance(words, dict) else ():
        if isinstance(ours, str) and ours not in known:
            yield (*place, str(word)), f"must {one_of(known, ours)}, got {quoted(ours)}"


def _columns(how: Raw, place: Place, *, tickets: bool) -> Iterator[Problem]:
    columns = how.get("columns", {})
    if not isinstance(columns, dict):
        return
    allowed = PARTS if tickets else COLUMNS
    for name in columns:
        if name not in allowed:
            must = one_of(allowed, name)
            yield (*place, "columns", str(name)), f"must {must}, got {quoted(str(name))}"
    for seconds, minutes in (("aht_s", "aht_minutes"), ("wait_s", "wait_minutes")):
        if seconds in columns and minutes in columns:
            yield (*place, "columns", minutes), f"must not stand beside {seconds}, got both"
    parts = [part for part in PARTS if part in columns]
    if "queue" in columns and parts:
        must = f"must not stand beside {', '.join(parts)}, which make up its name"
        yield (*place, "columns", "queue"), must
    for part in PARTS:
        named = part in columns or (tickets and part == "channel")
        if how.get(f"{part}s") and not named:
            must = f"must go with columns.{part}, which says where the words stand, got no such"
            yield (*place, f"{part}s"), must

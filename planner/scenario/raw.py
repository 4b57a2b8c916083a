"""A scenario's plain values, looked into before anybody knows whether they are good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.scenario.document import Place
from planner.scenario.telling import one_of, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Problem = tuple[Place, str]  # a place of the document, and "must be ..., got ..."
Raw = dict[Any, Any]


def items(raw: Raw, key: str) -> list[tuple[int, Raw]]:
    """Return the mappings of a list with their positions; a name alone counts as one."""
    listed = raw.get(key)
    found = enumerate(listed) if isinstance(listed, list) else ()
    pairs = ((i, {"name": item} if isinstance(item, str) else item) for i, item in found)
    return [(i, item) for i, item in pairs if isinstance(item, dict)]


def names(raw: Raw, key: str) -> list[str]:
    """Return the names in a list of named mappings."""
    found = (item.get("name") for _, item in items(raw, key))
    return [name for name in found if isinstance(name, str)]


def markets(raw: Raw) -> list[str]:
    """Return the names of the markets."""
    found = raw.get("markets")
    return [str(name) for name in found] if isinstance(found, dict) else []


def unknown_words(item: Raw, key: str, known: Sequence[str]) -> Iterator[Problem]:
    """Yield the words of a list that are not known, at their place in the item.

    Examples
    --------
    >>> list(unknown_words({"queues": ["phone", "mial"]}, "queues", ["phone", "mail"]))
    [(('queues', 1), "must be one of phone, mail (nearest: 'mail'), got 'mial'")]
    """
    listed = item.get(key)
    for j, word in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(word, str) and word not in known:
            yield (key, j), f"must {one_of(known, word)}, got {quoted(word)}"

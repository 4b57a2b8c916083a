"""A change written on the spot, such as pools.paris.agents=40: where it leads, and the value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from planner.errors import InputError
from planner.scenario.document import parse_yaml
from planner.scenario.telling import one_of, quoted
from planner.scenario.variants import NAMED_LISTS, WHOLE_VALUES, named_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.scenario.document import Place, Plain

EVERY = "*"
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^.="']+))\s*""")
_SUCH_AS = "PATH=VALUE such as pools.paris.agents=40"
_MOST_TEXT = 10_000

Step = tuple[str, bool]  # a part of a path, and whether it was quoted


def is_path(text: str) -> bool:
    """Return whether a text is meant as PATH=VALUE."""
    return "=" in text


def change_on_the_spot(
    values: Mapping[str, Any], text: str
) -> tuple[dict[str, Any], list[tuple[Place, str]]]:
    """Return the nested change that PATH=VALUE asks for, and what of it cannot be.

    The path leads through keys, names of queues, pools, events and the like, and numbers of what
    has no name, from 0; ``*`` is every one that is there. A name with dots may be quoted. The value
    is YAML; null takes away.

    Parameters
    ----------
    values
        The scenario's plain values.

    Examples
    --------
    >>> values = {"queues": [{"name": "phone"}, {"name": "mail"}], "pools": []}
    >>> change_on_the_spot(values, "queues.*.aht_factor=1.1")[0]
    {'queues': {'phone': {'aht_factor': 1.1}, 'mail': {'aht_factor': 1.1}}}
    >>> change_on_the_spot(values, "queues.mial.aht_s=300")[1]
    [(('queues', 'mial'), "must be one of phone, mail (nearest: 'mail'), got 'mial'")]
    """
    path, given = split_change(text)
    if path is None:
        return {}, [((), f"must be {_SUCH_AS}, got {quoted(text)}")]
    shown = ".".join(part for part, _ in path)
    if not given:
        return {}, [((shown,), "must be given a value, got nothing (null takes it away)")]
    try:
        if "\n" in given or len(given) > _MOST_TEXT:
            return {}, [((shown,), "must be given a value of one line")]
        value = parse_yaml(f"value: {given}", "").value["value"]
    except InputError as error:
        return {}, [((shown,), f"{error.faults[0].message} in {quoted(given)}")]
    problems: list[tuple[Place, str]] = []
    change = _along(values, path, value, (), problems)
    return (change if isinstance(change, dict) and not problems else {}), problems


def split_change(text: str) -> tuple[list[Step] | None, str]:
    """Return a path's steps, None where it is no path, and the text of its value.

    Examples
    --------
    >>> split_change("queues.'fr.phone'.aht_s = 300")
    ([('queues', False), ('fr.phone', True), ('aht_s', False)], '300')
    """
    steps: list[Step] = []
    at = 0
    while (found := _PART.match(text, at)) is not None:
        *texts, plain = found.groups()
        inside = next((one for one in texts if one is not None), None)
        steps.append((plain.strip(), False) if inside is None else (inside, True))
        at = found.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    good = (
        steps
        and text[at : at + 1] == "="
        and text[at - 1 : at] != "."
        and all(part for part, _ in steps)
    )
    return (steps if good else None), text[at + 1 :].strip()


def _along(
    node: Plain, path: list[Step], value: Plain, place: Place, problems: list[tuple[Place, str]]
) -> Plain:
    """Return the change from a place of the scenario on: the value at the end of a path."""
    if not path:
        return value
    parts = named_parts(node)
    name, rest = _first(path, parts)
    if name == EVERY and not path[0][1]:
        if not parts:
            problems.append(((*place, EVERY), "must find something there, got nothing"))
        return {
            one: _along(below, rest, value, (*place, one), problems) for one, below in parts.items()
        }
    named = place in (("markets",), *((key,) for key in NAMED_LISTS)) or isinstance(node, list)
    if named and name not in parts:
        problems.append(((*place, name), f"must {one_of(list(parts), name)}, got {quoted(name)}"))
        return None
    below = _along(parts.get(name), rest, value, (*place, name), problems)
    if len(place) > 1 and place[-1] in WHOLE_VALUES:
        return _in_a_whole(node, name, below, place, problems)
    return {name: below}


def _first(path: list[Step], parts: Mapping[str, Plain]) -> tuple[str, list[Step]]:
    """Return the first name of a path and the rest; a name that holds dots need not be quoted."""
    name, in_quotes = path[0]
    if name in parts or in_quotes:
        return name, path[1:]
    for count in range(2, len(path) + 1):
        joined = ".".join(part for part, _ in path[:count])
        if joined in parts:
            return joined, path[count:]
    return name, path[1:]


def _in_a_whole(
    node: Plain, name: str, value: Plain, place: Place, problems: list[tuple[Place, str]]
) -> Plain:
    """Return a mapping that stands for one value, such as opening hours, with one key changed."""
    if not isinstance(node, dict):
        found = "nothing" if node is None else quoted(node)
        problems.append((place, f"must be changed as a whole, as it has no parts, got {found}"))
        return None
    key = next((one for one in node if str(one) == name), name)
    changed = {**node, key: value}
    return {one: part for one, part in changed.items() if part is not None}

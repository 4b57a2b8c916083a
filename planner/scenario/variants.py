"""A scenario with something changed: nested mappings merged into the document by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner.scenario.agents import with_other_files
from planner.scenario.shrinkage import by_kind
from planner.scenario.telling import one_of, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.scenario.document import Document, Place, Plain

NAMED_LISTS = ("queues", "pools", "events", "drivers", "overrides")
WHOLE_VALUES = ("agents", "open", "variants")  # mappings that stand for one value


@dataclass(slots=True)
class _Merge:
    """The state of one merge: origins of what was written, and what cannot be."""

    source: Document
    origin: dict[Place, Place]
    problems: list[tuple[Place, str]]  # places of the file


def merge_variant(document: Document, name: str) -> tuple[Document, list[tuple[Place, str]]]:
    """Return the document with its variant ``name`` applied, and what of it cannot be.

    A variant addresses queues, pools, events, drivers and overrides by name and everything else by
    key; of other lists, items by their names or, where they have none, by their numbers from 0.
    Mappings are merged, other values replaced; null takes a key or a named thing away.
    ``agents`` and ``open`` are replaced as a whole, but for files of absences, wishes or shifts
    worked, which take the place of those beside a file of agents. An override without a name cannot
    be addressed, but a list of overrides takes the place of all. Shrinkage by kind that meets a
    single number comes on top of it: the number becomes the kind ``other``.

    Examples
    --------
    >>> from planner.scenario.document import parse_yaml
    >>> text = '''
    ... pools: [{name: paris, shrinkage: 0.30}]
    ... variants: {absence-20: {pools: {paris: {shrinkage: {absence: 0.20}}}}}
    ... '''
    >>> merged, problems = merge_variant(parse_yaml(text, "s.yaml"), "absence-20")
    >>> merged.value["pools"], problems
    ([{'name': 'paris', 'shrinkage': {'other': 0.3, 'absence': 0.2}}], [])
    >>> print(merged.fault(("pools", 0, "shrinkage", "absence"), "is too high"))
    s.yaml:3: variants.absence-20.pools.paris.shrinkage.absence is too high
    """
    variants = document.value.get("variants")
    change = variants.get(name) if isinstance(variants, dict) else None
    return merge_change(document, change, ("variants", name))


def merge_change(
    document: Document, change: Plain, at: Place = ("change",)
) -> tuple[Document, list[tuple[Place, str]]]:
    """Return the document with a nested mapping merged into it, and what of it cannot be.

    ``at`` is the place in the file the change stands at; it names the change in faults.
    """
    if not isinstance(change, dict):
        found = "nothing" if change is None else quoted(change)
        return document, [(at, f"must be a mapping of what changes, got {found}")]
    merge = _Merge(document, dict(document.origin), [])
    if "variants" in change:
        merge.problems.append(
            ((*at, "variants"), "must not be changed by a variant, got a mapping")
        )
        change = {key: value for key, value in change.items() if key != "variants"}
    value = _merged(merge, document.value, change, (), at)
    return replace(document, value=value, origin=merge.origin), merge.problems


def nested(path: str, value: Plain) -> dict[str, Any]:
    """Return the change that sets one value, for paths such as those of ``planner sweep``.

    Examples
    --------
    >>> nested("pools.paris.agents", 40)
    {'pools': {'paris': {'agents': 40}}}
    """
    result = value
    for part in reversed(path.split(".")):
        result = {part: result}
    return dict(result)


def _merged(
    merge: _Merge, base: Mapping[Any, Any], change: dict[Any, Any], place: Place, at: Place
) -> dict[Any, Any]:
    """Return a mapping with a change merged into it; its own place and the change's are given."""
    result = dict(base)
    for key, new in change.items():
        if not place and not isinstance(key, str):
            continue  # told where the variants are read
        below, source = (*place, str(key)), (*at, str(key))
        old = result.get(key)
        if below[0] == "pools" and below[2:] == ("shrinkage",) and isinstance(new, dict):
            old = result[key] = by_kind(old)
        if below[0] == "pools" and below[2:] == ("agents",):
            new = with_other_files(old, new)
        if new is None:
            if result.pop(key, None) is None:
                merge.problems.append((source, "must take away a key that is there, got null"))
        elif isinstance(new, dict) and _by_name(below, old):
            result[key] = _merged_list(merge, old, new, below, source)
        elif isinstance(old, dict) and isinstance(new, dict) and key not in WHOLE_VALUES:
            result[key] = _merged(merge, old, new, below, source)
        else:
            _replace_origin(merge, below, source)
            result[key] = new
    return result


def _by_name(place: Place, old: Plain) -> bool:
    """Return whether a mapping changes the items of a list, and does not take its place."""
    named = len(place) == 1 and place[0] in NAMED_LISTS
    return named or (isinstance(old, list) and place[-1] not in WHOLE_VALUES)


def named_parts(value: Plain) -> dict[str, Plain]:
    """Return what a path may lead to from a value: keys, or a list's items by name or number.

    Examples
    --------
    >>> named_parts(["phone", {"name": "mail"}]), named_parts([{"above": 40}])
    ({'phone': 'phone', 'mail': {'name': 'mail'}}, {'0': {'above': 40}})
    """
    if isinstance(value, dict):
        return {str(key): one for key, one in value.items()}
    if not isinstance(value, list):
        return {}
    known = _known(value)
    return {name: item for name, item in zip(known, value, strict=True) if name}


def _known(items: list[Any], *, top: bool = False) -> list[str]:
    """Return the items' names; numbers where none of them has one, but for those at the top."""
    found = [item if isinstance(item, str) else _name(item) for item in items]
    return found if top or any(found) else [str(i) for i in range(len(items))]


def _merged_list(
    merge: _Merge, base: Plain, change: dict[Any, Any], place: Place, at: Place
) -> list[Any]:
    """Return a list with changes merged into its items by name, or by number."""
    old = base if isinstance(base, list) else []
    known = _known(old, top=len(place) == 1)
    asked = {str(name): new for name, new in change.items()}
    for name in asked:
        if name == "" or name not in known:
            must = f"must {one_of([n for n in known if n], name)}, got {quoted(name)}"
            merge.problems.append(((*at, name), must))
    result: list[Any] = []
    sources: list[dict[Place, Place]] = []  # origins below each item that stays
    for i, (item, name) in enumerate(zip(old, known, strict=True)):
        if name in asked and asked[name] is None:
            continue
        whole = _merged_item(merge, item, asked.get(name, {}), (*place, i), (*at, name))
        size = len(place) + 1
        below = {p[size:]: o for p, o in merge.origin.items() if p[:size] == (*place, i)}
        sources.append({(): merge.source.source((*place, i))} | below)
        result.append(whole)
    _move_origins(merge, place, sources)
    return result


def _merged_item(merge: _Merge, item: Plain, new: Plain, place: Place, at: Place) -> Plain:
    """Return one item of a list with a change merged into it."""
    bare = not isinstance(item, dict | str) and not isinstance(new, dict)
    if bare:  # a number or a date in a list: another in its place
        _replace_origin(merge, place, at)
        return new
    whole = {"name": item} if isinstance(item, str) and new else item
    if not isinstance(new, dict):
        merge.problems.append((at, f"must be a mapping of what changes, got {quoted(new)}"))
    elif new and isinstance(whole, dict):
        whole = _merged(merge, whole, new, place, at)
    return whole


def _name(item: Plain) -> str:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else ""


def _replace_origin(merge: _Merge, place: Place, source: Place) -> None:
    for old in [p for p in merge.origin if p[: len(place)] == place]:
        del merge.origin[old]
    merge.origin[place] = source


def _move_origins(merge: _Merge, place: Place, sources: list[dict[Place, Place]]) -> None:
    """Write the origins of a list's items anew, as items that went away moved the others."""
    size = len(place)
    for old in [p for p in merge.origin if len(p) > size and p[:size] == place]:
        del merge.origin[old]
    for i, below in enumerate(sources):
        for rest, source in below.items():
            merge.origin[(*place, i, *rest)] = source

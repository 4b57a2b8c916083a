"""pydantic's errors in our own words: where, what is allowed, what was found."""

from __future__ import annotations

import typing
from typing import Any

from pydantic import BaseModel, ValidationError

from planner.scenario.queues import TAGS
from planner.scenario.risk import RISK_TAGS
from planner.scenario.telling import nearest, quoted

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

    from planner.scenario.document import Place
    from planner.scenario.raw import Problem

UNSHOWN = {*TAGS, *RISK_TAGS, "[key]"}  # parts of a place that are pydantic's own

_KINDS = {
    "tuple_type": "be a list",
    "list_type": "be a list",
    "dict_type": "be a mapping of keys",
    "model_type": "be a mapping of keys",
    "model_attributes_type": "be a mapping of keys",
    "union_tag_not_found": "be a mapping such as {{service_level: 0.80, answer_within_s: 20}}",
    "string_type": "be text (put it in quotes)",
    "invalid_key": "have keys of text (put them in quotes)",
    "int_parsing_size": "be a smaller number",
    "too_short": "have {min_length} or more items",
    "too_long": "have {max_length} items at most",
    "greater_than": "be > {gt:g}",
    "greater_than_equal": "be >= {ge:g}",
    "less_than": "be < {lt:g}",
    "less_than_equal": "be <= {le:g}",
    "string_pattern_mismatch": "look like {pattern}",
}


def problems_of(error: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    """Yield each of pydantic's errors as a place and "must be ..., got ...".

    ``model`` is the model that was asked, so that an unknown key can name the nearest one.
    """
    details = error.errors(include_url=False)
    places = [tuple(part for part in detail["loc"] if part not in UNSHOWN) for detail in details]
    for detail, place in zip(details, places, strict=True):
        kind, context = detail["type"], detail.get("ctx", {})
        if kind == "default_factory_not_called":
            continue  # what it would be made of is told
        if detail["loc"][-1:] == ("[key]",):
            place = (*place[:-1], str(detail["input"]))  # pydantic writes a date as Python does
        deeper = any(other[: len(place)] == place and other != place for other in places)
        if kind == "too_short" and deeper:
            continue  # pydantic counts the good items only
        if kind == "planner":
            for below, must, found in context["faults"]:
                shown = _shown(detail["input"] if found is None else found)
                yield (*place, *_parts(below)), f"must {must}, got {shown}"
        elif kind == "missing":
            yield place, "must be given, got nothing"
        elif kind == "extra_forbidden":
            yield place, _unknown_key(model, detail)
        else:
            yield (
                place,
                f"must {_must(kind, context, detail['msg'])}, got {_shown(detail['input'])}",
            )


def _must(kind: str, context: dict[str, Any], message: str) -> str:
    if kind == "literal_error":
        return f"be one of {context['expected'].replace(' or ', ', ')}".replace("'", "")
    return _KINDS[kind].format(**context) if kind in _KINDS else f"be valid ({message})"


def _parts(below: str) -> Iterator[str | int]:
    for part in below.split(".") if below else ():
        yield int(part) if part.isdigit() else part


def _shown(value: object) -> str:
    """Return what was found, short enough to read.

    Examples
    --------
    >>> _shown(80.0), _shown(None), _shown({"a": 1})
    ('80.0', 'nothing', "a mapping of 'a'")
    """
    if value is None:
        return "nothing"
    if value == {}:
        return "an empty mapping"
    if isinstance(value, dict):
        return f"a mapping of {', '.join(quoted(str(key)) for key in list(value)[:5])}"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value if isinstance(value, str | int | float | list) else str(value))


def _unknown_key(model: type[BaseModel], detail: ErrorDetails) -> str:
    *above, key = detail["loc"]
    keys = sorted(_allowed_keys(model, tuple(above)))
    near = nearest(key, keys)
    must = f"must be a known key (nearest: {near!r})" if near else f"must be one of {_list(keys)}"
    return f"{must}, got {quoted(str(key))}"


def _list(keys: list[str]) -> str:
    return ", ".join(keys)


def _allowed_keys(model: type[BaseModel], above: Place) -> set[str]:
    """Return the keys allowed at a place; under a target those of both kinds of target."""
    current: list[type[BaseModel]] = [model]
    for part in above:
        if part in UNSHOWN or isinstance(part, int):
            continue
        fields = [m.model_fields[part] for m in current if part in m.model_fields]
        if fields:  # else the part is the name in a mapping of names
            current = [m for field in fields for m in _models(field.annotation)]
    return {key for m in current for key in m.model_fields}


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in typing.get_args(annotation) for found in _models(part)]

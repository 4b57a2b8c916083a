"""Single values of a mapping not read as a whole yet, as its model reads them."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from planner.scenario.types import Strict

Raw = dict[Any, Any]


def part(item: Raw, key: str) -> Raw:
    """Return the mapping under a key; one without keys where it is left out or none."""
    found = item.get(key)
    return found if isinstance(found, dict) else {}


def good(model: type[Strict], key: str, item: Raw) -> Any:  # noqa: ANN401
    """Return the value of a key as its model reads it, its default, or None for a wrong one."""
    if key not in item:
        info = model.model_fields[key]
        return None if info.is_required() else info.get_default()
    try:
        return _reader(model, key).validate_python(item[key])
    except ValidationError:
        return None


@cache
def _reader(model: type[Strict], key: str) -> TypeAdapter[Any]:
    info = model.model_fields[key]
    kind: Any = info.annotation
    return TypeAdapter(Annotated[kind, *info.metadata] if info.metadata else kind)

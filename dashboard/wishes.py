"""What a planner would change of a plan's demand, as the address of the page has it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

LEAST, MOST = 0.0, 999.0  # of a multiplier, as variants take it


def multipliers(text: str, known: Mapping[str, float]) -> dict[str, float]:
    """Return the multipliers that an address asks for of events that are known, if they are others.

    Examples
    --------
    >>> multipliers("valentines_day-x3,easter-x1,x-x2", {"valentines_day": 1.0, "easter": 1.0})
    {'valentines_day': 3.0}
    """
    found = {}
    for part in text.split(","):
        name, mark, number = part.rpartition("-x")
        value = _number(number)
        if mark and name in known and value is not None and LEAST <= value <= MOST:
            found[name] = value
    return {name: value for name, value in found.items() if value != known[name]}


def multipliers_text(wanted: Mapping[str, float]) -> str:
    """Return multipliers as an address holds them.

    Examples
    --------
    >>> multipliers_text({"valentines_day": 3.0, "easter": 1.5})
    'valentines_day-x3,easter-x1.5'
    """
    return ",".join(f"{name}-x{value:g}" for name, value in wanted.items())


def overrides_text(listed: list[dict[str, Any]]) -> str:
    """Return overrides as an address holds them; "" of none."""
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":")) if listed else ""


def overrides_list(text: str) -> list[dict[str, Any]]:
    """Return the overrides of an address as plain values; none where it holds no list."""
    try:
        listed = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None

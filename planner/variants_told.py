"""The variants of a scenario in words: those of its file, and those that every scenario has."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.scenario.changes import file_variants
from planner.scenario.document import read_yaml
from planner.scenario.model import load_scenario
from planner.scenario.ready import ready_variants

_MOST_CHANGES = 4  # told of one variant
_WIDEST = 34


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant by name: whether the ``file`` has it or it is ``ready``, what it changes."""

    name: str
    source: str
    says: str

    def as_dict(self) -> dict[str, str]:
        """Return it for JSON."""
        return {"name": self.name, "source": self.source, "changes": self.says}


def known_variants(path: Path) -> tuple[Variant, ...]:
    """Return the variants of a scenario file, then those that are ready and not named there.

    Raises
    ------
    InputError
        With every fault of the scenario.
    """
    load_scenario(path)
    document = read_yaml(path)
    own = file_variants(document)
    named = document.value.get("variants") or {}
    told = [Variant(name, "file", "; ".join(_changes(named[name]))) for name in own]
    ready = [one for one in ready_variants(document.value) if one.name not in own]
    return (*told, *(Variant(one.name, "ready", one.says) for one in ready))


def variants_text(found: Sequence[Variant]) -> str:
    """Return the variants as a person reads them."""
    width = min(max(len(one.name) for one in found), _WIDEST)
    lines = []
    for source, title in (("file", "In the file:"), ("ready", "Ready, whatever the file says:")):
        some = [one for one in found if one.source == source]
        if some:
            lines += [title, *(f"  {one.name:<{width}}  {_short(one.says)}" for one in some), ""]
    lines += [
        "Other numbers and days may stand in a ready one: volume+35, absence-12, and with a day",
        "volume+50@DATE or outage-POOL@DATE. Anything else goes by its path:",
        "  --variant pools.NAME.agents=40    --variant 'queues.*.aht_factor=1.1'",
    ]
    return "\n".join(lines)


def _short(says: str) -> str:
    parts = says.split("; ")
    more = f"; and {len(parts) - _MOST_CHANGES} more" if len(parts) > _MOST_CHANGES else ""
    return "; ".join(parts[:_MOST_CHANGES]) + more


def _changes(change: Any, above: str = "") -> Iterator[str]:  # noqa: ANN401
    """Yield what a nested mapping changes, a path and a value at a time."""
    if not isinstance(change, dict) or (above and not change):
        yield f"{above}={_shown(change)}"
        return
    whole = any(not isinstance(key, str) for key in change) or above.endswith((".open", ".agents"))
    if whole:
        yield f"{above}={_shown(change)}"
        return
    for key, below in change.items():
        part = f"'{key}'" if "." in key else key
        yield from _changes(below, f"{above}.{part}" if above else part)


def _shown(value: Any) -> str:  # noqa: ANN401
    """Return a value as YAML reads it, on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_shown(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return str(value) if isinstance(value, str | dt.date) else json.dumps(value, default=str)

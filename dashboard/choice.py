"""What is selected on a page, as its address has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

Option = tuple[str, str]  # value, label


@dataclass(frozen=True, slots=True)
class Control:
    """Something to choose on a page: its name in the address, its label, and how it is shown."""

    key: str
    label: str
    kind: str = "select"  # or segments, for two to five short options


def wanted(search: str | None) -> dict[str, str]:
    """Return what an address asks for: the last value of each name.

    Examples
    --------
    >>> wanted("?plan=3&queue=fr-phone&queue=de-phone"), wanted(None)
    ({'plan': '3', 'queue': 'de-phone'}, {})
    """
    told = parse_qs((search or "").lstrip("?"), max_num_fields=50)
    return {name: values[-1] for name, values in told.items()}


def chosen(value: str | None, options: Sequence[Option]) -> str:
    """Return a value if it is among the options, else the first of them, "" of none.

    Examples
    --------
    >>> chosen("b", [("a", "A"), ("b", "B")]), chosen("z", [("a", "A")]), chosen(None, [])
    ('b', 'a', '')
    """
    allowed = [option for option, _ in options]
    return value if value in allowed else next(iter(allowed), "")


def address(plan: int | None, values: Mapping[str, str]) -> str:
    """Return the query string that leads back to a selection.

    Examples
    --------
    >>> address(3, {"market": "FR", "queue": ""})
    '?plan=3&market=FR'
    """
    told = {"plan": "" if plan is None else str(plan), **values}
    return "?" + urlencode({name: value for name, value in told.items() if value})

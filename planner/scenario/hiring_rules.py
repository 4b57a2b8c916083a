"""What must hold between the terms on which a pool grows: whose they are, seasons in order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from planner.scenario.hiring import Season
from planner.scenario.single_values import good, part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.scenario.document import Place

Raw = dict[Any, Any]
Problem = tuple["Place", str]


def check_hiring(pool: Raw) -> Iterator[Problem]:
    """Yield what does not fit together in the terms of hiring and ordering of a pool.

    Examples
    --------
    >>> list(check_hiring({"kind": "vendor", "hiring": {"lead_weeks": 4}}))
    [(('hiring',), 'must go with kind: in_house, as a vendor hires for itself, got kind: vendor')]
    """
    kind = pool.get("kind", "in_house")
    if kind == "vendor" and pool.get("hiring"):
        must = "must go with kind: in_house, as a vendor hires for itself"
        yield ("hiring",), f"{must}, got kind: vendor"
    if kind == "in_house" and pool.get("commitment"):
        must = "must go with kind: vendor, as own teams are hired"
        yield ("commitment",), f"{must}, got kind: in_house"
    yield from _seasons(part(pool, "hiring"))


def _seasons(hiring: Raw) -> Iterator[Problem]:
    """Yield seasons that end before they begin, or begin before the one before has ended."""
    listed = hiring.get("seasons")
    seasons = [one if isinstance(one, dict) else {} for one in listed] if isinstance(
        listed, list
    ) else []  # fmt: skip
    ends = [(good(Season, "first_day", one), good(Season, "last_day", one)) for one in seasons]
    for n, (first, last) in enumerate(ends):
        if first is not None and last is not None and last < first:
            where = ("hiring", "seasons", n, "last_day")
            yield where, f"must not be before first_day ({first}), got {last}"
    for n, ((_, last), (first, _)) in enumerate(pairwise(ends), start=1):
        if first is not None and last is not None and first <= last:
            where = ("hiring", "seasons", n, "first_day")
            yield where, f"must be after the season before it ends ({last}), got {first}"

"""How much of paid time agents are on contacts: shrinkage by kind, and newcomers' first weeks."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from planner.scenario.agents import Agents
from planner.scenario.types import ClosedShare, Strict, refuse, refuse_all

if TYPE_CHECKING:
    from collections.abc import Sequence

USUAL_SHRINKAGE = 0.30
OTHER = "other"  # the kind that a single number is
MOST_KINDS = 20
MOST_WEEKS = 52  # of a newcomer
_SHARE = "be in [0, 1), a fraction"
_KINDS = f"{_SHARE}, or fractions by kind such as {{absence: 0.08, training: 0.04}}"
_PLACES = 4  # of shares and paces that are reckoned: what is shown is what is used


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Share of paid time away from contacts, in one number or by kind.

    Parameters
    ----------
    total
        The whole share, a fraction in [0, 1).
    kinds
        (kind, share of the time that the other kinds leave); nothing for a single number.

    Examples
    --------
    One in five absent, on top of the 30 % that those present are away from contacts:

    >>> Shrinkage.of({"other": 0.30, "absence": 0.20}).total
    0.44
    """

    total: float
    kinds: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, shares: dict[str, float]) -> Shrinkage:
        """Return what kinds come to together: to a hundredth of a percent."""
        left = math.prod(1.0 - share for share in shares.values())
        return cls(round(1.0 - left, _PLACES), tuple(shares.items()))


def is_share(value: object) -> bool:
    """Return whether a value is a number in [0, 1)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1


def by_kind(value: Any) -> Any:  # noqa: ANN401
    """Return plain shrinkage as a mapping that kinds of a variant can be merged into.

    A single number, or the usual one where nothing is given, becomes the kind ``other``; what is
    no share stays as it is.

    Examples
    --------
    >>> by_kind(0.25), by_kind(None), by_kind({"absence": 0.08})
    ({'other': 0.25}, {'other': 0.3}, {'absence': 0.08})
    """
    value = USUAL_SHRINKAGE if value is None else value
    return {OTHER: value} if is_share(value) else value


def _shrinkage(value: object) -> Shrinkage:
    if isinstance(value, Shrinkage):
        return value
    if isinstance(value, dict) and value:
        return _kinds(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if is_share(value):
            return Shrinkage(float(value))
        raise refuse(_SHARE)
    raise refuse(_KINDS)


def _kinds(value: dict[Any, Any]) -> Shrinkage:
    faults: list[tuple[str, str, Any]] = []
    for kind, share in value.items():
        if not isinstance(kind, str) or not kind.isprintable() or kind != kind.strip() or not kind:
            faults.append((str(kind), "be a kind named in text such as absence", str(kind)))
        elif not is_share(share):
            faults.append((kind, _SHARE, "nothing" if share is None else share))
    if len(value) > MOST_KINDS:
        faults.append(("", f"have {MOST_KINDS} kinds at most", f"{len(value)} kinds"))
    if faults:
        raise refuse_all(faults)
    found = Shrinkage.of({kind: float(share) for kind, share in value.items()})
    if found.total >= 1:
        must = "leave time for contacts: its kinds together must take less than 99.995 %"
        raise refuse(must, "", f"{100 * found.total:g} %")
    return found


_SHARE_SCHEMA = {"type": "number", "minimum": 0, "exclusiveMaximum": 1}
ShrinkageValue = Annotated[
    Shrinkage,
    BeforeValidator(_shrinkage),
    WithJsonSchema(
        {
            "anyOf": [
                _SHARE_SCHEMA,
                {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": MOST_KINDS,
                    "additionalProperties": _SHARE_SCHEMA,
                },
            ]
        }
    ),
]


class Newcomers(Strict):
    """How agents who join on a date of ``agents`` begin."""

    speed: tuple[ClosedShare, ...] = Field(
        min_length=1,
        max_length=MOST_WEEKS,
        description="Speed in the first, second, third ... week after joining, against those who "
        "were there before, factor in [0, 1]; 0: still in training, paid but not on contacts. "
        "From then on 1.",
    )


def mean_pace(agents: Agents, speed: Sequence[float], day: dt.date) -> float:
    """Return the mean speed of those employed on a day, to four decimals; 1 where nobody is.

    Who is there from the first date given is no newcomer. Where numbers fall, those who came last
    leave first.

    Examples
    --------
    Fifteen, and a week later five more, who are in training for a week:

    >>> first = dt.date(2026, 11, 2)
    >>> agents = Agents(((first, 15), (first + dt.timedelta(7), 20)))
    >>> [mean_pace(agents, (0.0, 0.6), first + dt.timedelta(days)) for days in (6, 7, 14, 21)]
    [1.0, 0.75, 0.9, 1.0]
    """
    groups = joined(agents, day)
    employed = sum(count for _, count in groups)
    if not employed:
        return 1.0
    total = sum(count * _speed(speed, first, day) for first, count in groups)
    return round(total / employed, _PLACES)


def joined(agents: Agents, day: dt.date) -> list[tuple[dt.date | None, int]]:
    """Return who is there on a day: (day of joining, or None for old hands; how many)."""
    groups: list[tuple[dt.date | None, int]] = []
    for n, (first, count) in enumerate(agents.steps):
        if first is not None and first > day:
            break
        more = count - sum(size for _, size in groups)
        if more > 0:
            groups.append((first if n else None, more))
        while more < 0:
            last, size = groups.pop()
            if size + more > 0:
                groups.append((last, size + more))
            more = min(more + size, 0)
    return groups


def _speed(speed: Sequence[float], first: dt.date | None, day: dt.date) -> float:
    week = (day - first).days // 7 if first is not None else len(speed)
    return speed[week] if week < len(speed) else 1.0

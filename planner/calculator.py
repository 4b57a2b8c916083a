"""One interval by hand: the positions for a target, with the arithmetic line by line."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from planner.calculation import Calculation, Outcome
from staffing.erlang import service
from staffing.requirement import BOUND_BY, required_positions
from staffing.slowing import Slowing

if TYPE_CHECKING:
    from staffing.queues import Target

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[smhd])+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_TARGET = re.compile(r"(\d+(?:\.\d+)?)\s*%?\s*/\s*(\S+)")


def calculate(
    contacts: float,
    interval_s: float,
    aht_s: float,
    target: Target,
    patience_s: float = math.inf,
    shrinkage: float = 0.0,
    concurrency: int = 1,
    aht_alone_s: float | None = None,
) -> Calculation:
    """Return the positions for one interval, with its arithmetic.

    Parameters
    ----------
    contacts
        Offered in the interval.
    interval_s
        Length of the interval in seconds.
    aht_s
        Average handling time in seconds.
    target
        The promises.
    patience_s
        Mean time a customer would wait, in seconds; infinite: nobody hangs up.
    shrinkage
        Share of paid time away from contacts, in [0, 1).
    concurrency
        Contacts that one agent handles at the same time.
    aht_alone_s
        Handling time in seconds with one contact open, where agents slow down with each that is
        added up to ``aht_s`` at the concurrency; None: ``aht_s`` however many are open.

    Returns
    -------
    Calculation
        ``lines()`` for people, ``as_dict()`` for programs.

    Raises
    ------
    ValueError
        With every fault at once: what is allowed, what was found.

    Examples
    --------
    >>> from staffing.queues import Target
    >>> answer = calculate(100, 1800, 180, Target(0.8, 20, max_occupancy=0.85), shrinkage=0.3)
    >>> answer.positions, answer.bound_by, answer.heads
    (14, 'service_level', 20)
    >>> answer.lines()[0]
    'load = contacts x AHT / interval = 100 x 180 / 1,800 = 10.0000 erlangs'
    """
    _check(contacts, interval_s, aht_s, shrinkage)
    _check_alone(aht_s, concurrency, aht_alone_s)
    needed, bound = required_positions(
        contacts, aht_s, interval_s, target, patience_s, concurrency, aht_alone_s
    )
    return work_out(
        int(needed), BOUND_BY[int(bound)],
        contacts, interval_s, aht_s, target, patience_s, shrinkage, concurrency, aht_alone_s,
    )  # fmt: skip


def work_out(
    positions: int,
    bound_by: str,
    contacts: float,
    interval_s: float,
    aht_s: float,
    target: Target,
    patience_s: float = math.inf,
    shrinkage: float = 0.0,
    concurrency: int = 1,
    aht_alone_s: float | None = None,
) -> Calculation:
    """Return the arithmetic of positions that are known, with what bound them; see ``calculate``.

    Raises
    ------
    ValueError
        As ``calculate``, and where the positions are negative.

    Examples
    --------
    >>> from staffing.queues import Target
    >>> work_out(14, "service_level", 100, 1800, 180, Target(0.8, 20)).arithmetic()[-2]
    'service level = 1 - P(wait) x exp(-(N - a) x threshold / AHT) =
    1 - 0.174132 x exp(-4.0000 x 20 / 180) = 0.8884'
    """
    _check(contacts, interval_s, aht_s, shrinkage)
    if positions < 0:
        message = f"positions must be a whole number of at least 0, got {positions}"
        raise ValueError(message)
    tried = np.arange(max(positions - 1, 0), positions + 2)
    got = service(
        tried * concurrency, contacts, aht_s, interval_s, target.answer_within_s, patience_s,
        slowing=Slowing.of(concurrency, aht_s, aht_alone_s),
    )  # fmt: skip
    names = Outcome.__slots__[1:]
    columns = zip(*(getattr(got, name).tolist() for name in names), strict=True)
    around = tuple(Outcome(n, *row) for n, row in zip(tried.tolist(), columns, strict=True))
    heads = math.ceil(positions / (1.0 - shrinkage) - 1e-9)
    load = contacts * aht_s / interval_s
    return Calculation(
        contacts, interval_s, aht_s, target, patience_s, shrinkage, concurrency,
        aht_alone_s, load, positions, bound_by, heads, around,
    )  # fmt: skip


def parse_duration(text: str) -> float:
    """Return seconds from '1800', '90s', '30m', '1h' or '1h30m'.

    Raises
    ------
    ValueError
        Where the text is none of these, or no time at all.

    Examples
    --------
    >>> [parse_duration(text) for text in ("1800", "30m", "1h", "90s", "1h30m", "0.5h")]
    [1800.0, 1800.0, 3600.0, 90.0, 5400.0, 1800.0]
    >>> parse_duration("half an hour")
    Traceback (most recent call last):
    ValueError: must be seconds above 0, or like 90s, 30m, 1h, 1h30m, got 'half an hour'
    """
    plain = text.strip().lower()
    if _DURATION.fullmatch(plain):
        seconds = sum(float(count) * _UNITS[unit] for count, unit in _PART.findall(plain))
    elif re.fullmatch(r"\d+(\.\d+)?", plain):
        seconds = float(plain)
    else:
        seconds = 0.0
    if not (0.0 < seconds < math.inf):
        message = f"must be seconds above 0, or like 90s, 30m, 1h, 1h30m, got {text!r}"
        raise ValueError(message)
    return seconds


def parse_target(text: str) -> tuple[float, float]:
    """Return the service level as a fraction and its threshold in seconds, from '80/20'.

    Raises
    ------
    ValueError
        Where the text is not a percentage above 1 and below 100, a stroke, and a time.

    Examples
    --------
    >>> parse_target("80/20"), parse_target("90%/1m")
    ((0.8, 20.0), (0.9, 60.0))
    >>> parse_target("0.8/20")
    Traceback (most recent call last):
    ValueError: must be percent/seconds like 80/20, percent above 1 and below 100, got '0.8/20'
    """
    message = f"must be percent/seconds like 80/20, percent above 1 and below 100, got {text!r}"
    match = _TARGET.fullmatch(text.strip())
    if match is None or not 1.0 < float(match[1]) < 100.0:
        raise ValueError(message)
    within = match[2]
    try:
        return float(match[1]) / 100.0, 0.0 if within in ("0", "0s") else parse_duration(within)
    except ValueError:
        raise ValueError(message) from None


def _check(contacts: float, interval_s: float, aht_s: float, shrinkage: float) -> None:
    asked = (
        ("contacts", "a number of at least 0", contacts, 0.0 <= contacts < math.inf),
        ("interval", "seconds above 0", interval_s, 0.0 < interval_s < math.inf),
        ("aht", "seconds above 0", aht_s, 0.0 < aht_s < math.inf),
        ("shrinkage", "in [0, 1), a fraction", shrinkage, 0.0 <= shrinkage < 1.0),
    )
    faults = [
        f"{name} must be {allowed}, got {value}" for name, allowed, value, fits in asked if not fits
    ]
    if faults:
        raise ValueError("; ".join(faults))


def _check_alone(aht_s: float, concurrency: int, aht_alone_s: float | None) -> None:
    if aht_alone_s is None:
        return
    if concurrency < 2:
        message = f"aht-alone must go with a concurrency of at least 2, got {concurrency}"
        raise ValueError(message)
    if not aht_s / concurrency <= aht_alone_s <= aht_s:
        message = (
            f"aht-alone must be from aht / concurrency ({aht_s / concurrency:g}) to aht "
            f"({aht_s:g}), got {aht_alone_s:g}"
        )
        raise ValueError(message)

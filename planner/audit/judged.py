"""What came out of one rule: how many things were looked at, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

from planner.errors import Fault


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule of an audit.

    Parameters
    ----------
    rule
        Its short name.
    what
        What was looked at, in words.
    number
        How many there are of it.
    faults
        Where, what is allowed, what was found; empty: all is right.
    bent
        The same of what is broken where the contract has a price for it: told, and no fault.
    """

    rule: str
    what: str
    number: float
    faults: tuple[Fault, ...] = ()
    bent: tuple[Fault, ...] = ()


def near(found: float, expected: float, places: int, slack: float = 1e-6) -> bool:
    """Return whether a number is another one, rounded to so many decimals.

    Examples
    --------
    >>> near(4.12, 4.1249, 2), near(4.13, 4.1249, 2)
    (True, False)
    """
    return abs(found - expected) <= 0.5 * 10.0**-places + slack

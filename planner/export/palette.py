"""Colours that mean one thing everywhere, told apart by colour-blind eyes (Okabe and Ito)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.export.wording import Table
    from staffing.pools import Pool

INK = "ink"  # the colour of text, light or dark: the page puts it in
PAST = "#8A8F98"
EVENT = "#CC79A7"
PLANNER = "#882255"  # what a planner put in the model's place; always with a shape of its own
MISSING = "#D55E00"
KEPT = "#009E73"
BAND = "rgba(138,143,152,0.28)"
IN_HOUSE = ("#0072B2", "#56B4E9", "#B5DFF7")
VENDOR = ("#E69F00", "#F0C75E", "#F8E6B8")
IN_HOUSE_LINE = ("#004B77", "#0072B2", "#56B4E9")  # for lines, which pale ones would hide
LIVE = ("#3B4CC0", "#44AA99", "#9AD0F0")  # queues: whose customers wait on the line
DEFERRED = ("#CC6677", "#DDCC77", "#999933")  # and whose work may wait
VENDOR_LINE = ("#8A4B00", "#E69F00", "#9AA31F")

LEVELS = ("#C24E00", "#F0A36B", "#F9DCC4", "#8CCFBB", "#009E73")
LEVEL_EDGES = (-0.20, -0.10, 0.0, 0.10)  # of the service level beyond what was promised
LEVEL_WORDS = (
    "more than 20 points below the promise",
    "10 to 20 points below",
    "up to 10 points below",
    "kept",
    "kept by more than 10 points",
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with everything that says the same in words.

    Parameters
    ----------
    key
        Name, unique on the page.
    title, says
        Heading, and a sentence that says what there is to see.
    figure
        Data and layout as Plotly reads them; texts in it are escaped.
    table
        The picture's numbers.
    legend
        (label, colour) of what the colours mean here.
    """

    key: str
    title: str
    says: str
    figure: dict[str, Any]
    table: Table
    legend: tuple[tuple[str, str], ...] = ()


def pool_colours(pools: Sequence[Pool], *, lines: bool = False) -> dict[str, str]:
    """Return a colour per pool: blues in-house, yellows for vendors, dark to light in order.

    Colours for lines are darker than those for areas.

    Examples
    --------
    >>> mixed(IN_HOUSE, 0.0), mixed(IN_HOUSE, 0.75)
    ('#0072B2', '#86CAF0')
    """
    colours = {}
    scales = (IN_HOUSE_LINE, VENDOR_LINE) if lines else (IN_HOUSE, VENDOR)
    for kind, scale in zip(("in_house", "vendor"), scales, strict=True):
        names = [pool.name for pool in pools if pool.kind == kind]
        for n, name in enumerate(names):
            colours[name] = mixed(scale, n / max(len(names) - 1, 2))
    return colours


def queue_colours(queues: Sequence[str], deferred: Sequence[bool]) -> dict[str, str]:
    """Return a colour per queue: blues and greens on the line, reds and yellows for what may wait.

    Examples
    --------
    >>> queue_colours(["phone", "email", "chat"], [False, True, False])
    {'phone': '#3B4CC0', 'chat': '#44AA99', 'email': '#CC6677'}
    """
    colours = {}
    for kind, scale in ((False, LIVE), (True, DEFERRED)):
        names = [name for name, waits in zip(queues, deferred, strict=True) if waits is kind]
        for n, name in enumerate(names):
            colours[name] = mixed(scale, n / max(len(names) - 1, 2))
    return colours


def mixed(scale: Sequence[str], at: float) -> str:
    """Return the colour at a share of the way along a scale."""
    spot = at * (len(scale) - 1)
    first = min(int(spot), len(scale) - 2)
    part = spot - first
    parts = [
        round(
            int(scale[first][c : c + 2], 16) * (1 - part)
            + int(scale[first + 1][c : c + 2], 16) * part
        )
        for c in (1, 3, 5)
    ]
    return "#" + "".join(f"{value:02X}" for value in parts)


def level_of(beyond: float) -> int:
    """Return which of ``LEVELS`` a service level has, so much beyond its promise.

    Examples
    --------
    >>> [LEVEL_WORDS[level_of(v)] for v in (-0.3, 0.0)]
    ['more than 20 points below the promise', 'kept']
    """
    return sum(beyond >= edge - 5e-4 for edge in LEVEL_EDGES)

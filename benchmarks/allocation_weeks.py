"""One week to allocate: the published instances as arrays, their patterns and their groups."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.forecast_methods import ROOT

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

WEEKS = ROOT.parent / "shared" / "reference"
DAY, WEEK = 96, 672
HOURS = 0.25  # of an interval
GROUPS = ("full", "part", "vendor_a", "vendor_b")
FULL, PART, VENDOR_A, VENDOR_B = range(4)
PRICES = (24.0, 22.0, 26.0, 14.0)
LENGTHS = ("4", "6", "8")
PAID_HOURS = np.array([4.0, 5.5, 7.5])
COVER_PRICES = np.array([176, 242, 330])  # of the pure cover
SHIFTS_A_WEEK = 5
LARGEST_SHARE_B = 0.25
SMALL_SHORT, DEAR_SHORT, SMALL_SHARE = 45.0, 90.0, 0.05
_BREAKS = ((0.0,), (2.5, 3.0, 3.5), (3.0, 3.5, 4.0, 4.5))
_SPANS = (4.0, 6.0, 8.0)
#: Which groups may work a shift of each length, ``[G, L]``.
MAY_WORK = np.array(
    [[False, False, True], [True, True, False], [True, True, True], [True, True, True]]
)


@dataclass(frozen=True, slots=True)
class Patterns:
    """The shifts of a week: the intervals each covers ``[S, I]``, its day and its length."""

    covers: npt.NDArray[np.bool_]
    day: IntArray
    length: IntArray

    @property
    def paid_hours(self) -> FloatArray:
        """Hours paid for each ``[S]``."""
        return np.asarray(PAID_HOURS[self.length])


@dataclass(frozen=True, slots=True)
class WeekInstance:
    """Positions needed in each quarter hour of a week, and who there is.

    Parameters
    ----------
    need
        Whole positions ``[672]``, from Monday 00:00 on; the week wraps round.
    full, part
        Heads employed full time and part time.
    minimum_hours
        Hours that vendor A bills at least.
    """

    name: str
    need: IntArray
    full: int
    part: int
    minimum_hours: float
    patterns: Patterns

    @property
    def small(self) -> IntArray:
        """Positions that may be missing at the plain price ``[I]``: 5 %, rounded up."""
        return np.asarray(np.ceil(SMALL_SHARE * self.need - 1e-9), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class WeekAnswer:
    """Who works what, ``[G, S]`` heads, what that is said to cost, and how it was found."""

    heads: IntArray
    cost: float
    bound: float
    build_s: float
    relaxed_s: float
    whole_s: float
    nonzeros: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a published week, and what must be reached."""

    full: int
    part: int
    minimum_hours: float
    bound: float
    best: float
    at_most: float
    within_s: float


KNOWN = {
    "week_peak120": Known(90, 63, 507.0, 188_405.50, 188_412.50, 188_594.0, 20.0),
    "week_peak12": Known(13, 9, 71.0, 26_122.00, 26_217.00, 26_400.0, 60.0),
}


def week_patterns() -> Patterns:
    """Return the 2,016 shifts of a week: 288 a day, every half hour from 05:00 to 22:30.

    Examples
    --------
    >>> found = week_patterns()
    >>> found.covers.shape, [int((found.length[:288] == k).sum()) for k in range(3)]
    ((2016, 672), [36, 108, 144])
    >>> (found.covers.sum(axis=1) * 0.25 == found.paid_hours).all()
    np.True_
    """
    covers, days, lengths = [], [], []
    for day in range(7):
        for start in range(20, 91, 2):
            for length, (span, breaks) in enumerate(zip(_SPANS, _BREAKS, strict=True)):
                for after in breaks:
                    row = np.zeros(WEEK, dtype=bool)
                    on = np.arange(round(span / HOURS))
                    if after:
                        pause = round(after / HOURS)
                        on = on[(on < pause) | (on >= pause + 2)]
                    row[(day * DAY + start + on) % WEEK] = True
                    covers.append(row)
                    days.append(day)
                    lengths.append(length)
    return Patterns(np.array(covers), np.array(days), np.array(lengths))


def load_week(file: Path, full: int, part: int, minimum_hours: float) -> WeekInstance:
    """Return the instance of a file of ``interval,positions``, all 672 intervals in order.

    Raises
    ------
    ValueError
        Where the file is another one.
    """
    lines = file.read_text(encoding="utf-8").split()
    rows = [line.split(",") for line in lines[1:]]
    numbers = [int(row[0]) for row in rows]
    if not lines or lines[0] != "interval,positions" or numbers != list(range(WEEK)):
        message = f"{file}: must hold interval,positions for intervals 0 to {WEEK - 1}, got "
        raise ValueError(message + f"{len(rows)} rows under {lines[0] if lines else 'nothing'!r}")
    need = np.array([int(row[1]) for row in rows])
    if (need < 0).any():
        message = f"{file}: positions must be at least 0, got {need.min()}"
        raise ValueError(message)
    return WeekInstance(file.stem, need, full, part, minimum_hours, week_patterns())


def known_week(name: str, folder: Path = WEEKS) -> WeekInstance:
    """Return one of the published weeks with its groups."""
    known = KNOWN[name]
    return load_week(folder / f"{name}.csv", known.full, known.part, known.minimum_hours)

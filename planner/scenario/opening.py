"""Opening hours: what a planner writes, and the slots of a week in which a queue is open."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 1440
_TIME = re.compile(r"(\d{1,2}):(\d\d)")

Ranges = tuple[tuple[int, int], ...]


class HoursError(ValueError):
    """Opening hours that cannot be read: ``faults`` lists (day or "", what must be, what was)."""

    def __init__(self, faults: list[tuple[str, str, object]]) -> None:
        self.faults = faults
        super().__init__(faults)


@dataclass(frozen=True, slots=True)
class Opening:
    """When a queue is open, in local time.

    Parameters
    ----------
    week
        For each day, Monday first, the open ranges in minutes after midnight; an end past 1440
        lies on the next day.

    Examples
    --------
    >>> Opening.parse({"mon-fri": "08:00-12:00,14:00-18:00", "sat": "22:00-06:00"}).week[4:]
    (((480, 720), (840, 1080)), ((1320, 1800),), ())
    """

    week: tuple[Ranges, ...]

    @classmethod
    def parse(cls, value: object) -> Opening:
        """Return the opening hours that were written.

        Allowed are "24h", "closed", "08:00-20:00", several ranges joined by commas, and a mapping
        of days ("mon", "mon-fri", "mon,wed") to such hours; days that it does not name are
        closed. A range whose end is not after its start runs on to the next day.

        Raises
        ------
        HoursError
            With every part that cannot be read.
        """
        if isinstance(value, str):
            return cls((_ranges("", value),) * 7)
        if not isinstance(value, dict) or not value:
            must = "be hours such as '08:00-20:00', '24h', 'closed', or a mapping of days to hours"
            raise HoursError([("", must, value)])
        week: dict[int, Ranges] = {}
        faults: list[tuple[str, str, object]] = []
        for key, hours in value.items():
            try:
                found = _days(str(key))
                twice = [DAY_NAMES[day] for day in found if day in week]
                if twice:
                    faults.append((str(key), "name each day once", ", ".join(twice)))
                week |= dict.fromkeys(found, _ranges(str(key), hours))
            except HoursError as error:
                faults += error.faults
        if faults:
            raise HoursError(faults)
        return cls(tuple(week.get(day, ()) for day in range(7)))

    def slots(self, interval_s: int) -> npt.NDArray[np.bool_]:
        """Return whether each slot of the week is open, ``[7, S]``, Monday first.

        A slot counts as open when any of its minutes is.

        Examples
        --------
        >>> night = Opening.parse({"sun": "22:00-02:00"}).slots(3600)
        >>> night[6].nonzero()[0].tolist(), night[0].nonzero()[0].tolist()
        ([22, 23], [0, 1])
        """
        minutes = np.zeros(7 * DAY_MINUTES, dtype=bool)
        for day, ranges in enumerate(self.week):
            for start, end in ranges:
                index = np.arange(start, end) + day * DAY_MINUTES
                minutes[index % minutes.size] = True
        result: npt.NDArray[np.bool_] = minutes.reshape(7, -1, interval_s // 60).max(axis=2)
        return result


def minutes_of(text: object, latest: int = DAY_MINUTES) -> int | None:
    """Return the minutes after midnight of "HH:MM", or None when it is none or after ``latest``.

    Examples
    --------
    >>> minutes_of("07:30"), minutes_of("24:00"), minutes_of("7h")
    (450, 1440, None)
    """
    match = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or int(match[2]) > 59:
        return None
    minutes = int(match[1]) * 60 + int(match[2])
    return minutes if minutes <= latest else None


def _ranges(day: str, text: object) -> Ranges:
    words = text.strip().lower() if isinstance(text, str) else ""
    if words == "24h":
        return ((0, DAY_MINUTES),)
    if words == "closed":
        return ()
    result = []
    for part in words.split(","):
        start, _, end = part.partition("-")
        first, last = minutes_of(start), minutes_of(end)
        if first is None or last is None or first in (DAY_MINUTES, last):
            must = "be hours such as '08:00-20:00', '08:00-12:00,14:00-18:00', '24h' or 'closed'"
            raise HoursError([(day, must, text)])
        result.append((first, last if last > first else last + DAY_MINUTES))
    return tuple(result)


def _days(text: str) -> list[int]:
    result: list[int] = []
    for part in text.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in DAY_NAMES or (dash and last not in DAY_NAMES):
            must = f"be days out of {', '.join(DAY_NAMES)}, such as 'mon-sat' or 'mon,wed'"
            raise HoursError([(text, must, text)])
        start = DAY_NAMES.index(first)
        count = (DAY_NAMES.index(last) - start) % 7 + 1 if dash else 1
        result += [(start + step) % 7 for step in range(count)]
    return result

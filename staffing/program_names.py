"""Names of a program's variables and rules in the letters of the LP format, each once."""

from __future__ import annotations

import re


def new_name(name: str, taken: set[str]) -> str:
    """Return the name in the letters of the LP format, numbered where it is taken, and take it.

    Examples
    --------
    >>> taken: set[str] = set()
    >>> new_name("at 08:30", taken), new_name("at 08:30", taken)
    ('at_08.30', 'at_08.30_2')
    """
    plain = found = re.sub(r"[^\w.]", "_", name.replace(":", "."))
    number = 1
    while found in taken:
        number += 1
        found = f"{plain}_{number}"
    taken.add(found)
    return found

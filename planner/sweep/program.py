"""Which program makes the plans: a mark that differs where a plan might."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from planner.export.summary import versions

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_PACKAGES = ("forecasting", "staffing", "planner")


@cache
def program_mark() -> str:
    """Return the program's version and a sum of its sources and of the versions it stands on.

    Two machines whose marks are the same make the same plan of the same question.
    """
    known = versions()
    sums = hashlib.sha256(repr(sorted(known.items())).encode())
    for package in _PACKAGES:
        _add(sums, resources.files(package), package)
    return f"{known['contact-centre-planner']}+{sums.hexdigest()[:12]}"


def _add(sums: hashlib._Hash, folder: Traversable, name: str) -> None:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        below = f"{name}/{entry.name}"
        if entry.is_dir():
            _add(sums, entry, below)
        elif entry.name.endswith(".py"):
            sums.update(below.encode() + b"\0" + entry.read_bytes())

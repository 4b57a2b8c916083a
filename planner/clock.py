"""How long each stage takes, and who is told how far it has come."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol


class Progress(Protocol):
    """Who is told how far a stage has come."""

    def __call__(self, stage: str, done: int, of: int, note: str = "", /) -> None:
        """Hear that ``done`` of ``of`` steps of a stage are done, and a note on how well."""


def quiet(_stage: str, _done: int, _of: int, _note: str = "", /) -> None:
    """Show no progress."""


@dataclass(slots=True)
class Clock:
    """How long each stage took, in seconds."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time spent inside to a stage."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

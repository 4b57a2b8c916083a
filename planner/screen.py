"""Progress on standard error, for a person who watches; nothing where nobody does."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

STAGE_NAMES = {
    "example": "Writing the example",
    "history": "Reading the history",
    "forecast": "Forecasting",
    "backtest": "Trying the past",
    "requirement": "Positions needed",
    "allocation": "Allocating, week by week",
    "roster": "Rostering",
    "projection": "Projecting service",
    "prices": "Trying prices",
    "frontier": "Moving the promise",
    "headcount": "Moving own staff",
    "tickets": "Fetching tickets",
    "sweep": "Planning the points",
    "compare": "Plans to compare",
    "typical weeks": "Shifts of typical weeks",
    "capacity": "Hiring and ordering",
    "report": "Writing the files",
}
"""What a person calls each stage."""


class Screen:
    """A line per stage with its bar, gone where standard error is not a terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description:<26}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def progress(self, stage: str, done: int, of: int, note: str = "") -> None:
        """Show that ``done`` of ``of`` steps of a stage are done, and a note on how well."""
        if stage not in self._tasks:
            name = STAGE_NAMES.get(stage, stage)
            self._tasks[stage] = self._bars.add_task(name, total=of, note=note)
        self._bars.update(self._tasks[stage], completed=done, total=of, note=note)
        if done >= of:
            self._bars.stop_task(self._tasks[stage])

    def __enter__(self) -> Screen:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

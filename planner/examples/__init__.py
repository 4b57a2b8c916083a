"""Ready centres, shipped with the package: a scenario to read and a history made on the spot."""

from __future__ import annotations

from importlib import import_module, resources
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.examples.generate import Centre

__all__ = ["EXAMPLES", "example_text", "write_example"]

SCENARIO_FILE = "scenario.yaml"

EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "starter": "a small shop: three queues, one team, one vendor; comments teach the file",
        "florist": "seven European markets, five channels, a tenfold Valentine's Day",
        "coffee": "open 24 hours in four sites: nights, and the price of 80/15",
        "photo": "contacts follow orders: fifteen people all year, sixty at Christmas",
        "flash-sales": "mostly e-mail in two levels: vendors take the first alone",
        "office-machines": "a rush at the start of each month, taken by a small partner",
        "outsourcing": "what to buy outside: own staff, two onshore partners and one offshore",
        "home-improvement": "promises in days: replies within 48 hours and callbacks",
        "grocery-drive": "two newsletters a week set off the contacts",
    }
)
"""Name of each example, with one line on what it shows; the first is the one to start from."""


def write_example(
    name: str, directory: Path, progress: Callable[[int, int], None] | None = None
) -> Path:
    """Return the path of the scenario of an example written into a directory.

    The directory appears complete or not at all. Its history is the same on every call.

    Parameters
    ----------
    name
        A key of ``EXAMPLES``.
    directory
        Where to write; made when absent, with its parents.
    progress
        Called with the queues done and the queues there are, after each queue.

    Raises
    ------
    ValueError
        If no example has this name.
    FileExistsError
        If the directory holds anything, or is a file.

    Examples
    --------
    >>> with TemporaryDirectory() as place:
    ...     scenario = write_example("starter", Path(place) / "shop")
    ...     sorted(path.name for path in scenario.parent.iterdir())
    ['contacts.csv', 'scenario.yaml']
    """
    if name not in EXAMPLES:
        msg = f"example must be one of {', '.join(EXAMPLES)}, got {name!r}"
        raise ValueError(msg)
    directory = Path(directory).absolute()
    _refuse_occupied(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".example-", dir=directory.parent) as scratch:
        draft = Path(scratch) / "draft"
        draft.mkdir()
        _fill(name, draft, progress)
        _refuse_occupied(directory)
        if directory.exists():
            directory.rmdir()
        draft.rename(directory)
    return directory / SCENARIO_FILE


def example_text(name: str) -> str:
    """Return the scenario file of an example, a key of ``EXAMPLES``.

    Examples
    --------
    >>> example_text("starter").splitlines()[-1].split(":")[0].strip()
    'vendor-at-24'
    """
    stem = name.replace("-", "_")
    return resources.files("planner.examples").joinpath(f"{stem}.yaml").read_text("utf-8")


def _refuse_occupied(directory: Path) -> None:
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        msg = f"{directory} must be absent or empty: an example overwrites nothing"
        raise FileExistsError(msg)


def _fill(name: str, directory: Path, progress: Callable[[int, int], None] | None) -> None:
    stem = name.replace("-", "_")
    # Loaded here, for pandas and numpy take longer to import than --help takes to print.
    centre: Centre = import_module(f"planner.examples.{stem}").CENTRE
    write_history = import_module("planner.examples.generate").write_history
    shipped = resources.files("planner.examples")
    (directory / SCENARIO_FILE).write_bytes(shipped.joinpath(f"{stem}.yaml").read_bytes())
    for file in centre.beside:
        (directory / file).write_bytes(shipped.joinpath(file).read_bytes())
    write_history(centre, directory, progress)
    if centre.orders is not None:
        import_module("planner.examples.orders").write_orders(centre.orders, directory)

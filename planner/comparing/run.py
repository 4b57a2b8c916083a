"""The steps of a comparison: plan or read, hold side by side, write, and say what to print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planner.comparing.asked import asked_variants
from planner.comparing.page import comparison_html
from planner.comparing.planned import compared, plan_all, plans_to_make, read_outcomes
from planner.comparing.tables import COMPARE_FILES, comparison_files, comparison_json
from planner.comparing.words import comparison_words
from planner.errors import Fault, InputError
from planner.export.write import check_out, write_files
from planner.plan_files import is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.clock import Progress
    from planner.comparing.comparison import Comparison


def compare_and_write(
    places: Sequence[Path],
    written: Sequence[str],
    out: Path,
    progress: Progress,
    *,
    jobs: int = 1,
    as_json: bool = False,
) -> tuple[str, int]:
    """Return what to print of plans side by side, and the exit status.

    It is 130 where somebody ended it early, 1 where a plan failed.

    Parameters
    ----------
    places
        One scenario file, or plans: folders, archives, numbers in the store.
    written
        Which variants, see ``planner.comparing.asked.asked_variants``; of a scenario only.

    Raises
    ------
    InputError
        With all that is wrong, before anything is planned.
    KeyboardInterrupt
        If it is ended before two plans are there.
    """
    kept = [
        place for place in places if place.is_dir() or place.suffix == ".zip" or is_number(place)
    ]
    if not kept and len(places) == 1:
        found = _planned(places[0], written, out, progress, jobs)
    else:
        found = _read(places, kept, written, out)
    progress("report", 0, 1)
    files = comparison_files(found) | {"compare.html": comparison_html(found).encode()}
    write_files(files, out, COMPARE_FILES)
    progress("report", 1, 1)
    status = 130 if found.left else int(bool(found.failed))
    if as_json:
        return comparison_json(found).rstrip("\n"), status
    return comparison_words(found, out, len(files)), status


def _planned(
    path: Path, written: Sequence[str], out: Path, progress: Progress, jobs: int
) -> Comparison:
    progress("history", 0, 1)
    to_make = plans_to_make(path, asked_variants(path, written))
    check_out(out, [path], COMPARE_FILES)
    progress("history", 1, 1)
    made = plan_all(to_make, progress, jobs)
    if made.stopped and len(made.outcomes) < 2:
        raise KeyboardInterrupt  # nothing to compare
    if len(made.outcomes) < 2:
        raise InputError([Fault(str(path), None, "", f"must be planned: {one.name}: {one.why}")
                          for one in made.failed])  # fmt: skip
    left = [one.name for one in to_make[len(made.outcomes) + len(made.failed) :]]
    return compared(to_make[0].scenario.name, made.outcomes, left, made.failed)


def _read(
    places: Sequence[Path], kept: Sequence[Path], written: Sequence[str], out: Path
) -> Comparison:
    faults = []
    if written:
        must = "must go with one scenario file, got plans"
        faults.append(Fault("--variants", None, "", must))
    if len(dict.fromkeys(places)) < 2:
        must = "must be compared with another plan, got this one alone"
        faults.append(Fault(str(places[0]), None, "", must))
    for place in places:
        if place not in kept:
            must = "must be a folder, plan.zip or number of a plan beside other plans, got "
            found = "a file of another kind" if place.exists() else "no such folder or file"
            faults.append(Fault(str(place), None, "", must + found))
    if faults:
        raise InputError(faults)
    outcomes = read_outcomes(places)
    check_out(out, (), COMPARE_FILES)
    titles = dict.fromkeys(one.title for one in outcomes if one.title)
    return compared(" and ".join(titles) if len(titles) < 3 else "", outcomes)

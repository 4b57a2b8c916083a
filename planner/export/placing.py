"""Where an export goes: a file, a folder of several or a zip of them; never over another's file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.archive import ARCHIVE
from planner.errors import Fault, InputError, PlannerError
from planner.export.files import bears, refuse_foreign, zipped
from planner.export.write import PLAN_FILES, check_out, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Product:
    """Files to be placed.

    Parameters
    ----------
    files
        Their bytes by name.
    mark
        What each of them bears, see ``planner.export.files.bears``.
    several
        Whether there may be several of them, in a folder or a zip; else there is one.
    whole
        Whether they are all of their kind: a file in the folder that an earlier export wrote, and
        this one does not, then goes.
    """

    files: Mapping[str, bytes]
    mark: bytes
    several: bool = False
    whole: bool = True


def place(product: Product, out: Path) -> tuple[Path, ...]:
    """Return the paths of an export's files, written all together or not at all.

    Parameters
    ----------
    out
        Of a single file: its path, or a folder that exists, for the name that it has anyway. Of
        several: a folder, or a zip; or a file, if there happens to be one.

    Raises
    ------
    InputError
        If another's file would be overwritten, or several files go where one can.
    PlannerError
        If they cannot be written.
    """
    files = product.files
    if product.several and out.suffix.lower() == ".zip":
        content = zipped(files, product.mark)
        return _place_file(out, content, product.mark)
    if product.several and out.suffix.lower() not in _endings(files):
        return _place_folder(product, out)
    if len(files) != 1:
        needs = f"must be a folder, or end in .zip, for {len(files)} files, got {out.name}"
        raise InputError([Fault(str(out), None, "--out", needs)])
    ((name, content),) = files.items()
    return _place_file(out / name if out.is_dir() else out, content, product.mark)


def _endings(files: Mapping[str, bytes]) -> set[str]:
    return {Path(name).suffix for name in files}


def _place_file(path: Path, content: bytes, mark: bytes) -> tuple[Path, ...]:
    _keep_the_plan(path)
    refuse_foreign(path, mark)
    write_files({path.name: content}, path.parent, ours=(path.name,))
    return (path,)


def _place_folder(product: Product, out: Path) -> tuple[Path, ...]:
    check_out(out, ours=())
    for name in product.files:
        _keep_the_plan(out / name)
        refuse_foreign(out / name, product.mark)
    former: list[str] = []
    if product.whole and out.is_dir():
        former = [
            path.name
            for path in out.iterdir()
            if path.suffix in _endings(product.files) and path.is_file()
            if bears(path, product.mark)
        ]
    write_files(product.files, out, ours=(*former, *product.files))
    return tuple(out / name for name in product.files)


def _keep_the_plan(path: Path) -> None:
    if path.name in PLAN_FILES and (path.parent / ARCHIVE).is_file():
        message = "must not be a file of the plan itself: name another with --out"
        raise InputError([Fault(str(path), None, "", message)])


def place_secret(path: Path, content: bytes, mark: bytes) -> None:
    """Write a file that its owner alone may read, whole or not at all.

    Raises
    ------
    InputError
        If another's file would be overwritten.
    PlannerError
        If it cannot be written.
    """
    refuse_foreign(path, mark)
    draft = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        draft.replace(path)
    except OSError as error:
        message = f"{path} must be a file that can be written, got: {error.strerror or error}"
        raise PlannerError(message) from error
    finally:
        draft.unlink(missing_ok=True)

"""A plan as one file, from one store to another."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

from planner.archive import MOST_BYTES
from planner.errors import Fault, InputError

if TYPE_CHECKING:
    from pathlib import Path

MARK = b"contact-centre-planner plan"
"""What the file bears as its comment."""

_MOST_FILES = 1000


def opened_parcel(path: Path) -> dict[str, bytes]:
    """Return the files in a plan's one file by name.

    Raises
    ------
    InputError
        If it is another file, damaged, or larger than a plan can be; it is then not unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            if archive.comment != MARK or total > MOST_BYTES or len(entries) > _MOST_FILES:
                raise _refused(path, "another zip, or one that is too large")
            return {entry.filename: archive.read(entry) for entry in entries}
    except OSError as error:
        raise _refused(path, error.strerror or "no file that can be read") from error
    except (
        zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError
    ) as error:  # fmt: skip
        raise _refused(path, str(error)) from error


def _refused(path: Path, found: str) -> InputError:
    message = f"must be a plan as `planner plans export` writes it, got {found}"
    return InputError([Fault(str(path), None, "", message)])

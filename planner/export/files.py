"""Files named after what people wrote: safe names, a zip of several, and what may be replaced."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from typing import TYPE_CHECKING

from planner.errors import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_LONGEST = 60  # characters: at most 240 bytes, and folders allow 255 with the ending
_RESERVED = re.compile(r"(con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_WRITTEN = (1980, 1, 1, 0, 0, 0)  # the same files, the same bytes


def file_names(names: Iterable[str], ending: str) -> list[str]:
    r"""Return a file name for each name, in their order, that every file system takes.

    Letters and digits of any language stay; what else is no plain sign becomes ``_``, names that
    systems keep for themselves get one more. Names that differ by upper and lower case alone, or
    not at all any more, are numbered.

    Examples
    --------
    >>> file_names(["Zoë", "../etc", "con", "PARIS-1", "Paris-1", "a\nb", ""], ".ics")
    ['Zoë.ics', 'etc.ics', 'con_.ics', 'PARIS-1.ics', 'Paris-1 (2).ics', 'a_b.ics', 'unnamed.ics']
    """
    clean = []
    for name in names:
        text = unicodedata.normalize("NFC", name)
        text = "".join(c if c.isalnum() or c in " -_.,()" else "_" for c in text)
        text = text[:_LONGEST].strip(" ._") or "unnamed"
        clean.append(f"{text}_" if _RESERVED.fullmatch(text) else text)
    return [f"{text}{ending}" for text in distinct(clean, _LONGEST)]


def distinct(names: Iterable[str], longest: int, taken: Iterable[str] = ()) -> list[str]:
    """Return names of at most so many characters, told apart by numbers where they are alike.

    Examples
    --------
    >>> distinct(["a", "A", "a (2)", "abcdef", "abcdeg"], 5)
    ['a', 'A (2)', 'a (3)', 'abcde', 'a (4)']
    """
    used = {_folded(name) for name in taken}
    found = []
    for name in names:
        free, number = name[:longest], 1
        while _folded(free) in used:
            number += 1
            ending = f" ({number})"
            free = f"{name[: longest - len(ending)]}{ending}"
        used.add(_folded(free))
        found.append(free)
    return found


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def zipped(files: Mapping[str, bytes], mark: bytes) -> bytes:
    """Return files, by name, as a zip that bears a mark; the same files, the same bytes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.comment = mark
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _WRITTEN)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, content)
    return whole.getvalue()


def refuse_foreign(path: Path, mark: bytes) -> None:
    """Raise unless a path is free, or holds a file that bears a mark of ours.

    Raises
    ------
    InputError
        If another file is there, or something that is no file.
    """
    if not path.exists() and not path.is_symlink():
        return
    found = "another file" if path.is_file() else "a folder" if path.is_dir() else "something else"
    if path.is_file() and bears(path, mark):
        return
    message = f"must be free or hold an earlier export, got {found}: name another with --out"
    raise InputError([Fault(str(path), None, "", message)])


def bears(path: Path, mark: bytes) -> bool:
    """Whether a file bears a mark: at its beginning, as comment of a zip, or as a book's author."""
    try:
        with path.open("rb") as file:
            beginning = file.read(4096)
        if mark in beginning:
            return True
        if not beginning.startswith(b"PK"):
            return False
        with zipfile.ZipFile(path) as archive:
            if archive.comment == mark:
                return True
            with archive.open("docProps/core.xml") as properties:
                return mark in properties.read(1 << 16)
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
        return False

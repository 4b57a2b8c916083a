"""Where files handed over in a browser lie for a while: private, bounded, and removed."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from planner.errors import Fault, InputError, PlannerError
from planner.examples import EXAMPLES, SCENARIO_FILE, write_example
from planner.handed_over import HandedOver

MB = 1 << 20
MOST = {"history": 100 * MB, "scenario": MB // 2, "table": 10 * MB}
"""Bytes at most of each kind of file: a history, a scenario, a table that a scenario names."""

MOST_TABLES = 20
MOST_DESKS = 12
MOST_AGE_S = 3 * 3600.0

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_STATE = "desk.json"


@dataclass(frozen=True, slots=True)
class State:
    """What lies on a desk.

    Parameters
    ----------
    example
        The ready centre that was chosen; "" for none.
    scenario, history
        Names of files handed over; "" for none.
    columns, queues
        How the history's columns and queues are read, as a person chose.
    """

    example: str = ""
    scenario: str = ""
    history: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)

    @property
    def centre(self) -> bool:
        """Whether there is a scenario to plan."""
        return bool(self.example or self.scenario)


class Desk:
    """One visitor's files, found by a token that nobody can guess.

    Raises
    ------
    InputError
        If the token is none.
    """

    def __init__(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            must = "must be one that this page made, got another"
            raise InputError([Fault("data", None, "", must)])
        self._folder = _root() / token
        self._files = self._folder / "files"

    @property
    def hidden(self) -> tuple[str, ...]:
        """Names of folders that no message may tell."""
        return (f"{self._folder / 'whole'}/", f"{self._files}/", f"{self._folder}/")

    @property
    def state(self) -> State:
        """What lies here."""
        try:
            told = json.loads((self._folder / _STATE).read_bytes())
            return State(**told)
        except (OSError, ValueError, TypeError):
            return State()

    def put(self, state: State) -> None:
        """Keep what was chosen."""
        self._make()
        _write(self._folder / _STATE, json.dumps(asdict(state)).encode())

    def tables(self) -> list[str]:
        """Return the names of the files handed over, but for scenario and history."""
        state = self.state
        own = (state.scenario, state.history)
        found = sorted(path.name for path in self._files.iterdir()) if self._files.is_dir() else []
        return [name for name in found if name not in own]

    def path(self, name: str) -> Path:
        """Return where a file lies that was handed over."""
        return self._files / name

    def take(self, kind: str, name: str, content: Iterable[bytes]) -> Path:
        """Return where a file now lies that is handed over piece by piece, of whatever size.

        Raises
        ------
        InputError
            If it is too large, empty, or one too many; nothing of it is kept.
        """
        self._make()
        tables = self.tables()
        if kind == "table" and name not in tables and len(tables) >= MOST_TABLES:
            must = f"must be one of {MOST_TABLES} tables at most, got one more"
            raise InputError([Fault(name, None, "", must)])
        draft = self._folder / "draft"
        size = 0
        try:
            with open(os.open(draft, _NEW, 0o600), "wb") as file:  # noqa: PTH123
                for piece in content:
                    size += len(piece)
                    if size > MOST[kind]:
                        raise too_large(name, kind)
                    file.write(piece)
            if not size:
                raise InputError([Fault(name, None, "", "must hold something, got nothing")])
            draft.replace(self._files / name)
        except OSError as error:
            message = f"{name}: there is no room for it here: {error.strerror or error}"
            raise PlannerError(message) from error
        finally:
            draft.unlink(missing_ok=True)
        return self._files / name

    def drop(self, name: str) -> None:
        """Remove one file."""
        if name:
            (self._files / name).unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def handed_over(self) -> HandedOver:
        """Return the scenario with its tables, in a folder that holds nothing else.

        Raises
        ------
        InputError
            If there is no scenario.
        """
        state = self.state
        whole = self._folder / "whole"
        shutil.rmtree(whole, ignore_errors=True)
        if state.example in EXAMPLES:
            write_example(state.example, whole)
            scenario = SCENARIO_FILE
        elif state.scenario and (self._files / state.scenario).is_file():
            whole.mkdir(mode=0o700)
            scenario = state.scenario
        else:
            raise InputError([Fault("scenario", None, "", "must be chosen first, got none")])
        for path in self._files.iterdir() if self._files.is_dir() else ():
            if path.name != state.scenario or not state.example:
                (whole / path.name).unlink(missing_ok=True)
                os.link(path, whole / path.name)
        return HandedOver(whole, scenario, state.history, state.columns, state.queues)

    def _make(self) -> None:
        if not self._files.is_dir():
            clear_away()
            self._files.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.touch()  # used: its age begins anew


_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)


def plain_name(name: str, kind: str) -> str:
    r"""Return the name under which a file is kept: its last part, printable, not hidden.

    Examples
    --------
    >>> plain_name("C:\\data\\calls.csv", "history"), plain_name("../../etc/passwd", "history")
    ('calls.csv', 'passwd')
    >>> plain_name("..", "history"), plain_name(".ssh", "table")
    ('history', 'ssh')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in last if c.isprintable()).strip().lstrip(".")
    plain = plain.encode(errors="replace")[-150:].decode(errors="ignore")
    return plain or kind


def too_large(name: str, kind: str) -> InputError:
    """Return the fault of a file over its limit."""
    most = MOST[kind] / MB
    message = f"must be of {most:g} MB at most, got more"
    return InputError([Fault(name, None, "", message)])


def clear_away() -> None:
    """Remove desks that nobody used for hours, and the oldest where there are too many."""
    desks = []
    for folder in _root().iterdir():
        with suppress(OSError):
            desks.append((folder.stat().st_mtime, folder))
    desks.sort(key=lambda pair: pair[0], reverse=True)
    old = time.time() - MOST_AGE_S
    for n, (used, folder) in enumerate(desks):
        if used < old or n >= MOST_DESKS - 1:
            shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    """Return the folder of all desks: ours alone, the same for every process of this user.

    Raises
    ------
    PlannerError
        If another has made one of that name, to read what is put there.
    """
    root = Path(tempfile.gettempdir()) / f"planner-desks-{_user()}"
    root.mkdir(mode=0o700, exist_ok=True)
    told = root.lstat()
    ours = not hasattr(os, "getuid") or told.st_uid == os.getuid()
    if not stat.S_ISDIR(told.st_mode) or not ours:
        message = "The folder for files handed over belongs to somebody else: ask who runs this."
        raise PlannerError(message)
    if stat.S_IMODE(told.st_mode) != 0o700:
        root.chmod(0o700)
    return root


def _user() -> Any:  # noqa: ANN401
    return os.getuid() if hasattr(os, "getuid") else "all"


def _write(path: Path, content: bytes) -> None:
    with open(os.open(path, _NEW, 0o600), "wb") as file:  # noqa: PTH123
        file.write(content)

"""A question with everything it reads, to be planned again later, or on another machine."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import Fault, InputError
from planner.scenario.kept import kept_document, kept_name, read_names, scenario_kept
from planner.sources.snapshot import snapshot
from planner.sources.table import history_rows, load_history

if TYPE_CHECKING:
    from planner.scenario.model import Scenario
    from planner.sources.table import HistoryTable

QUESTION = "question.json"
"""Name of the file that holds the scenario."""

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Question:
    """A scenario, and the tables that it reads.

    Parameters
    ----------
    document
        The scenario as plain values, see ``planner.scenario.kept.kept_document``.
    file
        Name of the scenario's file.
    applied
        The variants merged into it.
    files
        The tables by the names that the document has for them: the history's rows as they were
        read, in Parquet, without anybody's name; drivers' tables as they are.
    """

    document: Mapping[str, Any]
    file: str
    applied: tuple[str, ...]
    files: Mapping[str, bytes] = field(repr=False)

    @contextmanager
    def opened(self) -> Iterator[tuple[Scenario, HistoryTable]]:
        """Yield the scenario and its history; the tables lie in a folder of their own meanwhile.

        Raises
        ------
        InputError
            With every fault, as far as the question was not made by this program.
        """
        with tempfile.TemporaryDirectory(prefix="planner-") as place:
            folder = Path(place)
            for name, content in self.files.items():
                (folder / name).write_bytes(content)
            scenario = scenario_kept(dict(self.document), str(folder / self.file), self.applied)
            yield scenario, load_history(scenario)

    def as_files(self) -> dict[str, bytes]:
        """Return the question as files by name; ``question_from`` reads them."""
        values = {
            "format": FORMAT,
            "scenario": self.document,
            "scenario_file": self.file,
            "applied": list(self.applied),
        }
        text = json.dumps(values, ensure_ascii=False, allow_nan=False, indent=1)
        return {QUESTION: text.encode(), **self.files}


def question_of(scenario: Scenario) -> Question:
    """Return a scenario with the tables that it reads; planned, it gives the same plan.

    Raises
    ------
    InputError
        If a table cannot be read.
    """
    history, *drivers = read_names(scenario)
    files = {history: snapshot(history_rows(scenario))}
    for name, driver in zip(drivers, scenario.drivers, strict=True):
        files[name] = _content(scenario.folder / driver.file)
    return Question(kept_document(scenario), kept_name(scenario), scenario.applied, files)


def question_from(files: Mapping[str, bytes], source: str) -> Question:
    """Return the question in files by name, ``Question.as_files``.

    Raises
    ------
    InputError
        If they are none: a name that leads out of a folder is refused.
    """
    try:
        values = json.loads(files[QUESTION])
        right = values["format"] == FORMAT and isinstance(values["scenario"], dict)
        applied = tuple(str(name) for name in values["applied"])
        name = str(values["scenario_file"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise _refused(source, f"{type(error).__name__}") from error
    rest = {name: content for name, content in files.items() if name != QUESTION}
    if not right or not all(_is_plain(one) for one in (name, *rest)):
        raise _refused(source, "another format or name")
    return Question(values["scenario"], name, applied, rest)


def as_folder(question: Question) -> dict[str, bytes]:
    """Return the question as a scenario file and its tables, by name, to be changed by hand."""
    from ruamel.yaml import YAML

    room = io.StringIO()
    yaml = YAML()
    yaml.width = 100
    yaml.dump(dict(question.document), room)
    name = next(n for n in ("scenario.yaml", "question.yaml") if n not in question.files)
    return {name: room.getvalue().encode(), **question.files}


def _is_plain(name: str) -> bool:
    return name == Path(name).name and name not in ("", ".", "..") and "\0" not in name


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"must be a file that can be read, got: {error.strerror}"
        raise InputError([Fault(str(path), None, "", message)]) from None


def _refused(source: str, reason: str) -> InputError:
    message = f"must hold a question as this program keeps it, got another: {reason}"
    return InputError([Fault(source, None, QUESTION, message)])

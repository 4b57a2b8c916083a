"""A plan in one file, to be opened later without its scenario, its history or a solver.

The file is a zip of ``plan.json``, plain values, and of numpy arrays that those name by their
numbers. Nothing in it is run when it is read.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from planner.errors import Fault, InputError
from planner.packing import Arrays, MisfitError, hints_of, packed, unpacked
from planner.plan import Plan
from planner.plan_parts import check_parts
from planner.scenario.kept import kept_document, kept_name, scenario_kept
from planner.scenario.model import Scenario
from planner.scenario.telling import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

ARCHIVE = "plan.zip"
"""Name of the file in a plan's folder."""

FORMAT = 1
"""Version of the archive; another one is refused."""

MOST_BYTES = 1 << 30
"""Of an archive, unpacked: some fifty times a plan of 35 queues over four weeks."""

_VALUES = "plan.json"
_MOST_VALUES = 1 << 26  # bytes of the plain values: rosters of some 300,000 shifts
_WRITTEN = (1980, 1, 1, 0, 0, 0)  # the same plan, the same bytes: no time of writing
_AGAIN = "plan the scenario again with `planner run`"

AnyArray = npt.NDArray[Any]


def pack(plan: Plan) -> bytes:
    """Return a plan as the bytes of an archive; the same plan gives the same bytes.

    Left out are the forecast's sample paths, the handling times of the history, how long the
    stages took, variants that were not planned, and the address of a database, which may hold a
    password.
    """
    arrays = Arrays()
    slim = replace(
        plan,
        histories=tuple(replace(past, aht_s=None) for past in plan.histories),
        forecast=replace(plan.forecast, paths=plan.forecast.paths[:0]),
        seconds={},
    )
    values = {
        "format": FORMAT,
        "scenario": kept_document(plan.scenario),
        "scenario_file": kept_name(plan.scenario),
        "plan": {
            name: packed(getattr(slim, name), hint, arrays)
            for name, hint in hints_of(Plan).items()
            if hint is not Scenario
        },
    }
    held = {_VALUES: json.dumps(values, ensure_ascii=False, allow_nan=False).encode()}
    for number, array in enumerate(arrays.held):
        room = io.BytesIO()
        np.lib.format.write_array(room, array, allow_pickle=False)
        held[_array_name(number)] = room.getvalue()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in held.items():
            entry = zipfile.ZipInfo(name, _WRITTEN)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, content)
    return whole.getvalue()


def unpack(content: bytes, source: str = ARCHIVE) -> Plan:
    """Return the plan in an archive.

    Parameters
    ----------
    source
        What a fault names as the file.

    Raises
    ------
    InputError
        If it is no archive of ours, of another version, damaged, too large, or its parts do not
        fit together. Nothing is run, and what is too large is not unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            values = _values(archive)
            plan = _plan(values, _arrays(archive), source)
        check_parts(plan)
    except MisfitError as error:
        raise _refused(source, str(error)) from error
    except InputError as error:  # faults of the scenario in it
        raise _refused(source, f"scenario: {error.faults[0].message}") from error
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
        LookupError, ValueError, RecursionError,
    ) as error:  # fmt: skip
        raise _refused(source, f"the archive cannot be read, {error}") from error
    return plan


def _refused(source: str, reason: str) -> InputError:
    told = shortened(reason)
    message = f"must be a plan as `planner run` writes it, got another or a damaged one: {told}"
    return InputError([Fault(source, None, "", f"{message}; {_AGAIN}")])


def _array_name(number: int) -> str:
    return f"{number}.npy"


def _values(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the plain values, after a look at what the archive says of its size."""
    total = sum(entry.file_size for entry in archive.infolist())
    entry = archive.getinfo(_VALUES)
    if total > MOST_BYTES or entry.file_size > _MOST_VALUES:
        message = f"unpacked it must have at most {MOST_BYTES:,} bytes, got {total:,}"
        raise MisfitError(message)
    values = json.loads(archive.read(entry))
    found = values.get("format") if isinstance(values, dict) else None
    if found != FORMAT:
        message = f"format must be {FORMAT}, the one of this version, got {found!r:.20}"
        raise MisfitError(message)
    return dict(values)


def _arrays(archive: zipfile.ZipFile) -> list[AnyArray]:
    count = sum(name.endswith(".npy") for name in archive.namelist())
    return [_array(archive, _array_name(number)) for number in range(count)]


def _array(archive: zipfile.ZipFile, name: str) -> AnyArray:
    """Return one array; what its header says of its size is held against what there is."""
    entry = archive.getinfo(name)
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        if version != (1, 0):
            message = f"{name} must be an array in numpy's format 1.0, got {version}"
            raise MisfitError(message)
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        size = int(np.prod([int(length) for length in shape], dtype=object)) * dtype.itemsize
        if dtype.kind not in "biuf" or size != entry.file_size - file.tell():
            message = f"{name} must hold the numbers that its header tells of"
            raise MisfitError(message)
        return np.frombuffer(file.read(size), dtype).reshape(shape)


def _plan(values: Mapping[str, Any], arrays: list[AnyArray], source: str) -> Plan:
    hints = {name: hint for name, hint in hints_of(Plan).items() if hint is not Scenario}
    tree, document = values.get("plan"), values.get("scenario")
    if not isinstance(tree, dict) or not isinstance(document, dict) or set(tree) != set(hints):
        raise MisfitError("scenario and plan must be told, of this version's parts")
    parts = {name: unpacked(tree[name], hint, arrays, name) for name, hint in hints.items()}
    file = str(values.get("scenario_file"))
    scenario = scenario_kept(document, file, parts["variants"])
    return Plan(scenario=scenario, **parts)

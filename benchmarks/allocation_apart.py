"""A step of the benchmark in a process of its own: its answer, its time and its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.forecast_methods import ROOT

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_LOOK_S = 0.25
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True, slots=True)
class Apart:
    """What a process answered; seconds by the clock and of its processors; its largest memory.

    ``peak_mib`` is that of the process and all that it starts, together, looked at four times a
    second.
    """

    answer: dict[str, Any]
    clock_s: float
    cpu_s: float
    peak_mib: float


def apart(module: str, asked: Mapping[str, object]) -> Apart:
    """Return what a module makes of a question in JSON, see ``answer_from``.

    Raises
    ------
    RuntimeError
        When the process ends with a fault; its own message is on standard error.
    """
    surroundings = os.environ | dict.fromkeys(_ONE_THREAD, "1") | {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", module, json.dumps(asked)],
            stdout=told,
            env=surroundings,
            start_new_session=True,
        )
        peak, status, usage = _watch(process.pid)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - began
        if process.returncode != 0:
            message = f"{module} ended with status {process.returncode}"
            raise RuntimeError(message)
        told.seek(0)
        answer: dict[str, Any] = json.loads(told.read().splitlines()[-1])
    return Apart(answer, took, usage.ru_utime + usage.ru_stime, peak)


def answered(answer: Mapping[str, object]) -> None:
    """Tell the answer to the process that asked."""
    print(json.dumps(answer))


def asked() -> dict[str, Any]:
    """Return the question that this process was asked."""
    found: dict[str, Any] = json.loads(sys.argv[1])
    return found


def _watch(group: int) -> tuple[float, int, Any]:
    """Return the largest memory of a process group in MiB, and how its leader ended."""
    peak = 0.0
    while True:
        peak = max(peak, _resident(group))
        pid, status, usage = os.wait4(group, os.WNOHANG)
        if pid:
            return peak, status, usage
        time.sleep(_LOOK_S)


def _resident(group: int) -> float:
    """Return the memory of all processes of a group in MiB, 0 where the system does not tell."""
    pages = 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                pages += int((place / "statm").read_text().split()[1])
        except OSError:
            continue  # it has ended meanwhile
    return pages * _PAGE_MIB

"""The methods side by side: where each one runs, and how it is run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".peers"
OURS = "planner"
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class PeerError(Exception):
    """A peer that could not be installed, or did not finish; the message says why."""


@dataclass(frozen=True, slots=True)
class Method:
    """One way to forecast.

    Parameters
    ----------
    name, title
        Short name, and what the table calls it.
    module
        Module that answers the tasks.
    place
        Peer environment that it runs in; empty: ours.
    daily, intraday
        Which series it forecasts.
    """

    name: str
    title: str
    module: str
    place: str = ""
    daily: bool = True
    intraday: bool = False


_SIMPLE, _PROPHET = "benchmarks.peers.run_simple", "benchmarks.peers.run_prophet"
_STATSFORECAST = "benchmarks.peers.run_statsforecast"
METHODS = (
    Method(OURS, "this planner", "benchmarks.forecast_ours", intraday=True),
    Method("naive", "same weekday last week", _SIMPLE),
    Method("last-year", "last year by event", _SIMPLE),
    Method("four-weeks", "mean of four weeks", _SIMPLE, daily=False, intraday=True),
    Method("prophet-holidays", "Prophet, holidays", _PROPHET, "prophet", intraday=True),
    Method("prophet-events", "Prophet, event windows", _PROPHET, "prophet"),
    Method("ets", "AutoETS", _STATSFORECAST, "nixtla"),
    Method("mstl", "MSTL", _STATSFORECAST, "nixtla"),
    Method("theta", "optimised theta", _STATSFORECAST, "nixtla"),
    Method("lightgbm", "LightGBM", "benchmarks.peers.run_lightgbm", "nixtla", intraday=True),
    Method("glm", "Poisson regression", "benchmarks.peers.run_glm", intraday=True),
)


def python_of(place: str, peers: Path) -> str:
    """Return the Python of an environment, made and filled first when it is not there.

    Raises
    ------
    PeerError
        When it cannot be made.
    """
    if not place:
        return sys.executable
    home = peers / place
    python = home / "bin" / "python"
    if python.exists():
        return str(python)
    print(f"installing {place} into {home}", file=sys.stderr)
    wanted = Path(__file__).parent / "peers" / f"{place}.txt"
    install = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(wanted)]
    done = False
    try:
        for command in ([sys.executable, "-m", "venv", str(home)], install):
            subprocess.run(command, check=True, capture_output=True, text=True)
        done = True
    except (OSError, subprocess.CalledProcessError) as error:
        told = getattr(error, "stderr", "") or str(error)
        msg = f"cannot be installed: {_last_line(told)}"
        raise PeerError(msg) from error
    finally:
        if not done:  # half an environment would be taken for a whole one next time
            shutil.rmtree(home, ignore_errors=True)
    return str(python)


def answer_tasks(
    method: Method, folder: Path, peers: Path, progress: Callable[[int], None]
) -> None:
    """Let a method answer the tasks of a folder, on one thread.

    Raises
    ------
    PeerError
        When it cannot be installed, or ends with a fault.
    """
    python = python_of(method.place, peers)
    # A peer that is stopped leaves its scratch files, which go with the folder.
    places = {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    surroundings = os.environ | dict.fromkeys(_ONE_THREAD, "1") | places
    log = folder / f"{method.name}.log"
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            [python, "-W", "ignore", "-m", method.module, str(folder), method.name],
            cwd=folder,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                word, _, number = line.partition(" ")
                if word == "done":
                    progress(int(number))
        except BaseException:
            process.kill()
            raise
        status = process.wait()
    if status != 0:
        msg = f"failed: {_last_line(log.read_text(encoding='utf-8'))}"
        raise PeerError(msg)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no reason told"

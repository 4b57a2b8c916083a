"""Peers of the staffing benchmark: a question as JSON goes in, an answer as JSON comes out."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.forecast_methods import ROOT, PeerError, python_of

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_PATIENCE_S = 3600.0  # a peer that takes longer is stopped


def ask(place: str, module: str, question: Mapping[str, object], peers: Path) -> dict[str, Any]:
    """Return what a peer answers, in a process and an environment of its own.

    Parameters
    ----------
    place
        Peer environment, made and filled on first use; empty: ours.
    module
        Module that reads the question from standard input.
    question
        What is asked.
    peers
        Where the environments are.

    Raises
    ------
    PeerError
        When the peer cannot be installed, or ends with a fault.
    """
    python = python_of(place, peers)
    surroundings = os.environ | dict.fromkeys(_ONE_THREAD, "1") | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [python, "-W", "ignore", "-m", module],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        env=surroundings,
        timeout=_PATIENCE_S,
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        message = f"failed: {lines[-1][:200] if lines else 'no reason told'}"
        raise PeerError(message)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer

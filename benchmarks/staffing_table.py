"""The staffing benchmark's closing table: target, measured, met."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

Progress = Callable[[str], None]
"""Says what is being done."""
_WIDTH = 62
_SELDOM_S = 10.0
_LAST = [-_SELDOM_S]  # when a log was told something last


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of a call: by the clock, and of the processor; the least of several calls."""

    clock_s: float
    cpu_s: float

    @classmethod
    def least(cls, call: Callable[[], object], runs: int) -> Took:
        """Return what a call takes."""
        clock, cpu = [], []
        for _ in range(runs):
            began, began_cpu = time.perf_counter(), time.process_time()
            call()
            clock.append(time.perf_counter() - began)
            cpu.append(time.process_time() - began_cpu)
        return cls(min(clock), min(cpu))


@dataclass(frozen=True, slots=True)
class Reached:
    """One target beside what was measured; ``met`` is None where nothing was asked.

    Parameters
    ----------
    what
        What was measured.
    target, measured
        In words, with unit.
    met
        Whether the target is met.
    """

    what: str
    target: str
    measured: str
    met: bool | None

    @classmethod
    def at_most(cls, what: str, most: float | None, measured: float, unit: str) -> Reached:
        """Return a line for a number that must not be larger.

        Examples
        --------
        >>> Reached.at_most("a call", 1.0, 0.25, "s")
        Reached(what='a call', target='under 1 s', measured='0.25 s', met=True)
        """
        told = f"{measured:.3g} {unit}"
        if most is None:
            return cls(what, "-", told, None)
        return cls(what, f"under {most:g} {unit}", told, measured < most)

    @classmethod
    def seconds(cls, what: str, most: float | None, took: Took) -> Reached:
        """Return a line for a call, judged by its processor seconds: machines are shared.

        Examples
        --------
        >>> Reached.seconds("a call", 1.0, Took(1.5, 0.5)).measured
        '0.50 s (by clock 1.50)'
        """
        line = cls.at_most(what, most, took.cpu_s, "s")
        return replace(line, measured=f"{took.cpu_s:.2f} s (by clock {took.clock_s:.2f})")


def closing(lines: Sequence[Reached]) -> str:
    """Return the closing table.

    Examples
    --------
    >>> print(closing([Reached("a call", "under 1 s", "0.25 s", True)]).splitlines()[1][62:])
     under 1 s             0.25 s                   yes
    """
    rows = [f"{'':<{_WIDTH}} {'target':<21} {'measured':<24} met"]
    for line in lines:
        met = "-" if line.met is None else "yes" if line.met else "NO"
        rows.append(f"{line.what:<{_WIDTH}} {line.target:<21} {line.measured:<24} {met}")
    return "\n".join(rows)


def say(text: str) -> None:
    """Write what is being done to standard error; a log is told at most every ten seconds."""
    now = time.monotonic()
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif now - _LAST[0] >= _SELDOM_S:
        _LAST[0] = now
        print(text, file=sys.stderr, flush=True)

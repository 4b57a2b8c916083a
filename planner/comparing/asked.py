"""Which plans a comparison is asked for: variants and their combinations, from what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Fault, InputError
from planner.outcome import AS_PLANNED
from planner.scenario.changes import file_variants
from planner.scenario.document import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

AND = " + "
"""Between variants that are planned together, as in the name of what comes of them."""

_PAIRS = {"[": "]", "{": "}", "(": ")"}


def asked_variants(path: Path, written: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the variants of each plan to compare, the scenario as it is first.

    Parameters
    ----------
    path
        The scenario file.
    written
        Texts such as ``absence-20,volume+20 + aht+10``: commas between plans, `` + `` between the
        variants of one. Nothing: each of the file's own variants.

    Raises
    ------
    InputError
        If there is nothing to compare the scenario with.
    """
    if written:
        plans = [combination(one) for text in written for one in split(text, ",")]
    else:
        plans = [(name,) for name in file_variants(read_yaml(path))]
    found = dict.fromkeys([(), *(plan for plan in plans if plan)])
    if len(found) < 2:
        message = (
            "must name a variant to compare with, got none: planner variants lists them, such as "
            "--variants volume+20,aht+10"
        )
        raise InputError([Fault(str(path), None, "", message)])
    return tuple(found)


def combination(text: str) -> tuple[str, ...]:
    """Return the variants that are planned together; none for the scenario as it is.

    Examples
    --------
    >>> combination("absence-20 + volume+20"), combination("as planned")
    (('absence-20', 'volume+20'), ())
    """
    names = [name.strip() for name in split(text, AND)]
    return tuple(name for name in names if name and name != AS_PLANNED)


def split(text: str, at: str) -> list[str]:
    """Return the parts of a text between separators outside of brackets and quotes.

    Examples
    --------
    >>> split("a,pools.lyon.agents={2027-02-01: 5, 2027-02-08: 9},'b,c'", ",")
    ['a', 'pools.lyon.agents={2027-02-01: 5, 2027-02-08: 9}', "'b,c'"]
    """
    return [part.strip() for part in _parts(text, at)]


def _parts(text: str, at: str) -> Iterator[str]:
    begin, closing, quote = 0, "", ""
    for n, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'" and letter in text[n + 1 :]:
            quote = letter
        elif letter in _PAIRS:
            closing += _PAIRS[letter]
        elif closing and letter == closing[-1]:
            closing = closing[:-1]
        elif not closing and text.startswith(at, n):
            yield text[begin:n]
            begin = n + len(at)
    yield text[begin:]

"""What is varied, as it is written: lists, grids and named variants, read into axes."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn

from planner.errors import Fault, InputError
from planner.scenario.document import parse_yaml
from planner.scenario.on_the_spot import split_change
from planner.scenario.telling import plain, quoted
from planner.swept import Axis

MOST_TASKS = 100_000
VARIANTS = "variants"
AS_IT_IS = "none"
"""What stands for no variant on the axis of variants."""

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)"
_GRID = re.compile(rf"({_NUMBER}):({_NUMBER}):({_NUMBER})")
_MUST = "must be a list such as 40,50,60 or a grid such as 40:80:5 (start:stop:step)"


def axes_of(
    vary: Sequence[str], variants: Sequence[str], file: str, paths: int = 0
) -> tuple[Axis, ...]:
    """Return an axis for each ``PATH=SPEC``, and one for the variants named by themselves.

    Parameters
    ----------
    vary
        Texts ``PATH=SPEC``. SPEC is a list ``40,50,60``, a grid ``40:80:5`` with both ends, or
        several of them; values are as in the scenario file. The path ``variants`` varies the
        scenario's variants by name; ``none`` is the scenario as it is.
    variants
        Variants by name, or changes ``PATH=VALUE``: one more axis.
    file
        The scenario file, for faults.
    paths
        Demand paths that each point is planned for.

    Raises
    ------
    InputError
        With every fault of them, or if there are more than 100,000 plans to make.

    Examples
    --------
    >>> [axis] = axes_of(["pools.paris.agents=40:50:5"], [], "s.yaml")
    >>> axis.labels, axis.texts[0]
    (('40', '45', '50'), 'pools.paris.agents=40')
    """
    faults: list[Fault] = []
    axes: list[Axis] = []
    for text in vary:
        try:
            axes.append(_axis(text))
        except ValueError as error:
            faults.append(Fault(file, None, f"--vary {plain(text.partition('=')[0])}", str(error)))
    if variants:
        try:
            axes.append(_axis_of_variants(variants))
        except ValueError as error:
            faults.append(Fault(file, None, "--variant", str(error)))
    for name in dict.fromkeys(axis.name for axis in axes):
        if sum(axis.name == name for axis in axes) > 1:
            faults.append(Fault(file, None, f"--vary {name}", "must be varied once, got it again"))
    if not vary and not variants:
        must = "must say what varies, such as --vary pools.paris.agents=40:80:5, got nothing"
        faults.append(Fault(file, None, "--vary", must))
    count = math.prod(len(axis.labels) for axis in axes) * max(paths, 1)
    if not faults and count > MOST_TASKS:
        of = " x ".join(str(len(axis.labels)) for axis in axes) + f" x {paths} paths" * (paths > 0)
        must = f"must make {MOST_TASKS:,} plans at most, got {of} = {count:,}: vary less at a time"
        faults.append(Fault(file, None, "--vary", must))
    if faults:
        raise InputError(faults)
    return tuple(axes)


def _axis(text: str) -> Axis:
    steps, spec = split_change(text)
    if steps is None:
        _refuse(f"must be PATH=SPEC such as pools.paris.agents=40:80:5, got {quoted(text)}")
    path = text.rstrip().removesuffix(spec).rstrip().removesuffix("=").strip()
    values = _values(spec)
    labels = tuple(_label(value) for value in values)
    if path == VARIANTS:
        return _axis_of_variants(labels)
    _check_once(labels)
    return Axis(path, labels, tuple(f"{path}={_written(value)}" for value in values))


def _axis_of_variants(names: Sequence[str]) -> Axis:
    _check_once(names)
    if not all(name.strip() for name in names):
        _refuse(f"must be the name of a variant, or {AS_IT_IS}, got nothing")
    texts = tuple("" if name == AS_IT_IS else name for name in names)
    return Axis(VARIANTS, tuple(names), texts)


def _check_once(labels: Sequence[str]) -> None:
    seen: set[str] = set()
    for label in labels:
        if label in seen:
            _refuse(f"must name each value once, got {quoted(label)} again")
        seen.add(label)


def _values(spec: str) -> list[Any]:
    """Return the values of a list, its grids written out.

    Examples
    --------
    >>> _values("0.1:0.3:0.1"), _values("scheduled, [1, 2], 08:00")
    ([0.1, 0.2, 0.3], ['scheduled', [1, 2], '08:00'])
    """
    if not spec.strip():
        _refuse(f"{_MUST}, got nothing")
    try:
        listed = parse_yaml(f"values: [{spec}]", "values").value["values"]
    except InputError:
        _refuse(f"{_MUST}, got {quoted(spec)}")
    values: list[Any] = []
    for value in listed:
        grid = _GRID.fullmatch(value) if isinstance(value, str) else None
        values += _grid(*grid.groups()) if grid else [value]
    if not values:
        _refuse(f"{_MUST}, got nothing")
    return values


def _grid(start: str, stop: str, step: str) -> list[int] | list[float]:
    """Return the numbers of a grid, both ends included where the steps reach them, exactly.

    Examples
    --------
    >>> _grid("0.1", "0.7", "0.2"), _grid("80", "60", "-10"), _grid("1", "6", "2")
    ([0.1, 0.3, 0.5, 0.7], [80, 70, 60], [1, 3, 5])
    """
    first, last, by = (Decimal(text) for text in (start, stop, step))
    told = f"got {start}:{stop}:{step}"
    if by == 0:
        _refuse(f"must have a step that is not 0, {told}")
    if (last - first) * by < 0:
        _refuse(f"must step from its start towards its stop, {told}")
    count = int((last - first) / by) + 1
    if count > MOST_TASKS:
        _refuse(f"must have {MOST_TASKS:,} values at most, {told}: {count:,}")
    numbers = [first + n * by for n in range(count)]
    if "." in f"{start}{step}":
        return [float(number) for number in numbers]
    return [int(number) for number in numbers]


def _label(value: object) -> str:
    """Return a value as a person writes it.

    Examples
    --------
    >>> [_label(value) for value in (40, 0.1, "scheduled", None, True, [1, 2])]
    ['40', '0.1', 'scheduled', 'null', 'true', '[1, 2]']
    """
    return value if isinstance(value, str) else _written(value)


def _written(value: object) -> str:
    """Return a value as YAML has it in one line."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)

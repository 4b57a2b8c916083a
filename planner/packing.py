"""Our frozen dataclasses as plain values beside arrays, and back, by their type hints alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import math
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt
import pandas as pd

Tree = Any  # what JSON holds
Hint = Any  # what a field is declared to be
Value = Any  # what it holds
AnyArray = npt.NDArray[Any]

# Names that a module may import for its checker alone; everywhere they mean the same.
_NAMES: Mapping[str, Any] = {
    "dt": dt,
    "np": np,
    "npt": npt,
    "pd": pd,
    "Mapping": Mapping,
    "FloatArray": npt.NDArray[np.float64],
    "IntArray": npt.NDArray[np.int64],
    "BoolArray": npt.NDArray[np.bool_],
}
_UNITS = ("s", "ms", "us", "ns")  # of a time axis
_ENDLESS = ("inf", "-inf", "nan")  # numbers that JSON has not


class MisfitError(ValueError):
    """A value that its type hint does not allow; it says where."""


@dataclass(slots=True)
class Arrays:
    """The arrays beside a tree of plain values, each kept once; the tree holds their numbers."""

    held: list[AnyArray] = field(default_factory=list)
    known: dict[tuple[str, tuple[int, ...], bytes], int] = field(default_factory=dict)

    def add(self, array: AnyArray) -> int:
        """Return the number of an array, its own or that of one alike."""
        plain = np.ascontiguousarray(array)
        key = (plain.dtype.str, plain.shape, hashlib.sha256(plain.tobytes()).digest())
        if key not in self.known:
            self.known[key] = len(self.held)
            self.held.append(plain)
        return self.known[key]


@cache
def hints_of(cls: type) -> dict[str, Any]:
    """Return the type of each field of a dataclass.

    Examples
    --------
    >>> from staffing.shifts import Shift
    >>> list(hints_of(Shift).items())[:2]
    [('start_minute', <class 'int'>), ('end_minute', <class 'int'>)]
    """
    found = get_type_hints(cls, localns=dict(_NAMES))
    return {one.name: found[one.name] for one in dataclasses.fields(cls)}


def packed(value: Value, hint: Hint, arrays: Arrays) -> Tree:
    """Return a value as JSON can hold it; its arrays are added to ``arrays``.

    Raises
    ------
    TypeError
        For a type that this module does not know: a fault of the program.

    Examples
    --------
    >>> from staffing.queues import Queue, Target
    >>> tree = packed(Queue("fr", Target(0.8, 20)), Queue, Arrays())
    >>> tree["target"][0], tree["patience_s"]
    ('Target', 'inf')
    >>> unpacked(tree, Queue, []) == Queue("fr", Target(0.8, 20))
    True
    """
    origin, inner = _parts_of(hint)
    if dataclasses.is_dataclass(hint):
        assert isinstance(hint, type)
        return {
            name: packed(getattr(value, name), own, arrays) for name, own in hints_of(hint).items()
        }
    if origin in (Union, types.UnionType):
        return _packed_choice(value, inner, arrays)
    if origin is np.ndarray:
        return arrays.add(np.asarray(value).astype(_dtype_of(hint), casting="safe"))
    if hint is pd.DatetimeIndex:
        return [value.unit, arrays.add(np.asarray(value.asi8))]
    if origin is tuple:
        each = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        return [packed(one, own, arrays) for one, own in zip(value, each, strict=True)]
    if origin is frozenset:
        return [packed(one, inner[0], arrays) for one in sorted(value)]
    if origin is Mapping:
        pairs = value.items()
        return [[packed(k, inner[0], arrays), packed(v, inner[1], arrays)] for k, v in pairs]
    if hint is float:
        return float(value) if math.isfinite(value) else str(float(value))
    if hint in (dt.date, dt.datetime):
        return value.isoformat()
    if origin is Literal or hint in (str, int, bool):
        return value if origin is Literal else hint(value)
    message = f"{hint} must be taught to planner.packing"
    raise TypeError(message)


def _packed_choice(value: Value, choices: tuple[Any, ...], arrays: Arrays) -> Tree:
    """Return a value that may be of several types: dataclasses by their names, or nothing."""
    if value is None:
        return None
    some = [one for one in choices if one is not types.NoneType]
    if len(some) == 1:
        return packed(value, some[0], arrays)
    return [type(value).__name__, packed(value, type(value), arrays)]


def unpacked(tree: Tree, hint: Hint, arrays: list[AnyArray], at: str = "") -> Value:
    """Return the value that ``packed`` made a tree of.

    Every value is held against its type, so that a tree from anywhere gives a value of that very
    type or is refused. A field that a tree lacks has its default, where it has one.

    Raises
    ------
    MisfitError
        Saying where the first misfit lies; ``at`` is the place of the tree.
    """
    origin, inner = _parts_of(hint)
    if dataclasses.is_dataclass(hint):
        assert isinstance(hint, type)
        return _unpacked_fields(tree, hint, arrays, at)
    if origin in (Union, types.UnionType):
        return _unpacked_choice(tree, inner, arrays, at)
    if origin is np.ndarray:
        return _array(tree, _dtype_of(hint), arrays, at)
    if hint is pd.DatetimeIndex:
        unit, number = _list(tree, at, 2)
        if unit not in _UNITS:
            raise _misfit(at, f"a unit of {', '.join(_UNITS)}", unit)
        steps = _array(number, np.dtype(np.int64), arrays, at)
        return pd.DatetimeIndex(steps.ravel().view(f"M8[{unit}]"), tz="UTC")
    if origin is tuple:
        some = inner[-1] is Ellipsis
        given = _list(tree, at, None if some else len(inner))
        each = inner[:1] * len(given) if some else inner
        pairs = enumerate(zip(given, each, strict=True))
        return tuple(unpacked(one, own, arrays, f"{at}.{i}") for i, (one, own) in pairs)
    if origin is frozenset:
        return frozenset(unpacked(one, inner[0], arrays, at) for one in _list(tree, at))
    if origin is Mapping:
        pairs_of = [_list(pair, at, 2) for pair in _list(tree, at)]
        return {
            unpacked(k, inner[0], arrays, at): unpacked(v, inner[1], arrays, f"{at}.{k}")
            for k, v in pairs_of
        }
    return _unpacked_scalar(tree, hint, at)


def _unpacked_scalar(tree: Tree, hint: Hint, at: str) -> Value:
    origin, inner = _parts_of(hint)
    if origin is Literal:
        if type(tree) in (str, int) and tree in inner:
            return tree
        raise _misfit(at, f"one of {', '.join(map(str, inner))}", tree)
    written = hint in (dt.date, dt.datetime)
    plain: Hint = int | float if hint is float else str if written else hint
    if hint is float and isinstance(tree, str) and tree in _ENDLESS:
        return float(tree)
    if not isinstance(tree, plain) or (isinstance(tree, bool) and hint is not bool):
        raise _misfit(at, f"of type {hint.__name__}", tree)
    try:
        return hint.fromisoformat(tree) if written else hint(tree)
    except (ValueError, OverflowError):
        raise _misfit(at, f"of type {hint.__name__}", tree) from None


def _unpacked_fields(tree: Tree, cls: type, arrays: list[AnyArray], at: str) -> Value:
    if not isinstance(tree, dict):
        raise _misfit(at, f"the fields of {cls.__name__}", tree)
    hints = hints_of(cls)
    missing = [
        one.name
        for one in dataclasses.fields(cls)
        if one.name not in tree
        and one.default is dataclasses.MISSING
        and one.default_factory is dataclasses.MISSING
    ]
    strange = [name for name in tree if name not in hints]
    if missing or strange:
        lacks = f"lacks {', '.join(missing)}" if missing else f"does not know {strange[0]!r:.60}"
        message = f"{at or 'it'} must have the fields of {cls.__name__} of this version, which "
        raise MisfitError(message + (f"it {lacks}" if missing else lacks))
    given = {name: unpacked(one, hints[name], arrays, f"{at}.{name}".lstrip("."))
             for name, one in tree.items()}  # fmt: skip
    try:
        return cls(**given)
    except (ValueError, ArithmeticError) as error:  # the class checks itself
        message = f"{at or 'it'}: {error}"
        raise MisfitError(message) from error


def _unpacked_choice(
    tree: Tree, choices: tuple[Any, ...], arrays: list[AnyArray], at: str
) -> Value:
    some = [one for one in choices if one is not types.NoneType]
    if tree is None and len(some) < len(choices):
        return None
    if len(some) == 1:
        return unpacked(tree, some[0], arrays, at)
    by_name = {one.__name__: one for one in some}
    name, fields = _list(tree, at, 2)
    if not isinstance(name, str) or name not in by_name:
        raise _misfit(at, f"one of {', '.join(by_name)}", name)
    return unpacked(fields, by_name[name], arrays, at)


def _parts_of(hint: Hint) -> tuple[Hint, tuple[Hint, ...]]:
    """Return what a type is made of: tuple and str of tuple[str, ...]."""
    return get_origin(hint), get_args(hint)


def _dtype_of(hint: Hint) -> np.dtype[Any]:
    dtype: np.dtype[Any] = np.dtype(get_args(get_args(hint)[1])[0])
    return dtype


def _array(tree: Tree, dtype: np.dtype[Any], arrays: list[AnyArray], at: str) -> AnyArray:
    if not isinstance(tree, int) or isinstance(tree, bool) or not 0 <= tree < len(arrays):
        raise _misfit(at, f"the number of one of {len(arrays)} arrays", tree)
    found = arrays[tree]
    if found.dtype != dtype:
        raise _misfit(at, f"an array of {dtype}", found.dtype)
    return found


def _list(tree: Tree, at: str, length: int | None = None) -> list[Tree]:
    if not isinstance(tree, list) or (length is not None and len(tree) != length):
        raise _misfit(at, "a list" if length is None else f"a list of {length}", tree)
    return tree


def _misfit(at: str, allowed: str, found: object) -> MisfitError:
    return MisfitError(f"{at or 'it'} must be {allowed}, got {found!r:.60}")

"""A YAML file read into plain values that remember their line numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from planner.errors import Fault, InputError
from planner.scenario.telling import plain, printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Place = tuple[str | int, ...]
Plain = Any  # what YAML holds: a mapping, list, text, number, boolean, date or None
ON_THE_SPOT = "--variant"  # first part of a place that is in no file
MOST_SHOWN_PARTS = 4
MOST_BITS = 4000
MOST_DEEP = 50  # a scenario has some ten
TOO_DEEP = f"must be nested {MOST_DEEP} deep at most, got more"
MOST_NODES = 200_000  # a scenario has some thousand; aliases of aliases could make it endless


@dataclass(frozen=True, slots=True)
class Document:
    r"""Plain values of a file, with the way back to its lines.

    Parameters
    ----------
    file
        The file as the user named it.
    value
        Mappings, lists, text, numbers, booleans, dates and None.
    lines
        Line of each place in the file, from 1; a place is keys (text) and list positions.
    origin
        Where a place of ``value`` came from in the file, where that is not the same place;
        it holds for everything below the place too.

    Examples
    --------
    >>> from planner.scenario.document import parse_yaml
    >>> document = parse_yaml("markets:\n  NO: {country: NO}\n", "scenario.yaml")
    >>> document.value
    {'markets': {'NO': {'country': 'NO'}}}
    >>> print(document.fault(("markets", "NO", "timezone"), "must be given, got nothing"))
    scenario.yaml:2: markets.NO.timezone must be given, got nothing
    """

    file: str
    value: dict[str, Any]
    lines: Mapping[Place, int]
    origin: Mapping[Place, Place] = field(default_factory=dict)

    def source(self, place: Place) -> Place:
        """Return the place in the file that a place of ``value`` came from."""
        for count in range(len(place), 0, -1):
            if place[:count] in self.origin:
                return (*self.origin[place[:count]], *place[count:])
        return place

    def fault(self, place: Place, message: str) -> Fault:
        """Return a fault at a place of ``value``, on the line nearest above it that is known."""
        source = self.source(tuple(p if isinstance(p, int) else str(p) for p in place))
        if source[:1] == (ON_THE_SPOT,):
            return Fault(ON_THE_SPOT, None, _path(source[1:]), printable(message))
        known = (source[:n] for n in range(len(source), 0, -1) if source[:n] in self.lines)
        line = next((self.lines[above] for above in known), None)
        return Fault(self.file, line, _path(source), printable(message))


def _path(place: Place) -> str:
    return ".".join(plain(str(part)) for part in place)


@dataclass(slots=True)
class _Walk:
    """What a walk over the nodes gathers."""

    file: str
    yaml: YAML
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    nodes: int = 0

    def add_fault(self, node: Node, place: Place, message: str) -> None:
        self.faults.append(Fault(self.file, _line(node), _path(place), printable(message)))


def read_yaml(path: str | Path) -> Document:
    """Return the values of a YAML file.

    Raises
    ------
    InputError
        When the file cannot be read, is no YAML, is no mapping, or names a key twice.
    """
    file = str(path)
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        message = f"must be a file that can be read, got: {error.strerror}"
        raise InputError([Fault(file, None, "", message)]) from None
    try:
        return parse_yaml(content.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"must be UTF-8 text, got byte 0x{content[error.start]:02x}"
        raise InputError([Fault(file, line, "", message)]) from None


def parse_yaml(text: str, file: str) -> Document:
    r"""Return the values of YAML text; ``file`` names it in faults.

    YAML 1.2 is read: ``NO`` and ``yes`` are text, ``2027-02-01`` is a date.

    Raises
    ------
    InputError
        When the text is no YAML, is no mapping, or names a key twice.

    Examples
    --------
    >>> parse_yaml("a: 1\nb: 2\na: 3\n", "x.yaml")
    Traceback (most recent call last):
        ...
    planner.errors.InputError: x.yaml:3: a must be named once, got it again (first on line 1)
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        raise InputError([_syntax_fault(error, file)]) from None
    except (YAMLError, ValueError) as error:
        message = printable(f"must be YAML, got: {' '.join(str(error).split())}")
        raise InputError([Fault(file, None, "", message)]) from None
    except RecursionError:
        raise InputError([Fault(file, _deep_line(text), "", TOO_DEEP)]) from None
    walk = _Walk(file, yaml)
    if not isinstance(node, MappingNode):
        message = "must be a mapping of keys such as 'horizon:', got something else"
        raise InputError([Fault(file, 1, "", message)])
    value = _plain(walk, node, (), ())
    if walk.faults:
        raise InputError(walk.faults)
    return Document(file, value, walk.lines)


def _deep_line(text: str) -> int | None:
    """Return the line on which the text is nested too deep; events come without recursion."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MOST_DEEP:
            return int(event.start_mark.line) + 1
    return None


def _syntax_fault(error: MarkedYAMLError, file: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    where = f" {error.context}" if error.context else ""
    if error.context and error.context_mark is not None:
        where += f" that began on line {error.context_mark.line + 1}"
    message = printable(f"must be YAML, got: {error.problem}{where}")
    return Fault(file, None if mark is None else mark.line + 1, "", message)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _plain(walk: _Walk, node: Node, place: Place, above: tuple[int, ...]) -> Plain:
    """Return a node's plain value; ``above`` are the nodes around it, so that circles end."""
    walk.lines.setdefault(place, _line(node))
    walk.nodes += 1
    if id(node) in above or walk.nodes > MOST_NODES:
        if walk.nodes <= MOST_NODES + 1:
            walk.add_fault(node, place, "must be a value of its own, got an alias without end")
        return None
    if len(above) > MOST_DEEP:
        walk.add_fault(node, place[:MOST_SHOWN_PARTS], TOO_DEEP)
        return None
    above = (*above, id(node))
    if isinstance(node, MappingNode):
        return _plain_mapping(walk, node, place, above)
    if isinstance(node, SequenceNode):
        items = enumerate(node.value)
        return [_plain(walk, item, (*place, i), above) for i, item in items]
    return _plain_scalar(walk, node, place)


def _plain_scalar(walk: _Walk, node: Node, place: Place) -> Plain:
    try:
        return walk.yaml.constructor.construct_object(node)
    except (YAMLError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        if isinstance(node, ScalarNode) and str(node.tag).endswith(":timestamp"):
            return str(node.value)  # a day that does not exist: told where a date is asked for
        found = node.value if isinstance(node, ScalarNode) else node.tag
        walk.add_fault(node, place, f"must be a plain value, got {quoted(found)}")
        return None


def _is_merge(key: Node) -> bool:
    return str(key.tag).endswith(":merge")


def _pairs(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    """Yield a mapping's keys and values, those merged by ``<<`` first."""
    own = []
    for key, value in node.value:
        if _is_merge(key):
            merged = value.value if isinstance(value, SequenceNode) else [value]
            for other in reversed(merged):
                if isinstance(other, MappingNode):
                    yield from other.value
        else:
            own.append((key, value))
    yield from own


def _plain_mapping(
    walk: _Walk, node: MappingNode, place: Place, above: tuple[int, ...]
) -> dict[Any, Any]:
    _find_repeated_keys(walk, node, place)
    result: dict[Any, Any] = {}
    for key, value in _pairs(node):
        name = _plain_scalar(walk, key, place) if isinstance(key, ScalarNode) else None
        if not _can_be_key(name):
            walk.add_fault(key, place, "must have keys of text, got a key that is none")
            continue
        below = (*place, str(name))
        walk.lines[below] = _line(key)
        result[name] = _plain(walk, value, below, above)
    return result


def _can_be_key(name: Plain) -> bool:
    """Return whether a key is text or can be told as text: Python writes no endless number."""
    if isinstance(name, int):
        return name.bit_length() < MOST_BITS
    return isinstance(name, str | float | dt.date)


def _find_repeated_keys(walk: _Walk, node: MappingNode, place: Place) -> None:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        if isinstance(key, ScalarNode) and not _is_merge(key):
            if key.value in seen:
                first = f"(first on line {seen[key.value]})"
                walk.add_fault(
                    key, (*place, key.value), f"must be named once, got it again {first}"
                )
            seen.setdefault(key.value, _line(key))

"""What a scenario is changed by: a variant of its file, PATH=VALUE, or a variant that is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.scenario.document import ON_THE_SPOT
from planner.scenario.on_the_spot import change_on_the_spot, is_path
from planner.scenario.ready import NotReadyError, ready_change, ready_variants
from planner.scenario.telling import nearest, one_of, quoted
from planner.scenario.variants import merge_change, merge_variant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.scenario.document import Document, Place


def change_of(document: Document, text: str) -> tuple[dict[str, Any], list[tuple[Place, str]]]:
    r"""Return what a text changes of a scenario, as a nested mapping, and what of it cannot be.

    A variant of the file is found first, then a change such as pools.paris.agents=40, then a
    variant that is ready. Places are those of the file, or begin with ``--variant``.

    Examples
    --------
    >>> from planner.scenario.document import parse_yaml
    >>> text = "queues: [{name: phone}]\nvariants: {volume+20: {risk: 0.8}}"
    >>> document = parse_yaml(text, "scenario.yaml")
    >>> change_of(document, "volume+20")[0], change_of(document, "queues.phone.aht_s=300")[0]
    ({'risk': 0.8}, {'queues': {'phone': {'aht_s': 300}}})
    >>> change_of(document, "aht+10")[0]
    {'queues': {'phone': {'aht_factor': 1.1}}}
    """
    known = file_variants(document)
    if text in known:
        change = document.value["variants"][text]
        return (change if isinstance(change, dict) else {}), []
    if is_path(text):
        change, problems = change_on_the_spot(document.value, text)
        return change, [((ON_THE_SPOT, *place), told) for place, told in problems]
    try:
        found = ready_change(document.value, text)
    except NotReadyError as error:
        return {}, [((ON_THE_SPOT, text), str(error))]
    return ({}, [_unknown(document, known, text)]) if found is None else (found[0], [])


def merge_text(document: Document, text: str) -> tuple[Document, list[tuple[Place, str]]]:
    """Return the document with what a text changes merged in, and what of it cannot be."""
    if text in file_variants(document):
        return merge_variant(document, text)
    change, problems = change_of(document, text)
    if problems:
        return document, problems
    at = (ON_THE_SPOT,) if is_path(text) else (ON_THE_SPOT, text)
    return merge_change(document, change, at)


def file_variants(document: Document) -> list[str]:
    """Return the names of the variants in the file."""
    defined = document.value.get("variants")
    return [name for name in defined if isinstance(name, str)] if isinstance(defined, dict) else []


def _unknown(document: Document, known: Sequence[str], text: str) -> tuple[Place, str]:
    must = f"must have the variant that was asked for: it must {one_of(known, text)}"
    near = "" if nearest(text, known) else _near_ready(document, text)
    other = "or a ready one (planner variants lists them), or a change such as risk=0.8"
    return ("variants",), f"{must}, {other}{near}, got {quoted(text)}"


def _near_ready(document: Document, text: str) -> str:
    near = nearest(text, [one.name for one in ready_variants(document.value)])
    return f" (nearest: {quoted(near)})" if near else ""

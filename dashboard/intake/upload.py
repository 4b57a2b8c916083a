"""The address that files are sent to, piece by piece; what is refused is told in one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request

from dashboard.intake.desk import MOST, Desk, plain_name, too_large
from dashboard.who import may
from planner.errors import Fault, InputError, PlannerError
from planner.handed_over import kind_of

if TYPE_CHECKING:
    from pathlib import Path

ROUTE = "/data/upload/<token>/<kind>"
MARK = "X-Planner-Upload"  # no other site's page can send it
_PIECE = 1 << 20
Answer = tuple[Response, int]


def take_uploads(server: Flask) -> None:
    """Add the address to a server."""

    @server.post(ROUTE)
    def upload(token: str, kind: str) -> Answer:
        if request.headers.get(MARK) != "1" or not _from_here():
            return _refused("This page alone may send files.", 403)
        if kind not in MOST:
            return _refused("No such kind of file.", 404)
        if not may("make"):
            return _refused("Sending files takes someone with the role plan.", 403)
        name = plain_name(request.args.get("name", ""), kind)
        try:
            if (request.content_length or 0) > MOST[kind]:
                return _refused(str(too_large(name, kind)), 413)
            return jsonify({"name": _taken(Desk(token), kind, name)}), 200
        except InputError as error:
            return _refused(_without_folders(token, str(error)), 200)  # looked over, and refused
        except PlannerError as error:
            return _refused(_without_folders(token, str(error)), 507)


def _from_here() -> bool:
    """Return whether the request comes from a page of this server, as far as browsers tell."""
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


def _taken(desk: Desk, kind: str, name: str) -> str:
    """Return the name of a file that was taken, looked over, and put to its use."""
    path = desk.take(kind, name, _pieces())
    try:
        if kind == "history":
            kind_of(path)
        else:
            _check_text(path)
    except InputError:
        path.unlink(missing_ok=True)
        raise
    before = desk.state
    if kind == "history":
        if before.history != name:
            desk.drop(before.history)
        desk.put(replace(before, history=name, columns={}, queues={}))
    elif kind == "scenario":
        if before.scenario != name:
            desk.drop(before.scenario)
        desk.put(replace(before, scenario=name, example=""))
    return name


def _check_text(path: Path) -> None:
    """Raise if a file is no text."""
    content = path.read_bytes()
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"must be UTF-8 text, got byte 0x{content[error.start]:02x}"
        raise InputError([Fault(str(path), line, "", message)]) from None
    if b"\0" in content:
        raise InputError([Fault(str(path), None, "", "must be text, got other bytes")])


def _pieces() -> Iterator[bytes]:
    while piece := request.stream.read(_PIECE):
        yield piece


def _refused(words: str, status: int) -> Answer:
    return jsonify({"fault": words}), status


def _without_folders(token: str, words: str) -> str:
    try:
        places = Desk(token).hidden
    except PlannerError:
        return words
    for place in places:
        words = words.replace(place, "")
    return words

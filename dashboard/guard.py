"""What is let in at all, and what the browser is allowed to load: from here alone."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from dash.exceptions import DependencyException
from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException, NotFound

LOOPBACK = ("127.0.0.1", "::1", "localhost")

LARGEST = 140_000_000
"""Bytes of a request: a history of 100 MB, as a browser writes it into a callback."""

OPEN = (  # the program's own files, the same for all; nothing of a plan
    "/assets/<path:filename>",
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
    "/_favicon.ico",
)


@dataclass(frozen=True, slots=True)
class Doors:
    """By which names the pages may be asked for.

    Parameters
    ----------
    names
        Host names, as a browser's address line has them.
    any_address
        Whether numeric addresses are let in too: no other site's name can be bent to one.
    """

    names: tuple[str, ...] = LOOPBACK
    any_address: bool = False

    def opens(self, host: str) -> bool:
        """Return whether a request's Host is one of ours.

        Examples
        --------
        >>> Doors().opens("localhost:8050"), Doors().opens("planner.example")
        (True, False)
        >>> Doors(("planner.example",), any_address=True).opens("10.0.0.7:8050")
        True
        """
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self.names or (self.any_address and _is_address(name))


def guard(server: Flask, scripts: Sequence[str], doors: Doors | None = None) -> None:
    """Let in requests by our own names alone, and let the page load from here alone.

    A foreign name in the request's Host means that another site's name was bent to this address.

    Parameters
    ----------
    scripts
        Hashes of the inline scripts that Dash itself writes.
    doors
        By which names the pages may be asked for; left out: this machine's own.
    """
    policy = content_policy(scripts)
    allowed = doors or Doors()
    server.config["MAX_CONTENT_LENGTH"] = LARGEST

    def refuse_strangers() -> None:
        if not allowed.opens(request.host):
            abort(403, "This page is not served under that name.")
        if request.method == "POST" and _from_elsewhere():
            abort(403, "This was sent from another site; nothing was changed.")

    def say_rules(response: Response) -> Response:
        rules = response.headers
        rules.setdefault("Content-Security-Policy", policy)
        rules["X-Content-Type-Options"] = "nosniff"
        rules["Referrer-Policy"] = "same-origin"
        rules["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        rules["Cross-Origin-Opener-Policy"] = "same-origin"
        rules["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.is_secure:
            rules["Strict-Transport-Security"] = "max-age=31536000"
        if is_data():
            rules["Cache-Control"] = "no-store"
        return response

    server.before_request(refuse_strangers)
    server.after_request(say_rules)
    server.register_error_handler(HTTPException, plainly)
    server.register_error_handler(DependencyException, lambda _: plainly(NotFound()))


def content_policy(scripts: Sequence[str]) -> str:
    """Return what a page may load: from here alone, and only scripts that are files or known."""
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", *scripts],
        "style-src": ["'self'", "'unsafe-inline'"],  # Plotly and Mantine write style sheets
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def is_data() -> bool:
    """Return whether a request asks for more than the program's own files."""
    return request.url_rule is None or request.url_rule.rule not in OPEN


def plainly(error: HTTPException) -> Response:
    """Return a fault in one line of text: no traceback, nothing of what was asked."""
    status = error.code or 500
    told = (error.description or "") if status != 500 else "The program failed; its log says why."
    line = f"{status} {HTTPStatus(status).phrase}: {told}\n"
    response = Response(line, status=status, mimetype="text/plain")
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _from_elsewhere() -> bool:
    """Return whether a browser says that a request comes from a page of another site."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

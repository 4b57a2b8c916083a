"""Who is let in, and what the browser is allowed to load: from here alone."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def guard(server: Flask, scripts: Sequence[str]) -> None:
    """Let in this machine's own names alone, and let the page load from here alone.

    A foreign name in the request's Host means that another site's name was bent to this address.

    Parameters
    ----------
    scripts
        Hashes of the inline scripts that Dash itself writes.
    """
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
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())

    def refuse_strangers() -> None:
        if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
            abort(403, "This page is for this machine's own browser.")

    def say_rules(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    server.before_request(refuse_strangers)
    server.after_request(say_rules)

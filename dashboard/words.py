"""What pages say, in the reader's language."""

from __future__ import annotations

from flask import has_request_context, request

from dashboard.french import FRENCH

LANGUAGES = (("en", "English"), ("fr", "Français"))
COOKIE = "language"


def language() -> str:
    """Return the reader's language: as chosen on the page, or else as the browser asks."""
    if not has_request_context():
        return "en"
    known = [code for code, _ in LANGUAGES]
    picked = request.cookies.get(COOKIE)
    return picked if picked in known else request.accept_languages.best_match(known, "en") or "en"


def say(text: str, /, **values: object) -> str:
    """Return a text in the reader's language, with values put in; without a translation as it is.

    Examples
    --------
    >>> say("{count} agents", count="12")
    '12 agents'
    """
    told = said(text, language())
    return told.format(**values) if values else told


def said(text: str, language: str) -> str:
    """Return a text in a language; without a translation as it is.

    Examples
    --------
    >>> said("Language", "fr")
    'Langue'
    """
    return FRENCH.get(text, text) if language == "fr" else text

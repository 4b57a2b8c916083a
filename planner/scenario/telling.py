"""How messages tell what was found: short, in one line, with the nearest word that is known."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_TOLD = 300  # characters of another's message
MOST_SHOWN = 80  # characters of one thing in a message


def nearest(word: object, words: Sequence[str]) -> str:
    """Return the most similar of some words, or "".

    Examples
    --------
    >>> nearest("targt", ["name", "target"]), nearest("xyz", ["name", "target"])
    ('target', '')
    """
    found = get_close_matches(quoted(word) if isinstance(word, int) else str(word)[:200], words,
                              n=1, cutoff=0.6)  # fmt: skip
    return found[0] if found else ""


def plain(text: str) -> str:
    r"""Return text for a message: what cannot be printed escaped, a long one shortened.

    Examples
    --------
    >>> print(plain("se\ned"))
    se\ned
    """
    cut = text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 3]}..."
    return printable(cut)


def printable(text: str) -> str:
    """Return text with whatever cannot be printed escaped."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def shortened(text: str) -> str:
    r"""Return what a library said of a file, short enough to read: it may quote a header whole.

    Examples
    --------
    >>> shortened("two\nlines"), len(shortened("x" * 10_000))
    ('two\\nlines', 304)
    """
    told = printable(text)
    return told if len(told) <= MOST_TOLD else f"{told[:MOST_TOLD]} ..."


def composed(name: str) -> str:
    r"""Return a name with its accents in their letters: names that look alike are then one.

    Examples
    --------
    >>> composed("E\u0301lise") == "\u00c9lise"
    True
    """
    return unicodedata.normalize("NFC", name)


def quoted(value: object) -> str:
    """Return a value as a message quotes it, short enough to read.

    Examples
    --------
    >>> quoted("fr"), len(quoted("x" * 1000))
    ("'fr'", 80)
    """
    if isinstance(value, str):
        value = value[:MOST_SHOWN]  # repr never makes a text shorter
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than 4300 digits
        return "a number of thousands of digits"
    return plain(text)


def one_of(words: Sequence[str], found: object) -> str:
    """Return "be one of ...", which names the nearest word when one is near.

    Examples
    --------
    >>> one_of(["phone", "chat"], "fone")
    "be one of phone, chat (nearest: 'phone')"
    """
    near = nearest(found, words)
    hint = f" (nearest: {quoted(near)})" if near else ""
    shown = ", ".join(plain(word) for word in words[:20]) + (", ..." if len(words) > 20 else "")
    return f"be one of {shown or 'none'}{hint}"

"""A source's words for queues into ours: by name, by pattern, or made up of market and channel."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

UNKNOWN = "unknown"  # the part of a name whose cell is empty


def ours(word: str, words: Mapping[str, str]) -> str | None:
    """Return our word for a source's: by name, else by the first pattern; None where none fits.

    Upper and lower case are the same.

    Examples
    --------
    >>> words = {"FR Care": "fr", "it*": "it", "*": "other"}
    >>> [ours(word, words) for word in ("fr care", "IT Support", "Nordics", "")]
    ['fr', 'it', 'other', 'other']
    >>> ours("Nordics", {"FR Care": "fr"}) is None
    True
    """
    key = fit(word, words)
    return None if key is None else words[key]


def fit(word: str, words: Mapping[str, str] | Sequence[str]) -> str | None:
    """Return which of some words or patterns a source's word fits, or None."""
    folded = word.strip().casefold()
    for key in words:
        if key.casefold() == folded:
            return key
    return next((key for key in words if "*" in key and fnmatchcase(folded, _pattern(key))), None)


def _pattern(key: str) -> str:
    """Return a pattern in which ``*`` alone has a meaning: names of groups have brackets."""
    return key.casefold().replace("[", "[[]").replace("?", "[?]")


def slug(word: str) -> str:
    """Return a word as a part of a queue's name.

    Examples
    --------
    >>> slug("FR Care / 2nd level"), slug("Künden"), slug(" ")
    ('fr-care-2nd-level', 'künden', 'unknown')
    """
    plain = "".join(c if c.isalnum() else " " for c in word.casefold())
    return "-".join(plain.split()) or UNKNOWN


def words_of(column: pa.Array) -> tuple[list[str], IntArray]:
    """Return the words of a dictionary array, stripped, and each row's code ``[N]``, -1 for none.

    A word that is not known, or empty, is none.
    """
    words = [str(word or "").strip() for word in column.dictionary.to_pylist()]
    distinct = {word: i for i, word in enumerate(dict.fromkeys(w for w in words if w))}
    place = np.array([*(distinct.get(word, -1) for word in words), -1], dtype=np.int64)
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return list(distinct), place[codes]


def column_of(words: Sequence[str], codes: IntArray) -> pa.Array:
    """Return a dictionary array of words by code, null for -1; the inverse of ``words_of``."""
    import pyarrow as pa

    distinct = {word: i for i, word in enumerate(dict.fromkeys(words))}
    place = np.array([*(distinct[word] for word in words), -1], dtype=np.int32)
    found = place[codes]
    indices = pa.array(found, pa.int32(), mask=found < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(distinct), pa.string()))


def joined(columns: Sequence[pa.Array], known: Sequence[Mapping[str, str]]) -> pa.Array:
    """Return the names that columns of words make up: ``fr-email-customers``.

    Parameters
    ----------
    columns
        Dictionary arrays ``[N]``: markets, channels, segments.
    known
        For each column our words by the source's; a word that none fits stays, in plain letters.
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    names = [""]
    for column, mapping in zip(columns, known, strict=True):
        words, codes = words_of(column)
        parts = [slug(ours(word, mapping) or word) for word in [*words, ""]]
        code = code * len(parts) + np.where(codes < 0, len(words), codes)
        present, code = np.unique(code, return_inverse=True)
        found = [(names[i // len(parts)], parts[i % len(parts)]) for i in present.tolist()]
        names = [f"{name}-{part}" if name else part for name, part in found]
    return column_of(names, code)

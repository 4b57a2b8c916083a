"""Content kept once, however many plans have it: by its SHA-256, deflated."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from planner.store.tables import ACTUALS, BLOBS, FILES

_LEVEL = 1  # nine tenths of what slower ones save


@dataclass(frozen=True, slots=True)
class Packed:
    """Content as it is kept; ``size`` is that of the content itself, in bytes."""

    sha256: str
    size: int
    deflated: bytes


def packed(content: bytes) -> Packed:
    """Return content as it is kept.

    Examples
    --------
    >>> packed(b"abc").sha256[:8], packed(b"abc").size
    ('ba7816bf', 3)
    """
    return Packed(hashlib.sha256(content).hexdigest(), len(content), zlib.compress(content, _LEVEL))


def keep(connection: sa.Connection, blobs: Iterable[Packed]) -> None:
    """Write content that is not there yet; the caller holds the store's lock."""
    new = {blob.sha256: blob for blob in blobs}
    if not new:
        return
    there = sa.select(BLOBS.c.sha256).where(BLOBS.c.sha256.in_(list(new)))
    for known in connection.execute(there).scalars():
        new.pop(known, None)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    for blob in new.values():  # one by one: together they may be large
        row = {"sha256": blob.sha256, "size": blob.size, "content": blob.deflated}
        connection.execute(dialect.insert(BLOBS).values(row).on_conflict_do_nothing())


def contents(connection: sa.Connection, names: Mapping[str, str]) -> dict[str, bytes]:
    """Return content by name, given each name's SHA-256."""
    query = sa.select(BLOBS.c.sha256, BLOBS.c.content)
    found = connection.execute(query.where(BLOBS.c.sha256.in_(list(set(names.values())))))
    by_sha = {row.sha256: zlib.decompress(row.content) for row in found}
    return {name: by_sha[sha] for name, sha in names.items()}


def sweep_out(connection: sa.Connection) -> None:
    """Remove content that nothing names any more; the caller holds the store's lock."""
    used = sa.union(sa.select(FILES.c.sha256), sa.select(ACTUALS.c.sha256))
    connection.execute(sa.delete(BLOBS).where(BLOBS.c.sha256.not_in(used)))

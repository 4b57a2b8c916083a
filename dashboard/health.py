"""The health address: whether the server and its store answer, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask, Response

from planner.store.database import StoreError

if TYPE_CHECKING:
    from planner.store.database import Store


def add_health(server: Flask, store: Store | None) -> None:
    """Answer ``/health``: 200 if the store answers, 503 if it does not."""

    def health() -> Response:
        try:
            if store is not None:
                with store.read() as connection:
                    connection.execute(sa.text("select 1 from plans where id = 0"))
        except StoreError:
            return Response("the store does not answer\n", 503, mimetype="text/plain")
        return Response("ok\n", mimetype="text/plain")

    server.add_url_rule("/health", "health", health)

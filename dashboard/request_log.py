"""A line of JSON for each request, without a word of the customer's."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from pathlib import Path
from traceback import extract_tb
from typing import Any, TextIO

from flask import Flask, Response, g, request

from dashboard.who import me


def log_requests(server: Flask, out: TextIO | None = None) -> None:
    """Write a line for each request: time, method, path, status, milliseconds, role.

    The path is the program's own pattern, with placeholders for what was asked: names of plans,
    queues or people in an address do not reach the log, and neither do queries.
    """

    def write(line: dict[str, Any]) -> None:
        line = {"time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"), **line}
        print(json.dumps(line), file=out or sys.stderr, flush=True)

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        began = g.get("began", time.perf_counter())
        write(
            {
                "method": request.method if request.method.isalpha() else "?",
                "path": request.url_rule.rule if request.url_rule is not None else "",
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
                "role": me().role,
            }
        )
        return response

    def failed(told: Any) -> None:  # noqa: ANN401
        """Say what failed and where; a fault's own words may hold names."""
        kind, _, trace = told
        places = [f"{Path(one.filename).name}:{one.lineno}" for one in extract_tb(trace)]
        write({"error": kind.__name__ if kind else "", "at": places[-5:]})

    server.log_exception = failed  # type: ignore[assignment,method-assign]
    server.before_request_funcs.setdefault(None, []).insert(0, begin)
    server.after_request_funcs.setdefault(None, []).insert(0, end)  # the last to run

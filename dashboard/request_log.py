"""A line of JSON for each request, without a word of the customer's."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from typing import TextIO

from flask import Flask, Response, g, request

from dashboard.who import me


def log_requests(server: Flask, out: TextIO | None = None) -> None:
    """Write a line for each request: time, method, path, status, milliseconds, role.

    The path is the program's own pattern, with placeholders for what was asked: names of plans,
    queues or people in an address do not reach the log, and neither do queries.
    """

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        began = g.get("began", time.perf_counter())
        line = {
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "method": request.method if request.method.isalpha() else "?",
            "path": request.url_rule.rule if request.url_rule is not None else "",
            "status": response.status_code,
            "ms": round((time.perf_counter() - began) * 1000, 1),
            "role": me().role,
        }
        print(json.dumps(line), file=out or sys.stderr, flush=True)
        return response

    server.before_request_funcs.setdefault(None, []).insert(0, begin)
    server.after_request_funcs.setdefault(None, []).insert(0, end)  # the last to run

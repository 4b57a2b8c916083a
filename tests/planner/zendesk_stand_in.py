"""A stand-in for Zendesk's incremental export: its pages, its rate limit and its bad days."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

EMAIL, TOKEN = "planner@lilies.example", "s3cret-token-of-lilies"
PATH = "/api/v2/incremental/tickets/cursor.json"


def ticket(number, day="2026-03-02", time="08:15:12", **more):
    """Return a ticket as Zendesk writes it, with a customer in it."""
    return {
        "id": number,
        "created_at": f"{day}T{time}Z",
        "updated_at": f"{day}T{time}Z",
        "status": "closed",
        "via": {"channel": "email", "source": {"from": {"address": "jane@customer.example"}}},
        "subject": "Jane Customer asks",
        "description": "My number is 0612345678",
        "requester_id": 900,
        "tags": ["jane-customer"],
        "brand_id": 36,
        "group_id": 7,
    } | more


class StandIn:
    """Serves tickets in pages; ``trouble`` is answered first, one a request."""

    def __init__(self, tickets, page=2):
        self.tickets, self.page = list(tickets), page
        self.trouble: list[object] = []
        self.asked: list[dict[str, list[str]]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def _page_from(self, query):
        first = int(query["cursor"][0][1:]) if "cursor" in query else 0
        end = min(first + self.page, len(self.tickets))
        last = end == len(self.tickets)
        return {
            "tickets": self.tickets[first:end],
            "after_cursor": f"c{end}",
            "after_url": "https://elsewhere.example/",
            "end_of_stream": last,
            "metric_sets": [
                {"ticket_id": t["id"], "reply_time_in_minutes": {"calendar": 90, "business": 60}}
                for t in self.tickets[first:end]
            ],
        }

    def _handler(stand_in):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                stand_in.asked.append(parse_qs(parts.query))
                good = base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()
                if self.headers.get("Authorization") not in (f"Basic {good}", f"Bearer {TOKEN}"):
                    return self._send(401, b'{"error": "Couldn\'t authenticate you"}')
                if parts.path != PATH:
                    return self._send(404, b"{}")
                if stand_in.trouble:
                    return self._fail(stand_in.trouble.pop(0))
                body = json.dumps(stand_in._page_from(parse_qs(parts.query))).encode()
                return self._send(200, body)

            def _fail(self, kind):
                if isinstance(kind, tuple):
                    return self._send(kind[0], b"{}", headers=kind[1])
                if kind == "broken":
                    return self._send(200, b'{"tickets": [{"id": 1, ')
                if kind == "html":
                    return self._send(200, b"<html>log in</html>", kind="text/html")
                if kind == "cut":
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", "5000")
                    self.end_headers()
                    self.wfile.write(b'{"tickets": [')
                    return None
                if kind == "elsewhere":
                    return self._send(302, b"", headers={"Location": "http://127.0.0.1:1/"})
                return self._send(200, json.dumps(kind).encode())

            def _send(self, status, body, kind="application/json; charset=utf-8", headers=None):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler

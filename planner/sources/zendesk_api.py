"""Zendesk's incremental export of tickets: page after page at its pace, on from where it ended."""

from __future__ import annotations

import datetime as dt
import email.utils
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from planner.errors import Fault, InputError, PlannerError

if TYPE_CHECKING:
    import requests

PATH = "/api/v2/incremental/tickets/cursor.json"
LEAST_APART_S = 6.0  # ten requests a minute
TRIES = 6
LONGEST_WAIT_S = 600.0
TIMEOUT_S = (10, 120)  # to connect, and between two bytes
HERE = ("localhost", "127.0.0.1", "::1")
REFUSED = (401, 403)
KEPT = "what was read is kept: the same command goes on from there"


@dataclass(frozen=True, slots=True)
class Login:
    """What Zendesk asks to be let in by; never written, never shown."""

    email: str
    token: str

    def __repr__(self) -> str:
        return "Login(...)"

    def header(self) -> str:
        """Return what goes into the header of a request."""
        import base64

        if not self.email:
            return f"Bearer {self.token}"
        words = f"{self.email}/token:{self.token}".encode()
        return f"Basic {base64.b64encode(words).decode()}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of tickets, and the cursor from which the next one goes on."""

    tickets: list[Any]
    cursor: str
    last: bool


def login_of(environment: Mapping[str, str]) -> Login:
    """Return who asks, by ZENDESK_OAUTH_TOKEN, or ZENDESK_EMAIL and ZENDESK_TOKEN.

    Raises
    ------
    InputError
        If they are not set, or cannot stand in a header.
    """
    oauth, token = environment.get("ZENDESK_OAUTH_TOKEN", ""), environment.get("ZENDESK_TOKEN", "")
    mail = environment.get("ZENDESK_EMAIL", "")
    if not oauth and not (token and mail):
        message = "must be set, or ZENDESK_OAUTH_TOKEN, got neither"
        raise InputError([Fault("environment", None, "ZENDESK_EMAIL and ZENDESK_TOKEN", message)])
    login = Login("", oauth) if oauth else Login(mail.removesuffix("/token"), token)
    if not f"{login.email}{login.token}".isprintable() or " " in login.token:
        message = "must be plain letters in one word, got others"
        raise InputError([Fault("environment", None, "ZENDESK_*", message)])
    return login


def address_of(account: str) -> str:
    """Return the address of a Zendesk by its subdomain or its URL.

    Raises
    ------
    InputError
        If it is neither, or an address elsewhere that is not https.

    Examples
    --------
    >>> address_of("lilies"), address_of("https://help.lilies.example/")
    ('https://lilies.zendesk.com', 'https://help.lilies.example')
    """
    url = account.strip()
    if url and all(c.isascii() and (c.isalnum() or c == "-") for c in url):
        return f"https://{url.lower()}.zendesk.com"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in HERE)
    if not host or not secure or parts.username or parts.password or parts.query:
        message = "must be a subdomain such as lilies, or a URL such as https://lilies.zendesk.com"
        raise InputError([Fault("--from-api", None, "", f"{message}, got something else")])
    return f"{parts.scheme}://{parts.netloc}"


def pages(
    address: str,
    login: Login,
    since: dt.datetime,
    cursor: str | None,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Page]:
    """Yield the pages of tickets that changed since a time, or after a cursor.

    Parameters
    ----------
    pause
        Waits so many seconds; ten requests a minute are allowed.

    Raises
    ------
    InputError
        If Zendesk does not let us in, or has no such export.
    PlannerError
        If it does not answer, or not as it should, several times.
    """
    session = _session()
    try:
        while True:
            asked = time.monotonic()
            found = {"cursor": cursor} if cursor else {"start_time": str(int(since.timestamp()))}
            page = _page(_answer(session, address, login, found, pause), address, cursor)
            yield page
            if page.last:
                return
            cursor = page.cursor
            pause(max(0.0, LEAST_APART_S - (time.monotonic() - asked)))
    finally:
        session.close()


def _session() -> requests.Session:
    try:
        import requests
    except ImportError:
        install = "pip install 'contact-centre-planner[zendesk]'"
        message = f"Zendesk is asked by the package requests, which is not installed: {install}"
        raise PlannerError(message) from None
    return requests.Session()


def _answer(
    session: requests.Session,
    address: str,
    login: Login,
    parameters: Mapping[str, str],
    pause: Callable[[float], None],
) -> dict[str, Any]:
    """Return what Zendesk answers, asked again while it is busy or ill."""
    why = ""
    for attempt in range(TRIES):
        wait, why, found = _ask(session, address, login, parameters)
        if found is not None:
            return found
        if attempt + 1 < TRIES:
            pause(2.0 ** (attempt + 1) if wait is None else wait)
    message = f"{address} must answer, got {TRIES} times: {why}; {KEPT}"
    raise PlannerError(message)


def _ask(
    session: requests.Session, address: str, login: Login, parameters: Mapping[str, str]
) -> tuple[float | None, str, dict[str, Any] | None]:
    """Return how long to wait, why, and the answer; one of them is None."""
    import requests

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = login.header()
        return request

    try:
        answer = session.get(
            f"{address}{PATH}",
            params={**parameters, "include": "metric_sets"},
            auth=sign,
            timeout=TIMEOUT_S,
            allow_redirects=False,  # elsewhere nobody is told the token
            headers={"Accept": "application/json"},
        )
        if answer.status_code == 429:
            return _retry_after(answer.headers.get("Retry-After")), "429, too many requests", None
        if answer.status_code >= 500:
            return None, f"status {answer.status_code}", None
        _check(answer, address)
        found = answer.json()
    except ValueError:  # a connection that was cut, most likely
        return None, "text that is no JSON", None
    except requests.RequestException as error:
        return None, f"no connection ({type(error).__name__})", None
    if not isinstance(found, dict):
        return None, "JSON that is no page", None
    return None, "", found


def _check(answer: requests.Response, address: str) -> None:
    status = answer.status_code
    if status in REFUSED:
        message = f"must let us in by the ZENDESK_* of the environment, got status {status}"
        raise InputError([Fault(address, None, "", message)])
    if status != 200:
        message = f"must have an incremental export of tickets, got status {status}"
        raise InputError([Fault(address, None, "", message)])
    if "json" not in answer.headers.get("Content-Type", ""):
        message = "must answer in JSON, got something else: is it a Zendesk?"
        raise InputError([Fault(address, None, "", message)])


def _retry_after(value: str | None) -> float:
    """Return the seconds that a header asks to wait, given as such or as a date."""
    try:
        seconds = float(value or 60)
    except ValueError:
        try:
            until = email.utils.parsedate_to_datetime(value or "")
            seconds = (until - dt.datetime.now(dt.UTC)).total_seconds()
        except (ValueError, TypeError):
            seconds = 60.0
    return min(max(seconds, 1.0), LONGEST_WAIT_S) if seconds == seconds else 60.0


def _page(found: dict[str, Any], address: str, before: str | None) -> Page:
    tickets, cursor, last = (found.get(k) for k in ("tickets", "after_cursor", "end_of_stream"))
    good = isinstance(tickets, list) and isinstance(last, bool)
    named = isinstance(cursor, str) and bool(cursor)
    message = f"{address} must answer with pages of tickets, got others; {KEPT}"
    if not good or not (named or last):
        raise PlannerError(message)
    if not last and cursor == before:
        message = f"{address} must go on to a next page, got the same again; {KEPT}"
        raise PlannerError(message)
    whole = _with_metrics(list(tickets or ()), found.get("metric_sets"))
    return Page(whole, str(cursor) if named else before or "", bool(last))


def _with_metrics(tickets: list[Any], metrics: object) -> list[Any]:
    """Return tickets with their metrics in them, as exports have them."""
    listed = metrics if isinstance(metrics, list) else []
    by_ticket = {str(m.get("ticket_id")): m for m in listed if isinstance(m, dict)}
    return [
        t | {"metric_set": by_ticket.get(str(t.get("id")))} if isinstance(t, dict) else t
        for t in tickets
    ]

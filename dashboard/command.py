"""The command `planner dashboard`."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from planner.errors import Fault, InputError, PlannerError
from planner.options import store_option

if TYPE_CHECKING:
    from flask import Flask

    from planner.store.database import Store

# Dash takes seconds to import: only inside the command, so that `planner --help` stays quick.


class Server(Protocol):
    """What is used of a waitress server."""

    effective_port: int

    def run(self) -> None:
        """Serve until it is stopped."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@store_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="An address or name of this machine; another than its own needs accounts.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8050,
    show_default=True,
    help="0: any that is free.",
)
@click.option("--accounts", is_flag=True, help="Ask for a login on this machine too.")
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="A name by which browsers may ask for the pages; may be repeated.",
)
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="A proxy in front has TLS and says who asks (X-Forwarded-...); needs accounts.",
)
@click.option(
    "--plain-http", is_flag=True, help="Log in without TLS: anyone on the way can read passwords."
)
@click.option(
    "--log",
    "logged",
    type=click.Choice(["json"]),
    help="A line for each request on standard error.",
)
@click.option(
    "--actuals",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What came so far, a table as a history is: read into the newest plan that covers today, "
    "again and again.",
)
@click.option(
    "--every",
    default="60m",
    show_default=True,
    metavar="TIME",
    help="With --actuals: time between two readings, such as 15m or 2h.",
)
def dashboard(
    folder: Path | None,
    store: str | None,
    host: str,
    port: int,
    actuals: Path | None,
    every: str,
    names: tuple[str, ...],
    logged: str | None,
    *,
    accounts: bool,
    behind_proxy: bool,
    plain_http: bool,
) -> None:
    """Show the plans of a store in a browser, or the plan in FOLDER alone.

    On this machine without a login; from others after one: see planner users add.
    """
    address, alone, pause = resolved(host), loopback(host), span(every)
    by_login = accounts or behind_proxy or not alone
    if by_login and folder is not None and not store:
        raise click.UsageError("accounts are in a store: --store, instead of FOLDER or beside it")
    from dashboard.accounts import Accounts, demand_users
    from dashboard.app import make_app, warm_up
    from dashboard.guard import LOOPBACK, Doors
    from dashboard.request_log import log_requests
    from dashboard.shelf import Shelf
    from planner.store.database import Store, store_address

    kept = Store(store_address(store)) if folder is None or store else None
    if by_login and kept is not None:
        demand_users(kept)
    if kept is not None and folder is None:
        offer_example(kept)
    if actuals is not None and kept is None:
        message = "must go with a store, got the plan in a folder: nothing is kept beside it"
        raise InputError([Fault("--actuals", None, "", message)])
    if kept is not None:
        from dashboard.freshness import Reader, news_from

        reader = Reader(kept, actuals, pause)
        news_from(reader)
        reader.start()
    people = None
    if by_login and kept is not None:
        allowed = (*LOOPBACK, host.lower(), *(name.lower() for name in names))
        secure = not plain_http and (behind_proxy or not alone)
        people = Accounts(kept, Doors(allowed, any_address=not alone), secure, behind_proxy)
        if secure and not behind_proxy:
            click.echo(
                "Logging in needs https: put a proxy with TLS in front (--behind-proxy), "
                "or say --plain-http.",
                err=True,
            )
    shelf = Shelf(kept, folder)
    application = make_app(shelf, people).server
    if logged:
        log_requests(application)
    server = bind(application, address, port)
    shown = f"[{address}]" if ":" in address else address
    what = f"The plans in {kept.name}" if kept is not None else f"The plan in {folder}"
    click.echo(f"{what}: http://{shown}:{server.effective_port}  (Ctrl+C stops)")
    warm_up(shelf)
    server.run()


def offer_example(store: Store) -> None:
    """Put the florist's finished plan into a store that never had any plan."""
    from planner.store.plans import is_new

    if not is_new(store):
        return
    from planner.shipped_plan import NAME, keep_shipped

    click.echo(f"{store.name} is new: putting a finished plan into it, {NAME}. Some seconds ...")
    keep_shipped(store)


def span(text: str) -> dt.timedelta:
    """Return a time such as 15m or 2h, from a minute to a day.

    Raises
    ------
    InputError
        If it is none.

    Examples
    --------
    >>> span("90m"), span("2h")
    (datetime.timedelta(seconds=5400), datetime.timedelta(seconds=7200))
    """
    found = re.fullmatch(r"([0-9]{1,4})(m|h)", text.strip())
    minutes = int(found[1]) * (60 if found[2] == "h" else 1) if found else 0
    if not 1 <= minutes <= 24 * 60:
        message = f"must be a time from 1m to 24h, such as 15m or 2h, got {text[:40]!r}"
        raise InputError([Fault("--every", None, "", message)])
    return dt.timedelta(minutes=minutes)


def resolved(host: str) -> str:
    """Return the address of a host name or address.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> resolved("localhost"), resolved("::1")
    ('127.0.0.1', '::1')
    """
    if host.lower() == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass  # a name
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except (OSError, UnicodeError) as error:
        message = f"must be an address or a known name of this machine, got {host!r:.100}"
        raise InputError([Fault("--host", None, "", message)]) from error


def loopback(host: str) -> bool:
    """Return whether only this machine can reach an address; of a name that is never sure.

    Examples
    --------
    >>> loopback("localhost"), loopback("::1"), loopback("0.0.0.0"), loopback("planner.example")
    (True, True, False, False)
    """
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bind(application: Flask, address: str, port: int) -> Server:
    """Return a waitress server that listens; its ``run`` serves until it is stopped.

    Raises
    ------
    PlannerError
        If the port is taken or not allowed.
    """
    from waitress import create_server

    from dashboard.guard import LARGEST

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listening = socket.create_server((address, port), family=family)
    except OSError as error:
        message = f"--port: must be free, got {port}: {error.strerror or error}"
        raise PlannerError(message) from error
    server: Server = create_server(
        application, sockets=[listening], ident=None, threads=16, max_request_body_size=LARGEST
    )
    return server

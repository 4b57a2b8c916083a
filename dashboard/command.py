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

MOST_SENT = 128 << 20  # bytes of one request: a history of 100 MB, and what is around it


class Server(Protocol):
    """What is used of a waitress server."""

    effective_port: int

    def run(self) -> None:
        """Serve until it is stopped."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine.")
@click.option("--port", type=click.IntRange(0, 65535), default=8050, show_default=True,
              help="0: any that is free.")  # fmt: skip
@click.option("--actuals", type=click.Path(path_type=Path), metavar="FILE",
              help="What came so far, a table as a history is: read into the newest plan that "
              "covers today, again and again.")  # fmt: skip
@click.option("--every", default="60m", show_default=True, metavar="TIME",
              help="With --actuals: time between two readings, such as 15m or 2h.")  # fmt: skip
def dashboard(
    folder: Path | None,
    store: str | None,
    host: str,
    port: int,
    actuals: Path | None,
    every: str,
) -> None:
    """Show the plans of a store in a browser on this machine, or the plan in FOLDER alone."""
    address, pause = loopback(host), span(every)
    from dashboard.app import make_app
    from dashboard.shelf import Shelf
    from planner.store.database import Store, store_address

    kept = Store(store_address(store)) if folder is None or store else None
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
    server = bind(make_app(Shelf(kept, folder)).server, address, port)
    shown = f"[{address}]" if ":" in address else address
    what = f"The plans in {kept.name}" if kept is not None else f"The plan in {folder}"
    click.echo(f"{what}: http://{shown}:{server.effective_port}  (Ctrl+C stops)")
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


def loopback(host: str) -> str:
    """Return the address of a host name that only this machine can reach.

    Raises
    ------
    InputError
        If others could reach it.

    Examples
    --------
    >>> loopback("localhost"), loopback("::1")
    ('127.0.0.1', '::1')
    """
    address = "127.0.0.1" if host.lower() == "localhost" else host
    try:
        if ipaddress.ip_address(address).is_loopback:
            return address
    except ValueError:
        pass  # a name: others may know it
    message = (
        f"must be 127.0.0.1, ::1 or localhost, got {host!r}: "
        "other machines have to wait until the pages have accounts"
    )
    raise InputError([Fault("--host", None, "", message)])


def bind(application: Flask, address: str, port: int) -> Server:
    """Return a waitress server that listens; its ``run`` serves until it is stopped.

    Raises
    ------
    PlannerError
        If the port is taken or not allowed.
    """
    from waitress import create_server

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listening = socket.create_server((address, port), family=family)
    except OSError as error:
        message = f"--port: must be free, got {port}: {error.strerror or error}"
        raise PlannerError(message) from error
    server: Server = create_server(
        application,
        sockets=[listening],
        ident=None,
        threads=16,
        max_request_body_size=MOST_SENT,
    )
    return server

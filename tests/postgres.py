"""A real PostgreSQL server on loopback, started when it is needed and thrown away after."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """Yield the server's address, without a database; PostgreSQL refuses to run as root."""
    owner = "postgres" if os.getuid() == 0 else None
    place = Path(tempfile.mkdtemp(prefix="pg"))
    if owner:
        shutil.chown(place, owner)
    tools, port, data = BINARIES[-1].parent, free_port(), place / "data"

    def run(*command: object) -> None:
        words = [str(word) for word in command]
        subprocess.run(words, user=owner, cwd=place, check=True, capture_output=True)

    run(tools / "initdb", "-D", data, "-U", "planner", "--auth=trust", "--no-sync")
    options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(tools / "pg_ctl", "-D", data, "-o", options, "-l", place / "log", "-w", "start")
    try:
        yield f"postgresql://planner@127.0.0.1:{port}/"
    finally:
        run(tools / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(place)

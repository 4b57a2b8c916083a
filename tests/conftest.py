"""Settings of all tests."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

# As the program sets it: before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

# On continuous integration the same cases every time: a new counterexample is found by a person.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yield the address of a server on loopback; PostgreSQL refuses to run as root."""
    if not BINARIES:
        pytest.skip("no PostgreSQL server is installed")
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
    yield f"postgresql://planner@127.0.0.1:{port}/"
    run(tools / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(place)


@pytest.fixture
def postgres(postgres_server: str) -> str:
    """Return the address of an empty database on the server."""
    import psycopg

    address = f"{postgres_server}postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute("drop schema public cascade")
        connection.execute("create schema public")
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store: a file, and then a server's."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/plans.db"
    address: str = request.getfixturevalue("postgres")
    return address

"""Settings of all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

# As the program sets it: before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from tests.postgres import BINARIES, server

# On continuous integration the same cases every time: a new counterexample is found by a person.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    if not BINARIES:
        pytest.skip("no PostgreSQL server is installed")
    with server() as address:
        yield address


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

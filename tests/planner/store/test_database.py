"""A store opened: made, brought up to date, refused."""

import datetime as dt
import sqlite3

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from planner.errors import InputError
from planner.store import migrations
from planner.store.database import DEFAULT, Store, StoreError, store_address
from planner.store.jobs import queue
from planner.store.plans import found
from planner.store.tables import METADATA, VERSION


def test_the_migrations_make_the_tables_that_the_program_knows(store):
    with store.read() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == VERSION


def test_the_version_is_that_of_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    assert ScriptDirectory.from_config(config).get_current_head() == VERSION


def test_migrations_go_back_too(store):
    from alembic import command

    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        command.upgrade(config, "head")
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_store_opened_again_has_what_it_had(store, store_url, asked):
    plan = queue(store, asked, {}, "Anna")
    with Store(store_url) as again:
        assert found(again, str(plan)).name == asked.name


def test_moments_come_back_in_utc(store, asked):
    before = dt.datetime.now(dt.UTC)
    record = found(store, str(queue(store, asked, {}, "Anna")))
    assert record.created_at.tzinfo is dt.UTC
    assert abs(record.created_at - before) < dt.timedelta(minutes=5)


def test_a_change_that_fails_half_way_is_not_there(store, asked):
    def half():
        with store.write() as connection:
            row = sa.text("insert into log (at, who, what) values ('2027-01-01', 'a', 'b')")
            connection.execute(row)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with store.read() as connection:
        assert connection.execute(sa.text("select count(*) from log")).scalar_one() == 0


def test_a_newer_store_is_refused(store, store_url):
    with store.write() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version of this program"):
        Store(store_url)


def test_another_database_is_refused_and_stays_as_it_is(tmp_path):
    path = tmp_path / "calls.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table calls (start text)")
    connection.close()
    with pytest.raises(StoreError, match=r"must be a store of plans or empty.*calls"):
        Store(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        assert connection.execute("select name from sqlite_master").fetchall() == [("calls",)]
    connection.close()


@pytest.mark.parametrize("version", ["0001", VERSION, "a1b2c3"])
def test_another_programs_migrations_are_not_taken_for_ours(tmp_path, version):
    path = tmp_path / "calls.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table calls (start text)")
        connection.execute("create table alembic_version (version_num text)")
        connection.execute("insert into alembic_version values (?)", [version])
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="got a database with other tables"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("queue,start\n" * 1000)
    with pytest.raises(StoreError, match="not a database"):
        Store(f"sqlite:///{path}")
    assert path.read_text() == "queue,start\n" * 1000


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("plans.db", "must be an address such as sqlite:///plans.db"),
        ("mysql://localhost/plans", "must be of sqlite or postgresql, got mysql"),
        ("sqlite://", "must name a file"),
        ("sqlite:///nowhere/at/all/plans.db", "no such folder"),
        ("sqlite:///plans.db?mode=ro", "must name a store, got words after '\\?'"),
        (f"sqlite:///{'x' * 300}.db", "File name too long"),
        ("postgresql://anna@db:port/plans", "must be an address such as"),
    ],
)
def test_an_address_that_is_none_is_told(address, told):
    with pytest.raises(InputError, match=told):
        Store(address)


def test_a_store_that_is_only_looked_at_is_not_made(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        Store(f"sqlite:///{tmp_path}/plans.db", create=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "address",
    ["planner:hunter2@127.0.0.1:9/plans", "planner@127.0.0.1:9/plans?password=hunter2"],
)
def test_a_server_that_is_not_there_is_told_without_the_password(address):
    with pytest.raises(StoreError) as caught:
        Store(f"postgresql://{address}")
    assert "must answer" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_address_is_the_given_one_then_the_environments(monkeypatch):
    assert store_address() == DEFAULT
    monkeypatch.setenv("PLANNER_STORE", "sqlite:///team.db")
    assert store_address() == "sqlite:///team.db"
    assert store_address("sqlite:///mine.db") == "sqlite:///mine.db"

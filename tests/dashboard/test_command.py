"""The command refuses what it cannot or must not do, in one line."""

import socket
import subprocess
import sys
import types

import pytest
from click.testing import CliRunner

from dashboard.command import dashboard, loopback
from dashboard.who import ACCOUNTS
from planner.cli import Commands
from planner.errors import PlannerError
from planner.store.database import Store
from planner.store.users import add_user


def invoke(*args):
    planner = Commands(name="planner", commands={"dashboard": dashboard})
    return CliRunner().invoke(planner, ["dashboard", *map(str, args)])


@pytest.mark.parametrize("args", [("--host", "0.0.0.0"), ("--accounts",), ("--behind-proxy",)])
def test_other_machines_need_accounts(tmp_path, args):
    result = invoke("--store", f"sqlite:///{tmp_path}/plans.db", *args)
    assert result.exit_code == 1
    assert "must have an account before other machines may open the pages" in result.output
    assert "planner users add NAME" in result.output
    assert result.output.count("\n") == 1


def test_a_folder_has_no_accounts(plan_folder):
    result = invoke(plan_folder, "--host", "0.0.0.0")
    assert result.exit_code == 2
    assert "accounts are in a store" in result.output


@pytest.mark.parametrize("host", ["no such name", "256.1.1.1", "", "a\x00b"])
def test_a_host_that_is_none(plan_folder, host):
    result = invoke(plan_folder, "--host", host)
    assert result.exit_code == 2
    assert result.output.count("\n") == 1 or "accounts are" in result.output


@pytest.mark.parametrize(
    ("args", "secure", "told"),
    [
        (("--host", "0.0.0.0"), True, "needs https"),
        (("--host", "0.0.0.0", "--plain-http"), False, ""),
        (("--behind-proxy", "--allow-host", "Planner.Example"), True, ""),
        (("--accounts",), False, ""),
    ],
)
def test_how_people_log_in(tmp_path, monkeypatch, args, secure, told):
    seen = []
    server = types.SimpleNamespace(effective_port=8051, run=lambda: None)

    def bound(app, *_):
        seen.append(app)
        return server

    monkeypatch.setattr("dashboard.command.bind", bound)
    monkeypatch.setattr("dashboard.command.offer_example", lambda _store: None)
    url = f"sqlite:///{tmp_path}/plans.db"
    with Store(url) as store:
        add_user(store, "anna", "admin", "correct horse", "test")
    result = invoke("--store", url, *args)
    assert result.exit_code == 0
    assert told in result.output
    (accounts,) = (app.extensions[ACCOUNTS] for app in seen)
    assert accounts.secure == secure
    assert accounts.behind_proxy == ("--behind-proxy" in args)
    assert accounts.doors.opens("planner.example") == ("--allow-host" in args)
    assert accounts.doors.opens("10.0.0.7") == ("--host" in args)
    assert not accounts.doors.opens("evil.example")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_addresses(host):
    assert loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "planner.example"])
def test_addresses_that_others_reach(host):
    assert not loopback(host)


def test_a_missing_folder_is_refused_in_one_line(tmp_path):
    result = invoke(tmp_path / "plan")
    assert result.exit_code == 2
    assert result.output.endswith("got no such folder\n")
    assert result.output.count("\n") == 1


def test_a_folder_without_a_plan_is_refused_in_one_line(tmp_path):
    result = invoke(tmp_path)
    assert result.exit_code == 2
    assert "must hold plan.zip" in result.output
    assert result.output.count("\n") == 1


def test_a_port_that_is_taken(plan_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = invoke(plan_folder, "--port", port)
    assert result.exit_code == PlannerError.exit_status == 1
    assert result.output.startswith(f"--port: must be free, got {port}: ")


def test_the_address_is_told_before_serving(plan_folder, monkeypatch):
    served = []
    server = types.SimpleNamespace(effective_port=8051, run=lambda: served.append(True))
    monkeypatch.setattr("dashboard.command.bind", lambda *_: server)
    assert "http://127.0.0.1:8051" in invoke(plan_folder, "--host", "localhost").output
    assert "http://[::1]:8051" in invoke(plan_folder, "--host", "::1").output
    assert served == [True, True]


def test_the_command_is_known_without_dash():
    code = "import sys, dashboard.command; print({'dash', 'pandas', 'numpy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_store_is_shown_unless_a_folder_is_named(tmp_path, monkeypatch):
    offered: list[object] = []
    server = types.SimpleNamespace(effective_port=8051, run=lambda: None)
    monkeypatch.setattr("dashboard.command.bind", lambda *_: server)
    monkeypatch.setattr("planner.shipped_plan.keep_shipped", offered.append)
    monkeypatch.chdir(tmp_path)
    told = invoke().output
    assert "sqlite:///plans.db is new: putting a finished plan into it, Florist (example)." in told
    assert "The plans in sqlite:///plans.db: http://127.0.0.1:8051" in told
    assert len(offered) == 1

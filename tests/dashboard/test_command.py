"""The command refuses what it cannot or must not do, in one line."""

import socket
import subprocess
import sys
import types

import pytest
from click.testing import CliRunner

from dashboard.command import dashboard, loopback
from planner.cli import Commands
from planner.errors import PlannerError


def invoke(*args):
    planner = Commands(name="planner", commands={"dashboard": dashboard})
    return CliRunner().invoke(planner, ["dashboard", *map(str, args)])


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "planner.example"])
def test_other_machines_have_to_wait_for_accounts(plan_folder, host):
    result = invoke(plan_folder, "--host", host)
    assert result.exit_code == 2
    assert result.output == (
        f"--host: must be 127.0.0.1, ::1 or localhost, got {host!r}: "
        "other machines have to wait until the pages have accounts\n"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_loopback_addresses(host):
    assert loopback(host) == host


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

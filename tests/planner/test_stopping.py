"""Told to stop, by hand or by a limit, a plan keeps the best it has."""

import json
import os
import signal
import threading

import pytest
from click.testing import CliRunner

from planner.cli import cli
from planner.stopping import stop_means, stopping


def test_the_first_ctrl_c_asks_to_stop_and_the_second_ends(capsys):
    before = signal.getsignal(signal.SIGINT)
    with stopping() as stop:
        assert not stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
        assert "the best plan so far is kept" in capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_stop_says_what_it_means_where_the_best_plan_is_not_kept(capsys):
    with stop_means("those made are kept."), stopping() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
    assert capsys.readouterr().err == "\nStopping: those made are kept.\n"


def test_away_from_the_main_thread_the_limit_alone_counts():
    found = []

    def ask():
        for limit in (0.0, 1000.0, None):
            with stopping(limit) as stop:
                found.append(stop())

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [True, False, False]


def test_a_limit_that_is_over_at_once_leaves_a_guess_within_the_contracts(tmp_path):
    runner, plan = CliRunner(), tmp_path / "plan"
    assert runner.invoke(cli, ["new", str(tmp_path / "s")]).exit_code == 0
    scenario = str(tmp_path / "s" / "scenario.yaml")
    asked = ["run", scenario, "--time-limit", "0", "--verify", "--out", str(plan)]
    done = runner.invoke(cli, asked)
    assert done.exit_code == 0, done.output
    solver = json.loads((plan / "summary.json").read_text())["solver"]
    assert solver["stopped"]
    assert solver["quality"].startswith("feasible, with shifts of 2 weeks")
    rows = (plan / "audit.csv").read_text().splitlines()[1:]
    assert [row for row in rows if int(row.split(",")[2]) > 0] == []

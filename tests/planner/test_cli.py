"""The command line as a user meets it: in a process of its own where that matters."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from planner.cli import cli
from planner.examples import write_example

HEAVY = ("numpy", "pandas", "scipy", "statsmodels", "pulp", "plotly", "dash", "pydantic", "rich")


def run(*arguments, cwd):
    command = [sys.executable, "-c", "from planner.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    return write_example("starter", tmp_path_factory.mktemp("starter") / "centre").parent


def test_help_loads_none_of_the_stages():
    code = (
        "import sys; from click.testing import CliRunner; from planner.cli import cli;"
        "result = CliRunner().invoke(cli, ['--help']); assert result.exit_code == 0;"
        "print(result.output); print([m for m in sys.argv[1:] if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    for command in (
        "demo",
        "run",
        "backtest",
        "check",
        "estimate",
        "explain",
        "export",
        "erlang",
        "schema",
        "new",
        "dashboard",
    ):
        assert f"  {command} " in done.stdout


def test_every_command_explains_itself():
    for name in cli.list_commands(click.Context(cli)):
        result = CliRunner().invoke(cli, [name, "--help"])
        assert result.exit_code == 0, name
        assert len(result.output.splitlines()) > 4, name


@pytest.mark.slow
def test_the_same_scenario_gives_the_same_bytes(starter, tmp_path):
    for out in ("first", "second"):
        done = run("run", starter / "scenario.yaml", "--out", out, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "Look at" in done.stdout
        assert done.stderr == ""  # no bar where nobody watches
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert names == [
        "activities.csv", "allocation.csv", "costs.csv", "coverage.csv", "forecast.csv",
        "plan.zip", "projection.csv", "report.html", "requirement.csv", "roster.csv", "rules.csv",
        "service.csv", "summary.json", "tours.csv", "unplaced.csv", "worth.csv",
    ]  # fmt: skip
    for name in names:
        first, second = ((tmp_path / out / name).read_bytes() for out in ("first", "second"))
        if name == "summary.json":
            continue
        assert first == second, name
    timed = ("seconds", "written_at")
    summaries = [
        {k: v for k, v in json.loads((tmp_path / out / "summary.json").read_text()).items()
         if k not in timed}
        for out in ("first", "second")
    ]  # fmt: skip
    assert summaries[0] == summaries[1]


def test_faults_are_told_all_at_once_and_nothing_is_written(starter, tmp_path):
    text = (starter / "scenario.yaml").read_text()
    wrong = text.replace("interval_minutes:", "intervall_minutes:", 1)
    wrong = wrong.replace("service_level: 0.80", "service_level: 80", 1)
    assert wrong.count("80") > 0
    assert wrong != text
    (tmp_path / "scenario.yaml").write_text(wrong)
    done = run("run", "scenario.yaml", "--out", "plan", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert any("intervall_minutes" in line and "interval_minutes" in line for line in lines)
    assert any("service_level must be" in line and "80" in line for line in lines)
    assert all(line.startswith(("scenario.yaml:", "contacts.csv")) for line in lines)
    assert any("contacts.csv" in line for line in lines)  # which is absent: told in the same run
    assert [path.name for path in tmp_path.iterdir()] == ["scenario.yaml"]


def test_a_faulty_history_leaves_an_earlier_plan_alone(starter, tmp_path):
    (tmp_path / "scenario.yaml").write_text((starter / "scenario.yaml").read_text())
    rows = (starter / "contacts.csv").read_text().splitlines()
    header = rows[0].split(",")
    cells = rows[7].split(",")
    cells[header.index("contacts")] = "many"
    rows[7] = ",".join(cells)
    (tmp_path / "contacts.csv").write_text("\n".join([*rows, rows[3]]) + "\n")
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "report.html").write_text("yesterday's")
    done = run("run", "scenario.yaml", "--out", "plan", cwd=tmp_path)
    assert done.returncode == 2
    assert "contacts.csv:8: contacts must be" in done.stderr
    assert "'many'" in done.stderr
    assert f"contacts.csv:{len(rows) + 1}:" in done.stderr  # the duplicate, told in the same run
    assert (tmp_path / "plan" / "report.html").read_text() == "yesterday's"
    assert [path.name for path in (tmp_path / "plan").iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "absent.yaml"),
        ("explain", "absent"),
        ("run", "absent.yaml"),
        ("erlang", "--contacts", "100", "--aht", "300", "--target", "0.8/20"),
        ("erlang", "--contacts", "-1", "--aht", "300"),
        ("erlang", "--contacts", "10", "--aht", "300", "--concurrency", "2", "--aht-alone", "5m1s"),
        ("new", "here", "--example", "nothing"),
        ("nonsense",),
    ],
)
def test_wrong_use_ends_with_status_2_and_no_traceback(arguments, tmp_path):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_new_overwrites_nothing(tmp_path):
    (tmp_path / "centre").mkdir()
    (tmp_path / "centre" / "mine.txt").write_text("mine")
    done = run("new", "centre", cwd=tmp_path)
    assert done.returncode == 1
    assert "centre" in done.stderr
    assert [path.name for path in (tmp_path / "centre").iterdir()] == ["mine.txt"]


def test_json_is_one_document(starter, tmp_path):
    for arguments in (
        ("check", starter / "scenario.yaml", "--json"),
        ("erlang", "--contacts", "100", "--aht", "300", "--json"),
        (
            *("erlang", "--contacts", "40", "--aht", "420", "--concurrency", "3"),
            *("--aht-alone", "5m", "--patience", "4m", "--json"),
        ),
        ("schema",),
    ):
        done = run(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert isinstance(json.loads(done.stdout), dict)


def test_a_plan_needs_somebody_who_works(starter, tmp_path):
    text = (starter / "scenario.yaml").read_text()
    (tmp_path / "scenario.yaml").write_text(text.split("\npools:")[0] + "\n")
    (tmp_path / "contacts.csv").write_bytes((starter / "contacts.csv").read_bytes())
    done = run("run", "scenario.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "pools must" in done.stderr
    done = run("forecast", "scenario.yaml", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["forecast.csv"]


@pytest.mark.slow
def test_the_wheel_works_outside_the_repository(tmp_path):
    root = Path(__file__).resolve().parents[2]
    built = tmp_path / "dist"
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", built, root],
        check=True,
        capture_output=True,
    )
    assert sorted(path.suffix for path in built.iterdir()) == [".gz", ".whl"]
    place = tmp_path / "installed"
    wheel = next(built.glob("*.whl"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--target", place, wheel],
        check=True,
        capture_output=True,
    )
    code = (
        f"import sys; sys.path.insert(0, {str(place)!r}); import planner, planner.cli;"
        f"assert planner.__file__.startswith({str(place)!r}), planner.__file__; planner.cli.main()"
    )
    for arguments in (("new", "centre"), ("run", "centre/scenario.yaml", "--out", "plan")):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "plan" / "report.html").stat().st_size > 1_000_000


def test_a_fault_of_ours_is_one_line_and_status_1(starter, tmp_path):
    code = (
        "import planner.stored as stored, planner.cli as cli, sys\n"
        "def broken(*a, **k): raise ZeroDivisionError('a fault of ours')\n"
        "stored.make_plan = broken\n"
        "cli.main()"
    )
    arguments = [sys.executable, "-c", code, "run", starter / "scenario.yaml", "--out", "plan"]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "planner failed: ZeroDivisionError: a fault of ours" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_nothing(starter, tmp_path, stop):
    code = (
        "import planner.stored as stored, planner.cli as cli, os, time\n"
        f"def slow(*a, **k): os.kill(os.getpid(), {int(stop)}); time.sleep(30)\n"
        "stored.make_plan = slow\n"
        "cli.main()"
    )
    arguments = [sys.executable, "-c", code, "run", starter / "scenario.yaml", "--out", "plan"]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr.strip() == "Stopped; no plan was written."
    assert list(tmp_path.iterdir()) == []

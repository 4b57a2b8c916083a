"""The README tells the truth: its commands run, its map is the modules' own sentences."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.cli import cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands():
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]


@pytest.mark.slow
def test_commands_of_the_readme_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(commands()) >= 8
    for command in commands():
        program, *arguments = shlex.split(command)
        assert program == "planner"
        result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
        assert result.exit_code == 0, f"{command}\n{result.output}"
        assert result.output.strip()
    assert (tmp_path / "my-plan" / "report.html").exists()


def test_map_is_the_modules_own_sentences():
    lines = []
    for package in ("planner", "forecasting", "staffing", "dashboard"):
        for path in sorted((ROOT / package).rglob("*.py")):
            doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            first = " ".join(doc.split("\n\n")[0].split())
            name = path.relative_to(ROOT).as_posix()
            if path.name == "__init__.py":
                lines.append(f"\n**{path.parent.relative_to(ROOT).as_posix()}/** {first}\n")
            else:
                lines.append(f"- `{name}` {first}")
    stated = README.split("tests/test_readme.py -->")[1].split("<!-- end of map -->")[0]
    assert stated.split("\n") == ["", *"\n".join(lines).split("\n"), ""]

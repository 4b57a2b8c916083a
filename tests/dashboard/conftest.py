"""The folder of a plan, written anew for each test."""

import pytest

from tests.dashboard.plan_folder import write_folder


@pytest.fixture
def folder(tmp_path):
    """Return the folder of the hand-made plan."""
    return write_folder(tmp_path / "plan")

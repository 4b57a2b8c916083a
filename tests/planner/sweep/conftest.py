"""A centre that is planned in a moment."""

from pathlib import Path

import pytest

from benchmarks.cluster import write_centre


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = write_centre(tmp_path_factory.mktemp("sweep"))
    text = path.read_text().replace("days: 7", "days: 1")
    path.write_text(text + "variants: {absence-20: {pools: {team: {shrinkage: 0.44}}}}\n")
    return path

from pathlib import Path

import pytest

from tests.processes.scene import Scene


@pytest.fixture
def scene(database_url: str, tmp_path: Path) -> Scene:
    """Each test runs on both databases, its children on the same one."""
    return Scene(database_url, tmp_path / "platform")

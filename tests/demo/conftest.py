from pathlib import Path

import pytest

from tests.demo.prepared import shelf, stocked


@pytest.fixture
def small_home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Path]:
    """A folder in which a demo of three cells and 90 people has been made already, and the words that ask for it."""
    return tmp_path, "--roster", stocked(shelf(tmp_path_factory), tmp_path, small=True)

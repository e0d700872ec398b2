from pathlib import Path

import pytest

from tests.demo.prepared import shelf, stocked


@pytest.fixture
def small_home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder for a demo of three cells and 90 people that has been made already, and its workbook."""
    return tmp_path, stocked(shelf(tmp_path_factory), tmp_path, small=True)

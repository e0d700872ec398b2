"""What axe-core finds that keeps somebody out."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()


def no_barriers(page: Page) -> None:
    """The page as it stands now has no violation of any of axe-core's rules."""
    found = _AXE.run(page).response["violations"]
    assert [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]] == []

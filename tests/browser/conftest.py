"""The real demo, a real browser, and a watch over what the page does."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.browser.demo import find_chromium, running_browser, running_demo
from tests.demo.prepared import shelf, stocked

_PATIENCE = 60_000  # milliseconds; a clock that passes a notice to 900 members is busy for a while


@dataclass
class Watch:
    """What went wrong on a page: complaints in its console, and requests to any other host."""

    host: str | None = None
    wrong: list[str] = field(default_factory=list)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"console {message.type}: {message.text}")

    def on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self.host = self.host or parts.netloc
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.wrong.append(f"request to {request.url}")

    def follow(self, page: Page) -> None:
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.wrong.append(f"exception: {error}"))
        page.on("request", self.on_request)
        page.on("websocket", lambda socket: self.wrong.append(f"websocket to {socket.url}"))

    def overlook(self, part: str) -> None:
        """The test may cause this one, or not."""
        self.wrong = [one for one in self.wrong if part not in one]

    def forgive(self, part: str) -> None:
        """The test caused this one on purpose; it must have happened."""
        assert any(part in one for one in self.wrong), self.wrong
        self.wrong = [one for one in self.wrong if part not in one]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # A module's fixture: Playwright's loop must be gone before pytest-asyncio starts its own.
    chromium = find_chromium()
    if chromium is None:
        reason = "no chromium on this machine (Debian: apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=_PATIENCE)
    with running_browser(chromium) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The commune of 22 cells, for tests that leave no trace another could stumble over."""
    home = tmp_path_factory.mktemp("demo")
    stocked(shelf(tmp_path_factory), home, small=False)
    with running_demo(home) as address:
        yield address


@pytest.fixture
def commune_demo(browser: Browser, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The commune of 22 cells at its beginning."""
    stocked(shelf(tmp_path_factory), tmp_path, small=False)
    with running_demo(tmp_path) as address:
        yield address


@pytest.fixture
def small_home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder in which a demo finds three cells and 90 people made already, and their workbook."""
    return tmp_path, stocked(shelf(tmp_path_factory), tmp_path, small=True)


@pytest.fixture
def own_demo(browser: Browser, small_home: tuple[Path, Path]) -> Iterator[str]:
    """A demo of three cells at its beginning: its clock moves quickly."""
    folder, roster = small_home
    with running_demo(folder, roster=roster) as address:
        yield address


@pytest.fixture
def width() -> int:
    """A desk; tests that also look at a telephone give their own."""
    return 1440


@pytest.fixture
def watch() -> Iterator[Watch]:
    watching = Watch()
    yield watching
    assert watching.wrong == []


@pytest.fixture
def page(browser: Browser, watch: Watch, width: int) -> Iterator[Page]:
    """A fresh page; the test says where it goes. Name it after `own_demo`: it must be closed first."""
    context = browser.new_context(viewport={"width": width, "height": 900 if width > 1000 else 844})
    context.set_default_timeout(_PATIENCE)
    opened = context.new_page()
    watch.follow(opened)
    yield opened
    context.close()

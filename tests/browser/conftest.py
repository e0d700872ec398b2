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

_PATIENCE = 20_000  # milliseconds; a clock that passes a notice to 52 members is busy for a while


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
    """For tests that leave no trace another could stumble over."""
    home = tmp_path_factory.mktemp("demo")
    stocked(shelf(tmp_path_factory), home, small=False)
    with running_demo(home) as address:
        yield address


@pytest.fixture
def stocked_home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a demo finds its commune made already."""
    stocked(shelf(tmp_path_factory), tmp_path, small=False)
    return tmp_path


@pytest.fixture
def own_demo(browser: Browser, stocked_home: Path) -> Iterator[str]:
    """A demo at its beginning."""
    with running_demo(stocked_home) as address:
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

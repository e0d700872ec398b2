"""The real demo as a process of its own, and a real browser that looks at it."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def find_chromium() -> str | None:
    """Debian's browser; Playwright's own is never downloaded."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def running_browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=_ARGS)
        yield browser
        browser.close()


@contextmanager
def running_demo(folder: Path, port: int = 0, roster: Path | None = None) -> Iterator[str]:
    """`keng demo` in a folder of its own, on a free port unless told; gives its address. It must not fail."""
    complaints = folder / "stderr"
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", str(port)]
    if roster is not None:
        command += ["--roster", str(roster)]
    with (
        complaints.open("w") as stderr,
        subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8"
        ) as process,
    ):
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert "http://" in line, complaints.read_text()
            yield line.split()[1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)
    assert "Traceback" not in complaints.read_text(), complaints.read_text()

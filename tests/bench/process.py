"""A contestant: a process of its own, alone on its core."""

import asyncio
import os
import resource
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.server import TOKEN, BenchApi

ROOT = Path(__file__).resolve().parents[2]
KEY = "a key of the benchmark"
_TICK = os.sysconf("SC_CLK_TCK")
_PATIENCE = 60.0


class NotRunning(Exception):
    """The contestant did not come up; says what it wrote last."""


@dataclass(frozen=True, slots=True)
class Running:
    process: Process

    def cpu(self) -> float:
        """Seconds of CPU used so far, threads included."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def memory(self) -> float:
        """Resident megabytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1])
        return pages * resource.getpagesize() / 1e6


def take_cores() -> set[int]:
    """Leave the first core to the contestants; theirs is the set that comes back."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, set(cores[1:]))
    return {cores[0]}


def plain_command(module: str, api: BenchApi, folder: Path, *args: str) -> list[str]:
    """A plain bot on a fresh database of its own."""
    database = folder / f"{module}-{api.port}.db"
    return [sys.executable, "-m", f"tests.bench.{module}", api.url, str(database), *args]


def keng_environment(api: BenchApi, database: Path, rate: int) -> dict[str, str]:
    return {
        "KENG_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "KENG_TELEGRAM_TOKEN": TOKEN,
        "KENG_TELEGRAM_API_URL": api.url,
        "KENG_TELEGRAM_RATE": str(rate),
        "KENG_SECRET_KEYS": KEY,
        "KENG_HTTP_PORT": "0",
        "KENG_LOG_LEVEL": "WARNING",
    }


@asynccontextmanager
async def running(
    command: Sequence[str], api: BenchApi, cores: set[int], log: Path, more: Mapping[str, str] | None = None
) -> AsyncIterator[Running]:
    """A process that polls, while inside. Raises NotRunning."""
    clean = {name: one for name, one in os.environ.items() if not name.startswith("KENG_")}
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdout=said,
            stderr=said,
            cwd=log.parent if more else ROOT,
            env={**clean, **(more or {})},
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )
    try:
        await _polled(process, api, log)
        yield Running(process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 15)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _polled(process: Process, api: BenchApi, log: Path) -> None:
    """Until it asks for updates."""
    polled, ended = asyncio.create_task(api.polled.wait()), asyncio.create_task(process.wait())
    try:
        await asyncio.wait((polled, ended), timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not polled.done():
            raise NotRunning(_said(log))
    finally:
        polled.cancel()
        ended.cancel()


def _said(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-2000:]

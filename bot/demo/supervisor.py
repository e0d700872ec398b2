"""`keng demo`: a small parent that holds the door, and starts the demo again when its process loses its power.

The socket is the parent's, so a page that comes while nobody is there waits instead of being refused.
"""

import asyncio
import errno
import signal
import socket
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from types import FrameType

import typer

from bot.complaints import MISTAKES, lines_of
from bot.demo.play import Order, play
from bot.loop import run

# A process that is forked has everything imported; elsewhere than on Linux forking is not safe.
if sys.platform == "linux":
    _CONTEXT = get_context("fork")
else:
    _CONTEXT = get_context("spawn")
_AGAIN = 75  # the exit status of a demo that is to begin again
_DARK = 3.0  # seconds without power
_PATIENCE = 20.0  # seconds a demo that was told to stop may take
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """Ctrl+C or SIGTERM: not for anybody on the way to swallow."""


def supervise(order: Order, *, host: str, port: int, browser: bool) -> int:
    """Run the demo until it is stopped; its exit status. Raises OSError for a port that is taken."""
    with _listening(host, port) as door, _stoppable():
        try:
            return _watch_over(order, door, browser=browser)
        except Stopped:
            return 0


def _watch_over(order: Order, door: socket.socket, *, browser: bool) -> int:
    """One child after the other, until one ends for good."""
    announced = False
    while True:
        child = Child(order, door)
        try:
            child.start()
            there = child.wait_until_ready()
            if there and not announced:
                announced = True
                _announce(door, browser=browser)
            status = child.wait()
        finally:
            child.stop()
        if status == -signal.SIGKILL:
            time.sleep(_DARK)
            # What was cut before the page was there has left nothing one could go on with.
            order = replace(order, died=child.number if there or order.died else None)
        elif status == _AGAIN:
            order = replace(order, died=None)
        else:
            return _ended(status)


def _announce(door: socket.socket, *, browser: bool) -> None:
    host, port = door.getsockname()[:2]
    address = f"http://{host}:{port}"
    print(f"Kẻng: {address}  (Ctrl+C dừng)", flush=True)  # noqa: T201 - the one line people wait for
    if browser:
        webbrowser.open(address)


def _ended(status: int) -> int:
    """By itself. A child that failed has said why; one that was ended by a signal could not."""
    if status < 0:
        typer.echo(f"the demo was ended by signal {-status}", err=True)
    return 1 if status else 0


class Child:
    """The process in which the demo runs. It ends when its end of the line tells that we are gone."""

    def __init__(self, order: Order, door: socket.socket) -> None:
        self._line, self._theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_work, args=(order, door, self._line, self._theirs))

    @property
    def number(self) -> int | None:
        """By which the system knows it."""
        return self._process.pid

    def start(self) -> None:
        """No order may reach the child while it still has our handlers."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self._process.start()
        finally:
            self._theirs.close()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def wait_until_ready(self) -> bool:
        """Whether the page was ever there."""
        connection.wait([self._line, self._process.sentinel])
        with suppress(EOFError, ConnectionError):
            return self._line.poll() and self._line.recv() == "ready"
        return False

    def wait(self) -> int:
        """How it ended: its exit status, or minus the signal that ended it."""
        self._process.join()
        return self._process.exitcode or 0

    def stop(self) -> None:
        """In order, and in the end without; if it still runs."""
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._line.close()


def _work(
    order: Order, door: socket.socket, parents: "Connection[str, str]", line: "Connection[str, str]"
) -> None:
    """What the child does."""
    parents.close()  # else nobody would ever see that the parent is gone
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the parent as well, and that ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def ready() -> None:
        with suppress(OSError):  # nobody there to hear it: see `orphaned`
            line.send("ready")

    async def orphaned() -> None:
        """The parent never says anything: what can be read is that it is gone."""
        gone, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(line.fileno(), gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(line.fileno())

    try:
        again = run(play(order, door, ready, orphaned))
    except MISTAKES as error:
        for one in lines_of(error):
            typer.echo(one, err=True)
        raise SystemExit(1) from None
    raise SystemExit(_AGAIN if again else 0)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        door = socket.create_server((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise OSError(f"port {port} is taken") from None
        raise
    with door:
        yield door


@contextmanager
def _stoppable() -> Iterator[None]:
    """The first SIGINT or SIGTERM raises Stopped wherever we wait; those after it change nothing."""
    told = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = True
            raise Stopped

    before = {one: signal.signal(one, stop) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

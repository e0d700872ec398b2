"""An event loop whose clock jumps to whatever is waited for next: an hour passes in no time, to the microsecond."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._now = 0.0
        super().__init__()

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        if not self._ready and not self._stopping:  # type: ignore[attr-defined]
            waited_for = [timer for timer in self._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
            assert waited_for, "everybody waits and nothing will ever happen"
            self._now = max(self._now, min(timer.when() for timer in waited_for))
        super()._run_once()  # type: ignore[misc]


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main)

"""The event loop of a process: the faster one where there is one."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

try:
    import uvloop
except ImportError:  # not on Windows
    uvloop = None  # type: ignore[assignment]

Result = TypeVar("Result")


def run(work: Coroutine[object, object, Result]) -> Result:
    """Run to the end; nothing else runs in this thread meanwhile."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if uvloop else None) as runner:
        return runner.run(work)

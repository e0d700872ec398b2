"""Failures by script: wrong answers, resets and silence, for the next calls of a method or a chat."""

import asyncio
import struct
from dataclasses import dataclass
from http import HTTPStatus
from socket import SO_LINGER, SOL_SOCKET
from typing import Literal

from aiohttp import web

from tests.telegram.botapi.wire import Json, Refusal

How = Literal["answer", "reset_before", "reset_after", "hang"]


@dataclass(slots=True)
class Fault:
    """One failure, `times` times. `carried_out`: the call takes effect although its answer is lost."""

    method: str
    chat: int | None
    how: How
    status: int
    body: str | Json | None
    retry_after: int | None
    carried_out: bool
    times: int

    def names(self, method: str) -> bool:
        """`*` leaves getUpdates alone: it goes on all the time and would swallow what is meant for others."""
        return method != "getUpdates" if self.method == "*" else self.method.lower() == method.lower()

    @property
    def refusal(self) -> Refusal:
        """As the log and the body tell it."""
        phrase = HTTPStatus(self.status).phrase
        if self.retry_after is None:
            return Refusal(self.status, phrase)
        return Refusal(self.status, f"{phrase}: retry after {self.retry_after}", retry_after=self.retry_after)

    def answer(self) -> web.Response:
        if isinstance(self.body, str):
            return web.Response(status=self.status, text=self.body, content_type="text/html")
        return web.json_response(self.body or self.refusal.body, status=self.status)


class Faults:
    """The scripted failures still to come, first come first served."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._coming.append(fault)

    def clear(self) -> None:
        self._coming.clear()

    @property
    def left(self) -> int:
        return sum(one.times for one in self._coming)

    def take(self, method: str, chat: int | None) -> Fault | None:
        for one in self._coming:
            if one.names(method) and one.chat in (None, chat):
                one.times -= 1
                if one.times == 0:
                    self._coming.remove(one)
                return one
        return None


async def silence() -> None:
    """Until the client gives up, or the server closes."""
    await asyncio.Event().wait()


def reset(request: web.Request) -> web.Response:
    """Cut the connection the hard way: RST, nothing sent. The answer that is returned goes nowhere."""
    transport = request.transport
    if transport is not None:
        socket = transport.get_extra_info("socket")
        socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()

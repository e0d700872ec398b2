"""A SOCKS proxy on loopback, versions 4, 4a and 5 (RFC 1928, 1929), that leads every name to one port."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

_GRANTED, _REFUSED = 0x5A, 0x5B


@dataclass(slots=True)
class SocksProxy:
    """`users` are those it knows by password; with none it asks nobody. `asked` is what it was asked for."""

    leads_to: int
    users: dict[str, str] = field(default_factory=dict)
    reply: int = 0  # of version 5: 0 goes through, 2 not allowed, 5 connection refused
    silent: bool = False
    port: int = 0
    asked: list[tuple[int, str, int]] = field(default_factory=list)
    tasks: set["asyncio.Task[None] | None"] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            if self.silent:
                await asyncio.Event().wait()
            version = (await reader.readexactly(1))[0]
            through = await (self._five(reader, writer) if version == 5 else self._four(reader, writer))
            if through:
                await self._pass_on(reader, writer)
        writer.close()
        self.tasks.discard(asyncio.current_task())

    async def _five(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        methods = await reader.readexactly((await reader.readexactly(1))[0])
        method = 2 if self.users else 0
        writer.write(bytes([5, method if method in methods else 0xFF]))
        if method not in methods:
            return False
        if self.users:
            await reader.readexactly(1)
            user, password = await _counted(reader), await _counted(reader)
            known = self.users.get(user) == password
            writer.write(bytes([1, 0 if known else 1]))
            if not known:
                return False
        kind = (await reader.readexactly(4))[3]
        host = await _counted(reader) if kind == 3 else socket.inet_ntoa(await reader.readexactly(4))
        self.asked.append((5, host, int.from_bytes(await reader.readexactly(2))))
        writer.write(bytes([5, self.reply, 0, 1, *bytes(6)]))
        return self.reply == 0

    async def _four(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readexactly(7)
        user = (await reader.readuntil(b"\0"))[:-1].decode()
        port, address = int.from_bytes(head[1:3]), socket.inet_ntoa(head[3:])
        if address.startswith("0.0.0."):  # 4a: the name follows
            address = (await reader.readuntil(b"\0"))[:-1].decode()
        self.asked.append((4, address, port))
        granted = not self.users or user in self.users
        writer.write(bytes([0, _GRANTED if granted else _REFUSED, *bytes(6)]))
        return granted

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.leads_to)
        try:
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        finally:
            far_writer.close()


async def _counted(reader: asyncio.StreamReader) -> str:
    return (await reader.readexactly((await reader.readexactly(1))[0])).decode()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def socks_proxy(leads_to: int, **how: object) -> AsyncIterator[SocksProxy]:
    """Served on a free port while inside."""
    proxy = SocksProxy(leads_to, **how)  # type: ignore[arg-type]
    async with await asyncio.start_server(proxy.serve, "127.0.0.1", 0) as server:
        proxy.port = server.sockets[0].getsockname()[1]
        yield proxy
        for task in proxy.tasks:
            if task:
                task.cancel()

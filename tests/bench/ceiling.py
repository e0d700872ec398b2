"""What the server itself can do: messages taken a second while a client does nothing but send them."""

import asyncio
import socket
import time
from multiprocessing import get_context

from tests.bench.server import bench_api

_BODY = b"chat_id=10000001&text=" + b"x" * 300
_REQUEST = (
    b"POST /bot1:X/sendMessage HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)
)
_AT_ONCE = 20


def _client(port: int, requests: int) -> None:
    """Raw requests, some at once on one connection: the client costs next to nothing."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        for _ in range(requests // _AT_ONCE):
            line.sendall(_REQUEST * _AT_ONCE)
            left = _AT_ONCE
            while left:
                left -= line.recv(65536).count(b"HTTP/1.1 ")


async def ceiling(requests: int = 20_000) -> float:
    """Requests a second of one core."""
    async with bench_api() as api:
        client = get_context("spawn").Process(target=_client, args=(api.port, requests))
        client.start()
        begun = time.process_time()
        await asyncio.to_thread(client.join)
        return api.requests / (time.process_time() - begun)

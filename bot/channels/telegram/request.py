"""python-telegram-bot's HTTP back end on aiohttp's client, several times faster than the stock one."""

import asyncio
import io
import json
from errno import errorcode
from typing import Any, Final

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, FormData, Payload, TCPConnector
from aiohttp.abc import AbstractStreamWriter
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.proxies import Proxy, proxy_of

_CHUNK: Final = 0x10000  # what aiohttp's writer takes before it waits for the peer
_FORM: Final = "application/x-www-form-urlencoded"


class NotSent(Exception):
    """A cause: the last byte of the request never left us, so Telegram did nothing."""


class PerhapsSent(Exception):
    """A cause: the whole request was handed to the connection, and nobody knows what became of it."""


def surely_not_sent(error: BaseException) -> bool:
    """Tell whether repeating a failed call is free of the risk of doing it twice."""
    link: BaseException | None = error
    while link is not None and not isinstance(link, NotSent):
        link = link.__cause__
    return link is not None


class AiohttpRequest(BaseRequest):
    """The parameters, defaults and time-outs of `HTTPXRequest`, and its way to send a form or files.

    The token is part of every URL, and aiohttp's errors quote URLs: ours are built anew, with causes of our own.
    """

    __slots__ = (
        "_connect",
        "_free",
        "_media_write",
        "_pool",
        "_proxy",
        "_read",
        "_session",
        "_size",
        "_write",
    )

    def __init__(  # noqa: PLR0913
        self,
        connection_pool_size: int = 256,
        *,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
        proxy: str | None = None,
    ) -> None:
        self._size = connection_pool_size
        self._read, self._write, self._media_write = read_timeout, write_timeout, media_write_timeout
        self._connect, self._pool = connect_timeout, pool_timeout
        self._proxy = proxy_of(proxy) if proxy else None
        self._session: ClientSession | None = None
        self._free = asyncio.Semaphore(connection_pool_size)

    @property
    def read_timeout(self) -> float | None:
        return self._read

    async def initialize(self) -> None:
        """Open the pool. It belongs to the running loop; the constructor may be called without one."""
        if self._session is None:
            self._free = asyncio.Semaphore(self._size)
            proxy = self._proxy
            socks = proxy is not None and proxy.socks
            self._session = ClientSession(
                connector=_through(proxy, self._size) if proxy and socks else TCPConnector(limit=self._size),
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=proxy.url if proxy and not socks else None,
            )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0913, PLR0917 - PTB's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request; return the status and the bytes of the answer."""
        session, free = self._session, self._free
        if session is None:
            raise _caused(NetworkError("the HTTP client is closed"), NotSent("closed"))
        if not await _acquired(free, _chosen(pool_timeout, self._pool)):
            raise _caused(TimedOut("all connections are busy, nothing was sent"), NotSent("pool time-out"))
        files = request_data is not None and request_data.contains_files
        body = _Body(_chosen(write_timeout, self._media_write if files else self._write))
        limits = ClientTimeout(
            connect=_chosen(connect_timeout, self._connect), sock_read=_chosen(read_timeout, self._read)
        )
        try:
            await body.fill(request_data)
            data = body if method == "POST" else None
            body.left = data is None  # nothing tells when a GET has left
            call = session.request(method, url, data=data, timeout=limits, allow_redirects=False)
            async with call as answer:
                return answer.status, _worth_quoting(answer.status, await answer.read())
        except Exception as error:  # whatever it is: PTB would quote it, and it may quote the URL
            failure = _failure(error, body)
        finally:
            free.release()
        raise failure  # out here it has no `__context__` either

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer. The original logs what it can't read and lets a KeyError through."""
        answer = _answer(payload)
        if answer is None:
            raise NetworkError("this is no answer of the Bot API")
        return answer


class _Body(Payload):
    """The bytes of one request, with the write time-out that aiohttp lacks: one for each chunk, as in httpx."""

    def __init__(self, patience: float | None) -> None:
        super().__init__(b"", content_type=_FORM)
        self._bytes = b""
        self.left = False  # set when the last byte is handed over
        self._patience = patience

    @property
    def size(self) -> int:
        return len(self._bytes)

    async def fill(self, data: RequestData | None) -> None:
        """Encode the parameters; lone surrogates, which UTF-8 can't carry, become question marks."""
        if data is None:
            return
        if not data.contains_files:
            self._bytes = data.url_encoded_parameters({"errors": "replace"}).encode()
            return
        form = FormData(quote_fields=False, default_to_multipart=True)  # a file's name goes as plain UTF-8
        for name, text in data.json_parameters.items():
            form.add_field(name, text.encode(errors="replace").decode())
        for name, (filename, content, kind) in data.multipart_data.items():
            file = io.BytesIO(content) if isinstance(content, bytes) else content
            form.add_field(name, file, filename=filename, content_type=kind)
        parts = form()
        self._bytes, self.headers["Content-Type"] = await parts.as_bytes(), parts.content_type

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return str(self._bytes, encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        for start in range(0, self.size or 1, _CHUNK):
            self.left = start + _CHUNK >= self.size
            async with asyncio.timeout(self._patience):
                await writer.write(self._bytes[start : start + _CHUNK])


def _through(proxy: Proxy, size: int) -> TCPConnector:
    """Connections by way of a SOCKS proxy."""
    from aiohttp_socks import ProxyConnector, ProxyType  # noqa: PLC0415 - few have such a proxy

    return ProxyConnector(
        proxy.host,
        proxy.port,
        ProxyType.SOCKS5 if proxy.socks == 5 else ProxyType.SOCKS4,
        proxy.user,
        proxy.password,
        rdns=proxy.names_there,
        limit=size,
    )


def _chosen(given: object, default: float | None) -> float | None:
    """PTB marks what the caller did not say by an object of its own; None means no limit."""
    return given if given is None or isinstance(given, int | float) else default


async def _acquired(free: asyncio.Semaphore, patience: float | None) -> bool:
    try:
        async with asyncio.timeout(patience):
            return await free.acquire()
    except TimeoutError:
        return False


def _failure(error: Exception, body: _Body) -> NetworkError:
    """Tell what happened in words of our own: the kind of the error and the system's code, nothing quoted."""
    code = errorcode.get(error.errno or 0, "") if isinstance(error, OSError) else getattr(error, "status", "")
    what = f"{type(error).__name__} {code}".rstrip()
    cause = PerhapsSent(what) if body.left else NotSent(what)
    return _caused(TimedOut(what) if isinstance(error, TimeoutError) else NetworkError(what), cause)


def _caused(error: NetworkError, cause: Exception) -> NetworkError:
    error.__cause__ = cause
    return error


class _Answer(dict[str, Any]):
    """An answer of 200 without a result would be a KeyError in PTB."""

    def __missing__(self, key: str) -> Any:
        raise NetworkError(f"an answer without {key}")


def _answer(payload: bytes) -> _Answer | None:
    try:
        parsed = json.loads(payload.decode(errors="replace"))
    except ValueError:
        return None
    return _Answer(parsed) if isinstance(parsed, dict) else None


def _worth_quoting(status: int, payload: bytes) -> bytes:
    """PTB quotes an error page in its message, and a proxy's page quotes the URL."""
    return payload if status < 300 or _answer(payload) is not None else b""

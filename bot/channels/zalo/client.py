"""The HTTP client of one bot: POST {base}/bot<TOKEN>/<method>, JSON both ways."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx

from bot.channels.zalo.errors import SURE, NoAnswer, Refused

API = "https://bot-api.zaloplatforms.com"
_CONNECT, _READ = 10.0, 20.0  # seconds
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Client:
    """Calls the methods of one bot. Raises CallFailed, and nothing of httpx: its errors carry the token."""

    def __init__(self, token: str, api_url: str = API) -> None:
        self._base = f"{api_url.rstrip('/')}/bot{quote(token, safe=':')}/"
        self._http: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Connections are kept while inside; no proxy or password of this machine's is looked up."""
        async with httpx.AsyncClient(trust_env=False) as self._http:
            yield
        self._http = None

    async def call(
        self, method: str, body: Mapping[str, object] | None = None, *, read: float | None = None
    ) -> Any:
        """The result of a method; None where Zalo sends none. `read`: seconds to wait for the answer."""
        if self._http is None:
            raise NoAnswer(sent=False)
        timeout = httpx.Timeout(read or _READ, connect=_CONNECT, pool=_CONNECT)
        try:
            answer = await self._http.post(f"{self._base}{method}", json=body or {}, timeout=timeout)
        except _NOT_SENT:
            raise NoAnswer(sent=False) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise NoAnswer from None  # it may have been delivered
        told = _object(answer)
        if told.get("ok") is True:
            return told.get("result")
        if not told and answer.status_code not in SURE:
            raise NoAnswer  # a gateway's page: whoever wrote it does not know what became of the call
        raise Refused(_code(told, answer.status_code), str(told.get("description", "")))


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        told = answer.json()
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _code(told: Mapping[str, Any], status: int) -> int:
    code = told.get("error_code")
    try:
        return status if code is None else int(code)
    except (ValueError, TypeError):
        return status

"""The HTTP server: a loopback address under which Zalo seems to live."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from tests.telegram.botapi.faults import reset, silence
from tests.zalo.platform.bots import Bot
from tests.zalo.platform.wire import Fault, Json, Oddities, Refusal

_PATH = re.compile(r"/bot([^/]+)/(\w+)")
_HTML = "<html><h1>502 Bad Gateway</h1></html>"
_NO_RESULT = object()


class Platform:
    """The bots by name. `url` is the base: requests go to <url>/bot<token>/<method>."""

    def __init__(self, tokens: Mapping[str, str], odd: Oddities, wall: Callable[[], float]) -> None:
        self.odd = odd
        self.bots = {name: Bot(name, token, odd, wall, self.changed) for name, token in tokens.items()}
        self._by_token = {bot.token: bot for bot in self.bots.values()}
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._news = asyncio.Event()
        self._errors: list[Exception] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def changed(self) -> None:
        self._news.set()

    async def until(self, happened: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait for what the bots do; judged anew after each call of theirs."""
        try:
            async with asyncio.timeout(seconds):
                while not happened():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            calls = {name: dict(bot.calls) for name, bot in self.bots.items()}
            raise AssertionError(f"not within {seconds} s; calls {calls}") from None

    async def delivered(self, seconds: float = 5.0) -> None:
        """Every update was handed out, and is committed: whoever took it asks again, or has answered."""
        await self.until(lambda: all(bot.is_idle for bot in self.bots.values()), seconds)

    async def go_up(self) -> None:
        """Listen; after `go_down` on the same port."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        await runner.setup()
        self._runner = runner
        await web.TCPSite(runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = runner.addresses[0][1]

    async def go_down(self) -> None:
        """Connections are cut and new ones refused; what the platform knows stays."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def close(self) -> None:
        for bot in self.bots.values():
            await bot.close()
        await self.go_down()
        if self._errors:
            raise ExceptionGroup("the platform itself broke", self._errors)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except (ConnectionError, web.HTTPException):
            raise
        except Exception as error:
            self._errors.append(error)
            raise
        finally:
            self.changed()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        found = _PATH.fullmatch(request.path)
        bot = self._by_token.get(found[1]) if found else None
        if found is None or request.method != "POST":
            return _json(Refusal(404, "Not Found").body, 404)
        if bot is None:  # seen: HTTP 200
            return _json(Refusal(401, "Unauthorized").body, 200)
        method = found[2]
        bot.calls[method] += 1
        body: Json = await request.json()
        chat = body.get("chat_id")
        fault = bot.fault(method, chat)
        if fault is None or fault.carried_out:
            told = await self._carry_out(bot, method, body)
            if fault is None:
                return told
        bot.refused.append((method, fault.code or 0))
        return await _fail(request, fault)

    async def _carry_out(self, bot: Bot, method: str, body: Json) -> web.Response:
        try:
            result = await self._call(bot, method, body)
        except Refusal as refusal:
            if refusal.code != 408:
                bot.refused.append((method, refusal.code))
            return _json(refusal.body, 200 if self.odd.always_200 else refusal.code)
        return _json({"ok": True} if result is _NO_RESULT else {"ok": True, "result": result}, 200)

    async def _call(self, bot: Bot, method: str, body: Json) -> object:
        if method == "getUpdates":
            return await bot.next_update(float(body.get("timeout", 30)))
        if method == "sendMessage":
            return bot.send(body)
        if method == "getMe":
            return self._me(bot)
        if method == "sendChatAction":
            return _NO_RESULT
        if method == "setWebhook":
            return _set_webhook(bot, body)
        if method in ("getWebhookInfo", "deleteWebhook"):
            return _webhook(bot, method)
        raise Refusal(404, "Not Found: method names are case-sensitive")

    def _me(self, bot: Bot) -> Json:
        me = {
            "id": "1459232241454765289",
            "account_name": bot.account_name,
            "account_type": "BASIC",
            "can_join_groups": bot.can_join_groups,
        }
        return me if self.odd.nameless else {**me, "display_name": bot.display_name}


def _set_webhook(bot: Bot, body: Json) -> Json:
    url, secret = body.get("url"), body.get("secret_token")
    if not url or not secret or not 8 <= len(secret) <= 256:
        raise Refusal(400, "Bad Request: url and a secret_token of 8 to 256 characters are needed")
    bot.webhook = (url, secret)
    bot.call_webhook()
    told: Json = {"url": url, "updated_at": 1750316131602}
    return told if bot.verification is None else {**told, "verification": bot.verification}


def _webhook(bot: Bot, method: str) -> Json:
    if bot.webhook is None:  # a fresh bot
        raise Refusal(404, "Not Found: no webhook")
    url, _ = bot.webhook
    if method == "deleteWebhook":
        bot.webhook = None
    return {"url": url, "updated_at": 1750316131602}


async def _fail(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.how == "hang":
        await silence()
    if fault.how == "reset":
        return reset(request)
    status = fault.status or (fault.code if fault.code and 400 <= fault.code < 600 else 200)
    if isinstance(fault.body, str):
        return web.Response(status=status, text=fault.body or _HTML, content_type="text/html")
    return _json(fault.body or fault.told, status)


def _json(body: Json, status: int) -> web.Response:
    return web.json_response(body, status=status)


@asynccontextmanager
async def platform(
    tokens: Mapping[str, str], odd: Oddities | None = None, wall: Callable[[], float] = time.time
) -> AsyncIterator[Platform]:
    """Served on a free port of this machine while inside."""
    server = Platform(tokens, odd or Oddities(), wall)
    await server.go_up()
    try:
        yield server
    finally:
        await server.close()

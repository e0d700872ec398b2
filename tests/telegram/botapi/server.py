"""The HTTP server: a loopback address under which Telegram seems to live."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.telegram.botapi.arguments import Arguments, arguments_of
from tests.telegram.botapi.chats import Chat
from tests.telegram.botapi.faults import Fault, How, reset, silence
from tests.telegram.botapi.groups import Group
from tests.telegram.botapi.limits import Flood, Limits
from tests.telegram.botapi.log import Sent
from tests.telegram.botapi.people import User
from tests.telegram.botapi.setup import METHODS
from tests.telegram.botapi.webhook import Delivery
from tests.telegram.botapi.wire import Json, Refusal
from tests.telegram.botapi.world import Rules, World

_PATH = re.compile(r"/bot([^/]+)/(\w+)")
_FILE = re.compile(r"/file/bot([^/]+)/documents/(\w+)")
_NAMES = {name.lower(): name for name in METHODS}
_MOST = 64 * 1024 * 1024


class BotApi(World):
    """One bot's Telegram. `url` is the base: requests go to <url>/bot<token>/<method>."""

    def __init__(self, token: str, rules: Rules) -> None:
        super().__init__(token, rules)
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._errors: list[Exception] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def user(self, user: int, first_name: str, language: str = "vi") -> User:
        """A new person, who has not pressed Start."""
        assert user not in self.chats, f"there is a chat {user} already"
        return User(self, user, first_name, language)

    def group(self, group: int, title: str, *, topic: bool = False) -> Group:
        """A new group, without the bot."""
        assert group not in self.chats, f"there is a chat {group} already"
        return Group(self, group, title, topic=topic)

    def chat(self, chat: int) -> Chat:
        return self.chats[chat]

    @property
    def limits(self) -> Limits:
        return self.pacer.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self.pacer.change(limits)

    @property
    def floods(self) -> list[Flood]:
        """The 429s that limits or `throttle` gave; those by script are in `log.refused`."""
        return self.pacer.floods

    @property
    def sent(self) -> list[Sent]:
        return self.log.sent

    @property
    def deliveries(self) -> list[Delivery]:
        return self.webhook.deliveries

    def feed(self, update: Json) -> int:
        """Any update at all, of kinds that do not exist yet too; its number."""
        return self.updates.feed(update)

    def throttle(self, seconds: int, *, chat: int | None = None) -> None:
        """From now on 429 for one chat, or for all, until the seconds are over."""
        self.pacer.throttle(chat, seconds)

    def fail_next(
        self,
        method: str = "*",
        how: How = "answer",
        *,
        status: int = 500,
        body: str | Json | None = None,
        retry_after: int | None = None,
        carried_out: bool = False,
        times: int = 1,
        chat: int | None = None,
    ) -> None:
        """The next calls of a method fail; `*` is every method but getUpdates, `chat` only calls for it.

        answer: `status` with `body` (text is sent as HTML, nothing as Telegram's own JSON).
        reset_before: RST before anything took effect. reset_after: it took effect. hang: no answer ever.
        `carried_out`: it takes effect although an error or nothing is answered.
        """
        status = 429 if retry_after is not None else status
        carried_out = carried_out or how == "reset_after"
        self.faults.add(Fault(method, chat, how, status, body, retry_after, carried_out, times))

    async def delivered(self, seconds: float = 5.0) -> None:
        """Wait until the bot confirmed every update: by an offset, or by a 2xx."""
        await self.until(lambda: not self.updates.pending, seconds)

    async def go_up(self) -> None:
        """Listen; after `go_down` on the same port."""
        app = web.Application(client_max_size=_MOST)
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        await runner.setup()
        self._runner = runner
        await web.TCPSite(runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = runner.addresses[0][1]

    async def go_down(self) -> None:
        """Connections are cut and new ones refused; what Telegram knows stays."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def close(self) -> None:
        await self.webhook.remove()
        await self.go_down()
        if self._errors:
            raise ExceptionGroup("the Bot API server itself broke", self._errors)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.code)
        except web.HTTPRequestEntityTooLarge:
            return web.json_response(Refusal(413, "Request Entity Too Large").body, status=413)
        except ConnectionError:
            raise
        except Exception as error:
            self._errors.append(error)
            raise
        finally:
            self.changed()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if file := _FILE.fullmatch(request.path):
            self._check(file[1])
            return web.Response(body=self.uploads[file[2]].content)
        found = _PATH.fullmatch(request.path)
        if found is None:
            raise Refusal(404, "Not Found")
        self._check(found[1])
        name = _NAMES.get(found[2].lower())
        if name is None or request.method not in ("GET", "POST"):
            raise Refusal(404, "Not Found: method not found")
        self.log.calls[name] += 1
        fault = self.faults.take(name, None)
        if fault is not None and fault.how == "reset_before":
            return reset(request)
        args = await arguments_of(request)
        chat = _chat_of(args)
        fault = fault or self.faults.take(name, chat)
        if fault is None or fault.carried_out:
            result = await self._carry_out(name, chat, args)
            if fault is None:
                return _json(result)
        return await self._fail(request, name, chat, fault)

    async def _carry_out(self, name: str, chat: int | None, args: Arguments) -> Json:
        try:
            return {"ok": True, "result": await METHODS[name](self, args)}
        except Refusal as refusal:
            self.log.refuse(self.clock(), name, chat, refusal)
            return refusal.body

    async def _fail(
        self, request: web.Request, name: str, chat: int | None, fault: Fault
    ) -> web.StreamResponse:
        self.changed()
        if fault.how == "hang":
            await silence()
        if fault.how != "answer":
            return reset(request)
        self.log.refuse(self.clock(), name, chat, fault.refusal)
        return fault.answer()

    def _check(self, token: str) -> None:
        if token != self.token:
            raise Refusal(401, "Unauthorized")


def _chat_of(args: Arguments) -> int | None:
    told = str(args.values.get("chat_id", ""))
    return int(told) if told.removeprefix("-").isdecimal() else None


def _json(body: Json) -> web.Response:
    return web.json_response(body, status=body.get("error_code", 200))


@asynccontextmanager
async def bot_api(token: str = "123456:TEST", rules: Rules | None = None) -> AsyncIterator[BotApi]:
    """Served on a free port of this machine while inside."""
    server = BotApi(token, rules or Rules())
    await server.go_up()
    try:
        yield server
    finally:
        await server.close()

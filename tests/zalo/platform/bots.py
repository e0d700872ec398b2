"""One bot of the platform: its updates, its webhook, its chats, and what became of every call."""

import asyncio
import itertools
from collections import Counter, deque
from collections.abc import Callable

import aiohttp

from tests.zalo.platform.chats import Chat, Group, Message, User, opaque
from tests.zalo.platform.wire import Fault, Json, Oddities, Refusal, utf16

HEADER = "X-Bot-Api-Secret-Token"
CALLER = "Java/1.8.0_192"  # who calls a webhook
_LONGEST = 2000


class Bot:
    def __init__(
        self, name: str, token: str, odd: Oddities, wall: Callable[[], float], changed: Callable[[], None]
    ) -> None:
        self.name, self.token, self.odd = name, token, odd
        self._wall, self._changed = wall, changed
        self.display_name = f"Bot Kẻng {name}"
        self.account_name = f"bot.{opaque(token)}"
        self.can_join_groups = True
        self.chats: dict[str, Chat] = {}
        self.calls: Counter[str] = Counter()
        self.refused: list[tuple[str, int]] = []
        self.faults: list[Fault] = []
        self.left: int | None = None  # messages of this month; None: nobody counts
        self.lost: list[Json] = []
        self.deliveries: list[int | None] = []
        self.webhook: tuple[str, str] | None = None
        self.verification: Json | None = None
        self.asking = self.most_asking = 0
        self._fresh: deque[Json] = deque()
        self._taken: deque[Json] = deque()
        self._in_hand = False
        self._news = asyncio.Event()
        self._numbers = itertools.count(1)
        self._calling: asyncio.Task[None] | None = None

    # Who is there.

    def user(self, name: str) -> User:
        """Somebody new, who has not written yet."""
        user = User(self.name, name, self._hear)
        self._meet(user.chat)
        return user

    def group(self, title: str) -> Group:
        """A group into which its leader has let the bot."""
        group = Group(self.name, title, lambda: self.display_name, self._hear)
        self._meet(group.chat)
        return group

    def _meet(self, chat: Chat) -> None:
        assert chat.id not in self.chats
        self.chats[chat.id] = chat

    # Updates.

    def _hear(self, chat: Chat, sender: Json, event_name: str, content: Json) -> None:
        message: Json = {
            "from": sender,
            "chat": chat.json(),
            "message_id": opaque(chat.id, str(next(self._numbers))),
            "date": int(self._wall() * 1000),
            **content,
        }
        named = {} if self.odd.no_event_names else {"event_name": event_name}
        self.feed({**named, "message": message})

    def feed(self, update: Json) -> None:
        """Any update at all."""
        if self.odd.loses and not self.webhook and not self.asking:
            self.lost.append(update)
            return
        self._fresh.append(update)
        self._news.set()

    @property
    def is_idle(self) -> bool:
        """Everything was handed out, and whoever took the last of it is back."""
        return not (self._fresh or self._in_hand)

    async def next_update(self, seconds: float) -> Json:
        if self.webhook:
            raise Refusal(400, "Bad Request: can't use getUpdates method while webhook is active")
        self._in_hand = False
        self._changed()
        self.asking += 1
        self.most_asking = max(self.most_asking, self.asking)
        try:
            return await asyncio.wait_for(self._next(), seconds)
        except TimeoutError:
            raise Refusal(408, "Request timeout") from None
        finally:
            self.asking -= 1

    async def _next(self) -> Json:
        while True:
            if self._fresh:
                update = self._fresh.popleft()
                self._taken.append(update)
                self._in_hand = True
                return update
            if self.odd.replays and self._taken:
                self._taken.rotate(-1)
                return self._taken[-1]
            self._news.clear()
            await self._news.wait()

    # The webhook: called once for each update, whatever the answer.

    def call_webhook(self) -> None:
        if self._calling is None or self._calling.done():
            self._calling = asyncio.create_task(self._call())

    async def _call(self) -> None:
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": CALLER}) as session:
            while self.webhook:
                if self._fresh:
                    update = self._fresh.popleft()
                    self._in_hand = True
                    self.deliveries.append(await self._post(session, update))
                    self._in_hand = False
                    self._changed()
                    continue
                self._news.clear()
                await self._news.wait()

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> int | None:
        assert self.webhook
        url, secret = self.webhook
        body = update if self.odd.flat else {"ok": True, "result": update}
        try:
            async with session.post(url, json=body, headers={HEADER: secret}) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def close(self) -> None:
        if self._calling is not None:
            self._calling.cancel()
            await asyncio.gather(self._calling, return_exceptions=True)

    # Messages.

    def send(self, body: Json) -> Json:
        """sendMessage, as strict as the documentation."""
        text = body.get("text")
        if not isinstance(text, str) or not 1 <= utf16(text) <= _LONGEST:
            raise Refusal(400, "Bad Request: text must be 1 to 2000 characters")
        chat = self.chats.get(str(body.get("chat_id")))
        if chat is None or not chat.open:
            raise Refusal(400, "Bad Request: chat not found")
        if self.left == 0:
            raise Refusal(429, "Quota exceeded")
        self.left = None if self.left is None else self.left - 1
        extra = {name: value for name, value in body.items() if name not in ("chat_id", "text")}
        number = next(self._numbers)
        chat.said.append(Message(number, self._wall(), text, extra))
        return {"message_id": opaque(chat.id, str(number)), "date": int(self._wall() * 1000)}

    def fail_next(self, method: str = "sendMessage", **how: object) -> None:
        """See `Fault`."""
        self.faults.append(Fault(method, **how))  # type: ignore[arg-type]

    def fault(self, method: str, chat: str | None) -> Fault | None:
        for one in self.faults:
            if one.meets(method, chat):
                one.times -= 1
                if not one.times:
                    self.faults.remove(one)
                return one
        return None

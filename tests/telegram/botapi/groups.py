"""A group of the test: members, privacy mode, topics, anonymous admins, migration."""

from tests.telegram.botapi.chats import Chat, Message
from tests.telegram.botapi.people import User, data_of, said
from tests.telegram.botapi.wire import Json, bad, forbidden, migrated
from tests.telegram.botapi.world import Press, World

SUPERGROUP = -1_000_000_000_000
ANONYMOUS: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNELS: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


class Group:
    """A basic group; a supergroup where the id is below -10¹² or it has topics."""

    def __init__(self, world: World, group: int, title: str, *, topic: bool = False) -> None:
        assert group < 0, "groups have negative ids"
        assert group < SUPERGROUP or not topic, "only a supergroup (-100…) has topics"
        self._world = world
        self.chat = Chat(group, "supergroup" if group < SUPERGROUP else "group", title, topic)
        self.chat.refusal = bad("chat not found")
        self.has_bot = False
        self.bot_is_admin = False
        world.chats[group] = self.chat

    @property
    def id(self) -> int:
        """Another one after `migrate`."""
        return self.chat.id

    @property
    def texts(self) -> list[str]:
        return self.chat.texts

    @property
    def last(self) -> Message:
        return self.chat.last

    def add_bot(self, by: User, payload: str | None = None, *, admin: bool = False) -> None:
        """By hand, or by t.me/<bot>?startgroup=<payload>."""
        self.has_bot, self.bot_is_admin, self.chat.refusal = True, admin, None
        self._world.moved(self.chat, by.json, "left", "member")
        self._service(by.json, {"new_chat_members": [self._world.me]})
        if payload is not None:
            self.write(by, f"/start@{self._world.me['username']} {payload}")

    def kick_bot(self, by: User | None = None) -> None:
        self.has_bot = self.bot_is_admin = False
        self.chat.refusal = forbidden(f"bot was kicked from the {self.chat.kind} chat")
        self._world.moved(self.chat, by.json if by else ANONYMOUS, "member", "kicked")

    def restrict_bot(self) -> None:
        """The group's admins no longer let it write."""
        self.chat.refusal = bad("not enough rights to send text messages to the chat")

    def write(
        self, user: User, text: str, *, reply_to: Message | None = None, topic: int | None = None
    ) -> Message:
        return self._say(user.json, text, {}, reply_to, topic)

    def write_anonymously(
        self, text: str, *, reply_to: Message | None = None, topic: int | None = None
    ) -> Message:
        return self._say(ANONYMOUS, text, {"sender_chat": self.chat.json()}, reply_to, topic)

    def write_from_channel(
        self, text: str, *, reply_to: Message | None = None, topic: int | None = None
    ) -> Message:
        """A post of the linked channel, forwarded into the group by Telegram itself."""
        channel = {"id": SUPERGROUP - 55, "type": "channel", "title": "Kênh của xã"}
        origin = {"type": "channel", "date": self._world.now(), "chat": channel, "message_id": 9}
        extra = {"sender_chat": channel, "is_automatic_forward": True, "forward_origin": origin}
        return self._say(CHANNELS, text, extra, reply_to, topic)

    def press(self, user: User, label: str, *, of: Message | None = None) -> Press:
        """Somebody presses the newest message showing that button, or one that was kept."""
        message = of or self.chat.showing(label)
        return self._world.press(user.json, message, data_of(message, label))

    def press_data(self, user: User, data: str, *, of: Message | None = None) -> Press:
        return self._world.press(user.json, of or self.chat.last, data)

    def migrate(self, new: int | None = None, *, to: bool = True, from_too: bool = True) -> int:
        """Become a supergroup with a new id, of which either or both service updates tell."""
        old = self.chat
        assert old.kind == "group", "it is a supergroup already"
        number = new or SUPERGROUP + old.id
        self.chat = self._world.chats[number] = Chat(number, "supergroup", old.name)
        self.chat.refusal, old.refusal = old.refusal, None
        if self.has_bot:
            old.refusal = migrated(number)
        if to:
            self._service(ANONYMOUS, {"migrate_to_chat_id": number}, old)
        if from_too:
            self._service(ANONYMOUS, {"migrate_from_chat_id": old.id})
        return number

    def open_topic(self, name: str = "Họp") -> int:
        """A new topic's thread id."""
        assert self.chat.forum, "this group has no topics"
        message = self._service(ANONYMOUS, {"forum_topic_created": {"name": name, "icon_color": 7322096}})
        self.chat.topics[message.id] = True
        message.thread = message.id
        return message.id

    def close_topic(self, topic: int) -> None:
        self.chat.topics[topic] = False

    def delete_topic(self, topic: int) -> None:
        del self.chat.topics[topic]

    def _service(self, by: Json, content: Json, chat: Chat | None = None) -> Message:
        message = said(self._world, chat or self.chat, by, "")
        message.extra = content
        if self.has_bot:
            self._world.deliver(message)
        return message

    def _say(
        self, sender: Json, text: str, extra: Json, reply_to: Message | None, topic: int | None
    ) -> Message:
        assert topic is None or topic in self.chat.topics, "no such topic"
        if reply_to is not None and topic is None:
            # A reply in a supergroup carries a thread of its own, in which a bot cannot write.
            forum = self.chat.forum
            topic = reply_to.thread if forum or self.chat.kind == "group" else reply_to.id
        message = said(self._world, self.chat, sender, text, reply_to=reply_to, topic=topic)
        message.extra = extra
        if self.has_bot and self._is_for_bot(message):
            self._world.deliver(message)
        return message

    def _is_for_bot(self, message: Message) -> bool:
        """Privacy mode is on: commands and replies to the bot; everything only for an admin."""
        if self.bot_is_admin or (message.reply_to is not None and message.reply_to.by_bot):
            return True
        if not message.text.startswith("/"):
            return False
        _, _, name = message.text.split(maxsplit=1)[0].partition("@")
        return name.lower() in ("", str(self._world.me["username"]).lower())

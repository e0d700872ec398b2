"""A person of the test with their private chat."""

from tests.telegram.botapi.arguments import File
from tests.telegram.botapi.chats import Chat, Message
from tests.telegram.botapi.wire import Json, forbidden, utf16
from tests.telegram.botapi.world import Press, World


class User:
    """Verbs are what a thumb does; each makes the update that Telegram would make."""

    def __init__(self, world: World, user: int, first_name: str, language: str = "vi") -> None:
        self._world = world
        self.id, self.first_name = user, first_name
        self.json: Json = {
            "id": user,
            "is_bot": False,
            "first_name": first_name,
            "language_code": language,
        }
        self.chat = Chat(user, "private", first_name)
        self.chat.refusal = forbidden("bot can't initiate conversation with a user")
        self.started = False
        world.chats[user] = self.chat

    @property
    def texts(self) -> list[str]:
        """What the bot shows this person now."""
        return self.chat.texts

    @property
    def last(self) -> Message:
        return self.chat.last

    def start(self, payload: str | None = None) -> Message:
        """Press Start, or follow t.me/<bot>?start=<payload>; a blocked bot is unblocked by it."""
        if self.started and self.chat.refusal is not None:
            self.unblock()
        self.started, self.chat.refusal = True, None
        return self.write(f"/start {payload}" if payload else "/start")

    def write(self, text: str, *, reply_to: Message | None = None) -> Message:
        assert self.started, f"{self.first_name} never pressed Start"
        message = said(self._world, self.chat, self.json, text, reply_to=reply_to)
        self._world.deliver(message)
        return message

    def edit(self, message: Message, text: str) -> None:
        """Change one's own message: an `edited_message` update."""
        message.text, message.edited = text, self._world.now()
        self._world.updates.add("edited_message", message.json(), f"message {self.chat.id}")

    def press(self, label: str, *, of: Message | None = None, inaccessible: bool = False) -> Press:
        """The newest message showing that button, or one that was kept."""
        message = of or self.chat.showing(label)
        return self._world.press(self.json, message, data_of(message, label), inaccessible=inaccessible)

    def press_data(self, data: str, *, of: Message | None = None, inaccessible: bool = False) -> Press:
        """A forged press: any data, under the bot's newest message or a chosen one."""
        return self._world.press(self.json, of or self.chat.last, data, inaccessible=inaccessible)

    def send_file(
        self, name: str, content: bytes, mime: str = "application/octet-stream", caption: str = ""
    ) -> Message:
        assert self.started, f"{self.first_name} never pressed Start"
        message = said(self._world, self.chat, self.json, caption)
        message.file = File(name, content, mime)
        document = self._world.keep(message.file) | {"file_name": name, "mime_type": mime}
        message.file_field = {"document": document}
        self._world.deliver(message)
        return message

    def block(self) -> None:
        self.chat.refusal = forbidden("bot was blocked by the user")
        self._world.moved(self.chat, self.json, "member", "kicked")

    def unblock(self) -> None:
        """Restart the bot. The app sends /start as well: `start()` does both."""
        self.chat.refusal = None
        self._world.moved(self.chat, self.json, "kicked", "member")

    def deactivate(self) -> None:
        """The account is deleted: Telegram tells only whoever writes to it."""
        self.chat.refusal = forbidden("user is deactivated")


def said(
    world: World,
    chat: Chat,
    sender: Json,
    text: str,
    *,
    reply_to: Message | None = None,
    topic: int | None = None,
) -> Message:
    """A message by a person now stands in the chat; nothing is delivered yet."""
    message = chat.add(sender, world.now(), text)
    message.reply_to, message.thread = reply_to, topic
    if text.startswith("/"):
        length = utf16(text.split(maxsplit=1)[0])
        message.entities = [{"type": "bot_command", "offset": 0, "length": length}]
    return message


def data_of(message: Message, label: str) -> str:
    found = message.label(label)
    assert found is not None, f"no button {label!r}: {[*message.buttons]}"
    data = message.buttons[found]
    assert data, f"the button {found!r} sends nothing to the bot"
    return data

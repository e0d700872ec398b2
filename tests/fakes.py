"""What the platforms of the tests have in common: none can change a message or take a file."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from chat.capabilities import Capabilities
from chat.channel import Attachment, ChannelDown, NotEditable, Outgoing, Rejected, SendError
from chat.events import Address


class FakeChannel:
    """A platform as plain as can be; what it takes is up to each test."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    async def send(self, message: Outgoing) -> str:
        raise NotImplementedError

    async def edit(self, message_id: str, message: Outgoing) -> None:
        raise NotEditable(f"{message_id}: {message.text}")

    async def send_file(self, to: Address, file: Attachment) -> None:
        raise Rejected(f"no files: {file.name} for {to}")


@dataclass
class Scripted(FakeChannel):
    """Takes every message but those for which an error stands in the script, first come first served."""

    can: Capabilities = field(default_factory=Capabilities)
    script: list[SendError | Exception | None] = field(default_factory=list)
    took: list[Outgoing] = field(default_factory=list)
    asked: int = 0

    @property
    def capabilities(self) -> Capabilities:
        return self.can

    @property
    def chats(self) -> list[str]:
        return [message.to.chat for message in self.took]

    async def send(self, message: Outgoing) -> str:
        self.asked += 1
        error = self.script.pop(0) if self.script else None
        if error is not None:
            raise error
        self.took.append(message)
        return str(len(self.took))


@dataclass
class Metered(FakeChannel):
    """A platform that counts a month's messages both ways and serves so many people, first come first served."""

    month: Callable[[], str]
    allows: int = 3000
    users: int = 50
    served: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    took: list[Outgoing] = field(default_factory=list)
    refused: list[Outgoing] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(monthly=True, monthly_messages=self.allows or None, users=self.users)

    @property
    def left(self) -> int:
        return self.allows - self.counted[self.month()]

    def hears(self, chat: str) -> None:
        """Somebody writes: who comes too late is heard and never answered."""
        if chat not in self.served and len(self.served) < self.users:
            self.served.append(chat)
        self.counted[self.month()] += 1

    async def send(self, message: Outgoing) -> str:
        if message.to.chat not in self.served:
            self.refused.append(message)
            raise Rejected(message.to.chat, address=True)
        if self.left <= 0:
            self.refused.append(message)
            raise ChannelDown(spent=True)
        self.counted[self.month()] += 1
        self.took.append(message)
        return str(len(self.took))

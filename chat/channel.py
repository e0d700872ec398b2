"""The contract every channel fulfils, and the few ways in which a send can fail."""

from dataclasses import dataclass
from typing import Protocol

from chat.capabilities import Capabilities
from chat.events import Address
from chat.replies import Style


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    token: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message in the reader's words, ready for one chat."""

    to: Address
    text: str
    buttons: tuple[Button, ...] = ()


class Channel(Protocol):
    """One of our bots on one platform."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def send(self, message: Outgoing) -> str:
        """Hand the message over and return the platform's id of it.

        Raises:
            SendError: one of the family below, and nothing else.

        """
        ...


class SendError(Exception):
    """A send that did not end in a message id."""


class Throttled(SendError):
    """The platform says: later. `seconds` of real time, for what it covers."""

    def __init__(self, seconds: float, *, whole_channel: bool = False) -> None:
        super().__init__(f"throttled for {seconds} s")
        self.seconds = seconds
        self.whole_channel = whole_channel


class Unreachable(SendError):
    """No usable answer. `sent` is False when it surely did not arrive, None when nobody knows."""

    def __init__(self, *, sent: bool | None = None) -> None:
        super().__init__("unreachable")
        self.sent = sent


class Blocked(SendError):
    """This person does not want us or is gone: the address is dead until they write again."""


class AddressChanged(SendError):
    """The chat has another id now: rewrite it once, then send again."""

    def __init__(self, to: Address) -> None:
        super().__init__("address changed")
        self.to = to


class Rejected(SendError):
    """The platform refuses this message; trying again would not help."""


class ChannelDown(SendError):
    """The whole channel is out (token, quota): rows wait."""

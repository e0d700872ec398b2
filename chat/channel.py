"""The contract every channel fulfils, and the few ways in which a send can fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
class Attachment:
    """A file as its reader gets it. `link` is where our own pages offer the same one, "" if nowhere."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    is_photo: bool = False
    link: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Translation:
    """The words of a message in another language; the labels stand in the order of its buttons."""

    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message in the reader's words, ready for one chat. Its attachments follow it, each by `send_file`.

    `translations`: the same in every language the channel asks for, by language.
    """

    to: Address
    text: str
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    translations: Mapping[str, Translation] = field(default_factory=dict)


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

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Put another text and other buttons in the place of a message of ours; the same ones are no error.

        Raises:
            SendError: as above, and NotEditable. A channel that cannot edit always raises that.

        """
        ...

    async def send_file(self, to: Address, file: Attachment) -> None:
        """Hand one file over, quietly: the message it belongs to was the news.

        Raises:
            SendError: as above. A channel without files is never asked.

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
    """The platform refuses this message; trying again would not help.

    `address`: it is the chat that is refused, as far as the platform tells, and not what we wrote.
    """

    def __init__(self, why: str = "", *, address: bool = False) -> None:
        super().__init__(why)
        self.address = address


class NotEditable(SendError):
    """The message is gone or may not be changed any more: only a new one can say it."""


class ChannelDown(SendError):
    """The whole channel is out (token, quota): rows wait.

    `spent`: the platform takes nothing more this month (Zalo: 429). People are to be phoned then.
    """

    def __init__(self, *, spent: bool = False) -> None:
        super().__init__("the month is spent" if spent else "channel down")
        self.spent = spent

"""Zalo as a channel: plain text, no buttons, no edits, no files."""

import logging
from dataclasses import replace

from bot.channels.zalo.client import Client
from bot.channels.zalo.errors import CallFailed, NoAnswer, Refused, send_error
from bot.channels.zalo.updates import storable
from chat.capabilities import Capabilities, Limits
from chat.channel import Attachment, ChannelDown, NotEditable, Outgoing, Rejected, SendError
from chat.events import Address

log = logging.getLogger("keng.zalo")
CAPABILITIES = Capabilities(groups=True, max_text=2000)


def limits_of(rate: int) -> Limits | None:
    """So many messages a second. Nobody has said how many Zalo takes, so politely; 0: nobody counts."""
    return Limits(per_second=rate) if rate else None


class Zalo:
    """One bot. Texts go out plain: a name is never markup, and an address becomes a link by itself."""

    def __init__(self, client: Client, bot: str, limits: Limits | None = None) -> None:
        self._client = client
        self._bot = bot
        self._capabilities = replace(CAPABILITIES, limits=limits)
        self._is_down = False

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def send(self, message: Outgoing) -> str:
        """Send one message; "" where Zalo took it and did not say under which number."""
        body = {"chat_id": message.to.chat, "text": storable(message.text)}
        try:
            sent = await self._client.call("sendMessage", body)
        except (NoAnswer, Refused) as error:
            raise self._said(send_error(error), error) from None
        self._is_down = False
        return str(sent.get("message_id", "")) if isinstance(sent, dict) else ""

    async def edit(self, message_id: str, message: Outgoing) -> None:  # noqa: ARG002
        """What was sent stays as it is."""
        raise NotEditable

    async def send_file(self, to: Address, file: Attachment) -> None:  # noqa: ARG002
        """Zalo takes no documents."""
        raise Rejected

    def _said(self, error: SendError, why: CallFailed) -> SendError:
        """A token that is refused and a month that is spent only a person can mend: it is said, once."""
        if isinstance(error, ChannelDown) and not self._is_down:
            self._is_down = True
            log.error(
                "zalo takes nothing from bot=%s: %s (401: token refused, 429: month spent)", self._bot, why
            )
        return error

"""Files for Telegram: the first of a kind is uploaded, the others point to it by its file_id."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram import Bot, InputFile, Message
from telegram.error import BadRequest, NetworkError

from chat.channel import Attachment, Rejected, Unreachable

# https://core.telegram.org/bots/api#sending-files
LARGEST, LARGEST_PHOTO = 50 * 1024 * 1024, 10 * 1024 * 1024
_REMEMBERED = 256
_SHUT = 60.0  # seconds
_FORGOTTEN = ("wrong file identifier", "wrong remote file", "file reference", "file_id")
Send = Callable[[str | InputFile], Awaitable[Message]]


@dataclass(slots=True)
class _Upload:
    """One file on Telegram's side. Who comes while it is being uploaded waits for its id.

    After an upload that broke nobody tries again for a while: each try may hold up a chat for many seconds.
    """

    file_id: str = ""
    shut_until: float = 0.0
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)


class Uploads:
    """Sends files, and remembers for this process which ones Telegram has already."""

    def __init__(self, bot: Bot, remembered: int = _REMEMBERED) -> None:
        self._bot = bot
        self._remembered = remembered
        self._known: OrderedDict[bytes, _Upload] = OrderedDict()

    async def send(self, chat: str, thread: int | None, file: Attachment) -> None:
        """Send one file, without a sound. Raises TelegramError, and Rejected for what Telegram never takes."""
        if not 0 < len(file.content) <= LARGEST:
            raise Rejected
        as_photo = file.is_photo and len(file.content) <= LARGEST_PHOTO

        async def send(what: str | InputFile) -> Message:
            if as_photo:
                return await self._bot.send_photo(
                    chat, what, message_thread_id=thread, disable_notification=True
                )
            return await self._bot.send_document(
                chat, what, message_thread_id=thread, disable_notification=True
            )

        upload = self._of(file)
        known = upload.file_id
        if known and await _is_sent(send, known):
            return
        async with upload.busy:
            if upload.file_id in ("", known):
                await _upload(upload, send, file)
                return
            newer = upload.file_id  # while we waited somebody else uploaded it
        await send(newer)

    def _of(self, file: Attachment) -> _Upload:
        """The name is part of it: Telegram shows the one that was uploaded."""
        told = f"{file.name}\0{file.media_type}\0{file.is_photo}\0".encode()
        key = hashlib.sha256(told + file.content).digest()
        upload = self._known.setdefault(key, _Upload())
        self._known.move_to_end(key)
        while len(self._known) > self._remembered:
            self._known.popitem(last=False)
        return upload


async def _is_sent(send: Send, file_id: str) -> bool:
    """Send what Telegram has already; False when it does not know it any more."""
    try:
        await send(file_id)
    except BadRequest as error:
        if any(words in str(error).lower() for words in _FORGOTTEN):
            return False
        raise
    return True


async def _upload(upload: _Upload, send: Send, file: Attachment) -> None:
    """Upload it and remember its id; "" if Telegram made something else of it than we sent."""
    clock = asyncio.get_running_loop().time
    if clock() < upload.shut_until:
        raise Unreachable(sent=False)
    try:
        message = await send(InputFile(file.content, file.name))
    except NetworkError as error:
        if not isinstance(error, BadRequest):  # which is one of this chat, and says nothing about the file
            upload.shut_until = clock() + _SHUT
        raise
    photo = message.photo[-1].file_id if message.photo else ""
    upload.file_id = message.document.file_id if message.document else photo

"""Buttons carry a short signed token: proof that we made the button for this chat, and nothing more."""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

from chat.events import Address
from chat.replies import Action

MAX_BYTES = 64  # Telegram: callback_data is 1-64 bytes
_MAC_BYTES = 8
_PART = re.compile(r"[A-Za-z0-9_:-]*")


class BadToken(ValueError):
    """Forged, cut, damaged, or made for another chat."""


class Signer:
    """Packs and unpacks actions. Keys newest first: the first signs, all verify."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(keys):
            raise ValueError("at least one secret key is needed")
        self._keys = [key.encode() for key in keys]

    def pack(self, action: Action, audience: Address) -> str:
        """A token of at most 64 bytes. Raises ValueError when the action does not fit."""
        parts = (action.name, *action.args)
        if not action.name or not all(_PART.fullmatch(part) for part in parts):
            raise ValueError(f"not packable: {action}")
        body = ".".join(parts)
        token = f"{body}.{self._mac(self._keys[0], body, audience)}"
        if len(token.encode()) > MAX_BYTES:
            raise ValueError(f"too long for a button: {action}")
        return token

    def unpack(self, token: str, audience: Address) -> Action:
        """The action that was packed for this chat. Raises BadToken."""
        body, _, mac = token.rpartition(".")
        good = [self._mac(key, body, audience) for key in self._keys]
        typed = mac.encode("utf-8", "surrogatepass")  # JSON may carry half a character
        if not body or not any(hmac.compare_digest(typed, one.encode()) for one in good):
            raise BadToken
        name, *args = body.split(".")
        return Action(name, tuple(args))

    def digest(self, purpose: str, secret: str) -> list[str]:
        """Keyed hashes of a secret, newest key first: what is stored instead of a one-time code."""
        message = f"{purpose}\x1f{secret}".encode()
        return [hmac.new(key, message, hashlib.sha256).hexdigest() for key in self._keys]

    @staticmethod
    def _mac(key: bytes, body: str, audience: Address) -> str:
        chat = audience.chat.partition(":")[0]  # the topics of a group are one chat: what moves stays valid
        message = f"{audience.channel}\x1f{audience.bot}\x1f{chat}\x1f{body}"
        mac = hmac.new(key, message.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()[:_MAC_BYTES]
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

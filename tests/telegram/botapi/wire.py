"""What every part of the server speaks: JSON objects and Telegram's refusals, word for word."""

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer `ok: false`. The HTTP status is the error code, as with Telegram."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    @property
    def body(self) -> Json:
        told: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return told | ({"parameters": self.parameters} if self.parameters else {})

    def again(self) -> "Refusal":
        """The same once more: an exception should be raised only once."""
        return Refusal(self.code, self.description, **self.parameters)

    def __str__(self) -> str:
        return f"{self.code} {self.description}"


def bad(why: str) -> Refusal:
    return Refusal(400, f"Bad Request: {why}")


def forbidden(why: str) -> Refusal:
    return Refusal(403, f"Forbidden: {why}")


def conflict(why: str) -> Refusal:
    return Refusal(409, f"Conflict: {why}")


def too_many(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def migrated(to: int) -> Refusal:
    why = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, why, migrate_to_chat_id=to)


def utf16(text: str) -> int:
    """Telegram counts in UTF-16 units: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2

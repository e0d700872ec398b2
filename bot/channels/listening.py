"""What every channel that listens does alike: what it is handed, its webhook, and how it settles."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable

from chat.events import Event
from chat.replies import Toast

Receive = Callable[[Event], Awaitable[Toast | None]]  # returns once the turn is durable
Hold = Callable[[], Awaitable[bool]]  # whether the lease of the token is ours; takes or renews it
Words = Callable[[str, str], str]  # a key of the catalogue, in a language
Answered = Callable[[], Awaitable[None]]  # the platform gave an answer


def webhook_of(public_url: str | None, path: str) -> str | None:
    """Where the platform is to call; None where we poll."""
    return f"{public_url.rstrip('/')}{path}" if public_url else None


def secret_of(key: str, of: str) -> str:
    """A webhook's secret, derived so that nobody has to keep one more: 64 characters."""
    return hmac.new(key.encode(), of.encode(), hashlib.sha256).hexdigest()


async def settle(
    agree: Callable[[], Awaitable[None]],
    hold: Hold,
    answered: Answered,
    *,
    after: Callable[[Exception], float],
    pause: float,
) -> None:
    """Until the lease is ours and the platform agrees to how we listen. The other channels work meanwhile.

    `after`: the seconds to wait after a failure. `pause`: those until the lease is looked at again.
    """
    while True:
        try:
            if await hold():
                await agree()
                await answered()
                return
            wait = pause
        except Exception as error:  # whatever it is, of the database too: it may be well again later
            wait = after(error)
        await asyncio.sleep(wait)

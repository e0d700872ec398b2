"""Zalo calls us: the secret is compared before the body is read, and 200 comes after the commit."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.zalo.intake import Intake

log = logging.getLogger("keng.zalo")
HEADER = "X-Bot-Api-Secret-Token"
PATH = "/zalo/"
_MOST = 256 * 1024


def endpoint_of(intake: Intake, secret: str) -> Callable[[Request], Awaitable[Response]]:
    """4xx is for a wrong secret alone: what we cannot read would not be better the second time."""

    async def endpoint(request: Request) -> Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, secret.encode()):
            return PlainTextResponse("", status_code=403)
        told = _object(await _body(request))
        if isinstance(told, dict):
            await intake.take(told)
        else:
            log.warning("webhook: a call that is none")
        return PlainTextResponse("")

    return endpoint


async def _body(request: Request) -> bytes:
    """As much as a message may need; "" for what is longer, which is not kept even for a moment."""
    found = b""
    async for part in request.stream():
        found += part
        if len(found) > _MOST:
            return b""
    return found


def _object(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None

"""The proxy on the way to Telegram, as a setting tells it: HTTP or SOCKS. Its password is never shown."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

_SOCKS: Final = {"socks5": 5, "socks5h": 5, "socks4": 4, "socks4a": 4}
_PORT: Final = 1080  # of SOCKS, where none is told
EXPECTED: Final = (
    "must be http://host:port or socks5://host:port, with user:password@ before the host if need be"
)


@dataclass(frozen=True, slots=True)
class Proxy:
    """`socks` is the version, 0 for an HTTP proxy, which takes its address as a whole.

    `names_there`: the proxy looks up the names of hosts. SOCKS 5 always does it for us, whichever way it is
    written: where Telegram is blocked the names near us are not to be trusted. SOCKS 4 cannot, 4a can.
    """

    url: str = field(repr=False)
    socks: int
    names_there: bool
    host: str
    port: int
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)


def proxy_of(url: str) -> Proxy:
    """Read a proxy's address. Raises ValueError, which quotes nothing of it."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        raise ValueError(EXPECTED) from None
    if scheme not in {"http", "https", *_SOCKS} or not host:
        raise ValueError(EXPECTED)
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password or "") if user else None
    version = _SOCKS.get(scheme, 0)
    if version and not f"{user}{password}".isascii():
        raise ValueError(f"{EXPECTED}; of SOCKS both in ASCII")
    return Proxy(url, version, scheme != "socks4", host, port or _PORT, user, password)

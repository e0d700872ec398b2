"""Settings from the environment and `.env` (contract.md)."""

import json
import re
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channels.telegram.proxies import proxy_of

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")  # stands in the path of a webhook, and in addresses


class Settings(BaseSettings):
    """Every `KENG_…` variable. Secrets never appear in a representation or a log."""

    model_config = SettingsConfigDict(env_prefix="KENG_", env_file=".env", extra="ignore")

    database_url: str = "sqlite+aiosqlite:///keng.db"
    secret_keys: str = Field(default="", repr=False)
    telegram_token: str | None = Field(default=None, repr=False)
    telegram_api_url: str | None = None
    telegram_proxy: str | None = Field(default=None, repr=False)
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_rate: int = Field(default=30, ge=0, le=1000)
    zalo_bots: str | None = Field(default=None, repr=False)
    zalo_api_url: str = "https://bot-api.zaloplatforms.com"
    zalo_mode: Literal["polling", "webhook"] = "polling"
    zalo_monthly_messages: int = Field(default=3000, ge=0)
    zalo_users: int = Field(default=50, ge=0)
    zalo_rate: int = Field(default=5, ge=0, le=1000)
    public_url: str | None = Field(default=None, validate_default=True)
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    timezone: str = "Asia/Ho_Chi_Minh"
    language: Literal["vi", "en"] = "vi"
    policy: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_json: bool = False

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is not a time zone") from error
        return name

    @field_validator("zalo_bots")
    @classmethod
    def _are_bots(cls, text: str | None) -> str | None:
        _tokens(text)
        return text

    @field_validator("zalo_api_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// (or http:// for a server of one's own)")
        return url

    @field_validator("telegram_proxy")
    @classmethod
    def _is_a_proxy(cls, url: str | None) -> str | None:
        if url:
            proxy_of(url)
        return url

    @field_validator("public_url")
    @classmethod
    def _is_there_for_a_webhook(cls, url: str | None, known: ValidationInfo) -> str | None:
        for mode in ("telegram_mode", "zalo_mode"):
            if not url and known.data.get(mode) == "webhook":
                name = f"KENG_{mode.upper()}"
                raise ValueError(f"needed where {name} is webhook: an https:// address of this server")
        return url

    @property
    def keys(self) -> list[str]:
        """The signing keys, newest first."""
        return [key.strip() for key in self.secret_keys.split(",") if key.strip()]

    @property
    def zalo_tokens(self) -> dict[str, str]:
        """The Zalo bots: name → token, in the order in which they were written."""
        return _tokens(self.zalo_bots)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def _tokens(text: str | None) -> dict[str, str]:
    """The value of KENG_ZALO_BOTS. Raises ValueError, which quotes nothing: a token may stand where a name should."""
    if not text or not text.strip():
        return {}
    try:
        found = json.loads(text, object_pairs_hook=_Pairs)
    except ValueError:
        found = None
    if not isinstance(found, _Pairs) or not all(isinstance(token, str) for _, token in found):
        raise ValueError("must be a JSON object of names and tokens")
    for place, (name, token) in enumerate(found, 1):
        if not _NAME.fullmatch(name):
            raise ValueError(f"bot {place}: a name has up to 32 of the characters A-Z a-z 0-9 _ -")
        if str(token).split() != [token]:
            raise ValueError(f"bot {place} has no token, or one with blanks in it")
    if len({name.lower() for name, _ in found}) < len(found):
        raise ValueError("a name stands there twice")
    if len({token for _, token in found}) < len(found):
        raise ValueError("a token stands there twice: every bot has its own")
    return {name: str(token) for name, token in found}


class _Pairs(list[tuple[str, object]]):
    """A JSON object as it was written: a name may stand there twice."""

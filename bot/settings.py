"""Settings from the environment and `.env` (contract.md)."""

import json
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channels.telegram.proxies import proxy_of


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
    def _is_an_object(cls, text: str | None) -> str | None:
        try:
            found = json.loads(text) if text else {}
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(token, str) for token in found.values()):
            raise ValueError("must be a JSON object of names and tokens")
        return text

    @field_validator("telegram_proxy")
    @classmethod
    def _is_a_proxy(cls, url: str | None) -> str | None:
        if url:
            proxy_of(url)
        return url

    @field_validator("public_url")
    @classmethod
    def _is_there_for_a_webhook(cls, url: str | None, known: ValidationInfo) -> str | None:
        if not url and known.data.get("telegram_mode") == "webhook":
            raise ValueError("needed where KENG_TELEGRAM_MODE is webhook: an https:// address of this server")
        return url

    @property
    def keys(self) -> list[str]:
        """The signing keys, newest first."""
        return [key.strip() for key in self.secret_keys.split(",") if key.strip()]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

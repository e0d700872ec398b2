"""The town of every test over Telegram."""

import pytest


@pytest.fixture(autouse=True)
def waits_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it python-telegram-bot warns whenever a 429 comes."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")

"""Settings that are more than a word: the Zalo bots, and what a webhook needs."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.commands.checking import check
from bot.commands.serving import beat_of, services_of
from bot.plans import declared
from bot.settings import Settings

TOKEN = "12345689:abc-xyz"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('{"one": "1:x", "two-B_3": "2:y"}', {"one": "1:x", "two-B_3": "2:y"}),
        ("{}", {}),
        ("", {}),
        ("  ", {}),
        (None, {}),
    ],
)
def test_zalo_bots_are_names_and_tokens(written: str | None, read: dict[str, str]) -> None:
    assert Settings(zalo_bots=written).zalo_tokens == read


REFUSED = {
    "no JSON": "one=1:x",
    "no object": '["one"]',
    "a token that is none": '{"one": 5}',
    "more in it": '{"one": {"token": "x"}}',
    "a blank in the name": f'{{"bot one": "{TOKEN}"}}',
    "an accent in the name": f'{{"một": "{TOKEN}"}}',
    "a slash in the name": f'{{"../s": "{TOKEN}"}}',
    "name and token the wrong way round": f'{{"{TOKEN}": "one"}}',
    "no name": f'{{"": "{TOKEN}"}}',
    "a long name": f'{{"{"x" * 33}": "{TOKEN}"}}',
    "no token": '{"one": ""}',
    "a blank in the token": f'{{"one": "{TOKEN} "}}',
    "one name for two": f'{{"one": "{TOKEN}", "one": "2:y"}}',
    "one name but for capitals": f'{{"one": "{TOKEN}", "One": "2:y"}}',
    "one token for two": f'{{"one": "{TOKEN}", "two": "{TOKEN}"}}',
}


async def test_blanks_are_no_bots_anywhere(sqlite_url: str) -> None:
    settings = Settings(zalo_bots=" \n", database_url=sqlite_url)
    assert (services_of(settings), declared(settings)) == ([], {})
    lines, _ = await check(settings)
    assert "ok   channels: none set up" in lines


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_wrong_with_the_zalo_bots_is_said_without_a_token(why: str) -> None:
    with pytest.raises(ValidationError) as found:
        Settings(zalo_bots=REFUSED[why])
    [error] = found.value.errors()
    assert error["loc"] == ("zalo_bots",)
    assert TOKEN not in error["msg"]


@pytest.mark.parametrize("mode", ["telegram_mode", "zalo_mode"])
def test_a_webhook_needs_the_public_address(mode: str) -> None:
    given: dict[str, Any] = {mode: "webhook"}
    with pytest.raises(ValidationError, match=f"KENG_{mode.upper()}"):
        Settings(**given)
    assert Settings(**given, public_url="https://keng.example").public_url


def test_an_address_of_zalo_is_one() -> None:
    with pytest.raises(ValidationError, match="https://"):
        Settings(zalo_api_url="bot-api.example")


def test_every_token_is_a_service_with_a_lease_of_its_own() -> None:
    settings = Settings(telegram_token="123456:TEST", zalo_bots='{"one": "1:x", "two": "2:y"}')
    services = services_of(settings)
    assert [beat_of(one) for one in services] == ["telegram:main", "zalo:one", "zalo:two"]
    assert [one.name for one in services] == ["telegram", "zalo one", "zalo two"]
    assert [one.polls for one in services] == [True, True, True]
    paces = [one.channel.capabilities.limits for one in services]
    assert [one and one.per_second for one in paces] == [30, 5, 5]
    called = services_of(settings.model_copy(update={"zalo_mode": "webhook", "public_url": "https://x"}))
    assert [one.polls for one in called] == [True, False, False]

"""A group that does not let us in: at once the secretary gets the text to paste there, once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from jobs import outbox
from jobs.clock import wall_clock
from tests.scenarios.commune import GROUP
from tests.scenarios.rollcall import call
from tests.scenarios.transcript import kind, kinds, says
from tests.telegram.botapi.wire import Refusal, bad, forbidden
from tests.telegram.town import Town, opened

REFUSALS = {
    "no rights": bad("not enough rights to send text messages to the chat"),
    "not there": bad("chat not found"),
    "read only": bad("CHAT_WRITE_FORBIDDEN"),
    "thrown out": forbidden("bot was kicked from the group chat"),
    "deleted": forbidden("the group chat was deleted"),
}


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(sqlite_url, tmp_path) as telegram:
        await telegram.join("secretary", "deputy", "clerk")
        await telegram.link_group()
        yield telegram


def refuse(town: Town, refusal: Refusal) -> None:
    """The bot is not told beforehand: it learns of it by writing."""
    town.group.chat.refusal = refusal


async def to_paste(town: Town, leader: str = "secretary") -> list[str]:
    """What a leader was ever asked to paste into the group."""
    told = await town.messages(leader)
    ask = town.stage.words("paste.ask")["vi"]
    return [kind(text) for asked, text in pairwise(told) if asked.text == ask]


async def move(town: Town, to: str) -> None:
    await town.say("secretary", f"hoan {to}")
    await town.press("secretary", "Xác nhận")
    await town.tick()


async def call_off(town: Town, *labels: str) -> None:
    await town.say("secretary", "hoan")
    for label in (*labels, "Xác nhận"):
        await town.press("secretary", label)


# When the group begins to refuse, what happens then, and what the secretary is given to paste.
OCCASIONS: dict[str, tuple[str, Callable[[Town], Awaitable[object]], str]] = {
    "the announcement": ("19/11 18:59", lambda town: town.clock("19/11 19:00"), "announcement"),
    "the evening before": ("23/11 18:59", lambda town: town.clock("23/11 19:00"), "evening to paste"),
    "a move": ("20/11 09:00", lambda town: move(town, "26/11 19:30 mưa lũ"), "moved"),
    "a postponement": ("20/11 09:00", lambda town: call_off(town, "Hoãn", "Mưa lũ"), "postponed"),
    "a cancellation": (
        "20/11 09:00",
        lambda town: call_off(town, "Huỷ buổi này", "Không nêu lý do"),
        "cancelled",
    ),
    "the thanks": ("24/11 20:30", lambda town: call(town, "đủ"), "thanks"),
}


@pytest.mark.parametrize("occasion", OCCASIONS)
@pytest.mark.parametrize("why", ["no rights", "thrown out"])
async def test_what_does_not_get_in_is_pasted_at_once(town: Town, occasion: str, why: str) -> None:
    begins, act, pasted = OCCASIONS[occasion]
    await town.clock(begins)
    given = await to_paste(town)
    in_group = len(await town.messages(GROUP))
    refuse(town, REFUSALS[why])
    await act(town)
    await town.parts.sender.drain()
    assert await to_paste(town) == [*given, pasted]
    assert len(await town.messages(GROUP)) == in_group
    told = len(await town.messages("secretary"))
    await town.tick()
    await town.tick()
    assert len(await town.messages("secretary")) == told
    assert await to_paste(town, "deputy") == []


@pytest.mark.parametrize("why", REFUSALS)
async def test_whatever_the_refusal_the_announcement_is_pasted(town: Town, why: str) -> None:
    await town.clock("19/11 18:59")
    await town.heard("secretary")
    refuse(town, REFUSALS[why])
    await town.clock("19/11 19:00")
    told = await town.heard("secretary")
    assert kinds(told)[-3:] == ["paste this", "announcement", "to phone"]
    assert says(told[-2].text, "báo lại với bí thư")  # worded for a text that a person pastes


async def test_who_may_write_again_is_written_to_on_the_next_occasion(town: Town) -> None:
    await town.clock("19/11 18:59")
    refuse(town, REFUSALS["no rights"])
    await town.clock("19/11 19:00")
    town.group.chat.refusal = None
    await town.clock("23/11 19:00")
    assert kinds(await town.messages(GROUP))[-1] == "evening"
    assert await to_paste(town) == ["announcement"]


async def test_unlinked_while_the_letter_waits_the_secretary_pastes(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Called off, and thrown out before it went: no later tick would say it again."""
    await town.clock("20/11 09:00")
    town.server.fail_next("sendMessage", retry_after=60, chat=town.group.id)
    await call_off(town, "Hoãn", "Mưa lũ")
    assert await to_paste(town) == []
    town.group.kick_bot()
    await town.settle()
    monkeypatch.setattr(outbox, "wall_clock", lambda: wall_clock() + timedelta(hours=1))
    await town.parts.sender.drain()
    assert await to_paste(town) == ["postponed"]

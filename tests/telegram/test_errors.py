"""Each answer of Telegram: the error it becomes, and what the sender does with the letter."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.errors import not_modified, send_error, topic_gone
from bot.channels.telegram.request import NotSent, PerhapsSent
from chat.channel import (
    AddressChanged,
    Blocked,
    ChannelDown,
    NotEditable,
    Rejected,
    SendError,
    Throttled,
    Unreachable,
)
from chat.events import Address
from jobs import outbox
from jobs.clock import wall_clock
from tests.scenarios.transcript import kinds
from tests.telegram.town import Town, opened

HERE = Address("telegram", "main", "-4001")


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


ERRORS: list[tuple[TelegramError, SendError]] = [
    (Forbidden("bot was blocked by the user"), Blocked()),
    (Forbidden("user is deactivated"), Blocked()),
    (Forbidden("bot was kicked from the group chat"), Blocked()),
    (Forbidden("bot is not a member of the supergroup chat"), Blocked()),
    (Forbidden("the group chat was deleted"), Blocked()),
    (Forbidden("bot can't initiate conversation with a user"), Blocked()),
    (ChatMigrated(-1002), AddressChanged(Address("telegram", "main", "-1002"))),
    (InvalidToken(), ChannelDown()),
    (Conflict("terminated by other getUpdates request"), ChannelDown()),
    (BadRequest("Chat not found"), Rejected(address=True)),
    (BadRequest("Not enough rights to send text messages to the chat"), Rejected()),
    (BadRequest("CHAT_WRITE_FORBIDDEN"), Rejected()),
    (BadRequest("Message is too long"), Rejected()),
    (BadRequest("Message to edit not found"), NotEditable()),
    (BadRequest("Message can't be edited"), NotEditable()),
    (BadRequest("MESSAGE_ID_INVALID"), NotEditable()),
    (TimedOut(), Unreachable(sent=None)),
    (caused(TimedOut(), PerhapsSent()), Unreachable(sent=None)),
    (caused(TimedOut(), NotSent()), Unreachable(sent=False)),
    (NetworkError("Bad Gateway"), Unreachable(sent=None)),
    (caused(NetworkError("reset"), PerhapsSent()), Unreachable(sent=None)),
    (caused(NetworkError("refused"), NotSent()), Unreachable(sent=False)),
    (EndPointNotFound("sendPigeon"), Unreachable(sent=None)),
    (TelegramError("something new"), Unreachable(sent=None)),
]


@pytest.mark.parametrize(("error", "told"), ERRORS, ids=lambda one: repr(one)[:50])
def test_an_answer_becomes_one_of_our_errors(error: TelegramError, told: SendError) -> None:
    found = send_error(error, HERE)
    assert type(found) is type(told)
    assert vars(found) == vars(told)


def test_too_many_requests_say_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """For one chat, not for everybody. Without PTB_TIMEDELTA it is a number, and a warning."""
    told = send_error(RetryAfter(7), HERE)
    monkeypatch.delenv("PTB_TIMEDELTA")
    with pytest.warns(match="PTB_TIMEDELTA"):
        older = send_error(RetryAfter(timedelta(seconds=7)), HERE)
    assert vars(told) == vars(older) == vars(Throttled(7))


@pytest.mark.parametrize(
    ("error", "gone", "same"),
    [
        (BadRequest("Message thread not found"), True, False),
        (BadRequest("Topic_closed"), True, False),
        (BadRequest("TOPIC_DELETED"), True, False),
        (BadRequest("Message is not modified: specified new message content ..."), False, True),
        (BadRequest("Chat not found"), False, False),
        (NetworkError("message thread not found"), False, False),
    ],
)
def test_some_refusals_are_known_by_their_words(error: TelegramError, gone: bool, same: bool) -> None:
    assert (topic_gone(error), not_modified(error)) == (gone, same)


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(sqlite_url, tmp_path) as telegram:
        await telegram.join("secretary", "clerk")
        yield telegram


def told(code: int, description: str) -> dict[str, object]:
    return {"status": code, "body": {"ok": False, "error_code": code, "description": description}}


FORBIDDEN = (
    "bot was blocked by the user",
    "user is deactivated",
    "bot can't initiate conversation with a user",
    "bot can't send messages to bots",
)
BAD_REQUEST = (
    "chat not found",
    "PEER_ID_INVALID",
    "not enough rights to send text messages to the chat",
    "have no rights to send a message",
    "CHAT_WRITE_FORBIDDEN",
    "message is too long",
    "message text is empty",
    "can't parse entities: unsupported start tag",
    "BUTTON_DATA_INVALID",
    "message thread not found",
)
HTML = "<html><h1>Trouble</h1></html>"
LOST: dict[str, object] = {"carried_out": True}  # it took effect, and we do not hear of it

# What Telegram answers to the letter, the outcome of the notice, how often the reader sees it after an hour.
OUTCOMES: dict[str, tuple[dict[str, object], str, int]] = {
    "429": ({"retry_after": 30}, "sent", 1),
    "429 with HTML": ({"status": 429, "body": HTML}, "sent", 1),
    **{f"403 {why}": (told(403, f"Forbidden: {why}"), "failed", 0) for why in FORBIDDEN},
    "403 with HTML": ({"status": 403, "body": HTML}, "failed", 0),
    **{f"400 {why}": (told(400, f"Bad Request: {why}"), "failed", 0) for why in BAD_REQUEST},
    "400 with HTML": ({"status": 400, "body": HTML}, "failed", 0),
    "401": ({"status": 401}, "sent", 1),
    "404": ({"status": 404}, "sent", 1),
    "409": ({"status": 409}, "sent", 1),
    "500": ({"status": 500}, "sent", 1),
    "502 with HTML": ({"status": 502, "body": HTML}, "sent", 1),
    "503": ({"status": 503}, "sent", 1),
    "no JSON": ({"status": 200, "body": "{"}, "sent", 1),
    "not ok, and no code": ({"status": 200, "body": {"ok": False}}, "sent", 1),
    "not ok, with a code nobody knows": (told(418, "Something new"), "sent", 1),
    "reset before": ({"how": "reset_before"}, "sent", 1),
    "no answer in time": ({"how": "hang"}, "sent", 1),
    # Nobody knows: a reminder comes twice rather than never.
    "reset after": ({"how": "reset_after"}, "sent", 2),
    "done, and no answer in time": ({**LOST, "how": "hang"}, "sent", 2),
    "done, and a 502 with HTML": ({**LOST, "status": 502, "body": HTML}, "sent", 2),
    "done, and no JSON": ({**LOST, "status": 200, "body": "{"}, "sent", 2),
}


@pytest.mark.parametrize("name", OUTCOMES)
async def test_the_sender_does_what_the_answer_asks(
    town: Town, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, outcome, seen = OUTCOMES[name]
    monkeypatch.setattr(town.telegram.service._requests[0], "_read", 0.3)
    await town.clock("19/11 18:59")
    clerk = town.person("clerk")
    before = len(await town.messages("clerk"))
    everywhere = script.get("how") == "reset_before"  # it fails before anybody knows for whom the call is
    town.server.fail_next("sendMessage", chat=None if everywhere else clerk.id, **script)  # type: ignore[arg-type]
    await town.clock("19/11 19:00")
    monkeypatch.setattr(outbox, "wall_clock", lambda: wall_clock() + timedelta(hours=1))
    await town.parts.sender.drain()
    assert len(await town.messages("clerk")) - before == seen
    assert kinds(await town.heard("clerk")) == ["notice"] * seen
    async with town.parts.database.read() as uow:
        assert (await uow.keeping.in_doubt())["failed"] == (outcome == "failed")
        assert await uow.keeping.queue_depth() == 0


async def test_what_must_not_come_twice_stays_of_unknown_outcome(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest: whether it arrived is shown, not guessed."""
    await town.join("chair")
    await town.clock("02/12 07:29")
    await town.heard("chair")  # the lists of cells to look after
    town.server.fail_next("sendMessage", "reset_after", chat=town.person("chair").id)
    await town.clock("02/12 07:30")
    monkeypatch.setattr(outbox, "wall_clock", lambda: wall_clock() + timedelta(hours=1))
    await town.parts.sender.drain()
    assert kinds(await town.heard("chair")) == ["digest"]
    async with town.parts.database.read() as uow:
        assert (await uow.keeping.in_doubt())["unknown"] == 1

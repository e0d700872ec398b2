"""Raw updates of the Bot API, each with the event it comes to; None is what we have no use for."""

from typing import Any

import pytest

from bot.channels.telegram.updates import ALLOWED, addressee, event_of, query_id
from chat.events import Address, Attached, Event, Gone, Moved, Pressed, Said

AN = {"id": 11, "is_bot": False, "first_name": "An"}
PRIVATE = {"id": 11, "type": "private", "first_name": "An"}
GROUP = {"id": -4001, "type": "group", "title": "Chi bộ bản Noong"}
FORUM = {"id": -1001, "type": "supergroup", "title": "Bản Noong", "is_forum": True}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
LINKED = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
CHANNEL = {"id": -1009, "type": "channel", "title": "Kênh"}


def at(chat: int | str) -> Address:
    return Address("telegram", "main", str(chat))


def message(chat: object = PRIVATE, sender: object = AN, **content: object) -> dict[str, Any]:
    return {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": chat, "from": sender, **content}}


def press(chat: object = PRIVATE, data: object = "rsvp.1.yes.mac", **more: object) -> dict[str, Any]:
    shown = {"message_id": 1, "date": 1, "chat": chat, **more}
    return {"update_id": 7, "callback_query": {"id": "q", "from": AN, "message": shown, "data": data}}


def membership(status: str, chat: object = PRIVATE) -> dict[str, Any]:
    return {
        "update_id": 7,
        "my_chat_member": {"chat": chat, "from": AN, "new_chat_member": {"status": status}},
    }


IN_TOPIC = {"message_thread_id": 5, "is_topic_message": True}

EVENTS: dict[str, tuple[dict[str, Any], Event]] = {
    "words": (message(text="có dự"), Event("7", at(11), "11", Said("có dự"), display="An")),
    "a deep link": (
        message(text="/start ABCD2345"),
        Event("7", at(11), "11", Said("/start ABCD2345"), display="An"),
    ),
    "a command in a group": (
        message(GROUP, text="/nhom@keng"),
        Event("7", at(-4001), "11", Said("/nhom@keng"), group=True, display="An"),
    ),
    "a command in a topic": (
        message(FORUM, text="/nhom", **IN_TOPIC),
        Event("7", at("-1001:5"), "11", Said("/nhom"), group=True, display="An"),
    ),
    "a reply's thread is no topic": (
        message(FORUM, text="/nhom", message_thread_id=5),
        Event("7", at(-1001), "11", Said("/nhom"), group=True, display="An"),
    ),
    "half a character, and NUL": (
        message(text="/start \ud83d\0A"),
        Event("7", at(11), "11", Said("/start ?A"), display="An"),
    ),
    "a nameless sender": (message(sender={"id": 11}, text="x"), Event("7", at(11), "11", Said("x"))),
    "a press": (press(), Event("7", at(11), "11", Pressed("rsvp.1.yes.mac"))),
    "a press in a group": (
        press(GROUP),
        Event("7", at(-4001), "11", Pressed("rsvp.1.yes.mac"), group=True),
    ),
    "a press in a topic": (
        press(FORUM, **IN_TOPIC),
        Event("7", at("-1001:5"), "11", Pressed("rsvp.1.yes.mac"), group=True),
    ),
    "a press on a very old message": (
        press(date=0),
        Event("7", at(11), "11", Pressed("rsvp.1.yes.mac")),
    ),
    "blocked": (membership("kicked"), Event("7", at(11), "11", Gone())),
    "thrown out": (membership("kicked", GROUP), Event("7", at(-4001), "-4001", Gone(), group=True)),
    "left": (membership("left", GROUP), Event("7", at(-4001), "-4001", Gone(), group=True)),
    "migrated, told in the old group": (
        message(GROUP, ANONYMOUS, migrate_to_chat_id=-1002),
        Event("7", at(-4001), "", Moved(at(-1002)), group=True),
    ),
    "migrated, told in the new group": (
        message({"id": -1002, "type": "supergroup"}, ANONYMOUS, migrate_from_chat_id=-4001),
        Event("7", at(-4001), "", Moved(at(-1002)), group=True),
    ),
} | {
    f"a {kind}": (message(caption="đây", **{kind: {}}), Event("7", at(11), "11", Attached(), display="An"))
    for kind in (
        "document",
        "photo",
        "video",
        "voice",
        "audio",
        "sticker",
        "contact",
        "location",
        "video_note",
    )
}


@pytest.mark.parametrize("name", EVENTS)
def test_an_update_becomes_an_event(name: str) -> None:
    update, event = EVENTS[name]
    assert event_of(update) == event


NOTHING: dict[str, dict[str, Any]] = {
    "an anonymous admin": message(GROUP, ANONYMOUS, text="/nhom", sender_chat=GROUP),
    "the linked channel": message(GROUP, LINKED, text="/nhom", sender_chat=CHANNEL),
    "somebody in the name of a channel": message(GROUP, AN, text="/nhom", sender_chat=CHANNEL),
    "another bot": message(GROUP, AN | {"is_bot": True}, text="/nhom"),
    "a post in a channel": message(CHANNEL, None, text="x"),
    "a service message": message(GROUP, new_chat_members=[AN]),
    "an edited message": {"update_id": 7, "edited_message": message(text="x")["message"]},
    "let in": membership("member", GROUP),
    "unblocked: /start follows": membership("member"),
    "made an admin": membership("administrator", GROUP),
    "a kind of tomorrow": {"update_id": 7, "thought": {"chat": PRIVATE, "text": "x"}},
    "a game's press": {"update_id": 7, "callback_query": {"id": "q", "from": AN, "game_short_name": "g"}},
    "an inline message's press": {"update_id": 7, "callback_query": {"id": "q", "from": AN, "data": "x"}},
    "a press in a channel, where we write nothing": press(CHANNEL),
    "a press without a person": {"update_id": 7, "callback_query": {"message": {"chat": GROUP}, "data": "x"}},
    "a press that carries no text": press(data={"a": 1}),
    "nothing": {},
    "only a number": {"update_id": 7},
    "a message that is none": {"update_id": 7, "message": "x"},
    "an empty message": {"update_id": 7, "message": {}},
    "no message": {"update_id": 7, "message": None},
    "a list": {"update_id": 7, "message": []},
    "a chat without a number": message({"type": "private"}, text="x"),
    "a chat that is none": message("x", text="x"),
    "a sender that is none": message(sender="x", text="x"),
    "a sender without a number": message(sender={"first_name": "An"}, text="x"),
    "text that is none": message(text=5),
    "a press that is none": {"update_id": 7, "callback_query": 5},
    "a membership without a status": {"update_id": 7, "my_chat_member": {"chat": GROUP}},
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_we_have_no_use_for_is_no_event(name: str) -> None:
    assert event_of(NOTHING[name]) is None


@pytest.mark.parametrize(
    ("update", "query"),
    [
        (press(), "q"),
        (message(text="x"), None),
        ({"callback_query": 5}, None),
        (NOTHING["a game's press"], "q"),
    ],
)
def test_a_press_has_a_query_to_answer(update: dict[str, Any], query: str | None) -> None:
    assert query_id(update) == query


@pytest.mark.parametrize(
    ("update", "name"),
    [
        (message(GROUP, text="/nhom@OtherBot 5"), "OtherBot"),
        (message(GROUP, text="/nhom"), ""),
        (message(GROUP, text="/"), ""),
        (message(GROUP, text="gửi @OtherBot"), ""),
        (message(text="/start@OtherBot"), ""),
        (press(GROUP, data="/nhom@OtherBot"), ""),
    ],
)
def test_a_command_in_a_group_may_be_for_another_bot(update: dict[str, Any], name: str) -> None:
    event = event_of(update)
    assert event is not None
    assert addressee(event) == name


def test_what_we_ask_for_is_what_we_read() -> None:
    assert set(ALLOWED) == {"message", "callback_query", "my_chat_member"}

"""What Zalo tells, each with the event it comes to; None is what we have no use for."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo.updates import called, event_of, opened, without_mention
from chat.events import Address, Attached, Event, Said, Wordless

TED = {"id": "6ede9afa66b88fe6d6a9", "display_name": "Ted", "is_bot": False}
PRIVATE = {"id": TED["id"], "chat_type": "PRIVATE"}
GROUP = {"id": "90ff12ab", "chat_type": "GROUP"}
HERE = Address("zalo", "one", str(TED["id"]))
THERE = Address("zalo", "one", "90ff12ab")


def told(kind: str | None, chat: object = PRIVATE, sender: object = TED, **content: object) -> dict[str, Any]:
    named = {} if kind is None else {"event_name": f"message.{kind}"}
    message = {"from": sender, "chat": chat, "message_id": "2d758cb5", "date": 1750316131602, **content}
    return {**named, "message": {name: value for name, value in message.items() if value is not None}}


def heard(content: Said | Attached | Wordless, **other: Any) -> Event:
    return Event(f"{HERE.chat}:2d758cb5", HERE, HERE.chat, content, **{"display": "Ted", **other})


def in_group(content: Said | Attached | Wordless) -> Event:
    return Event(f"{THERE.chat}:2d758cb5", THERE, HERE.chat, content, group=True, display="Ted")


NAMELESS = {"id": TED["id"]}
EVENTS: dict[str, tuple[dict[str, Any], Event]] = {
    "words": (told("text.received", text="Xin chào"), heard(Said("Xin chào"))),
    "words of an event without a name": (told(None, text="có dự"), heard(Said("có dự"))),
    "half a character, and NUL": (told("text.received", text="a\ud83d\0b"), heard(Said("a\ufffdb"))),
    "words in a group": (
        told("text.received", GROUP, text="@Bot Kẻng nhom"),
        in_group(Said("@Bot Kẻng nhom")),
    ),
    "a picture": (told("image.received", photo="https://x", caption="có dự"), heard(Attached())),
    "a picture by its other name": (told(None, photo_url="https://x"), heard(Attached())),
    "a voice": (told("voice.received", voice_url="https://x"), heard(Attached())),
    "a document, a film, a contact": (told("unsupported.received"), heard(Attached())),
    "a picture in a group": (told("image.received", GROUP, photo="https://x"), in_group(Attached())),
    "a sticker": (told("sticker.received", sticker="bfe4", url="https://x"), heard(Wordless())),
    "a sticker without an event's name": (told(None, sticker="bfe4"), heard(Wordless())),
    "an event of tomorrow": (told("hologram.received", hologram={}), heard(Wordless())),
    "an event of tomorrow that quotes words": (told("text.deleted", text="có dự"), heard(Wordless())),
    "words that are none": (told("text.received", text=5), heard(Wordless())),
    "no words": (told("text.received", text=" \n"), heard(Wordless())),
    "nothing that is known": (told(None), heard(Wordless())),
    "another name": (told(None, text="x", sender=NAMELESS | {"name": "Ted"}), heard(Said("x"))),
    "a first name": (told(None, text="x", sender=NAMELESS | {"first_name": "Ted"}), heard(Said("x"))),
    "no name": (told(None, text="x", sender=NAMELESS), heard(Said("x"), display="")),
    "a name that is none": (
        told(None, text="x", sender=NAMELESS | {"name": 5}),
        heard(Said("x"), display=""),
    ),
    "a chat without a kind": (told(None, {"id": TED["id"]}, text="x"), heard(Said("x"))),
    "no chat": (told(None, None, text="x"), heard(Said("x"))),
    "somebody else's chat without a kind": (told(None, {"id": "90ff12ab"}, text="x"), in_group(Said("x"))),
    "a kind of chat of tomorrow": (told(None, GROUP | {"chat_type": "ZONE"}, text="x"), in_group(Said("x"))),
    "a small private": (told(None, PRIVATE | {"chat_type": "private"}, text="x"), heard(Said("x"))),
    "a date in seconds": (told(None, text="x", date=1750316131), heard(Said("x"))),
    "a date that is none": (told(None, text="x", date="soon"), heard(Said("x"))),
}


@pytest.mark.parametrize("name", EVENTS)
def test_an_update_becomes_an_event_wrapped_or_flat(name: str) -> None:
    update, event = EVENTS[name]
    assert event_of(opened(update), "one") == event
    assert event_of(opened({"ok": True, "result": update}), "one") == event


NOTHING: dict[str, dict[str, Any]] = {
    "nothing": {},
    "an answer without a result": {"ok": True},
    "a refusal": {"ok": False, "result": told(None, text="x")},
    "a result that is none": {"ok": True, "result": [told(None, text="x")]},
    "no message": {"event_name": "message.text.received"},
    "a message that is none": {"message": "x"},
    "an empty message": {"message": {}},
    "another bot": told(None, text="x", sender=TED | {"is_bot": True}),
    "nobody": told(None, GROUP, None, text="x"),
    "a sender that is none": told(None, GROUP, "x", text="x"),
    "a sender without a number": told(None, sender={"display_name": "Ted"}, text="x"),
    "a number that is none": told(None, {"id": {}}, {"id": True}, text="x"),
    "a number that no column holds": told(None, {"id": "x" * 121}, {"id": "y" * 121}, text="x"),
    "a number that is no text": told(None, {"id": "\ud83d"}, {"id": "\0"}, text="x"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_we_have_no_use_for_is_no_event(name: str) -> None:
    assert event_of(opened(NOTHING[name]), "one") is None


def test_each_message_has_a_number_of_its_own_even_where_zalo_gives_none() -> None:
    """Numbers are per chat, and what comes again has the same one."""
    found = [
        event_of(update, "one")
        for update in (
            told(None, text="x"),
            told(None, GROUP, text="x"),
            told(None, text="x", message_id=7),
            told(None, text="x", message_id=None),
            told(None, text="y", message_id=None),
            told(None, text="x", message_id=""),
            told(None, text="x", message_id="9" * 300),
            told(None, text="x", message_id={"a": 1}),
        )
    ]
    numbers = [one.event_id for one in found if one]
    assert len(set(numbers)) == len(numbers) == len(found)
    assert all(len(number) <= 200 for number in numbers)
    again = event_of(json.loads(json.dumps(told(None, text="x", message_id=None))), "one")
    assert again == found[3]


MENTIONS = [
    ("@Bot Kẻng xã Mường nhom", ["Bot Kẻng xã Mường", "bot.VDKxyz"], "nhom"),
    ("@bot kẻng XÃ mường: nhom", ["Bot Kẻng xã Mường"], "nhom"),
    ("@Bot Kẻng\u00a0xã Mường\n1", ["Bot Kẻng xã Mường"], "1"),
    ("@Bot Ke\u0309ng xác nhận", ["Bot Kẻng"], "xác nhận"),
    ("@Bot Kẻng", ["Bot Kẻng"], ""),
    ("nhom @Bot Kẻng", ["Bot Kẻng"], "nhom"),
    ("@Bot Kẻng hai nhom", ["Bot Kẻng", "Bot Kẻng hai"], "nhom"),
    ("@bot.VDKxyz nhom", ["Bot Kẻng", "bot.VDKxyz"], "nhom"),
    (" nhom ", ["Bot Kẻng"], "nhom"),  # it answers a message of ours
    ("@Bot Kẻng xã Mường nhom", [], "nhom"),  # nobody has told us our name
    ("@Bot Kẻng /Nhóm.", [], "/Nhóm."),
    ("@Bot Kẻng", [], ""),
    ("@Kẻng 1", [], "1"),
    ("@Bot Kẻng 1", [], ""),  # "Kẻng" might be what was said as well
    ("@New Name không phải 1", ["Bot Kẻng"], ""),
    ("nhom @Bot", [], "nhom"),
    ("nhom @Bot Kẻng", [], "nhom"),
    ("", [], ""),
]


@pytest.mark.parametrize(("text", "names", "rest"), MENTIONS)
def test_in_a_group_our_own_name_is_taken_away(text: str, names: list[str], rest: str) -> None:
    assert without_mention(text, names) == rest


def test_whoever_says_nhom_tells_our_name() -> None:
    """Where Zalo does not: the number that answers the question about the group is heard then."""
    guess = called("@Bot Kẻng một nhóm")
    assert guess == "Bot Kẻng một"
    assert without_mention("@Bot Kẻng một 1", [], guess) == "1"
    assert without_mention("@Bot Kẻng một không phải 1", [], guess) == "không phải 1"
    assert without_mention("@Bot Kẻng một 1", ["Bot Kẻng"], guess) == "một 1", "what Zalo tells goes first"
    assert [called(text) for text in ("", "nhom", "nhom @Bot", "@Bot 1", "@nhom")] == [""] * 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["message", "from", "chat", "id", "text", "event_name", "message_id", "ok", "result"]
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON.filter(lambda one: isinstance(one, dict)))
def test_whatever_comes_is_an_event_or_none(update: dict[str, Any]) -> None:
    event = event_of(opened(update), "one")
    assert event is None or (event.sender.chat and event.person and event.event_id)


@given(st.text(max_size=40), st.lists(st.text(max_size=10), max_size=3))
def test_no_words_and_no_names_break_the_mention(text: str, names: list[str]) -> None:
    assert len(without_mention(f"@{text}", names)) <= len(text) + 1

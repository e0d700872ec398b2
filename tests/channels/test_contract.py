"""What every channel promises, whatever its platform: the same expectations over web chat, Telegram and Zalo."""

import pytest

from chat.channel import Attachment, Button, NotEditable, Outgoing, Rejected, SendError
from chat.replies import Action
from chat.splitting import units
from chat.text import Text
from jobs.clock import wall_clock
from storage.outbox import Letter
from tests.channels.conftest import Stage
from tests.scenarios.commune import CELL, GROUP, NAMES
from tests.scenarios.transcript import kinds
from tests.telegram import town as telegram

PLAIN = "**đậm** <b>_x_</b> & `y` 🔔\n\n1) hai  ba\nhttps://x.example/s/a_b.c"


async def texts(stage: Stage, chat: str = "clerk") -> list[str]:
    return [one.text for one in await stage.village.messages(chat)]


async def answered(stage: Stage) -> int:
    """How many answers there are to the next meeting."""
    [meeting, *_] = await stage.village.meetings(CELL)
    async with stage.village.parts.database.read() as uow:
        return len(await uow.answers.of_meeting(meeting.id))


async def test_a_message_has_an_id_of_its_own_and_arrives_as_it_was_written(stage: Stage) -> None:
    await stage.village.join("clerk")
    ids = {await stage.channel.send(Outgoing(stage.to("clerk"), PLAIN)) for _ in range(3)}
    assert len(ids) == 3
    assert all(ids)
    assert (await texts(stage))[-3:] == [PLAIN] * 3


async def test_a_text_of_the_full_length_is_taken_and_a_longer_one_comes_in_pieces(stage: Stage) -> None:
    await stage.village.join("clerk")
    most = stage.channel.capabilities.max_text
    assert await stage.channel.send(Outgoing(stage.to("clerk"), "🔔" * (most // 2)))
    before = len(await texts(stage))
    words = " ".join(f"từ{n}" for n in range(3 * most // 5))
    to, now = stage.to("clerk"), stage.village.time.now()
    async with stage.village.parts.database.write() as uow:
        letter = Letter("long", to, to.chat, "vi", Text("data.export", {"json": words}), now)
        await uow.outbox.add_once(letter, wall_clock())
        await uow.commit()
    await stage.village.parts.sender.drain()
    pieces = (await texts(stage))[before:]
    assert len(pieces) > 2
    assert all(units(piece) <= most for piece in pieces)
    assert words in " ".join(pieces)


async def test_choices_are_buttons_or_numbers_as_declared_and_both_answer(stage: Stage) -> None:
    await stage.village.join("secretary", "clerk")
    await stage.village.clock("19/11 19:00")
    [notice] = await stage.village.heard("clerk")
    assert [*notice.choices] == ["Có dự", "Vắng, có lý do", "Báo sau"]
    assert ("1. Có dự" in notice.text) is not stage.channel.capabilities.buttons
    assert kinds(await stage.village.choose("clerk", "Có dự")) == ["coming noted"]
    assert kinds(await stage.village.say("clerk", "báo sau")) == ["later noted"]
    assert await answered(stage) == 1


async def test_what_can_be_edited_is_and_elsewhere_it_is_said_so(stage: Stage) -> None:
    await stage.village.join("clerk")
    to = stage.to("clerk")
    number = await stage.channel.send(Outgoing(to, "trước", _buttons(stage)))
    if stage.channel.capabilities.edit:
        for _ in range(2):  # the second one changes nothing, which is no error
            await stage.channel.edit(number, Outgoing(to, "sau"))
        assert (await texts(stage))[-1] == "sau"
        return
    with pytest.raises(NotEditable):
        await stage.channel.edit(number, Outgoing(to, "sau"))
    assert (await texts(stage))[-1] == "trước"


def _buttons(stage: Stage) -> tuple[Button, ...]:
    token = stage.village.parts.house.signer.pack(Action("drop"), stage.to("clerk"))
    return (Button("Bỏ qua", token),) if stage.channel.capabilities.buttons else ()


async def test_the_calendar_file_comes_as_the_channel_can_take_it(stage: Stage) -> None:
    """A file, a link to a page of ours, or nothing at all: the message is whole without it."""
    await stage.village.join("secretary", "clerk")
    await stage.village.clock("19/11 19:00")
    assert kinds(await stage.village.heard("clerk")) == ["notice"]
    can = stage.channel.capabilities
    linked = "Tải về" in (await texts(stage))[-1]
    assert linked is (can.own_pages and not can.files)


async def test_every_way_of_failing_is_one_of_our_errors(stage: Stage) -> None:
    """The web chat's platform is our own database: it has no failures of its own."""
    await stage.village.join("clerk")
    for trouble in stage.troubles:
        trouble()
        with pytest.raises(SendError):
            await stage.channel.send(Outgoing(stage.to("clerk"), "chào"))
    assert await stage.channel.send(Outgoing(stage.to("clerk"), "chào"))
    assert (await texts(stage))[-1] == "chào"


async def test_the_same_message_is_heard_once(stage: Stage) -> None:
    await stage.village.join("secretary", "clerk")
    await stage.village.clock("19/11 19:00")
    await stage.village.heard("clerk")
    await stage.twice("clerk", "có dự")
    assert kinds(await stage.village.heard("clerk")) == ["coming noted"]


async def test_a_choice_nobody_offered_is_refused(stage: Stage) -> None:
    await stage.village.join("secretary", "clerk")
    await stage.village.clock("19/11 19:00")
    [meeting, *_] = await stage.village.meetings(CELL)
    signer = stage.village.parts.house.signer
    good = signer.pack(Action("rsvp", (str(meeting.id), "1", "coming")), stage.to("secretary"))
    await stage.village.heard("clerk")
    for token in (good, good[:-1], "rsvp.1.1.coming.AAAAAAAAAAA", "có dự", "9"):
        if stage.forge is not None:
            said = await stage.forge("clerk", token)
            assert said.text == stage.village.stage.words("menu.expired")["vi"], token
        elif token != "có dự":
            said = await stage.village.say("clerk", token)
            assert "chưa rõ ý" in said.text, token
    assert await answered(stage) == 0


async def test_a_stranger_is_told_what_this_is_and_nothing_else(stage: Stage) -> None:
    if isinstance(stage.village, telegram.Town):
        stage.village.person("elder").start()  # who has not pressed Start cannot write there
        await stage.village.settle()
        await stage.village.heard("elder")
    for words in ("lich", "danhsach", "1", "đồng ý", "trogiup"):
        told = await stage.village.say("elder", words)
        assert told.text == stage.village.stage.words("help.stranger")["vi"], words


async def test_a_group_hears_totals_and_no_names(stage: Stage) -> None:
    assert stage.channel.capabilities.groups
    village = stage.village
    await village.join("secretary", "clerk")
    if isinstance(village, telegram.Town):
        await village.link_group()
    else:
        await village.say("secretary", "nhom", chat=GROUP)
        await village.choose("secretary", "Xác nhận", chat=GROUP)
    await village.clock("23/11 19:00")
    said = await village.messages(GROUP)
    assert kinds(said) == ["group?", "group linked", "announcement", "evening"]
    assert not [name for name in NAMES.values() if name in said.text]


async def test_a_file_where_there_are_none_says_nothing(stage: Stage) -> None:
    can = stage.channel.capabilities
    await stage.village.join("clerk")
    before = await texts(stage)
    if not (can.files or can.own_pages):  # such a channel is never asked
        with pytest.raises(Rejected):
            await stage.channel.send_file(stage.to("clerk"), Attachment("a.ics", "text/calendar", b"x"))
    assert await texts(stage) == before

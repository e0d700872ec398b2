"""Files on Telegram: after the message, without a sound, uploaded once; one that fails harms nothing."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from PIL import Image

from bot.channels.telegram import uploads
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.intake import Client
from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.uploads import LARGEST, LARGEST_PHOTO, Uploads
from chat.channel import Attachment, Blocked, Rejected, Throttled, Unreachable
from chat.events import Address
from tests.scenarios.commune import NAMES
from tests.scenarios.page import ZONE
from tests.scenarios.transcript import kinds
from tests.telegram.botapi import BotApi, Limits, Message, Rules, bot_api
from tests.telegram.botapi.scene import PIXEL
from tests.telegram.botapi.wire import forbidden
from tests.telegram.town import TOKEN, Town, opened

ENTRY = "Lịch sinh hoạt 24-11-2026.ics"
AN, BINH, FORUM = 11, 12, -1_001_000_000_777
FILE = Attachment("Điểm danh.ics", "text/calendar", b"BEGIN:VCALENDAR")
AUDIENCE = ("deputy", "clerk", "worker")


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(sqlite_url, tmp_path) as telegram:
        await telegram.join("secretary", *AUDIENCE, "chair")
        await telegram.link_group()
        yield telegram


def of(town: Town, person: str) -> list[Message]:
    return [one for one in town.person(person).chat.said if one.file is not None]


async def test_the_announcement_is_followed_by_one_document_and_the_group_gets_none(town: Town) -> None:
    await town.clock("19/11 19:00")
    for person in ("secretary", *AUDIENCE):
        [document] = of(town, person)
        notice = town.person(person).chat.showing("Có dự")
        assert notice.id < document.id
        assert document.file is not None
        assert (document.text, document.file.name, document.buttons) == ("", ENTRY, {})
        calendar = Calendar.from_ical(document.file.content)
        assert isinstance(calendar, Calendar)
        [event] = calendar.events
        assert event.start == datetime(2026, 11, 24, 19, 30, tzinfo=ZONE)
    assert town.group.chat.files == []
    sent = [one for one in town.server.sent if one.chat != town.group.id]
    assert [one.silent for one in sent] == [one.method == "sendDocument" for one in sent]
    assert (town.server.log.calls["sendDocument"], town.server.log.uploads) == (4, 1)


async def test_the_committee_gets_picture_and_workbook_and_nobody_else(town: Town) -> None:
    await town.clock("02/12 07:30")
    picture, book = of(town, "chair")
    assert picture.file is not None
    assert book.file is not None
    assert picture.file.name == "Biểu đồ 11-2026 X01.png"
    assert town.server.log.calls["sendPhoto"] == 1
    with Image.open(io.BytesIO(picture.file.content)) as opened_as:
        assert opened_as.size[0] == 1080
    assert book.file.name == "Tổng hợp 11-2026 X01.xlsx"
    assert load_workbook(io.BytesIO(book.file.content)).active is not None
    await town.say("worker", "baocao")
    assert [one.file.name for one in of(town, "worker") if one.file] == [ENTRY]


@pytest.mark.parametrize("how", ["400", "403", "429", "500", "reset", "hang"])
async def test_an_upload_that_fails_leaves_the_announcement_sent_once(
    town: Town, how: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how.isdecimal():
        wait = 1 if how == "429" else None
        town.server.fail_next("sendDocument", status=int(how), retry_after=wait, times=100)
    else:
        monkeypatch.setattr(town.telegram.service.bot.request, "_read", 0.2)
        town.server.fail_next("sendDocument", "hang" if how == "hang" else "reset_before", times=100)
    await town.clock("19/11 19:00")
    town.server.faults.clear()
    await town.clock("19/11 20:00")
    for person in AUDIENCE:
        assert kinds(await town.heard(person)).count("notice") == 1
        assert of(town, person) == []
    assert kinds(await town.say("worker", "1")) == ["coming noted"]
    assert not any(name in caplog.text for name in (NAMES["worker"], "Lịch sinh hoạt", TOKEN))


async def test_a_file_that_telegram_asks_to_wait_with_follows_a_little_later(town: Town) -> None:
    town.server.fail_next("sendDocument", retry_after=1, chat=town.person("clerk").id)
    await town.clock("19/11 19:00")
    for person in AUDIENCE:
        assert [one.file.name for one in of(town, person) if one.file] == [ENTRY]
        assert kinds(await town.heard(person)).count("notice") == 1


async def test_an_upload_that_hangs_keeps_nobody_from_the_words(town: Town) -> None:
    town.server.fail_next("sendDocument", "hang", times=100)
    chats = [town.person(one).chat for one in ("secretary", *AUDIENCE)]
    moving = asyncio.create_task(town.clock("19/11 19:00"))
    await town.server.until(lambda: all("24/11/2026" in one.texts[-1] for one in chats))
    assert [one.files for one in chats] == [[]] * 4
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)


@dataclass(slots=True)
class Post:
    """A server, and a channel that sends to it."""

    server: BotApi
    client: Client
    channel: Telegram

    async def send(self, chat: int | str, file: Attachment = FILE) -> None:
        await self.channel.send_file(Address("telegram", "main", str(chat)), file)

    def sent(self, chat: int) -> list[tuple[str, str]]:
        return [(one.method, one.file or "") for one in self.server.log.of(chat)]


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with bot_api(TOKEN, Rules(Limits.off())) as server:
        request = AiohttpRequest()
        await request.initialize()
        bot = Client(
            TOKEN, base_url=f"{server.url}/bot", request=request, get_updates_request=AiohttpRequest()
        )
        for number, name in ((AN, "An"), (BINH, "Bình")):
            server.user(number, name).start()
        yield Post(server, bot, Telegram(bot))
        await request.shutdown()


async def test_the_same_file_is_uploaded_once_however_many_send_it_at_a_time(post: Post) -> None:
    chats = (AN, BINH) * 10
    await asyncio.gather(*(post.send(chat) for chat in chats))
    assert (post.server.log.calls["sendDocument"], post.server.log.uploads) == (20, 1)
    assert {one.content for one in post.server.chat(AN).files} == {FILE.content}
    await post.send(AN, replace(FILE, content=b"BEGIN:VCALENDAR2"))
    await post.send(AN, replace(FILE, name="Khác.ics"))
    assert post.server.log.uploads == 3
    assert [one.file for one in post.server.log.of(AN)][-2:] == ["Điểm danh.ics", "Khác.ics"]


async def test_a_file_id_that_telegram_forgot_is_uploaded_again_once(post: Post) -> None:
    await post.send(AN)
    post.server.uploads = {f"of another bot {name}": file for name, file in post.server.uploads.items()}
    await asyncio.gather(*(post.send(chat) for chat in (AN, BINH) * 5))
    assert post.server.log.uploads == 2
    assert len(post.server.log.of()) == 11


@pytest.mark.parametrize(("shut", "results"), [(60.0, [Unreachable] * 3), (0.0, [Unreachable, None, None])])
async def test_an_upload_that_broke_is_left_alone_for_a_while(
    post: Post, monkeypatch: pytest.MonkeyPatch, shut: float, results: list[type[Exception] | None]
) -> None:
    monkeypatch.setattr(uploads, "_SHUT", shut)
    post.server.fail_next("sendDocument", status=500)
    found = await asyncio.gather(*(post.send(AN) for _ in range(3)), return_exceptions=True)
    assert [None if one is None else type(one) for one in found] == results
    assert post.server.log.calls["sendDocument"] == (1 if shut else 3)
    assert post.server.log.uploads == (0 if shut else 1)


async def test_who_blocked_us_keeps_no_file_from_the_others(post: Post) -> None:
    post.server.chat(AN).refusal = forbidden("bot was blocked by the user")
    found = await asyncio.gather(*(post.send(one) for one in (AN, AN, BINH)), return_exceptions=True)
    assert [type(one) for one in found] == [Blocked, Blocked, type(None)]


async def test_only_so_many_file_ids_are_remembered(post: Post) -> None:
    kept = Uploads(post.client, remembered=2)
    for name in ("a", "b", "c", "a", "a", "c"):
        await kept.send(str(AN), None, replace(FILE, name=f"{name}.ics"))
    assert post.server.log.uploads == 4
    assert len(kept._known) == 2


async def test_pictures_go_as_photos_unless_they_are_too_large(post: Post) -> None:
    picture = Attachment("Biểu đồ.png", "image/png", PIXEL, is_photo=True)
    await post.send(AN, picture)
    await post.send(BINH, picture)
    assert post.server.log.uploads == 1
    await post.send(AN, replace(picture, content=PIXEL.ljust(LARGEST_PHOTO + 1, b"x")))
    assert post.sent(AN) == [("sendPhoto", "Biểu đồ.png"), ("sendDocument", "Biểu đồ.png")]
    assert post.sent(BINH) == [("sendPhoto", "Biểu đồ.png")]


@pytest.mark.parametrize("size", [0, LARGEST + 1])
async def test_what_telegram_never_takes_is_not_uploaded(post: Post, size: int) -> None:
    with pytest.raises(Rejected):
        await post.send(AN, replace(FILE, content=bytes(size)))
    assert post.server.log.calls["sendDocument"] == 0


async def test_a_file_of_a_topic_that_is_gone_goes_to_general(post: Post) -> None:
    an = post.server.user(99, "Chủ")
    an.start()
    post.server.group(FORUM, "Bản Noong", topic=True).add_bot(an)
    await post.send(f"{FORUM}:77")
    assert [(one.method, one.thread) for one in post.server.log.of(FORUM)][-1] == ("sendDocument", None)


async def test_every_failure_is_one_of_the_family(post: Post) -> None:
    post.server.throttle(3, chat=AN)
    with pytest.raises(Throttled) as late:
        await post.send(AN)
    assert late.value.seconds == 3
    post.server.chat(BINH).refusal = forbidden("bot was blocked by the user")
    with pytest.raises(Blocked):
        await post.send(BINH)
    with pytest.raises(Rejected):
        await post.send(4242)

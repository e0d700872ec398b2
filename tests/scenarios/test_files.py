"""Files on the page: a card, or a link in the text, behind which the file is made for whoever may have it."""

import io
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import unquote

import httpx
import pytest
from icalendar import Calendar, Event
from openpyxl import load_workbook
from PIL import Image

from bot.channels.webchat.channel import BOTS
from bot.files import Turnstile
from chat.capabilities import Capabilities
from chat.events import Address
from chat.replies import Action, Enclosure
from jobs.composing import compose_files
from services import links
from tests.scenarios.commune import CELL, NAMES
from tests.scenarios.page import ZONE, Village
from tests.storage.build import letter

GONE = "Liên kết này không dùng được. Đề nghị đồng chí nhắn trợ lý Kẻng để nhận liên kết mới."


@pytest.fixture(params=["buttons", "numbers"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def the_notice_is_out(village: Village, *people: str) -> None:
    await village.join("secretary", *people)
    await village.clock("19/11 19:00")


def entry_of(answer: httpx.Response) -> tuple[str, Event]:
    calendar = Calendar.from_ical(answer.content)
    assert isinstance(calendar, Calendar)
    [event] = calendar.events
    return str(calendar["method"]), event


def name_of(answer: httpx.Response) -> str:
    how, _, name = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert how == "attachment"
    return unquote(name)


async def test_the_notice_brings_one_entry_for_ones_calendar(village: Village) -> None:
    await the_notice_is_out(village, "worker")
    [(name, url)] = await village.files("worker")
    answer = await village.client.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert name_of(answer) == name == "Lịch sinh hoạt 24-11-2026.ics"
    method, event = entry_of(answer)
    assert method == "PUBLISH"
    assert event.start == datetime(2026, 11, 24, 19, 30, tzinfo=ZONE)
    assert event.end == datetime(2026, 11, 24, 21, 0, tzinfo=ZONE)
    assert event.summary == "Sinh hoạt chi bộ thường kỳ tháng 11: Chi bộ bản Noong"
    assert event.location == "Nhà văn hoá bản Noong"
    assert str(event.description).endswith("tin nhắn mới nhất của trợ lý Kẻng là đúng.")
    assert not [one for one in NAMES.values() if one in answer.text.replace("\r\n ", "")]


async def test_what_comes_after_the_notice_brings_no_file(village: Village) -> None:
    await the_notice_is_out(village, "worker")
    await village.clock("24/11 19:00")
    assert len(await village.files("worker")) == 1


async def test_a_moved_meeting_takes_the_place_of_the_old_entry(village: Village) -> None:
    await the_notice_is_out(village, "worker")
    await village.say("secretary", "hoan 25/11 20:00 mưa lũ")
    await village.choose("secretary", "Xác nhận")
    [(_, old), (name, new)] = sorted(await village.files("worker"), key=lambda one: one[0])
    assert name == "Lịch sinh hoạt 25-11-2026.ics"
    _, event = entry_of(await village.client.get(new))
    assert (event.sequence, event.start) == (2, datetime(2026, 11, 25, 20, tzinfo=ZONE))
    _, same = entry_of(await village.client.get(old))  # an old link gives what holds today
    assert (same.uid, same.sequence, same.start) == (event.uid, 2, event.start)


async def test_a_cancelled_meeting_leaves_the_calendar(village: Village) -> None:
    await the_notice_is_out(village, "worker")
    [(_, url)] = await village.files("worker")
    await village.say("secretary", "hoan")
    for label in ("Huỷ buổi này", "Không nêu lý do", "Xác nhận"):
        await village.choose("secretary", label)
    method, event = entry_of(await village.client.get(url))
    assert (method, event.status, event.sequence) == ("CANCEL", "CANCELLED", 2)


async def test_whoever_asks_for_the_next_meeting_gets_the_entry_again(village: Village) -> None:
    await the_notice_is_out(village, "worker")
    await village.say("worker", "lich")
    files = await village.files("worker")
    assert [name for name, _ in files] == ["Lịch sinh hoạt 24-11-2026.ics"] * 2


async def test_the_committee_gets_picture_and_workbook_with_its_digest_and_on_demand(
    village: Village,
) -> None:
    await village.join("secretary", "chair")
    await village.clock("02/12 07:30")
    await village.say("chair", "baocao 11/2026")
    files = await village.files("chair")
    both = ["Biểu đồ 11-2026 X01.png", "Tổng hợp 11-2026 X01.xlsx"]
    assert [name for name, _ in files] == both * 2
    for name, url in files:
        answer = await village.client.get(url)
        assert (answer.status_code, name_of(answer)) == (200, name)
        if name == both[0]:
            assert answer.headers["content-type"] == "image/png"
            with Image.open(io.BytesIO(answer.content)) as picture:
                assert picture.width == 1080
            continue
        sheet = load_workbook(io.BytesIO(answer.content))["Chi bộ"]
        assert [sheet.cell(row, 1).value for row in (4, 5)] == [CELL, "X01-C2"]
    assert [name for name, _ in await village.files("secretary")] == ["Lịch sinh hoạt 24-11-2026.ics"]


async def test_the_workbook_is_made_only_for_who_may_ask_for_the_digest_by_then(village: Village) -> None:
    await village.join("worker", "chair")
    unit = (await village.meetings(CELL))[0].cell
    async with village.parts.database.read() as uow:
        commune, province = await uow.units.by_code("X01"), await uow.units.by_code("T01")
        assert commune is not None
        assert province is not None
    asked = Enclosure("digest", (str(commune.id), "2026-11"))
    assert [await _made(village, one, asked) for one in ("chair", "worker")] == [1, 0]
    assert await _made(village, "chair", Enclosure("digest", (str(unit), "2026-11"))) == 1, "a cell of theirs"
    for args in ((str(commune.id), "2026-13"), (str(province.id), "2026-11"), (str(commune.id),), ()):
        assert await _made(village, "chair", Enclosure("digest", args)) == 0
        assert await _made(village, "chair", Enclosure("png", (*args, "1"))) == 0
    drawn = [Enclosure("png", (*asked.args, page)) for page in ("1", "2", "0", "x", "²")]
    assert [await _made(village, "chair", one) for one in drawn] == [1, 0, 0, 0, 0]
    assert await _made(village, "worker", drawn[0]) == 0
    assert await _made(village, "chair", Enclosure("minutes", asked.args)) == 0


@pytest.mark.parametrize("person", ["neighbour", "suspended"])
async def test_who_is_not_told_of_a_meeting_gets_no_entry(village: Village, person: str) -> None:
    await the_notice_is_out(village, person, "executive", "worker")
    meetings = await village.meetings(CELL)
    told = Enclosure("ics", (str(meetings[0].id),))
    assert await _made(village, person, told) == 0
    assert [await _made(village, one, told) for one in ("worker", "executive", "secretary")] == [1, 1, 1]
    planned = Enclosure("ics", (str(meetings[1].id),))
    assert [await _made(village, one, planned) for one in ("worker", "secretary")] == [0, 0]
    for nonsense in ("", "x", "999999999", "²"):
        assert await _made(village, "worker", Enclosure("ics", (nonsense,))) == 0


async def test_everything_wrong_gets_the_same_answer(village: Village) -> None:
    await the_notice_is_out(village, "worker", "clerk")
    [(_, url)] = await village.files("worker")
    [(_, others)] = await village.files("clerk")
    token, mac = url.rsplit(".", 1)
    account = token.split(".")[1]
    wrong = [
        f"{token}.{others.rsplit('.', 1)[1]}",
        url.replace(f".{account}.", f".{others.split('.')[1]}."),  # somebody else's number
        f"{token}.{mac[:-1]}{'A' if mac[-1] != 'A' else 'B'}",
        url[:-1],
        url.replace("ics", "digest"),
        f"{url}.x",
        "/s/x",
        "/s/%00",
        "/s/file.1.9.ics.1.đ",
        f"/s/{'9' * 5000}",
    ]
    for one in wrong:
        answer = await village.client.get(one)
        assert (answer.status_code, answer.text) == (404, GONE), one
        assert answer.headers["cache-control"] == "no-store"
    assert (await village.client.get("/s/")).status_code == 404
    assert (await village.client.post(url)).status_code in (404, 405)
    assert (await village.client.get(url)).status_code == 200


async def test_a_buttons_token_opens_nothing_and_a_link_presses_nothing(village: Village) -> None:
    await the_notice_is_out(village, "worker")
    here = Address("web", village.bot, "worker")
    [meeting, *_] = await village.meetings(CELL)
    button = village.parts.house.signer.pack(Action("rsvp", (str(meeting.id), "99999999", "ics")), here)
    assert (await village.client.get(f"/s/{button}")).status_code == 404
    [(_, url)] = await village.files("worker")
    said = await village.press_token("worker", url.removeprefix("/s/"))
    assert said[-1].text.startswith("Lựa chọn này không còn hiệu lực.")


async def test_a_link_ends_after_a_week(village: Village) -> None:
    await the_notice_is_out(village, "worker")
    [(_, url)] = await village.files("worker")
    village.time.move_to(village.time.now() + links.LASTS - timedelta(minutes=1))
    assert (await village.client.get(url)).status_code == 200
    village.time.move_to(village.time.now() + timedelta(minutes=1))
    assert (await village.client.get(url)).status_code == 404


async def test_a_link_ends_with_the_rights_of_its_owner(village: Village) -> None:
    await the_notice_is_out(village, "worker", "clerk", "deputy")
    urls = {one: (await village.files(one))[0][1] for one in ("worker", "clerk", "deputy")}
    await village.say("worker", "rút đồng ý")
    async with village.parts.database.write() as uow:
        await uow.accounts.dead(Address("web", village.bot, "clerk"), village.time.now())
        await uow.commit()
    statuses = {one: (await village.client.get(url)).status_code for one, url in urls.items()}
    assert statuses == {"worker": 404, "clerk": 404, "deputy": 200}


async def test_whoever_asks_too_often_waits(village: Village) -> None:
    await the_notice_is_out(village, "worker")
    [(_, url)] = await village.files("worker")
    assert [(await village.client.get(url)).status_code for _ in range(21)] == [200] * 20 + [429]
    assert [(await village.client.get("/s/x")).status_code for _ in range(31)] == [404] * 30 + [429]


def test_a_turnstile_opens_again_and_knows_only_so_many() -> None:
    now = 0.0
    gate = Turnstile(2, lambda: now, watched=3)
    for one in "aab":
        gate.count(one)
    assert (gate.is_shut("a"), gate.is_shut("b"), gate.is_shut("c")) == (True, False, False)
    now = 59.9
    assert gate.is_shut("a")
    now = 60.0
    assert not gate.is_shut("a")
    for n in range(1000):
        gate.count(str(n))
    assert len(gate._passed) == 3


async def test_no_public_address_no_files_no_link(village: Village) -> None:
    """As a platform that takes no files, and whose people cannot reach this machine."""
    await the_notice_is_out(village, "worker")
    [meeting, *_] = await village.meetings(CELL)
    asked = Enclosure("ics", (str(meeting.id),))
    assert await _made(village, "worker", asked, own_pages=False) == 0


async def _made(village: Village, person: str, enclosure: Enclosure, *, own_pages: bool = True) -> int:
    """How many files would go with a letter to somebody now."""
    can = BOTS[village.bot] if own_pages else Capabilities()
    queued = replace(letter("x", Address("web", village.bot, person)), enclosures=(enclosure,))
    async with village.parts.database.read() as uow:
        return len(await compose_files(village.work(uow), can, queued))

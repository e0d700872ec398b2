"""The calendar of a unit by subscription, fetched as a calendar program does and read back."""

from dataclasses import replace
from datetime import datetime, time

import httpx
import pytest
from icalendar import Calendar, Event

from chat.events import Address
from reports.roster.rows import Roster
from services import feeds, privacy, unit_calendar
from tests.scenarios.commune import COMMUNE, MEMBERS, NAMES, OTHERS, commune
from tests.scenarios.page import ZONE, Village, moment

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])
NOONG = "Chi bộ bản Noong: sinh hoạt thường kỳ tháng 11"


@pytest.fixture
def rows() -> Roster:
    return commune("24", other="24")


async def address(village: Village, person: str = "chair") -> str:
    await village.say(person, "lich tuan")
    [told] = await village.choose(person, "Lịch trên điện thoại")
    return link_in(told.text)


def link_in(text: str) -> str:
    [link] = [line for line in text.splitlines() if line.startswith("/s/")]
    return link


async def events(village: Village, url: str) -> dict[str, Event]:
    """By summary, everything that stands in the calendar."""
    return {str(one.summary): one for one in parsed(await village.client.get(url)).events}


def parsed(answer: httpx.Response) -> Calendar:
    assert answer.status_code == 200
    calendar = Calendar.from_ical(answer.content)
    assert isinstance(calendar, Calendar)
    return calendar


@BOTH
async def test_every_cell_stands_in_it_with_place_hour_and_official(village: Village) -> None:
    await village.join("chair")
    answer = await village.client.get(await address(village))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = parsed(answer)
    assert (calendar["method"], calendar["x-wr-timezone"]) == ("PUBLISH", "Asia/Ho_Chi_Minh")
    assert calendar["x-wr-calname"] == calendar["name"] == "Lịch sinh hoạt chi bộ: Đảng uỷ xã Mường Thanh"
    assert len(calendar.events) == 6  # both cells, three months
    assert len({one.uid for one in calendar.events}) == 6
    found = {str(one.summary): one for one in calendar.events}[NOONG]
    assert found["dtstart"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert found.start == datetime(2026, 11, 24, 19, 30, tzinfo=ZONE)
    assert found.end == datetime(2026, 11, 24, 21, 0, tzinfo=ZONE)
    assert (found.location, found.status) == ("Nhà văn hoá bản Noong", "CONFIRMED")
    assert found.description == "Phụ trách: đồng chí Phạm Văn Hành."
    assert found.alarms.times == []
    words = answer.text.replace("\r\n ", "")
    assert not [one for one in (*MEMBERS, *OTHERS) if NAMES[one] in words]


async def test_what_is_asked_for_again_is_not_sent_again_until_something_has_changed(
    village: Village,
) -> None:
    await village.join("chair", "secretary")
    url = await address(village)
    first = await village.client.get(url)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f"W/{tag}", f'"x", {tag}'):
        same = await village.client.get(url, headers={"If-None-Match": known})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    await village.say("secretary", "hoan 25/11 20:00 mưa lũ")
    await village.press("secretary", "Xác nhận")
    changed = await village.client.get(url, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_a_meeting_keeps_its_uid_through_a_move_a_postponement_and_its_new_date(
    village: Village,
) -> None:
    await village.join("chair", "secretary")
    url = await address(village)
    planned = (await events(village, url))[NOONG]
    await village.say("secretary", "hoan 25/11 20:00")
    await village.press("secretary", "Xác nhận")
    moved = (await events(village, url))[NOONG]
    assert (moved.uid, moved.start) == (planned.uid, datetime(2026, 11, 25, 20, tzinfo=ZONE))
    await village.say("secretary", "hoan")
    for label in ("Hoãn", "Không nêu lý do", "Xác nhận"):
        await village.press("secretary", label)
    off = (await events(village, url))[f"{NOONG} (tạm hoãn)"]
    assert (off.uid, off.status) == (planned.uid, "CANCELLED")
    await village.say("secretary", "hoan 27/11 19:30")
    await village.press("secretary", "Xác nhận")
    again = (await events(village, url))[NOONG]
    assert (again.uid, again.status) == (planned.uid, "CONFIRMED")
    assert planned.sequence < moved.sequence < off.sequence < again.sequence


async def test_a_cancelled_meeting_is_marked_as_such(village: Village) -> None:
    await village.join("chair", "secretary")
    url = await address(village)
    await village.say("secretary", "hoan")
    for label in ("Huỷ buổi này", "Không nêu lý do", "Xác nhận"):
        await village.press("secretary", label)
    assert (await events(village, url))[f"{NOONG} (đã huỷ)"].status == "CANCELLED"


async def test_the_committees_own_time_stands_in_it_without_a_word_of_what_it_is(village: Village) -> None:
    await village.join("chair", "province")
    url, above = await address(village), await address(village, "province")
    await village.say("chair", "lich ban 24/11 19:00-21:00 Họp Ban Thường vụ")
    found = await events(village, url)
    assert found["Đảng uỷ xã Mường Thanh bận"].start == datetime(2026, 11, 24, 19, tzinfo=ZONE)
    assert "Trùng lịch bận của Đảng uỷ xã Mường Thanh" in str(found[NOONG].description)
    assert "Thường vụ" not in (await village.client.get(url)).text.replace("\r\n ", "")
    assert not [name for name in await events(village, above) if "bận" in name]


async def test_a_level_above_subscribes_without_names(village: Village) -> None:
    await village.join("province")
    found = await events(village, await address(village, "province"))
    assert found[NOONG].description == "Có cấp uỷ viên phụ trách."


async def test_a_place_with_commas_and_breaks_comes_through(village: Village) -> None:
    await village.join("chair")
    meeting = (await village.meetings("X01-C1"))[0]
    async with village.parts.database.write() as uow:
        await uow.meetings.change(meeting, {"place": "Nhà văn hoá;\r\nBEGIN:VEVENT, tầng 2\\n"})
        await uow.commit()
    found = await events(village, await address(village))
    assert len(found) == 6
    assert found[NOONG].location == "Nhà văn hoá; BEGIN:VEVENT, tầng 2\\n"


# --- how long an address is good ---------------------------------------------------------------------


async def test_it_stays_the_same_and_good_for_months(village: Village) -> None:
    await village.join("chair")
    url = await address(village)
    village.time.move_to(moment("2027-06-30T08:00"))
    assert await address(village) == url
    assert (await village.client.get(url)).status_code == 200


@BOTH
async def test_a_new_one_takes_its_place_and_it_can_be_ended(village: Village) -> None:
    await village.join("chair")
    old = await address(village)
    [told] = await village.choose("chair", "Đổi địa chỉ")
    new = link_in(told.text)
    assert [(await village.client.get(one)).status_code for one in (old, new)] == [404, 200]
    await village.choose("chair", "Bỏ địa chỉ")
    assert (await village.client.get(new)).status_code == 404
    third = await address(village)
    assert [(await village.client.get(one)).status_code for one in (old, new, third)] == [404, 404, 200]


async def test_it_ends_with_the_post(village: Village, rows: Roster) -> None:
    await village.join("chair", "office")
    url, other = await address(village), await address(village, "office")
    await village.roster(
        replace(rows, officials=tuple(one for one in rows.officials if one.person != "chair"))
    )
    village.time.move_to(moment("12/11 08:00"))
    assert [(await village.client.get(one)).status_code for one in (url, other)] == [404, 200]


async def test_it_ends_with_the_consent_and_does_not_come_back_with_it(village: Village) -> None:
    await village.join("chair")
    url = await address(village)
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code("chair")
        assert person is not None
        kept = (await privacy.export(village.work(uow), person))["calendars"]
    assert kept == [{"unit": COMMUNE, "at": village.time.now().astimezone(ZONE).isoformat()}]
    await village.say("chair", "rút đồng ý")
    await village.say("chair", "rút đồng ý")
    assert (await village.client.get(url)).status_code == 404
    async with village.parts.database.read() as uow:
        assert await uow.calendars.feeds_of(person.id) == []
    await village.join("chair")
    assert (await village.client.get(url)).status_code == 404
    assert await address(village) != url


async def test_everything_wrong_gets_the_same_answer(village: Village) -> None:
    await village.join("chair", "office")
    url, other = await address(village), await address(village, "office")
    body, mac = url.removesuffix(".ics").rsplit(".", 1)
    name, who, unit, nonce = body.rsplit(".", 3)
    wrong = [
        f"{body}.{other.removesuffix('.ics').rsplit('.', 1)[1]}.ics",
        f"{body}.{mac[:-2]}AA.ics",
        f"{name}.{who}.1.{nonce}.{mac}.ics",
        f"{name}.{other.split('.')[1]}.{unit}.{nonce}.{mac}.ics",
        f"{name}.{who}.{unit}.{mac}.ics",
        "/s/feed.",
        "/s/feed.x.y.z.ics",
        "/s/feed.9999.9999.9.9.ics",
        f"{url}.ics",
        url.replace("/s/feed", "/s/file"),
    ]
    answers = [await village.client.get(one) for one in wrong]
    assert {(one.status_code, one.headers["cache-control"]) for one in answers} == {(404, "no-store")}
    assert len({one.text for one in answers}) == 1
    assert [(await village.client.get(one)).status_code for one in (url, url.removesuffix(".ics"))] == [
        200,
        200,
    ]


async def test_a_program_that_asks_too_often_waits(village: Village) -> None:
    await village.join("chair")
    url = await address(village)
    assert [(await village.client.get(url)).status_code for _ in range(21)] == [200] * 20 + [429]


async def test_without_a_public_address_there_is_none_for_a_platform(village: Village) -> None:
    await village.join("chair")
    async with village.parts.database.write() as uow:
        person = await uow.people.by_code("chair")
        assert person is not None
        work = replace(village.work(uow).acting(person), address=Address("zalo", "keng", "1"))
        [seen] = await unit_calendar.sights(work)
        assert await feeds.address(work, seen) == ""
        public = replace(work, house=replace(work.house, public_url="https://keng.example"))
        assert (await feeds.address(public, seen)).startswith("https://keng.example/s/feed.")


async def test_a_unit_with_too_many_cells_has_none(village: Village) -> None:
    await village.join("chair")
    url = await address(village)
    async with village.parts.database.write() as uow:
        top = await uow.units.by_code(COMMUNE)
        assert top is not None
        for n in range(500):
            values = {"name": f"Chi bộ {n}", "level": "cell", "parent": top.id, "day": "3", "time": time(19)}
            await uow.units.save(f"C{n}", values)
        await uow.commit()
    await village.say("chair", "lich tuan")
    assert "không quá 500 chi bộ" in (await village.choose("chair", "Lịch trên điện thoại")).text
    assert (await village.client.get(url)).status_code == 404


async def test_the_same_facts_make_the_same_bytes_in_the_readers_language(village: Village) -> None:
    await village.join("chair")
    url = await address(village)
    first = (await village.client.get(url)).content
    village.time.move_to(moment("11/11 08:00"))
    assert (await village.client.get(url)).content == first
    await village.say("chair", "ngonngu")
    await village.press("chair", "English")
    assert "Chi bộ bản Noong: regular meeting of month 11" in await events(village, url)

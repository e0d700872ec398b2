"""Headings that members propose: in one message, supported by one tap, and answered every time."""

import json
from dataclasses import replace
from datetime import date

import pytest

from reports.roster.rows import RosterStatus
from services.privacy import export
from storage.forgetting import forget
from tests.scenarios.commune import CELL, NAMES, commune, member
from tests.scenarios.page import Village, moment
from tests.scenarios.transcript import only, says, table

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])
TITLE = "Sửa đường vào bản"


async def proposed(village: Village, *titles: str, by: str = "worker") -> None:
    for title in titles:
        await village.say(by, f"noidung {title}")


async def opened(village: Village, label: str = "Đề xuất 1", *, by: str = "secretary") -> None:
    """A leader looks at what waits, and at one of them."""
    await village.say(by, "noidung")
    await village.choose(by, "Đề xuất của đảng viên")
    await village.choose(by, label)


@BOTH
async def test_a_member_proposes_in_one_message_others_support_and_the_secretary_accepts(
    village: Village,
) -> None:
    await village.join("secretary", "worker", "clerk", "committee")
    noted = await village.say("worker", f"nội dung {TITLE}")
    assert says(noted.text, f"Đã ghi đề xuất với Chi bộ bản Noong: {TITLE}.")
    assert noted.choices == ["Rút đề xuất"]
    await village.say("clerk", "noidung")
    shown = await village.choose("clerk", "Đề xuất của đảng viên (1)")
    assert says(shown.text, f"(1) {TITLE}")
    assert NAMES["worker"] not in shown.text
    counted = await village.choose("clerk", "Ủng hộ (1)")
    assert says(counted.text, "Số đồng chí ủng hộ: 1")
    await village.say("committee", "noidung")
    await village.choose("committee", "Đề xuất của đảng viên (1)")
    counted = await village.choose("committee", "Ủng hộ (1)")
    assert says(counted.text, "Số đồng chí ủng hộ: 2")
    assert NAMES["clerk"] not in counted.text
    await village.clock("10/11 19:00")
    await village.tick()
    news = (await village.heard("secretary"))[-1]
    assert says(news.text, "mới: 1", f"- {TITLE}")
    await village.choose("secretary", "Xem đề xuất")
    one = await village.choose("secretary", "Đề xuất 1")
    assert says(one.text, f"{TITLE} (2 đồng chí ủng hộ)", f"Người đề xuất: {NAMES['worker']}")
    done = await village.choose("secretary", "Đưa vào chương trình")
    assert says(done.text, f"chương trình buổi sinh hoạt ngày 24/11/2026: {TITLE}")
    told = await village.heard("worker")
    assert says(told.text, f"đã vào chương trình buổi sinh hoạt 19 giờ 30, Thứ Ba, ngày 24/11/2026: {TITLE}.")
    assert TITLE in (await village.say("clerk", "noidung")).text


@BOTH
async def test_the_button_asks_for_the_heading_and_a_bad_one_is_asked_for_again(village: Village) -> None:
    await village.join("worker")
    await village.say("worker", "noidung")
    asked = await village.choose("worker", "Đề xuất nội dung")
    assert says(asked.text, "tối đa 120 ký tự")
    assert says((await village.say("worker", "x" * 300)).text, "120")
    assert says((await village.say("worker", "Phổ biến văn bản MẬT")).text, "không nhận tài liệu")
    assert says((await village.say("worker", TITLE)).text, f"Đã ghi đề xuất với Chi bộ bản Noong: {TITLE}.")
    gone = await village.choose("worker", "Rút đề xuất")
    assert says(gone.text, f"Đã rút đề xuất: {TITLE}.")


@pytest.mark.parametrize(
    "title", ["Hoàn thành tiêu chí nông thôn mới", "Hợp tác xã kiểu mới", "Nhiệm vụ trồng rừng"]
)
async def test_a_heading_that_begins_like_a_command_is_a_heading(village: Village, title: str) -> None:
    await village.join("worker")
    await village.say("worker", "noidung")
    await village.press("worker", "Đề xuất nội dung")
    assert says((await village.say("worker", title)).text, f"Đã ghi đề xuất với Chi bộ bản Noong: {title}.")


async def test_the_same_heading_twice_is_one_to_support(village: Village) -> None:
    await village.join("worker", "clerk")
    await proposed(village, TITLE)
    again = await village.say("worker", f"noidung {TITLE}")
    assert says(again.text, "Đồng chí đã đề xuất")
    other = await village.say("clerk", "noidung sua duong vao ban")
    assert says(other.text, "Chi bộ đã có đề xuất này")
    assert says((await village.press("clerk", "Ủng hộ")).text, "Số đồng chí ủng hộ: 1")
    assert says((await village.press("clerk", "Ủng hộ")).text, "Số đồng chí ủng hộ: 1")


async def test_nobody_has_more_than_three_open_ones_in_a_month(village: Village) -> None:
    await village.join("worker", "clerk")
    await proposed(village, "Một", "Hai", "Ba")
    full = await village.say("worker", "noidung Bốn")
    assert says(full.text, "đã có 3 đề xuất")
    await village.press("worker", "Rút đề xuất")
    assert says((await village.say("worker", "noidung Bốn")).text, "Đã ghi đề xuất")
    assert says((await village.say("clerk", "noidung Năm")).text, "Đã ghi đề xuất")


@BOTH
async def test_what_is_put_off_comes_back_by_itself_next_month(village: Village) -> None:
    await village.join("secretary", "worker")
    await proposed(village, TITLE)
    await opened(village)
    done = await village.choose("secretary", "Để kỳ sau")
    assert says(done.text, "kỳ sinh hoạt tháng 12/2026")
    assert says((await village.heard("worker")).text, "được để đến kỳ sinh hoạt tháng 12/2026")
    assert "Đề xuất của đảng viên" not in " ".join((await village.say("secretary", "noidung")).choices)
    await village.clock("24/11 19:31")
    await village.heard("secretary")
    await village.clock("25/11 20:00")
    news = [one for one in await village.heard("secretary") if "Đề xuất nội dung" in one.first]
    assert table(news) == ["25/11 19:00 new topics"]
    await village.choose("secretary", "Xem đề xuất")
    await village.choose("secretary", "Đề xuất 1")
    accepted = await village.choose("secretary", "Đưa vào chương trình")
    assert says(accepted.text, "ngày 24/12/2026")
    assert says((await village.heard("worker")).text, "đã vào chương trình", "24/12/2026")


@BOTH
async def test_two_that_mean_the_same_are_merged_and_both_hear_what_becomes_of_it(village: Village) -> None:
    await village.join("secretary", "worker", "clerk", "committee")
    await proposed(village, "Trồng cây đầu xuân", TITLE)
    await proposed(village, "Sửa lại đường vào bản", by="clerk")
    await village.say("committee", "noidung")
    await village.choose("committee", "Đề xuất của đảng viên")
    await village.choose("committee", "Ủng hộ (3)")
    await opened(village, "Đề xuất 3")
    asked = await village.choose("secretary", "Gộp với đề xuất khác")
    assert asked.choices == [TITLE, "Trồng cây đầu xuân"]
    await village.choose("secretary", TITLE)
    assert says((await village.heard("clerk")).text, f"được gộp vào đề xuất: {TITLE}")
    shown = await village.choose("secretary", "Đề xuất của đảng viên (2)")
    assert says(shown.text, f"{TITLE} (2 đồng chí ủng hộ)")
    await village.choose("secretary", "Đề xuất 2")
    await village.choose("secretary", "Đưa vào chương trình")
    assert says((await village.heard("worker")).text, "đã vào chương trình", TITLE)
    assert says((await village.heard("clerk")).text, "đã vào chương trình", "Sửa lại đường vào bản")


@BOTH
async def test_an_answer_is_a_reason_from_the_list_and_a_line_that_is_not_kept(village: Village) -> None:
    await village.join("secretary", "worker")
    await proposed(village, TITLE)
    await opened(village)
    await village.choose("secretary", "Trả lời")
    await village.choose("secretary", "Thuộc thẩm quyền cấp trên")
    assert says((await village.heard("worker")).text, f"({TITLE}): Thuộc thẩm quyền cấp trên")
    await village.choose("secretary", "Nhắn một dòng")
    assert says((await village.say("secretary", "y" * 300)).text, "120")
    await village.say("secretary", "Xã đã có kế hoạch quý I")
    assert says((await village.heard("worker")).text, f"({TITLE}): Xã đã có kế hoạch quý I")
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code("worker")
        assert person is not None
        kept = [(one.title, one.state) for one in await uow.suggestions.of_person(person.id)]
        assert kept == [(TITLE, "answered")]


async def test_the_second_of_two_hands_and_an_old_button_decide_nothing(village: Village) -> None:
    await village.join("secretary", "deputy", "worker", "clerk")
    await proposed(village, TITLE)
    noted = (await village.messages("worker"))[-1]
    await village.say("clerk", "noidung")
    support = (await village.press("clerk", "Đề xuất của đảng viên"))[-1]
    await opened(village)
    await opened(village, by="deputy")
    card = (await village.messages("deputy"))[-1]
    await village.press("secretary", "Đưa vào chương trình")
    await village.heard("worker")
    for label in ("Để kỳ sau", "Trả lời", "Đưa vào chương trình"):
        assert says((await village.press("deputy", label, of=card)).text, "đã được xem xét")
    assert says((await village.press("worker", "Rút đề xuất", of=noted)).text, "đã được xem xét")
    assert says((await village.press("clerk", "Ủng hộ (1)", of=support)).text, "đã được xem xét")
    token = card.choice("Đưa vào chương trình")
    assert token is not None
    assert says((await village.press_token("clerk", token)).text, "không")
    assert (await village.say("worker", "noidung")).text.count(TITLE) == 1


async def test_who_is_not_of_the_cell_neither_sees_nor_supports(village: Village) -> None:
    await village.join("worker", "neighbour", "suspended", "clerk")
    await proposed(village, TITLE)
    await village.say("clerk", "noidung")
    shown = (await village.press("clerk", "Đề xuất của đảng viên"))[-1]
    for stranger in ("neighbour", "suspended"):
        token = shown.choice("Ủng hộ (1)")
        assert token is not None
        assert says((await village.press_token(stranger, token)).text, "không")
        assert TITLE not in (await village.say(stranger, "noidung")).text


async def test_nearly_the_same_as_an_agenda_of_the_last_months_is_said_quietly(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.say("secretary", "noidung thêm Phòng cháy, chữa cháy rừng mùa khô")
    await village.stopped_until("24/11 20:00")
    await village.say("secretary", "đủ")
    await village.press("secretary", "Xác nhận")
    await village.stopped_until("25/11 09:00")
    await proposed(village, "Phòng chống cháy, chữa cháy rừng mùa khô", "Làm sạch nguồn nước")
    await opened(village)
    near = (await village.messages("secretary"))[-1]
    assert says(
        near.text, "Lưu ý: gần giống nội dung đã đưa ra tháng 11/2026 (Phòng cháy, chữa cháy rừng mùa khô)"
    )
    done = await village.press("secretary", "Đưa vào chương trình")
    assert says(done.text, "ngày 24/12/2026", "Lưu ý")
    await opened(village)
    assert "Lưu ý" not in (await village.messages("secretary"))[-1].text
    added = await village.say("secretary", "noidung thêm Phòng cháy chữa cháy rừng")
    assert says(added.text, "Lưu ý: gần giống")


async def test_nearly_the_same_as_what_the_committee_above_wishes_is_said_quietly(village: Village) -> None:
    await village.join("office", "secretary", "worker")
    await village.say("office", "noidung")
    await village.press("office", "Định hướng của")
    await village.press("office", "Định hướng tháng 11/2026")
    await village.say("office", "Phòng cháy, chữa cháy rừng mùa khô")
    await village.press("office", "Xác nhận")
    near = (
        "Lưu ý: gần giống nội dung định hướng của cấp uỷ cấp trên tháng 11/2026 "
        "(Phòng cháy, chữa cháy rừng mùa khô)."
    )
    told = await village.say("worker", "noidung Phòng chống cháy, chữa cháy rừng mùa khô")
    assert "Lưu ý" not in told.text
    await opened(village)
    assert says((await village.messages("secretary"))[-1].text, near)
    added = await village.say("secretary", "noidung thêm chữa cháy, phòng cháy rừng mùa khô 15 phút")
    assert says(added.text, near)
    await village.stopped_until("25/11 09:00")
    added = await village.say("secretary", "noidung thêm Phòng cháy, chữa cháy rừng")
    assert says(added.text, "tháng 11/2026 (Phòng cháy, chữa cháy rừng mùa khô).")
    assert "gần giống" not in (await village.say("secretary", "noidung thêm Trồng cây đầu xuân")).text


async def test_a_heading_of_a_meeting_that_was_cancelled_is_not_the_same_again(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.say("secretary", "noidung thêm Phòng cháy, chữa cháy rừng mùa khô")
    await village.say("secretary", "hoan")
    for label in ("Huỷ buổi này", "Không nêu lý do", "Xác nhận"):
        await village.press("secretary", label)
    await proposed(village, "Phòng cháy, chữa cháy rừng mùa khô")
    await opened(village)
    assert "Lưu ý" not in (await village.messages("secretary"))[-1].text
    done = await village.press("secretary", "Đưa vào chương trình")
    assert says(done.text, "ngày 24/12/2026")


async def test_news_that_wait_die_with_the_post_and_with_what_was_decided(village: Village) -> None:
    await village.join("secretary", "deputy", "worker")
    await proposed(village, TITLE)
    village.time.move_to(moment("10/11 19:00"))
    await village.parts.ticks.following_up()  # the sender has not come to it yet
    rows = commune()
    people = tuple(replace(one, role=None) if one.code == "deputy" else one for one in rows.people)
    await village.roster(replace(rows, people=people))
    await village.parts.sender.drain()
    assert only(await village.heard("deputy"), ["new topics"]) == []
    assert len(only(await village.heard("secretary"), ["new topics"])) == 1
    await proposed(village, "Làm sạch nguồn nước")
    village.time.move_to(moment("11/11 19:00"))
    await village.parts.ticks.following_up()
    for _ in range(2):
        await opened(village)
        await village.press("secretary", "Đưa vào chương trình")
    assert only(await village.heard("secretary"), ["new topics"]) == []


async def test_who_cannot_be_told_the_answer_is_named_to_whoever_decided(village: Village) -> None:
    await village.join("secretary", "worker")
    await proposed(village, TITLE, "Làm sạch nguồn nước")
    await opened(village)
    done = await village.press("secretary", "Để kỳ sau")
    assert says(done.text, "Trợ lý báo lại đồng chí đề xuất.")
    async with village.parts.database.write() as uow:
        person = await uow.people.by_code("worker")
        assert person is not None
        for address in await uow.accounts.addresses(person.id):
            await uow.accounts.dead(address, village.time.now())
        await uow.commit()
    await opened(village)
    done = await village.press("secretary", "Đưa vào chương trình")
    assert says(done.text, f"Chưa liên hệ được để trả lời: {NAMES['worker']}.")
    assert "Trợ lý báo lại" not in done.text


async def test_who_left_the_cell_hears_no_more_of_what_they_proposed(village: Village) -> None:
    await village.join("secretary", "worker")
    await proposed(village, TITLE)
    left = replace(member("worker", CELL, 13, status=RosterStatus.LEFT), since=date(2026, 11, 11))
    rows = commune()
    people = tuple(left if one.code == "worker" else one for one in rows.people)
    await village.roster(replace(rows, people=people))
    await village.clock("11/11 09:00")
    await village.heard("worker")
    await opened(village)
    done = await village.press("secretary", "Đưa vào chương trình")
    assert done.text.endswith(TITLE + ".")
    assert await village.heard("worker") == []


async def test_who_is_forgotten_leaves_the_heading_without_a_name(village: Village) -> None:
    await village.join("secretary", "worker", "clerk")
    await proposed(village, TITLE)
    await proposed(village, "Làm sạch nguồn nước", by="clerk")
    await village.say("worker", "noidung")
    await village.press("worker", "Đề xuất của đảng viên")
    await village.press("worker", "Ủng hộ (2)")
    async with village.parts.database.write() as uow:
        person = await uow.people.by_code("worker")
        assert person is not None
        exported = json.loads(json.dumps(await export(village.work(uow), person)))
        assert [one["title"] for one in exported["suggestions"]] == [TITLE]
        assert exported["supported"] == ["Làm sạch nguồn nước"]
        await forget(uow, person.id, village.time.now())
        await uow.commit()
    await opened(village)
    card = (await village.messages("secretary"))[-1]
    assert says(card.text, TITLE, "Người đề xuất: không ghi tên")
    assert NAMES["worker"] not in card.text
    shown = await village.say("secretary", "noidung")
    assert "Đề xuất của đảng viên (2)" in shown.choices
    assert "ủng hộ" not in (await village.press("secretary", "Đề xuất của đảng viên (2)")).text


async def test_new_ones_are_told_once_a_day_and_only_to_those_who_lead(village: Village) -> None:
    await village.join("secretary", "deputy", "worker", "clerk")
    await proposed(village, "Một", "Hai")
    await village.clock("10/11 19:30")
    await proposed(village, "Ba")
    await village.clock("11/11 20:00")
    for leader in ("secretary", "deputy"):
        news = [one for one in await village.heard(leader) if "Đề xuất nội dung" in one.first]
        assert table(news) == ["10/11 19:00 new topics", "11/11 19:00 new topics"]
        assert says(news[0].text, "mới: 2")
        assert says(news[1].text, "mới: 1", "- Ba")
    assert "Đề xuất nội dung" not in (await village.heard("clerk")).text

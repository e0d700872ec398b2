"""A cell's whole month through the page's HTTP interface, and every message each person got on the way."""

import pytest

from reports.roster.rows import Roster
from tests.scenarios.commune import CELL, COMMUNE, GROUP, MEMBERS, NAMES, OTHER, commune
from tests.scenarios.page import Village
from tests.scenarios.transcript import kinds, says, table

pytestmark = pytest.mark.parametrize("mode", ["buttons", "numbers"])

# Who links and agrees. Not: the two old people without a telephone, who hesitates, and who refuses.
AGREEING = (*MEMBERS[1:5], *MEMBERS[7:13], "other-secretary", "neighbour")
AGREEING += ("chair", "office", "executive", "province")

JOINED = "10/11 09:00 consent?, welcome"
GOT = {
    "secretary": [
        "10/11 09:00 stranger, consent?, consent?, welcome, rule?, rule saved",
        "18/11 19:00 preview",
        "19/11 19:00 notice",
        "19/11 20:00 coming noted",
        "21/11 19:00 forecast",
        "24/11 11:30 today, nothing to call",
        "24/11 20:45 roll, roll?, roll noted, guests?, guests noted",
        "24/11 21:05 close?, closed, minutes adopted?, which band?, result",
        "30/11 07:30 not found out",
        "02/12 07:30 refused",
    ],
    "deputy": [
        JOINED,
        "18/11 19:00 preview",
        "19/11 19:00 notice",
        "19/11 20:00 coming noted",
        "21/11 19:00 forecast",
        "24/11 11:30 today",
        "30/11 07:30 not found out",
    ],
    # Changed their mind: absent, then coming after all.
    "clerk": [
        JOINED,
        "19/11 19:00 notice",
        "19/11 20:00 reason?, absence noted, coming noted",
        "24/11 11:30 today",
    ],
    # Said they will be absent: left in peace from then on, until there is something to find out.
    "committee": [
        JOINED,
        "19/11 19:00 notice",
        "19/11 20:00 reason?, absence noted",
        "25/11 07:30 find out",
    ],
    "worker": [
        JOINED,
        "19/11 19:00 notice",
        "19/11 20:00 reason?, absence noted",
        "25/11 07:30 find out",
    ],
    # "Báo sau" counts as unanswered; two people rely on this one.
    "liaison": [
        JOINED,
        "19/11 19:00 notice",
        "19/11 20:00 later noted",
        "21/11 19:00 reminder, coming noted",
        "22/11 19:00 relay, behalf: who?, behalf: what?, behalf noted, "
        "behalf: who?, behalf: what?, behalf: why?, behalf noted",
        "24/11 11:30 today",
    ],
    # Never answers.
    "probationary": [JOINED, "19/11 19:00 notice", "21/11 19:00 reminder", "24/11 11:30 today"],
    "visitor": [JOINED, "19/11 19:00 notice", "19/11 20:00 coming noted", "24/11 11:30 today"],
    # Outside the base: told, not pressed; who says they come is reminded on the day.
    "exempt": [JOINED, "19/11 19:00 notice", "19/11 20:00 coming noted", "24/11 11:30 today"],
    "absentee": [JOINED, "19/11 19:00 notice"],
    # Not asked to a meeting at all.
    "suspended": [JOINED],
    # Without consent only answers to what they write, and these only ask for consent.
    "hesitant": ["10/11 09:00 consent?", "19/11 20:00 consent?"],
    "refuser": ["10/11 09:00 consent?, farewell"],
    "elder": ["19/11 20:00 stranger"],
    # The other cell meets on 4 December and hears of nothing else.
    "other-secretary": [
        "10/11 09:00 consent?, welcome, rule, week?, weekday?, hour?, rule?, rule saved",
        "28/11 19:00 preview",
        "29/11 19:00 notice, paste this, announcement, to phone",
        "01/12 19:00 forecast, reminder",
    ],
    "neighbour": [JOINED, "29/11 19:00 notice", "01/12 19:00 reminder"],
    # Officials: the one in charge is invited, and confirms what was recorded of the meeting; the readers get the digest once.
    "executive": [
        JOINED,
        "19/11 19:00 invitation",
        "19/11 20:00 coming noted",
        "24/11 21:05 result?, result confirmed",
    ],
    "chair": [JOINED, "02/12 07:30 digest, digest"],  # the second one was asked for
    "office": [JOINED, "02/12 07:30 digest"],
    "province": [JOINED, "03/12 07:30 digest"],  # after its communes
    GROUP: [
        "10/11 09:00 group?, group linked",
        "19/11 19:00 announcement",
        "23/11 19:00 evening",
        "24/11 21:05 thanks",
    ],
}


@pytest.fixture
def rows() -> Roster:
    """Nobody has set a monthly rule yet."""
    return commune(None)


async def test_a_cell_goes_through_its_month_and_everybody_gets_what_is_theirs(village: Village) -> None:
    await the_month(village)


async def the_month(village: Village) -> None:
    """Whatever the platform: the same people hear the same things at the same minutes."""
    await people_arrive(village)
    await the_days_are_set(village)
    await the_notice_goes_out(village)
    await members_answer(village)
    await the_unanswered_are_reminded(village)
    await the_liaison_brings_the_news(village)
    await the_evening_before(village)
    await the_roll_is_called_in_one_line(village)
    await the_list_is_closed(village)
    await the_meeting_is_written_down(village)
    await the_committees_get_their_digest(village)

    everything = await village.everything()
    assert {chat: table(said) for chat, said in everything.items()} == GOT
    assert not [name for name in NAMES.values() if name in everything[GROUP].text]
    assert "bản Ten" not in "".join(everything[one].text for one in (*MEMBERS, GROUP) if one in everything)
    assert "bản Noong" not in everything["neighbour"].text + everything["other-secretary"].text


async def people_arrive(village: Village) -> None:
    """A slip of paper, then the question of consent: written out, never a number."""
    await village.say("secretary", "xin chào")
    asked = await village.link("secretary")
    assert asked.choices == (["Đồng ý", "Không đồng ý"] if village.bot == "buttons" else [])
    assert kinds(await village.say("secretary", "1")) == ["consent?"]
    await village.choose("secretary", "Đồng ý")
    await village.join(*AGREEING)
    await village.link("hesitant")
    await village.link("refuser")
    await village.choose("refuser", "Không đồng ý")
    await village.say("secretary", "nhom", chat=GROUP)
    await village.choose("secretary", "Xác nhận", chat=GROUP)


async def the_days_are_set(village: Village) -> None:
    """By one line, and by buttons (or numbers) alone."""
    await village.say("secretary", "hop 24 19:30 Nhà văn hoá bản Noong")
    saved = await village.choose("secretary", "Xác nhận")
    assert "tháng 11/2026: 19 giờ 30, Thứ Ba, ngày 24/11/2026" in saved.text
    await village.say("other-secretary", "hop")
    for label in ("Theo thứ trong tuần", "thứ nhất", "Thứ Sáu", "19 giờ 30", "Xác nhận"):
        saved = await village.choose("other-secretary", label)
    assert "tháng 12/2026: 19 giờ 30, Thứ Sáu, ngày 04/12/2026" in saved.text
    assert [str(one.period) for one in await village.meetings(CELL)] == ["2026-11", "2026-12", "2027-01"]
    assert [str(one.period) for one in await village.meetings(OTHER)] == ["2026-12", "2027-01"]


async def the_notice_goes_out(village: Village) -> None:
    await village.clock("18/11 19:00")
    preview = await village.heard("deputy")
    assert "Thông báo sẽ gửi lúc 19 giờ, Thứ Năm, ngày 19/11/2026" in preview.text
    await village.clock("19/11 20:00")
    notice = (await village.messages("secretary"))[-1]
    assert notice.choice("Có dự") == "1" or village.bot == "buttons"  # the preview's numbers are free again


async def members_answer(village: Village) -> None:
    """By button or number, in words with accents and without; and one thinks better of it."""
    await village.choose("secretary", "Có dự")
    await village.say("deputy", "co du")
    await village.say("visitor", "Tham dự.")
    await village.say("exempt", "ok")
    await village.choose("liaison", "Báo sau")
    await village.choose("executive", "Dự được")
    await village.choose("committee", "Vắng, có lý do")
    assert "(lý do: sức khoẻ)" in (await village.choose("committee", "Sức khoẻ")).text
    await village.say("worker", "xin vắng")
    assert "(lý do: đi công tác)" in (await village.say("worker", "công tác")).text
    await village.say("clerk", "bận")
    await village.say("clerk", "viec gia dinh")
    await village.say("clerk", "Có dự")
    await village.say("hesitant", "có dự")
    await village.say("elder", "có dự")


async def the_unanswered_are_reminded(village: Village) -> None:
    """T-3: and the secretary reads whom to phone; who cannot be reached is never "did not answer"."""
    await village.heard("secretary")
    await village.clock("21/11 19:00")
    forecast = (await village.heard("secretary")).text
    assert says(
        forecast,
        "Báo dự 4/12 (33,3%); số đồng chí còn lại không đủ để vượt 85%",
        "chưa trả lời: 02 (Điêu Thị Dung, Lường Văn Liên)",
        "chưa liên hệ được: 04 (Đảng viên số 15, Vì Văn Già, Hoàng Thị Hiền, Đèo Văn Ngại); báo vắng: 02",
    )
    await village.choose("liaison", "Có dự")


async def the_liaison_brings_the_news(village: Village) -> None:
    """T-2: only the liaison's own names; the answers come back by Báo hộ."""
    await village.clock("22/11 19:00")
    relay = await village.heard("liaison")
    assert says(relay.text, "tới 02 đồng chí: Vì Văn Già, Hoàng Thị Hiền.")
    await village.choose("liaison", "Báo hộ")
    await village.choose("liaison", "Vì Văn Già")
    await village.choose("liaison", "Có dự")
    asked = await village.choose("liaison", "Báo hộ")
    assert [one.partition(" (")[0] for one in asked.choices] == ["Hoàng Thị Hiền", "Vì Văn Già"]
    await village.choose("liaison", "Hoàng Thị Hiền")
    await village.choose("liaison", "Vắng, có lý do")
    await village.choose("liaison", "Sức khoẻ")


async def the_evening_before(village: Village) -> None:
    """T-1: the group reads totals."""
    await village.heard("secretary")
    await village.clock("23/11 19:00")
    assert says(
        (await village.heard(GROUP)).text,
        "Đến nay, 6/12 đồng chí báo dự, 03 đồng chí báo vắng, 01 đồng chí chưa báo, "
        "02 đồng chí chưa liên hệ được",
    )
    assert await village.heard("secretary") == []


async def the_roll_is_called_in_one_line(village: Village) -> None:
    """Numbers 4, 13 and 7 gave a reason beforehand; nothing is recorded before Xác nhận."""
    await village.clock("24/11 11:30")
    await village.say("secretary", "diemdanh")
    await village.clock("24/11 20:45")
    await village.say("secretary", "diemdanh")
    read = (await village.say("secretary", "vắng 4 13 7 15kp 14ốm +8")).text
    assert says(
        read,
        "Đảng số 14; phải dự 12; có mặt 7 (58,3%)",
        "Vắng có lý do: 04 (Tòng Văn Chiến, Hoàng Thị Hiền, Đèo Văn Ngại, Cầm Thị Vân).",
        "Vắng không lý do: 01 (Đảng viên số 15).",
        "Dự thêm: 01 (Bạc Cầm Minh).",
    )
    await village.choose("secretary", "Xác nhận")
    assert says((await village.choose("secretary", "Phạm Văn Hành")).text, "Đại biểu cấp trên: 01")


async def the_list_is_closed(village: Village) -> None:
    await village.clock("24/11 21:05")
    asked = await village.choose("secretary", "Chốt danh sách")
    assert says(asked.text, "vắng có lý do 04; vắng không lý do 01; chờ xem xét 00. Dự thêm: 01")
    await village.choose("secretary", "Xác nhận")
    assert says((await village.heard(GROUP)).text, "có mặt 7/12 đồng chí")
    counts = {"roll": 14, "expected": 12, "present": 7, "excused": 4, "unexcused": 1, "extra": 1, "guests": 1}
    assert await village.figures(CELL) == counts


async def the_meeting_is_written_down(village: Village) -> None:
    """Three taps: its end, the minutes, the band; the form for the minutes comes with the last of them."""
    assert (
        "đã được thông qua trước chi bộ chưa?"
        in (await village.choose("secretary", "Kết thúc 21 giờ 05")).text
    )
    await village.choose("secretary", "Đã thông qua")
    told = (await village.choose("secretary", "Tốt")).text
    assert says(told, "Bắt đầu 19 giờ 30, kết thúc 21 giờ 05 (95 phút)")
    await village.tick()
    await village.choose("executive", "Xác nhận")


async def the_committees_get_their_digest(village: Village) -> None:
    """Numbers per cell; a cell without a closed list is named, not counted as zero."""
    await village.heard("chair")
    await village.clock("02/12 07:30")
    sent = (await village.heard("chair")).text
    assert says(
        sent,
        "Đảng uỷ xã Mường Thanh, tháng 11/2026: 1/2 chi bộ đã sinh hoạt; 7/12 đồng chí dự (58,3%); "
        "02 chi bộ cần quan tâm.\n"
        "TỔNG HỢP SINH HOẠT CHI BỘ THÁNG 11/2026, ĐẢNG UỶ XÃ MƯỜNG THANH\n"
        "1. Tình hình chung: 1/2 chi bộ đã chốt danh sách; có mặt 7/12 đồng chí (58,3%)\n"
        "So với tháng trước: chưa có.\n"
        "So với cùng kỳ năm trước: chưa có.\n"
        "2. Chưa sinh hoạt: Chi bộ bản Ten. Chưa cập nhật: không có\n"
        "3. Cần quan tâm: tỷ lệ dự chưa vượt 85%: 01 chi bộ; có đảng viên vắng không lý do: 01 chi bộ\n"
        "Xếp loại buổi sinh hoạt: Tốt 01, Khá 00, Trung bình 00, Kém 00. Biên bản đã thông qua: 1/1. "
        "Ngắn hơn thời lượng quy định: 00.\n"
        "Kết nối: 12/16 đảng viên; chi bộ chưa có bí thư, phó bí thư kết nối: 00\n"
        "– Chi bộ bản Noong: đảng số 14; phải dự 12; có mặt 7 (58,3%); có lý do 4; không lý do 1; "
        "chờ xem xét 0; dự thêm 1; đại biểu 1\n"
        "– Chi bộ bản Ten: chưa có lịch",
    )
    await village.tick()
    asked = await village.say("chair", "baocao 11/2026")
    assert [one.text.partition("\n1. Tháng")[0] for one in asked] == [sent.partition("\nTải về")[0]]
    await village.say("secretary", "baocao 11/2026")
    assert await village.figures(COMMUNE) == await village.figures(CELL)
    await village.clock("03/12 07:30")
    assert says(
        (await village.heard("province")).text,
        "TỔNG HỢP SINH HOẠT CHI BỘ THÁNG 11/2026, TỈNH UỶ ĐIỆN SƠN",
        "– Đảng uỷ xã Mường Thanh: 1/2 chi bộ đã sinh hoạt, 1/2 đã chốt danh sách; có mặt 7/12",
    )

"""The agenda: a template until somebody changes it; headings, minutes, who."""

import pytest

from meetings.terms import Answer
from reports.roster.rows import Roster
from tests.scenarios.commune import CELL, commune
from tests.scenarios.messages import Heard, Message
from tests.scenarios.page import Village
from tests.scenarios.transcript import kinds

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no query of its own
LEADERS = ("secretary", "deputy")
HINT = "Trợ lý chưa rõ dòng này."


@pytest.fixture
def policy() -> str:
    """The quarter counts here; nobody is reminded."""
    return "[preparation]\nremind = false\n[[holiday]]\ndate = 2026-11-24\noff = true\n"


def shown(heard: Heard) -> Message:
    """The newest agenda."""
    return [one for one in heard if "CHƯƠNG TRÌNH SINH HOẠT" in one.text][-1]


def listed(heard: Heard) -> list[str]:
    """Its numbered lines."""
    return [line for line in shown(heard).text.splitlines() if line.startswith("(")]


async def agenda(village: Village, person: str = "secretary") -> list[str]:
    return listed(await village.say(person, "noidung"))


async def edit(village: Village, heading: str, person: str = "secretary") -> Heard:
    """Open the card of a heading."""
    await village.say(person, "noidung")
    await village.choose(person, "Sửa chương trình")
    return await village.leaf(person, heading)


# --- shown -------------------------------------------------------------------------------------------


@BOTH
async def test_the_template_of_a_village_cell_has_minutes_people_and_sums(village: Village) -> None:
    await village.join(*LEADERS)
    told = await village.say("secretary", "noidung")
    assert told[0].first == (
        "CHƯƠNG TRÌNH SINH HOẠT: 19 giờ 30, Thứ Ba, ngày 24/11/2026, tại Nhà văn hoá bản Noong"
    )
    found = listed(told)
    assert len(found) == 15
    assert found[5] == "(6) Đánh giá việc thực hiện nhiệm vụ tháng 10: 8 phút (đồng chí phụ trách)"
    assert found[7].startswith("(8) Vận động nhân dân")
    assert found[14] == "(15) Đọc và thông qua biên bản: 3 phút (đồng chí Cà Thị Thư)"
    assert "Tổng thời gian 94 phút, trong đó thảo luận 50 phút." in told.text
    assert "Lưu ý" not in told.text
    assert "Quý IV/2026, chi bộ chưa có buổi sinh hoạt chuyên đề." in told.text


@BOTH
async def test_a_member_sees_headings_and_minutes_and_nobody_s_name(village: Village) -> None:
    await village.join("secretary", "worker")
    told = await village.say("worker", "noidung")
    assert len(listed(told)) == 15
    assert "đồng chí" not in "".join(listed(told))
    assert "Tổng thời gian" not in told.text
    assert not {"Sửa chương trình", "Thêm mục", "Chuẩn bị"} & set(told.choices)


@ONE
async def test_whoever_may_see_names_sees_who_is_responsible_and_the_look_is_noted(village: Village) -> None:
    await village.join("secretary", "committee")
    told = await village.say("committee", "noidung")
    assert "(6) Đánh giá việc thực hiện nhiệm vụ tháng 10: 8 phút (đồng chí Lò Thị Bình)" in listed(told)
    assert "Sửa chương trình" not in told.choices


@ONE
async def test_a_stranger_to_the_cell_has_the_agenda_of_their_own(village: Village) -> None:
    await village.join("neighbour")
    told = await village.say("neighbour", "noidung")
    assert "CHƯƠNG TRÌNH" not in told.text


@ONE
async def test_the_announcement_names_the_main_headings(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.say("secretary", "noidung thêm Tu sửa đường thôn 15 phút")
    await village.say("secretary", "thongbao")
    preview = (await village.messages("secretary"))[-1]
    headings = (
        "Nội dung chính: (1) Đánh giá việc thực hiện nhiệm vụ tháng 10; (2) Nhiệm vụ tháng 11; "
        "(3) Tu sửa đường thôn."
    )
    assert headings in preview.text
    await village.press("secretary", "Gửi thông báo")
    assert headings in (await village.heard("worker")).text


@ONE
async def test_a_change_after_the_notice_keeps_the_answers_and_is_told_to_nobody(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.say("secretary", "thongbao")
    await village.press("secretary", "Gửi thông báo")
    await village.heard("worker")
    await village.press("worker", "Có dự")
    await village.say("secretary", "noidung thêm Tu sửa đường thôn")
    assert await village.heard("worker") == []
    assert "(10) Tu sửa đường thôn: 5 phút" in await agenda(village, "worker")
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
    async with village.parts.database.read() as uow:
        answers = await uow.answers.of_meeting(meeting.id)
    assert [one.answer for one in answers.values()] == [Answer.COMING]


# --- changed by taps ---------------------------------------------------------------------------------


@BOTH
async def test_a_heading_moves_gets_minutes_somebody_and_another_name(village: Village) -> None:
    await village.join(*LEADERS)
    card = await edit(village, "(9) Công tác xây dựng Đảng")
    assert "Đang chọn mục (9). Tổng thời gian 94 phút." in card.text
    await village.choose("secretary", "Lên")
    card = await village.choose("secretary", "Lên")
    assert "(7) Công tác xây dựng Đảng: 3 phút" in card.text
    card = await village.choose("secretary", "Thêm 5 phút")
    assert "(7) Công tác xây dựng Đảng: 8 phút" in card.text
    await village.choose("secretary", "Người phụ trách")
    card = await village.choose("secretary", "Tòng Văn Chiến")
    assert "(7) Công tác xây dựng Đảng: 8 phút (đồng chí Tòng Văn Chiến)" in card.text
    await village.choose("secretary", "Người phụ trách")
    card = await village.say("secretary", "số 13")
    assert "(đồng chí Cầm Thị Vân)" in card.text
    await village.choose("secretary", "Tên mục")
    card = await village.say("secretary", "  Phát triển   Đảng ")
    assert "(7) Phát triển Đảng: 8 phút" in card.text
    done = await village.choose("secretary", "Xong")
    assert listed(done)[6] == "(7) Phát triển Đảng: 8 phút (đồng chí Cầm Thị Vân)"
    assert "Tổng thời gian 99 phút" in done.text


@BOTH
async def test_a_heading_is_taken_off_and_another_added(village: Village) -> None:
    await village.join(*LEADERS)
    await edit(village, "(8) Vận động")
    told = await village.choose("secretary", "Bỏ mục")
    assert len(listed(told)) == 14
    await village.choose("secretary", "Thêm mục")
    told = await village.say("secretary", "Tu sửa đường thôn, 12 phút")
    assert "(9) Tu sửa đường thôn: 12 phút" in listed(told)


@ONE
async def test_at_the_edge_of_a_section_a_heading_goes_over_into_the_next(village: Village) -> None:
    await village.join(*LEADERS)
    told = await village.say("secretary", "noidung 9 xuống")
    assert "thảo luận 53 phút" in told.text  # the party's matters are discussed now
    told = await village.say("secretary", "noidung 1 lên")
    assert listed(told)[0].startswith("(1) Tuyên bố lý do")


@BOTH
async def test_the_template_comes_back_and_what_was_added_stays(village: Village) -> None:
    await village.join(*LEADERS)
    await village.say("secretary", "noidung thêm Tu sửa đường thôn")
    await village.say("secretary", "noidung 1 bỏ")
    told = await village.choose("secretary", "Lập lại theo mẫu")
    assert "Lập lại chương trình theo mẫu?" in told.text
    told = await village.choose("secretary", "Xác nhận")
    assert listed(told)[0].startswith("(1) Tuyên bố lý do")
    assert len([line for line in listed(told) if "Tu sửa đường thôn" in line]) == 1
    assert len(listed(told)) == 16


@ONE
async def test_a_topic_given_later_comes_onto_the_agenda_with_the_template(village: Village) -> None:
    await village.join(*LEADERS)
    await village.say("secretary", "noidung thêm Tu sửa đường thôn")
    await village.press("secretary", "Sinh hoạt chuyên đề")
    await village.press("secretary", "Chuyên đề khác")
    await village.press("secretary", "Kết hợp buổi thường kỳ 24/11")
    await village.say("secretary", "Chuyển đổi số")
    await village.press("secretary", "Xác nhận")
    await village.say("secretary", "noidung")
    await village.press("secretary", "Lập lại theo mẫu")
    told = await village.press("secretary", "Xác nhận")
    assert any("Trình bày dự thảo báo cáo chuyên đề: Chuyển đổi số" in line for line in listed(told))
    assert "Tổng thời gian 152 phút" in told.text
    assert "chi bộ chưa có buổi sinh hoạt chuyên đề" not in told.text


# --- soft warnings -----------------------------------------------------------------------------------


@ONE
async def test_a_short_agenda_with_little_talk_is_warned_of_softly_and_still_sent(village: Village) -> None:
    await village.join("secretary", "worker")
    told = await village.say("secretary", "noidung 10 5 phút")
    assert "Lưu ý: buổi sinh hoạt thường kỳ cần ít nhất 90 phút." in told.text
    assert "Lưu ý: thời gian thảo luận chưa đến 50%." in told.text
    assert "Lưu ý" not in (await village.say("worker", "noidung")).text
    await village.say("secretary", "thongbao")
    await village.press("secretary", "Gửi thông báo")
    assert "Nội dung chính" in (await village.heard("worker")).text


class TestSmallCell:
    @pytest.fixture
    def policy(self) -> str:
        return "[preparation]\nremind = false\n[meetings]\nmin_minutes_small_cell = 50\n[cell]\ncommittee_from = 50\n"

    @ONE
    async def test_it_has_the_least_time_its_commune_gave_it(self, village: Village) -> None:
        await village.join("secretary")
        told = await village.say("secretary", "noidung 10 5 phút")
        assert "cần ít nhất" not in told.text
        told = await village.say("secretary", "noidung 6 0 phút")
        assert "cần ít nhất 50 phút" in told.text


# --- typed, and wrong --------------------------------------------------------------------------------


WRONG = {
    "8 nhảy": HINT,
    "99 lên": "Không có mục (99); chương trình có 15 mục.",
    "0 bỏ": "Không có mục (0)",
    "10 999 phút": "Số phút từ 0 đến 240.",
    "8 số 77": "Chi bộ không có đảng viên số 77.",
    f"thêm {'a' * 300}": "dài quá 120 ký tự",
    f"8: {'a' * 300}": "dài quá 120 ký tự",
    "thêm Văn bản MẬT số 3": "không nhận tài liệu",
}


@BOTH
async def test_a_wrong_line_changes_nothing_and_says_why(village: Village) -> None:
    await village.join(*LEADERS)
    before = await agenda(village)
    for typed, said in WRONG.items():
        assert said in (await village.say("secretary", f"noidung {typed}")).text
    await village.say("secretary", "noidung")
    await village.choose("secretary", "Sửa chương trình")
    for typed, said in WRONG.items():
        assert said in (await village.say("secretary", typed)).text
    assert await agenda(village) == before


@ONE
async def test_after_a_wrong_line_a_right_one_is_still_awaited(village: Village) -> None:
    await village.join(*LEADERS)
    await village.say("secretary", "noidung")
    await village.press("secretary", "Sửa chương trình")
    await village.say("secretary", "99 lên")
    told = await village.say("secretary", "9 lên")
    assert listed(told)[7].startswith("(8) Công tác xây dựng Đảng")


@ONE
async def test_a_name_that_fits_two_members_is_asked_again(village: Village) -> None:
    await village.join(*LEADERS)
    await edit(village, "(10) Đảng viên thảo luận")
    await village.press("secretary", "Người phụ trách")
    assert "Có 0 đảng viên như vậy" in (await village.say("secretary", "Nguyễn Văn Ai")).text
    assert "(đồng chí Cầm Thị Vân)" in (await village.say("secretary", "cam thi van")).text


@ONE
async def test_a_second_person_who_edits_at_the_same_time_loses_nothing(village: Village) -> None:
    await village.join(*LEADERS)
    [card] = await edit(village, "(9) Công tác xây dựng Đảng")
    await village.say("deputy", "noidung 9 lên")
    told = await village.press("secretary", "Lên", of=card)
    assert "Chương trình vừa có thay đổi." in told.text
    assert "Đang chọn mục (8)." in told.text
    await village.say("deputy", "noidung 8 bỏ")
    told = await village.press("secretary", "Thêm 5 phút", of=card)
    assert "Mục này không còn trong chương trình." in told.text
    assert len(listed(told)) == 14


@ONE
async def test_minutes_somebody_else_has_just_set_are_not_overwritten(village: Village) -> None:
    await village.join(*LEADERS)
    [card] = await edit(village, "(9) Công tác xây dựng Đảng")
    await village.say("deputy", "noidung 9 20 phút")
    told = await village.press("secretary", "Thêm 5 phút", of=card)
    assert "Chương trình vừa có thay đổi." in told.text
    assert "(9) Công tác xây dựng Đảng: 20 phút" in told.text
    told = await village.press("secretary", "Thêm 5 phút")
    assert "(9) Công tác xây dựng Đảng: 25 phút" in told.text


@BOTH
async def test_a_number_typed_for_an_order_that_is_gone_takes_nothing_off(village: Village) -> None:
    await village.join(*LEADERS)
    await village.say("secretary", "noidung")
    await village.choose("secretary", "Sửa chương trình")
    await village.say("deputy", "noidung 3 bỏ")
    told = await village.say("secretary", "9 bỏ")
    assert "Chương trình vừa có thay đổi, chưa sửa gì" in told.text
    assert listed(told)[7].startswith("(8) Công tác xây dựng Đảng")
    told = await village.say("secretary", "8 bỏ")
    assert "Đã bỏ khỏi chương trình: Công tác xây dựng Đảng." in told.text
    assert len(listed(told)) == 13


@ONE
async def test_a_button_pressed_twice_works_once(village: Village) -> None:
    await village.join(*LEADERS)
    [card] = await edit(village, "(9) Công tác xây dựng Đảng")
    await village.press("secretary", "Thêm 5 phút", of=card)
    told = await village.press("secretary", "Thêm 5 phút", of=card)
    assert "(9) Công tác xây dựng Đảng: 8 phút" in told.text


@ONE
@pytest.mark.parametrize("line", ["8 lên", "8: Tên mới", "2 20 phút", "8 bỏ"])
async def test_a_member_s_line_about_a_heading_is_refused_and_proposes_nothing(
    village: Village, line: str
) -> None:
    await village.join("secretary", "worker")
    before = await agenda(village)
    refused = await village.say("worker", f"noidung {line}")
    assert kinds(refused) == ["refused"]
    assert "Đề xuất của đảng viên" not in str((await village.say("secretary", "noidung")).choices)
    assert await agenda(village) == before


@ONE
async def test_the_last_heading_stays(village: Village) -> None:
    await village.join(*LEADERS)
    for _ in range(14):
        await village.say("secretary", "noidung 1 bỏ")
    assert "còn ít nhất một mục" in (await village.say("secretary", "noidung 1 bỏ")).text


# --- which agenda --------------------------------------------------------------------------------------


@pytest.mark.every_way
@BOTH
async def test_with_two_meetings_ahead_the_typed_line_is_kept_until_it_is_said_which(
    village: Village,
) -> None:
    await village.join("secretary")
    await village.say("secretary", "hop")
    await village.choose("secretary", "Thêm buổi chuyên đề")
    await village.say("secretary", "15/11 19:30 Chuyển đổi số")
    await village.choose("secretary", "Xác nhận")
    told = await village.say("secretary", "noidung thêm Tu sửa đường thôn 15 phút")
    [asked] = told
    assert len(told.choices) == 2
    told = await village.choose("secretary", "Chi bộ bản Noong, Thứ Ba, 24/11")
    assert "(10) Tu sửa đường thôn: 15 phút" in listed(told)
    if village.bot == "buttons":  # pressed again it only shows what is
        told = await village.press("secretary", "Chi bộ bản Noong, Thứ Ba, 24/11", of=asked)
        assert sum("Tu sửa đường thôn" in line for line in listed(told)) == 1


class TestNoMeetingPlanned:
    @pytest.fixture
    def rows(self) -> Roster:
        return commune(None)

    @BOTH
    async def test_a_member_s_heading_waits_for_the_secretary_all_the_same(self, village: Village) -> None:
        await village.join("secretary", "worker")
        told = await village.say("worker", "noidung Tu sửa đường thôn")
        assert "Đã ghi đề xuất với Chi bộ bản Noong: Tu sửa đường thôn." in told.text
        assert "Chưa có lịch" in (await village.say("worker", "noidung")).text

    @ONE
    async def test_the_secretary_is_told_how_to_set_a_date(self, village: Village) -> None:
        await village.join("secretary")
        for typed in ("noidung", "noidung 8 lên"):
            assert "đặt lịch bằng lệnh: hop" in (await village.say("secretary", typed)).text
        told = await village.say("secretary", "noidung thêm Tu sửa đường thôn")
        assert "Đã ghi đề xuất với Chi bộ bản Noong: Tu sửa đường thôn." in told.text
        assert (
            "Chưa có lịch buổi sinh hoạt" in (await village.choose("secretary", "Đưa vào chương trình")).text
        )


@ONE
async def test_the_preview_leads_to_the_preparation_in_a_tap(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "thongbao")
    assert "Chuẩn bị sinh hoạt tháng 11/2026" in (await village.press("secretary", "Chuẩn bị")).text

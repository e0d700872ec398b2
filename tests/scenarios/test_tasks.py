"""Follow-ups: written down in lines, told, reminded, done or carried over, by whoever may (`nhiemvu`)."""

import json
from dataclasses import replace
from datetime import date

import pytest

from reports.roster.rows import RosterStatus
from services import task_reminders
from services.privacy import export
from storage.forgetting import forget
from tests.scenarios.commune import CELL, NAMES, OTHER, commune, member
from tests.scenarios.page import Village, moment
from tests.scenarios.rollcall import call
from tests.scenarios.test_told_once import statements
from tests.scenarios.transcript import says, table

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])
THREE = "Tu sửa đường thôn | 13 | 30/12\nVận động làm nhà văn hoá | dieu thi dung | 15/12\nQuyên góp | cả chi bộ | 20/12"


async def after_the_meeting(village: Village, *people: str) -> None:
    """The November meeting is over and its list closed: everybody came."""
    await village.join("secretary", *people)
    await village.stopped_until("24/11 21:00")
    await call(village, "đủ")
    for one in ("secretary", *people):
        await village.heard(one)


async def write_down(village: Village, lines: str = THREE, *, by: str = "secretary") -> None:
    await village.say(by, f"nhiemvu {lines}")
    await village.choose(by, "Xác nhận")


@BOTH
async def test_after_closing_the_tasks_are_written_in_lines_read_back_and_told(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.stopped_until("24/11 20:00")
    closed = await call(village, "đủ")
    assert "Ghi nhiệm vụ" in closed.choices
    asked = await village.choose("secretary", "Ghi nhiệm vụ")
    assert says(asked.text, "Ví dụ: Tu sửa đường thôn | 4 | 30/12")
    await village.heard("worker")
    back = await village.say("secretary", THREE.replace("13 |", f"{NAMES['worker'].lower()} |"))
    assert says(
        back.text, "(chưa ghi)", f"(1) Tu sửa đường thôn; {NAMES['worker']}; hạn Thứ Tư, ngày 30/12/2026"
    )
    assert says(back.text, f"(2) Vận động làm nhà văn hoá; {NAMES['probationary']}", "(3) Quyên góp; chi bộ")
    assert await village.heard("worker") == []
    done = await village.choose("secretary", "Xác nhận")
    assert says(done.text, "Đã ghi 3 nhiệm vụ", f"Chưa liên hệ được: {NAMES['probationary']}")
    [told] = await village.heard("worker")
    assert told.first == (
        "Nhiệm vụ Chi bộ bản Noong giao đồng chí, hạn Thứ Tư, ngày 30/12/2026: Tu sửa đường thôn."
    )


@BOTH
async def test_the_owner_is_reminded_three_days_before_and_says_how_it_stands(village: Village) -> None:
    await after_the_meeting(village, "probationary")
    await write_down(village)
    await village.heard("probationary")
    await village.stopped_until("12/12 18:59")
    assert [one for one in await village.heard("probationary") if "đến hạn" in one.text] == []
    await village.stopped_until("12/12 19:00")
    [told] = [one for one in await village.heard("probationary") if "đến hạn" in one.text]
    assert says(told.text, "đến hạn Thứ Ba, ngày 15/12/2026: Vận động làm nhà văn hoá.")
    assert list(told.choices) == ["Đã xong", "Chưa xong"]
    said = await village.choose("probationary", "Đã xong")
    assert says(said.text, "Đã ghi, đã xong: Vận động làm nhà văn hoá.", "không có nhiệm vụ nào đang chờ")
    shown = await village.say("secretary", "nhiệm vụ")
    assert says(shown.text, "chưa xong 2, đã xong 1", "Vận động làm nhà văn hoá; Điêu Thị Dung: đã xong")


async def test_of_whom_is_not_reached_the_secretary_is_reminded_once(village: Village) -> None:
    await after_the_meeting(village, "deputy")
    await write_down(village, "Một | già | 15/12\nHai | 6 | 15/12\nBa | chi bộ | 15/12")
    await village.stopped_until("12/12 19:00")
    told = [one for one in await village.heard("secretary") if "sắp đến hạn" in one.text]
    assert [one.first for one in told] == [
        f"Nhiệm vụ sắp đến hạn của đồng chí {NAMES['elder']} (chưa liên hệ được), đề nghị nhắc trực tiếp:",
        "Nhiệm vụ chung của chi bộ sắp đến hạn:",
    ]
    assert says(told[0].text, "Một; hạn Thứ Ba", "Hai; hạn Thứ Ba")
    assert not [one for one in await village.heard("deputy") if "sắp đến hạn" in one.text]
    await village.stopped_until("14/12 09:00")
    assert not [one for one in await village.heard("secretary") if "sắp đến hạn" in one.text]


@BOTH
async def test_one_bad_line_refuses_them_all_and_they_may_be_sent_again(village: Village) -> None:
    await after_the_meeting(village)
    await village.say("secretary", "nhiemvu")
    await village.choose("secretary", "Ghi nhiệm vụ")
    for lines, fault in (
        ("Một | 4 | 30/12\nHai | 99 | 30/12", "Dòng 2: chi bộ không có số 99."),
        ("Một | 4 | 20/11", 'Dòng 1: hạn "20/11" đã qua'),
        ("Một | 4 | hôm kia", 'Dòng 1: chưa rõ hạn "hôm kia"'),
        ("Một | Thào A Sáng | 30/12", 'Dòng 1: chi bộ không có đồng chí nào tên "Thào A Sáng"'),
        ("x" * 300 + " | 4 | 30/12", "Dòng 1: tên nhiệm vụ dài quá 120 ký tự."),
        ("Tu sửa đường", "Dòng 1: cần đủ ba phần"),
    ):
        refused = await village.say("secretary", lines)
        assert says(refused.text, fault, "Chưa ghi gì.")
    secret = await village.say("secretary", "Văn bản MẬT | 4 | 30/12")
    assert says(secret.text, "không nhận tài liệu")
    assert says((await village.say("secretary", "nhiemvu")).text, "Chưa có nhiệm vụ nào.")
    await village.choose("secretary", "Ghi nhiệm vụ")
    await village.say("secretary", "Một | 4 | 30/12")
    await village.choose("secretary", "Xác nhận")
    assert says((await village.say("secretary", "nhiemvu")).text, "chưa xong 1")


@pytest.mark.parametrize("title", ["Hoàn thành đường thôn", "Họp dân bàn làm đường", "Nhiệm vụ trồng rừng"])
async def test_a_task_that_begins_like_a_command_is_a_task(village: Village, title: str) -> None:
    await after_the_meeting(village)
    await village.say("secretary", "nhiemvu")
    await village.press("secretary", "Ghi nhiệm vụ")
    assert says(
        (await village.say("secretary", f"{title} | 4 | 30/12")).text, f"(1) {title}; {NAMES['committee']}"
    )


async def test_while_lines_are_asked_for_a_meeting_can_still_be_moved(village: Village) -> None:
    await after_the_meeting(village)
    await village.say("secretary", "nhiemvu")
    await village.press("secretary", "Ghi nhiệm vụ")
    moved = await village.say("secretary", "hoãn 26/12 19:30 mưa lũ")
    assert says(moved.text, "26/12/2026")


async def test_confirmed_twice_or_by_two_hands_a_task_stands_once(village: Village) -> None:
    await after_the_meeting(village, "deputy")
    back = await village.say("secretary", "nhiemvu Một | 4 | 30/12")
    other = await village.say("deputy", "nhiemvu một | 4 | 28/12")
    await village.press("secretary", "Xác nhận", of=back[-1])
    again = await village.press("secretary", "Xác nhận", of=back[-1])
    late = await village.press("deputy", "Xác nhận", of=other[-1])
    for said in (again, late):
        assert says(said.text, "đã được ghi", "chưa xong 1")


async def test_a_member_sees_and_changes_only_the_own(village: Village) -> None:
    await after_the_meeting(village, "worker", "clerk")
    await write_down(village)
    own = await village.say("worker", "nhiemvu")
    assert says(own.text, "Nhiệm vụ của đồng chí: 1.", "(1) Tu sửa đường thôn; hạn 30/12/2026")
    assert "Quyên góp" not in own.text
    shown = await village.press("worker", "Nhiệm vụ 1")
    assert shown.choices == ["Đã xong", "Danh sách nhiệm vụ"]
    listed = await village.say("secretary", "nhiemvu")
    tokens = dict(listed[-1].choices)
    for label in ("Nhiệm vụ 1", "Ghi nhiệm vụ"):
        refused = await village.press_token("clerk", tokens[label])
        assert says(refused.text, "không")
        assert "Vận động" not in refused.text
    nothing = await village.say("clerk", "nhiemvu Một | 4 | 30/12")
    assert says(nothing.text, "không có nhiệm vụ nào đang chờ")


@BOTH
async def test_another_day_is_told_and_what_is_dropped_is_not_reminded(village: Village) -> None:
    await after_the_meeting(village, "worker")
    await write_down(
        village, "Một | worker | 30/12".replace("worker", NAMES["worker"]) + "\nHai | vân | 15/12"
    )
    await village.heard("worker")
    await village.say("secretary", "nhiemvu")
    await village.choose("secretary", "Nhiệm vụ 1")
    await village.choose("secretary", "Đổi hạn")
    for words in ("hôm qua", "20/11", "không"):
        assert says((await village.say("secretary", words)).text, "Chưa rõ hạn")
    moved = await village.say("secretary", "22/12")
    assert says(moved.text, "Đã đổi hạn sang Thứ Ba, ngày 22/12/2026: Hai.")
    assert says((await village.heard("worker")).text, "Hạn mới Thứ Ba, ngày 22/12/2026", "Hai")
    await village.choose("secretary", "Nhiệm vụ 2")
    await village.choose("secretary", "Bỏ nhiệm vụ này")
    assert says((await village.heard("worker")).text, "không còn phải thực hiện: Một")
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code("worker")
        assert person is not None
        exported = json.loads(json.dumps(await export(village.work(uow), person)))
        assert {one["title"]: one["dropped"] for one in exported["tasks"]} == {
            "Một": "2026-11-24T21:00:00+07:00",
            "Hai": None,
        }
    await village.stopped_until("12/12 19:00")
    await village.clock("19/12 19:00")
    await village.stopped_until("29/12 09:00")
    told = [one for one in await village.heard("worker") if "đến hạn" in one.text]
    assert [one.at for one in told] == ["19/12 19:00"]


async def test_a_secretary_finds_what_they_are_to_do_in_another_cell(village: Village) -> None:
    rows = commune("24", other="20")
    both = replace(member("deputy", OTHER, 3), role=None)
    await village.roster(replace(rows, people=(*rows.people, both)))
    await village.join("deputy", "other-secretary")
    await write_down(village, f"Một | {NAMES['deputy']} | 30/12", by="other-secretary")
    assert says((await village.heard("deputy")).text, "đề nghị nhắn nhiemvu")
    shown = await village.say("deputy", "nhiemvu")
    assert says(shown.text, "NHIỆM VỤ Chi bộ bản Noong", "Chưa có nhiệm vụ nào.")
    own = await village.press("deputy", "Việc ở chi bộ khác")
    assert says(own.text, "(1) Một; hạn 30/12/2026")
    await village.press("deputy", "Nhiệm vụ 1")
    assert says((await village.press("deputy", "Đã xong")).text, "Đã ghi, đã xong: Một.")


async def test_an_old_button_of_a_dropped_task_does_nothing(village: Village) -> None:
    await after_the_meeting(village, "worker")
    await write_down(village, "Một | vân | 30/12")
    shown = (await village.say("worker", "nhiemvu"))[-1]
    one = (await village.press("worker", "Nhiệm vụ 1", of=shown))[-1]
    await village.say("secretary", "nhiemvu")
    await village.press("secretary", "Nhiệm vụ 1")
    await village.press("secretary", "Bỏ nhiệm vụ này")
    assert says((await village.press("worker", "Đã xong", of=one)).text, "không")
    assert says((await village.press("worker", "Nhiệm vụ 1", of=shown)).text, "không")


@BOTH
async def test_the_next_agenda_says_what_became_of_them_and_counts_what_is_carried_over(
    village: Village,
) -> None:
    await after_the_meeting(village, "worker")
    await write_down(village)
    await village.say("worker", "nhiemvu")
    await village.choose("worker", "Nhiệm vụ 1")
    await village.choose("worker", "Đã xong")
    agenda = await village.say("worker", "noidung")
    assert says(agenda.text, "Nhiệm vụ kỳ trước: đã xong 1, chưa xong 2.", "- Tu sửa đường thôn: đã xong")
    assert says(agenda.text, "- Quyên góp: chưa xong, hạn 20/12/2026")
    assert NAMES["probationary"] not in agenda.text
    await village.stopped_until("24/12 21:00")
    await call(village, "đủ")
    shown = await village.say("secretary", "nhiemvu")
    assert says(shown.text, "chưa xong 2", "Chuyển tiếp từ các kỳ trước: 2.", "(chuyển tiếp 1 kỳ)")
    assert "Tu sửa" not in shown.text
    agenda = await village.say("worker", "noidung")
    assert says(agenda.text, "đã xong 0, chưa xong 2 (chuyển tiếp 2).", "hạn 20/12/2026 (chuyển tiếp 1 kỳ)")


async def test_a_letter_that_waits_is_not_sent_once_the_task_is_done_or_moved(village: Village) -> None:
    await after_the_meeting(village, "worker")
    await village.stopped_until("24/11 22:00")
    await write_down(village, "Một | vân | 30/12\nHai | vân | 29/12")
    assert await village.heard("worker") == []
    await village.say("secretary", "nhiemvu")
    await village.press("secretary", "Nhiệm vụ 1")
    await village.press("secretary", "Đã xong")
    await village.clock("25/11 07:00")
    assert table(await village.heard("worker")) == ["25/11 05:30 task"]


async def test_of_a_task_whose_owner_left_the_cell_the_secretary_is_reminded(village: Village) -> None:
    await after_the_meeting(village, "worker")
    await village.stopped_until("24/11 22:00")
    await write_down(village, "Một | vân | 15/12")
    left = replace(member("worker", CELL, 13, status=RosterStatus.LEFT), since=date(2026, 11, 25))
    rows = commune()
    people = tuple(left if one.code == "worker" else one for one in rows.people)
    await village.roster(replace(rows, people=people))
    await village.clock("26/11 09:00")
    await village.clock("12/12 19:00")
    assert [one for one in await village.heard("worker") if "Một" in one.text] == []
    told = [one.first for one in await village.heard("secretary") if "sắp đến hạn" in one.text]
    assert len(told) == 1
    assert NAMES["worker"] in told[0]


async def test_the_reminders_of_a_cell_look_at_its_own_tasks_only(village: Village) -> None:
    """However many other cells have a task that is due at the same hour."""
    await after_the_meeting(village, "worker")
    await write_down(village, "Một | vân | 15/12")
    await village.stopped_until("12/12 18:00")
    village.time.move_to(moment("12/12 19:00"))

    async def looks() -> int:
        async with village.parts.database.write() as uow:
            home = await uow.units.by_code(CELL)
            assert home is not None
            work = village.work(uow)
            with statements(village) as said:
                await task_reminders.remind(work, home.id)
            return len(said)

    few = await looks()
    async with village.parts.database.write() as uow:
        other, by = await uow.units.by_code(OTHER), await uow.people.by_code("neighbour")
        assert other is not None
        assert by is not None
        for _ in range(20):
            await uow.tasks.add(
                {
                    "cell": other.id,
                    "title": "Hai",
                    "person": by.id,
                    "due": date(2026, 12, 15),
                    "by": by.id,
                    "at": moment("25/11 09:00"),
                }
            )
        await uow.commit()
    assert await looks() == few


async def test_who_is_forgotten_owns_nothing_and_the_task_stays(village: Village) -> None:
    await after_the_meeting(village, "worker")
    await write_down(village, "Một | vân | 30/12")
    async with village.parts.database.write() as uow:
        person = await uow.people.by_code("worker")
        assert person is not None
        exported = json.loads(json.dumps(await export(village.work(uow), person)))
        assert [one["title"] for one in exported["tasks"]] == ["Một"]
        await forget(uow, person.id, village.time.now())
        assert await uow.tasks.of_person(person.id) == []
        await uow.commit()
    assert says((await village.say("secretary", "nhiemvu")).text, "(1) Một; chi bộ; hạn 30/12/2026")

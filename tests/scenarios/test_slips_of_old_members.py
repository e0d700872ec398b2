"""What an old member does: numbers at the wrong moment, changes of mind, words where a number was meant."""

import pytest

from meetings.terms import Answer, PersonId
from tests.scenarios.commune import CELL
from tests.scenarios.page import Village


@pytest.fixture(params=["buttons", "numbers"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def announced(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.clock("19/11 19:00")
    await village.heard("worker")
    await village.heard("secretary")


async def said(village: Village) -> tuple[Answer, str | None] | None:
    [meeting, *_] = await village.meetings(CELL)
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code("worker")
        assert person is not None
        given = await uow.answers.of_person(meeting.id, PersonId(person.id))
    return None if given is None else (given.answer, given.reason)


async def test_a_number_after_the_reason_never_changes_the_reason(village: Village) -> None:
    await announced(village)
    await village.say("worker", "vắng")
    await village.say("worker", "2")
    assert await said(village) == ("absent", "health")
    again = await village.say("worker", "1")
    assert "1 (có dự)" in again.text
    assert await said(village) == ("absent", "health")
    await village.say("worker", "1")
    assert await said(village) == ("coming", None)


async def test_a_number_after_a_change_of_mind_in_words_is_not_a_reason(village: Village) -> None:
    await announced(village)
    await village.say("worker", "vắng")
    await village.say("worker", "có")
    await village.say("worker", "1")
    assert await said(village) == ("coming", None)


async def test_after_leaving_a_question_no_number_acts(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "thongbao")
    await village.say("secretary", "huỷ")
    answer = await village.say("secretary", "1")
    assert answer.text.startswith("Trợ lý chưa rõ ý đồng chí.")
    [meeting, *_] = await village.meetings(CELL)
    assert meeting.announced_at is None


async def test_an_answer_after_the_start_is_told_to_go_to_the_secretary(village: Village) -> None:
    await announced(village)
    await village.clock("24/11 19:40")
    await village.heard("worker")
    assert (await village.say("worker", "có dự")).text.startswith("Buổi sinh hoạt đã bắt đầu")
    assert await said(village) is None


async def test_the_words_of_withdrawal_count_at_once_wherever_they_are_written(village: Village) -> None:
    await announced(village)
    await village.say("worker", "dulieu")
    assert (await village.say("worker", "rút đồng ý")).text.startswith("Đã tiếp nhận yêu cầu")
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code("worker")
    assert person is not None
    assert (person.name, person.consented) == (None, False)


async def test_the_secretary_sees_the_reason_and_the_committee_member_does_not(village: Village) -> None:
    await announced(village)
    await village.join("committee")
    await village.say("worker", "ốm")
    await village.say("worker", "vắng")
    await village.say("worker", "ốm")
    assert "Cầm Thị Vân: sức khoẻ" in (await village.say("secretary", "danhsach")).text
    assert "sức khoẻ" not in (await village.say("committee", "danhsach")).text


@pytest.mark.every_way
async def test_an_old_closing_button_closes_nothing_after_a_reopening(village: Village) -> None:
    await announced(village)
    await village.clock("24/11 21:00")
    await village.say("secretary", "đủ")
    await village.choose("secretary", "Xác nhận")
    await village.choose("secretary", "Không có đại biểu")
    await village.choose("secretary", "Chốt danh sách")
    if village.bot == "numbers":
        return  # numbers of an old question are gone anyway
    old = next(one for one in reversed(await village.messages("secretary")) if one.choice("Xác nhận"))
    await village.press("secretary", "Xác nhận", of=old)
    await village.press("secretary", "Mở lại danh sách")
    assert "không còn hiệu lực" in (await village.press("secretary", "Xác nhận", of=old)).text
    assert (await village.line(CELL))["state"] == "held"

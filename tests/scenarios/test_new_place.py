"""Another place for the same date: answers stand, and whoever comes must hear of it (domain.md 4.4)."""

from services import reminders, schedule
from tests.scenarios.commune import CELL, GROUP
from tests.scenarios.page import Village
from tests.scenarios.test_deliveries import link_group
from tests.scenarios.test_relays import answer_for
from tests.scenarios.test_told_once import acting, writing
from tests.scenarios.transcript import kinds, only, says


async def move_to_another_place(village: Village) -> None:
    async with writing(village) as uow:
        cell = await uow.units.by_code(CELL)
        assert cell is not None
        [meeting] = [one for one in await uow.meetings.of_cell(cell.id) if str(one.period) == "2026-11"]
        work = await acting(village, uow, "secretary")
        moved = await schedule.move(work, meeting, schedule.NewDate(meeting.starts_at, "Nhà ông Ba"))
        await reminders.remind(work, moved)
    await village.parts.sender.drain()


async def test_an_official_who_cannot_come_is_not_invited_again_to_another_place(village: Village) -> None:
    await village.join("secretary", "executive", "clerk")
    await village.clock("19/11 19:00")
    await village.press("executive", "Không dự được")
    await village.heard("executive")
    await move_to_another_place(village)
    await village.tick()
    assert await village.heard("executive") == []


async def test_an_official_who_comes_reads_the_change_first_and_then_the_invitation(village: Village) -> None:
    await village.join("secretary", "executive")
    await village.clock("19/11 19:00")
    await village.press("executive", "Dự được")
    await village.heard("executive")
    await move_to_another_place(village)
    [said] = await village.heard("executive")
    assert kinds([said]) == ["new place"]
    assert says(said.first, "19 giờ 30, Thứ Ba, ngày 24/11/2026", "Nhà ông Ba")
    assert says(said.text, "Phạm Văn Hành", "trân trọng kính mời đồng chí dự và chỉ đạo")
    assert list(said.choices) == ["Dự được", "Không dự được", "Báo sau"]


async def test_those_without_a_phone_who_said_they_come_are_told_by_their_liaison(village: Village) -> None:
    """On the errand stand whoever has not answered, and now those too who would go to the old place."""
    await village.join("secretary", "liaison")
    await village.clock("22/11 19:00")
    await answer_for(village, "liaison", "Vì Văn Già", "Có dự")
    await answer_for(village, "liaison", "Hoàng Thị Hiền", "Vắng, có lý do", "Sức khoẻ")
    await village.say("liaison", "có dự")
    await village.heard("liaison")
    await village.clock("23/11 09:00")
    await move_to_another_place(village)
    said = await village.heard("liaison")
    [errand] = only(said, ["relay"])
    assert says(errand.text, "tại Nhà ông Ba tới 01 đồng chí: Vì Văn Già", "khác với thông báo trước")
    assert "Hoàng Thị Hiền" not in errand.text


async def test_who_comes_and_is_written_to_is_on_nobody_s_errand(village: Village) -> None:
    await village.join("secretary", "liaison", "elder")
    await village.clock("22/11 19:00")
    for person in ("liaison", "elder"):
        await village.say(person, "có dự")
        await village.heard(person)
    await village.clock("23/11 09:00")
    await move_to_another_place(village)
    assert kinds(await village.heard("elder")) == ["new place"]
    assert "Vì Văn Già" not in (await village.heard("liaison")).text


async def test_the_group_is_asked_to_pass_another_place_on(village: Village) -> None:
    await village.join("secretary")
    await link_group(village)
    await village.clock("20/11 09:00")
    await village.heard(GROUP)
    await move_to_another_place(village)
    [said] = await village.heard(GROUP)
    assert says(said.text, "báo giúp tới những đồng chí chưa nhận được tin")

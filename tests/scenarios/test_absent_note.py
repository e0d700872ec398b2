"""Who was absent is asked the next morning to find out what was said, and who has not is named to the leaders."""

import json
from dataclasses import replace
from datetime import date

import pytest

from reports.roster.rows import RosterStatus
from services.privacy import export
from storage.forgetting import forget
from tests.scenarios.commune import CELL, NAMES, commune, member
from tests.scenarios.messages import Heard
from tests.scenarios.page import Village
from tests.scenarios.rollcall import call
from tests.scenarios.transcript import only, says, table

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])


async def closed(village: Village, line: str, *people: str) -> None:
    """The November meeting is over, its list closed at nine in the evening."""
    await village.join("secretary", *people)
    await village.stopped_until("24/11 21:00")
    await call(village, line)
    for one in ("secretary", *people):
        await village.heard(one)


async def noted(village: Village, *people: str) -> dict[str, list[str]]:
    """Of each of them, when a note came."""
    heard = {one: await village.heard(one) for one in people}
    return {who: [one.at for one in only(said, ["find out"])] for who, said in heard.items()}


@BOTH
async def test_the_next_morning_everybody_absent_is_asked_alike_and_says_when_they_know(
    village: Village,
) -> None:
    await closed(village, "vắng 2ct 3kp 13", "deputy", "clerk", "worker", "committee")
    await village.stopped_until("25/11 07:29")
    people = ("deputy", "clerk", "worker", "committee", "secretary")
    assert await noted(village, *people) == {key: [] for key in people}
    await village.stopped_until("25/11 07:30")
    told = {who: await village.heard(who) for who in people}
    told = {who: Heard(only(said, ["find out"])) for who, said in told.items()}
    assert [who for who, said in told.items() if said] == ["deputy", "clerk", "worker"]
    texts = {who: told[who].text.replace(NAMES[who], "") for who in ("deputy", "clerk", "worker")}
    assert len(set(texts.values())) == 1
    assert told["clerk"][0].first == "Nội dung buổi sinh hoạt chi bộ thường kỳ ngày 24/11/2026"
    assert "không lý do" not in told["clerk"].text
    assert "lý do" not in told["clerk"].text
    said = await village.choose("clerk", "Đã nắm")
    assert says(said.text, "đã nắm nội dung buổi sinh hoạt ngày 24/11/2026", "Cảm ơn đồng chí!")
    shown = await village.say("secretary", "doichieu")
    assert says(shown.text, f"Chưa báo đã nắm nội dung: 2 ({NAMES['deputy']}, {NAMES['worker']}).")
    assert "Chưa liên hệ được để" not in shown.text


async def listed(village: Village, leader: str) -> Heard:
    return Heard(only(await village.heard(leader), ["not found out"]))


async def test_who_has_not_said_so_after_five_days_stands_on_the_leaders_list_once(village: Village) -> None:
    await closed(village, "vắng 3 6 13", "deputy", "clerk", "worker")
    await village.stopped_until("25/11 08:00")
    await village.press("clerk", "Đã nắm")
    await village.stopped_until("30/11 07:29")
    assert await listed(village, "secretary") == []
    await village.stopped_until("30/11 07:30")
    for leader in ("secretary", "deputy"):
        told = await listed(village, leader)
        assert says(told.text, "vắng mặt buổi sinh hoạt ngày 24/11/2026")
        assert says(told.text, f"Chưa báo đã nắm: 1 ({NAMES['worker']}).")
        assert says(told.text, f"Chưa liên hệ được: 1 ({NAMES['elder']}).")
        assert NAMES["clerk"] not in told.text
    shown = await village.say("secretary", "danhsach")
    assert says(shown.text, f"Chưa báo đã nắm nội dung buổi 24/11/2026: 1 ({NAMES['worker']})")
    assert says(shown.text, f"Chưa liên hệ được để báo nắm nội dung buổi 24/11/2026: 1 ({NAMES['elder']})")
    assert "Chưa báo đã nắm" not in (await village.say("worker", "danhsach")).text
    await village.press("worker", "Đã nắm")
    shown = await village.say("secretary", "danhsach")
    assert says(shown.text, f"nội dung buổi 24/11/2026: 1 ({NAMES['elder']})")
    assert "Chưa báo đã nắm" not in shown.text
    await village.stopped_until("03/12 08:00")
    assert await listed(village, "secretary") == []


async def test_a_list_that_is_opened_again_takes_the_waiting_note_back(village: Village) -> None:
    await closed(village, "vắng 3 13", "clerk", "worker")
    village.time.move_to(village.time.now().replace(day=25, hour=0, minute=31))
    await village.parts.ticks.following_up()  # at 07:31, and the sender has not come to it yet
    await village.press("secretary", "Mở lại danh sách")
    await village.clock("25/11 12:00")
    assert await noted(village, "clerk", "worker") == {"clerk": [], "worker": []}
    await call(village, "vắng 13")
    await village.clock("26/11 07:30")
    await village.tick()
    assert await noted(village, "clerk", "worker") == {"clerk": [], "worker": ["26/11 07:30"]}


async def test_whom_only_a_later_list_names_absent_is_asked_the_morning_after_that_one(
    village: Village,
) -> None:
    await closed(village, "vắng 3", "clerk", "worker")
    await village.clock("25/11 20:00")
    await village.press("secretary", "Mở lại danh sách")
    await call(village, "vắng 3 13")
    await village.clock("26/11 09:00")
    assert await noted(village, "clerk", "worker") == {"clerk": ["25/11 07:30"], "worker": ["26/11 07:30"]}


async def test_who_links_after_the_days_are_over_was_not_silent(village: Village) -> None:
    await closed(village, "vắng 3 13", "clerk")
    await village.clock("30/11 07:29")
    await village.join("worker")
    await village.clock("30/11 07:30")
    told = await listed(village, "secretary")
    assert says(told.text, f"Chưa báo đã nắm: 1 ({NAMES['clerk']}).")
    await village.clock("01/12 09:00")
    await village.join("committee")
    shown = await village.say("secretary", "danhsach")
    assert says(shown.text, f"Chưa báo đã nắm nội dung buổi 24/11/2026: 1 ({NAMES['clerk']})")
    assert says(shown.text, "Chưa liên hệ được để báo nắm nội dung buổi 24/11/2026: 1")


async def test_a_ruling_does_not_take_the_overdue_from_the_leaders_list(village: Village) -> None:
    await closed(village, "vắng 3 13", "clerk", "worker")
    await village.clock("26/11 10:00")
    await village.say("secretary", "diemdanh")
    await village.press("secretary", "Xem xét")
    await village.press("secretary", "Có lý do")
    await village.clock("30/11 07:30")
    assert len(await listed(village, "secretary")) == 1
    await village.clock("30/11 12:00")
    shown = await village.say("secretary", "danhsach")
    assert says(shown.text, "Chưa báo đã nắm nội dung buổi 24/11/2026: 2")


async def test_who_was_suspended_since_is_neither_asked_nor_named(village: Village) -> None:
    await closed(village, "vắng 3 13", "clerk", "worker")
    suspended = member("worker", CELL, 13, status=RosterStatus.SUSPENDED)
    rows = commune()
    people = [
        replace(suspended, since=date(2026, 11, 25)) if one.code == "worker" else one for one in rows.people
    ]
    await village.clock("25/11 07:00")
    await village.roster(replace(rows, people=tuple(people)))
    await village.clock("30/11 07:30")
    assert await noted(village, "clerk", "worker") == {"clerk": ["25/11 07:30"], "worker": []}
    assert NAMES["worker"] not in (await listed(village, "secretary")).text


async def test_a_list_closed_days_later_asks_the_morning_after_and_one_of_long_ago_asks_nobody(
    village: Village,
) -> None:
    await village.join("secretary", "worker")
    await village.stopped_until("28/11 15:00")
    await call(village, "vắng 13")
    await village.clock("29/11 09:00")
    assert await noted(village, "worker") == {"worker": ["29/11 07:30"]}
    await village.stopped_until("2027-01-10T15:00")
    await call(village, "vắng 13")
    await village.stopped_until("2027-01-12T09:00")
    assert await noted(village, "worker") == {"worker": []}


async def test_a_secretary_who_was_absent_is_not_sent_to_themselves(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.stopped_until("24/11 21:00")
    await call(village, "vắng 1", by="deputy")
    await village.heard("secretary")
    await village.stopped_until("30/11 08:00")
    assert only(await village.heard("secretary"), ["find out", "not found out"]) == []


async def test_somebody_elses_button_and_a_ruling_change_nothing(village: Village) -> None:
    await closed(village, "vắng 3 13", "clerk", "worker", "committee")
    await village.stopped_until("25/11 07:30")
    [note] = only(await village.heard("worker"), ["find out"])
    token = note.choice("Đã nắm")
    assert token is not None
    assert says((await village.press_token("committee", token)).text, "không")
    await village.say("secretary", "diemdanh")
    await village.press("secretary", "Xem xét")
    await village.press("secretary", "Có lý do")
    await village.stopped_until("26/11 08:00")
    assert await noted(village, "worker") == {"worker": []}
    await village.stopped_until("30/11 07:30")
    assert len(await listed(village, "secretary")) == 1


async def test_what_a_person_said_is_in_their_data_and_goes_with_them(village: Village) -> None:
    await closed(village, "vắng 13", "worker")
    await village.stopped_until("25/11 08:00")
    await village.press("worker", "Đã nắm")
    async with village.parts.database.write() as uow:
        person = await uow.people.by_code("worker")
        assert person is not None
        exported = json.loads(json.dumps(await export(village.work(uow), person)))
        assert [one["at"] for one in exported["informed"]] == ["2026-11-25T08:00:00+07:00"]
        await forget(uow, person.id, village.time.now())
        assert await uow.grasped.history(person.id) == []


async def test_the_note_is_not_sent_at_night_and_only_once(village: Village) -> None:
    await closed(village, "vắng 13", "worker")
    for at in ("25/11 07:30", "25/11 19:00", "26/11 07:30"):
        await village.clock(at)
        await village.tick()
    assert table(only(await village.heard("worker"), ["find out"])) == ["25/11 07:30 find out"]

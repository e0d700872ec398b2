"""Liaisons and group leaders: only their own people, answers on the record, people without a phone (domain.md 15)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from chat.events import Address
from chat.replies import Action
from meetings.terms import Answer, CellRole, Reason
from reports.roster.rows import Roster, RosterStatus
from storage.tables.people import audit
from tests.scenarios.commune import CELL, NAMES, SINCE, commune
from tests.scenarios.page import Village
from tests.scenarios.rollcall import call
from tests.scenarios.test_told_once import who
from tests.scenarios.transcript import kinds, only, says, table

FIRST = ("committee", "worker", "hesitant", "elder")
SECOND = ("probationary", "refuser")


def grouped() -> Roster:
    """Tổ 1 is led by the committee member, who holds another post here; the liaison leads nobody."""
    rows = commune()
    people = []
    for one in rows.people:
        group = "Tổ 1" if one.code in FIRST else "Tổ 2" if one.code in SECOND else None
        role = CellRole.GROUP_LEADER if one.code == "committee" else one.role
        people.append(replace(one, group=group, role=role))
    return replace(rows, people=tuple(people))


@pytest.fixture
def rows() -> Roster:
    return grouped()


async def meeting_of(village: Village) -> int:
    return next(one.id for one in await village.meetings(CELL) if str(one.period) == "2026-11")


async def answers(village: Village) -> dict[str, tuple[Answer, Reason | None, str]]:
    """What stands written: by member, the answer, the reason, and who gave it."""
    found = {}
    async with village.parts.database.read() as uow:
        codes = {one.id: one.code for one in await uow.people.all()}
        meeting = next(one for one in await village.meetings(CELL) if str(one.period) == "2026-11")
        for person, given in (await uow.answers.of_meeting(meeting.id)).items():
            found[codes[person]] = (given.answer, given.reason, codes[given.by])
    return found


async def answer_for(village: Village, by: str, name: str, *pressed: str) -> None:
    await village.choose(by, "Báo hộ")
    await village.leaf(by, name)
    for label in pressed:
        await village.choose(by, label)


async def test_two_days_before_each_gets_only_their_own_people_who_have_not_answered(
    village: Village,
) -> None:
    await village.join("secretary", "committee", "liaison", "worker", "probationary")
    await village.clock("20/11 09:00")
    await village.say("worker", "có dự")
    await village.clock("22/11 19:00")
    [leader] = only(await village.messages("committee"), ("relay",))
    assert says(leader.text, "tới 02 đồng chí: Vì Văn Già, Đèo Văn Ngại.")
    [liaison] = only(await village.messages("liaison"), ("relay",))
    assert says(liaison.text, "tới 02 đồng chí: Vì Văn Già, Hoàng Thị Hiền.")
    for other in ("secretary", "worker", "probationary"):
        assert only(await village.messages(other), ("relay",)) == []


async def test_a_leader_whose_whole_group_has_answered_is_sent_on_no_errand(village: Village) -> None:
    await village.join("secretary", "committee")
    await village.clock("20/11 09:00")
    await village.say("secretary", "danhsach")
    for name in ("Cầm Thị Vân", "Đèo Văn Ngại", "Vì Văn Già"):
        await answer_for(village, "secretary", name, "Có dự")
    await village.clock("22/11 19:00")
    assert only(await village.messages("committee"), ("relay",)) == []


def written_otherwise() -> Roster:
    rows = grouped()
    return replace(
        rows,
        people=tuple(replace(one, group="tổ  1") if one.code == "elder" else one for one in rows.people),
    )


@pytest.mark.parametrize("rows", [written_otherwise()], ids=["small letters"])
async def test_a_group_written_another_way_is_the_same_group(village: Village) -> None:
    await village.join("secretary", "committee")
    await village.clock("22/11 19:00")
    [errand] = only(await village.messages("committee"), ("relay",))
    assert says(errand.text, "03 đồng chí", "Vì Văn Già")
    await answer_for(village, "committee", "Vì Văn Già", "Có dự")
    assert (await answers(village))["elder"] == (Answer.COMING, None, "committee")


def back_by_then() -> Roster:
    """The elder is away until the day before the meeting, the widow from that day on."""
    spans = {"elder": (SINCE, date(2026, 11, 23)), "widow": (date(2026, 11, 24), date(2026, 12, 31))}
    rows = commune()
    people = []
    for one in rows.people:
        since, until = spans.get(one.code, (one.since, one.until))
        status = RosterStatus.AWAY if one.code in spans else one.status
        people.append(replace(one, status=status, since=since, until=until))
    return replace(rows, people=tuple(people))


@pytest.mark.parametrize("rows", [back_by_then()], ids=["back by then"])
async def test_one_answers_for_those_who_are_in_the_base_on_the_day_of_the_meeting(village: Village) -> None:
    """The errand names them two days before: whoever it names can be answered for."""
    await village.join("secretary", "liaison")
    await village.clock("22/11 19:00")
    [errand] = only(await village.messages("liaison"), ("relay",))
    assert says(errand.text, "tới 01 đồng chí: Vì Văn Già")
    offered = (await village.choose("liaison", "Báo hộ"))[-1]
    assert [label.partition(" (")[0] for label in offered.choices] == ["Vì Văn Già"]
    await village.leaf("liaison", "Vì Văn Già")
    await village.choose("liaison", "Có dự")
    assert await answers(village) == {"elder": (Answer.COMING, None, "liaison")}
    await village.say("secretary", "danhsach")
    await village.choose("secretary", "Báo hộ")
    await village.leaf("secretary", "Vì Văn Già")


async def test_after_the_start_the_list_offers_no_answer_for_anybody(village: Village) -> None:
    await village.join("secretary")
    await village.clock("24/11 19:29")
    assert "Báo hộ" in (await village.say("secretary", "danhsach"))[-1].choices
    await village.clock("24/11 19:40")
    assert "Báo hộ" not in (await village.say("secretary", "danhsach"))[-1].choices


async def test_who_is_liaison_and_leader_gets_one_errand_with_both(village: Village) -> None:
    rows = grouped()
    people = tuple(replace(one, liaison="committee") if one.code == "widow" else one for one in rows.people)
    await village.roster(replace(rows, people=people))
    await village.join("committee")
    await village.clock("22/11 19:00")
    await village.tick()
    [errand] = only(await village.messages("committee"), ("relay",))
    assert says(errand.text, "04 đồng chí", *(NAMES[one] for one in ("elder", "widow", "worker", "hesitant")))


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_a_leader_answers_for_the_own_group_and_the_record_says_who_did(village: Village) -> None:
    await village.join("secretary", "committee")
    await village.clock("22/11 19:00")
    await answer_for(village, "committee", "Vì Văn Già", "Có dự")
    await answer_for(village, "committee", "Đèo Văn Ngại", "Vắng, có lý do", "Sức khoẻ")
    assert await answers(village) == {
        "elder": (Answer.COMING, None, "committee"),
        "hesitant": (Answer.ABSENT, Reason.HEALTH, "committee"),
    }
    listed = (await village.say("secretary", "danhsach")).text
    assert says(listed, "Báo hộ: Tòng Văn Chiến báo cho Vì Văn Già, Đèo Văn Ngại.")
    async with village.parts.database.read() as uow:
        leader, elder = await who(uow, "committee"), await who(uow, "elder")
        noted = await uow._connection.execute(select(audit).where(audit.c.what == "answer_for"))
        assert next((row.who, row.whom) for row in noted) == (leader, elder)


async def test_a_leader_sees_the_own_group_and_the_reasons_they_entered(village: Village) -> None:
    await village.join("secretary", "committee", "worker")
    await village.clock("20/11 09:00")
    await village.say("worker", "vắng")
    await village.choose("worker", "Việc gia đình")
    await village.say("committee", "danhsach")
    await answer_for(village, "committee", "Đèo Văn Ngại", "Vắng, có lý do", "Sức khoẻ")
    listed = (await village.say("committee", "danhsach")).text
    assert says(listed, "Báo vắng: 02 (Cầm Thị Vân, Đèo Văn Ngại: sức khoẻ)")
    assert NAMES["widow"] not in listed
    assert NAMES["probationary"] not in listed


async def test_nobody_answers_for_people_of_others(village: Village) -> None:
    await village.join("committee", "liaison")
    await village.clock("22/11 19:00")
    number = await meeting_of(village)
    async with village.parts.database.read() as uow:
        strangers = {
            "committee": await who(uow, "probationary"),
            "liaison": await who(uow, "hesitant"),
        }
    for person, stranger in strangers.items():
        for action in (
            Action("for", (str(number), "1", str(stranger))),
            Action("as", (str(number), "1", str(stranger), "coming")),
            Action("why", (str(number), "1", str(stranger), "health")),
        ):
            token = village.parts.house.signer.pack(action, Address("web", village.bot, person))
            assert kinds(await village.press_token(person, token))[-1] == "refused"
    assert await answers(village) == {}


# People without consent or phone: kept until the lock, afterwards the snapshot row by roll number.


async def rows_kept(village: Village) -> dict[str, list[object]]:
    """What is known of the elder in November's meeting: answers, marks, rows of the snapshot."""
    number = await meeting_of(village)
    async with village.parts.database.read() as uow:
        elder = await who(uow, "elder")
        [meeting] = [one for one in await village.meetings(CELL) if one.id == number]
        frozen = await uow.closings.of_meeting(meeting.id)
        snapshot = await uow.closings.snapshot(frozen.id) if frozen else []
        return {
            "answer": [one for one in await uow.answers.of_meeting(meeting.id) if one == elder],
            "mark": [one for one in await uow.marks.of_meeting(meeting.id) if one == elder],
            "named": [row.number for row in snapshot if row.person == elder],
            "numbered": [(row.number, str(row.mark)) for row in snapshot if row.number == 6],
        }


async def test_what_others_said_for_a_person_without_a_phone_is_kept_until_the_lock(
    village: Village,
) -> None:
    await village.join("secretary", "liaison")
    await village.clock("22/11 19:00")
    await answer_for(village, "liaison", "Vì Văn Già", "Có dự")
    await village.clock("24/11 21:00")
    await call(village, "đủ")
    before = await village.figures(CELL)
    await village.clock("05/12 23:59")
    kept = await rows_kept(village)
    assert all(kept.values())
    assert kept["numbered"] == [(6, "present")]
    await village.clock("06/12 01:00")
    after = await rows_kept(village)
    assert after == {"answer": [], "mark": [], "named": [], "numbered": [(6, "present")]}
    assert await village.figures(CELL) == before


async def test_closed_only_after_the_lock_it_is_kept_until_that_amendment(village: Village) -> None:
    await village.join("secretary", "liaison")
    await village.clock("22/11 19:00")
    await answer_for(village, "liaison", "Vì Văn Già", "Vắng, có lý do", "Sức khoẻ")
    await village.clock("07/12 09:00")
    assert (await rows_kept(village))["answer"]
    await call(village, "vắng 6")
    assert (await village.line(CELL))["amendment"] == 1
    assert (await village.line(CELL))["excused"] == 1
    after = await rows_kept(village)
    assert after == {"answer": [], "mark": [], "named": [], "numbered": [(6, "absent")]}


async def test_a_relay_needs_no_consent_of_those_it_is_about_but_of_the_one_who_carries_it(
    village: Village,
) -> None:
    """The liaison has not agreed: nobody is written to; the secretary phones."""
    await village.join("secretary")
    await village.link("liaison")
    await village.clock("22/11 19:00")
    assert only(await village.messages("liaison"), ("relay",)) == []
    await village.choose("liaison", "Đồng ý")
    await village.tick()
    assert table(only(await village.messages("liaison"), ("relay",))) == ["22/11 19:00 relay"]


# Reached, answered, came.


async def test_after_the_roll_call_said_yes_and_was_absent_is_shown_on_request(village: Village) -> None:
    await village.join("secretary", "clerk", "worker", "hesitant", "probationary")
    await village.clock("20/11 09:00")
    for person in ("worker", "clerk"):
        await village.say(person, "có dự")
    await village.say("hesitant", "vắng")
    await village.choose("hesitant", "Sức khoẻ")
    await village.clock("24/11 21:00")
    said = await call(village, "vắng 6 9 13kp")
    assert "Báo dự nhưng vắng" not in said.text
    shown = await village.choose("secretary", "Đối chiếu báo dự")
    assert says(
        shown.text,
        "Có mặt 9/12 đồng chí",
        "Báo dự nhưng vắng: 01 (Cầm Thị Vân).",
        "Báo vắng nhưng có mặt: 01 (Đèo Văn Ngại).",
        "Vắng, chưa trả lời: 01 (Điêu Thị Dung).",
        "Vắng, chưa liên hệ được: 01 (Vì Văn Già).",
    )
    assert says((await village.say("clerk", "doi chieu")).text, "Báo dự nhưng vắng: 01")
    assert kinds(await village.say("worker", "doi chieu"))[-1] == "refused"


async def test_everybody_did_as_they_had_said(village: Village) -> None:
    await village.join("secretary")
    await village.clock("24/11 21:00")
    await call(village, "đủ")
    assert says((await village.choose("secretary", "Đối chiếu báo dự")).text, "đúng như đã báo")


async def test_the_evening_before_the_secretary_reads_whom_to_phone_once(village: Village) -> None:
    """With the text to paste, and nowhere else."""
    await village.join("secretary")
    await village.clock("23/11 18:00")
    await village.heard("secretary")
    await village.clock("23/11 19:00")
    said = await village.heard("secretary")
    assert kinds(said) == ["paste this", "evening to paste", "to phone"]
    assert said.text.count("Vì Văn Già") == 1

"""The notes about absences: to secretary and deputy alone, early and at the limit, each once (domain.md 6)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import make_house
from bot.settings import Settings
from chat.events import Address
from meetings.period import Period
from meetings.records import Meeting
from meetings.terms import CellRole, CellType, Kind, Ruling
from services import counters, privacy
from services.sending import prepare, sent
from services.work import House
from storage.database import Database
from storage.outbox import Hold
from tests.services.hall import IN_POST, ZONE, Hall, One, hall, people, with_rules

SECRETARY, DEPUTY, CLERK, OTHER, SILENT = 1, 2, 3, 4, 5
A2, A3, B3, B4 = "unexcused.early", "unexcused.limit", "excused.early", "excused.limit"


@pytest.fixture(scope="module")
def house() -> House:
    return make_house(Settings(secret_keys="a test key"))


async def make(database: Database, house: House, **of: object) -> Hall:
    """Everybody but number 5 agreed, and secretary, deputy, minute-taker and number 4 are linked."""
    found = await hall(database, house, [*people(4), One(consented=False)], **of)  # type: ignore[arg-type]
    for number, role in ((DEPUTY, CellRole.DEPUTY), (CLERK, CellRole.CLERK)):
        person = await found.person(number)
        async with database.write() as uow:
            post = {"person": person.id, "unit": found.cell.id, "role": role, "since": IN_POST}
            await uow.people.start_role(post | {"digest": False})
            await uow.commit()
    for number in (SECRETARY, DEPUTY, CLERK, OTHER):
        person = await found.person(number)
        async with database.write() as uow:
            await uow.accounts.link(Address("web", "buttons", f"chat-{number}"), person.id, found.at)
            await uow.commit()
    return found


@pytest.fixture
async def place(database: Database, house: House) -> Hall:
    return await make(database, house)


async def year(
    place: Hall,
    letters: str,
    *,
    number: int = OTHER,
    year: int = 2026,
    at: datetime | None = None,
    read: bool = False,
) -> list[Meeting]:
    """One letter a month: U, E, P, W; `.` is a month without a meeting. Each is closed that evening.

    `read`: what is said of a month has gone out before the next one.
    """
    words = {"U": f"vắng {number}kp", "E": f"vắng {number}ct", "P": "đủ", "W": f"vắng {number}"}
    held = []
    for month, letter in enumerate(letters, 1):
        if letter != ".":
            starts_at = datetime(year, month, 24, 19, 30, tzinfo=ZONE)
            place.at = at or starts_at + timedelta(hours=1)
            meeting = await place.meeting(starts_at=starts_at)
            await place.held(words[letter], meeting)
            held.append(meeting)
            if read:
                await settled(place)
    return held


async def notes(place: Hall, number: int = OTHER, year: int = 2026) -> dict[str, list[str]]:
    """What was said of a member, to which roll numbers; what was taken back is left out."""
    who = (await place.person(number)).id
    numbers = {f"person:{(await place.person(one)).id}": one for one in range(1, 6)}
    async with place.database.read() as uow:
        heard = await uow.notices.of_subject(f"absence:{who}:{place.cell.id}", year)
    found: dict[str, list[str]] = {}
    for one in sorted(heard, key=lambda one: (one.kind, numbers[one.recipient])):
        if one.why != "corrected":
            found.setdefault(one.kind, []).append(str(numbers[one.recipient]))
    return found


async def texts(place: Hall, *, at: datetime) -> list[str]:
    """Everything that waits and may go at an instant, as it reads."""
    async with place.database.write() as uow:
        hold = Hold("a test", at + timedelta(minutes=2))
        claimed = await uow.outbox.claim(hold, now=at.astimezone(UTC), real=at.astimezone(UTC), limit=100)
        place.at = at
        ready = [await prepare(place.work(uow), one, hold.until) for one in claimed]
        await uow.commit()
    render = place.house.catalogue.render
    return [
        f"{one.letter.to.chat}: {render(one.letter.text, 'vi')}"
        for one, said in zip(claimed, ready, strict=True)
        if not isinstance(said, str) and one.letter.notice is not None
    ]


TABLE: Sequence[tuple[str, dict[str, list[str]]]] = [
    ("U", {}),
    ("UU", {A2: ["1", "2"]}),
    ("U.U", {A2: ["1", "2"]}),
    ("UUU", {A2: ["1", "2"], A3: ["1", "2"]}),
    ("UPUPU", {A2: ["1", "2"], A3: ["1", "2"]}),
    ("UUUUU", {A2: ["1", "2"], A3: ["1", "2"]}),
    ("EE", {}),
    ("EEE", {B3: ["1", "2"]}),
    ("EEEE", {B3: ["1", "2"], B4: ["1", "2"]}),
    ("EE.EE", {B3: ["1", "2"], B4: ["1", "2"]}),
    ("EEEPEE", {B3: ["1", "2"]}),
    ("EEEPEEE", {B3: ["1", "2"]}),  # the second row of three is not spoken of again
    ("EEUEE", {}),
    ("UEUEEE", {A2: ["1", "2"], B3: ["1", "2"]}),
    ("WWWWWW", {}),
    ("PPPP", {}),
]


@pytest.mark.parametrize(("letters", "told"), TABLE, ids=[one[0] for one in TABLE])
async def test_secretary_and_deputy_are_told_early_and_at_the_limit(
    place: Hall, letters: str, told: dict[str, list[str]]
) -> None:
    await year(place, letters, read=True)
    assert await notes(place) == told


async def test_the_note_is_neutral_names_the_months_and_advises_a_visit(place: Hall) -> None:
    await year(place, ".......U..U")
    said = await texts(place, at=datetime(2026, 11, 24, 20, 31, tzinfo=ZONE))
    about = [one for one in said if "vắng không lý do" in one]
    name = f"đồng chí Người CB1-{OTHER}"
    body = (
        f"Kính báo để đồng chí nắm: {name} đã vắng không lý do 02 tháng trong năm 2026 (tháng 8, tháng 11). "
        "Đề nghị bí thư chi bộ gặp gỡ, tìm hiểu hoàn cảnh. "
        "Số liệu chỉ để tham khảo, không thay cho việc xem xét của chi bộ."
    )
    assert sorted(about) == [f"chat-1: {body}", f"chat-2: {body}"]


async def test_at_the_limit_the_figure_of_the_rules_stands_beside_it(place: Hall) -> None:
    await year(place, "EEEE")
    said = await texts(place, at=datetime(2026, 4, 24, 20, 31, tzinfo=ZONE))
    limits = [one for one in said if "04 buổi sinh hoạt thường kỳ liên tiếp" in one]
    assert len(limits) == 2
    assert all("quá 03 buổi liên tiếp trong năm." in one for one in limits)


async def test_the_year_begins_anew_and_so_do_the_notes(place: Hall) -> None:
    await year(place, "..........UU", year=2025)
    await year(place, "U")
    assert await notes(place, year=2025) == {A2: ["1", "2"]}
    assert await notes(place) == {}
    await year(place, ".U")
    assert await notes(place) == {A2: ["1", "2"]}


async def test_nobody_is_told_of_their_own_counter(place: Hall) -> None:
    await year(place, "UUU", number=DEPUTY, read=True)
    assert await notes(place, DEPUTY) == {A2: ["1"], A3: ["1"]}


async def test_without_consent_nothing_is_counted_and_nothing_said(place: Hall) -> None:
    await year(place, "UUUU", number=SILENT)
    assert await notes(place, SILENT) == {}
    async with place.database.read() as uow:
        assert await counters.of_cell(place.work(uow), place.cell, 2026) == []


async def test_what_was_closed_before_somebody_agreed_does_not_count_for_them(place: Hall) -> None:
    """Not even once a ruling on somebody else has frozen that list anew."""
    _, february = await year(place, "UU", number=SILENT)
    person = await place.person(SILENT)
    async with place.database.write() as uow:
        await uow.people.remember(person.id, place.at + timedelta(hours=1))
        await uow.commit()
    place.at += timedelta(hours=2)
    await place.call_again(february, f"vắng {SILENT}kp {OTHER}")
    await place.rule(february, OTHER, Ruling.UNEXCUSED)
    await year(place, "..U", number=SILENT)
    async with place.database.read() as uow:
        [one] = [
            one
            for one in await counters.of_cell(place.work(uow), place.cell, 2026)
            if one.member.number == SILENT
        ]
    assert one.counters.unexcused == (Period(2026, 3),)


async def test_armed_forces_are_excepted_from_the_row(database: Database, house: House) -> None:
    place = await make(database, house, kind=CellType.ARMED_FORCES)
    await year(place, "EEEEEUU")
    assert await notes(place) == {A2: ["1", "2"]}


async def test_the_levels_are_those_of_the_policy(database: Database, house: House) -> None:
    own = [
        ("early_unexcused", 1),
        ("unexcused_months_year", 2),
        ("excused_streak_max", 1),
        ("early_excused", 1),
    ]
    place = await make(database, with_rules(house, absences=own))
    await year(place, "UUEE", read=True)
    assert await notes(place) == {A2: ["1", "2"], A3: ["1", "2"], B3: ["1", "2"], B4: ["1", "2"]}


async def test_another_meeting_of_the_month_saves_it_and_takes_back_what_was_not_said_yet(
    place: Hall,
) -> None:
    """Closed in the quiet hours, corrected before the morning."""
    night = datetime(2026, 2, 24, 22, tzinfo=ZONE)
    await year(place, "UU", at=night)
    assert await notes(place) == {A2: ["1", "2"]}
    place.at = night + timedelta(minutes=10)
    thematic = await place.meeting(starts_at=datetime(2026, 2, 12, 14, tzinfo=ZONE), kind=Kind.THEMATIC)
    await place.held("đủ", thematic)
    assert await notes(place) == {}
    said = await texts(place, at=datetime(2026, 2, 25, 7, tzinfo=ZONE))
    assert not [one for one in said if "vắng không lý do" in one]


async def test_a_correction_changes_the_counters_and_what_was_said_is_not_said_again(place: Hall) -> None:
    january, february = await year(place, "UU")
    assert len(await texts(place, at=datetime(2026, 2, 24, 20, 31, tzinfo=ZONE))) >= 2
    await settled(place)
    await place.rule(february, OTHER, Ruling.EXCUSED)
    assert await counted(place) == (1, 1)
    await place.rule(february, OTHER, Ruling.UNEXCUSED)
    assert await counted(place) == (2, 0)
    assert await notes(place) == {A2: ["1", "2"]}
    await place.rule(january, OTHER, Ruling.EXCUSED)
    await place.rule(january, OTHER, Ruling.UNEXCUSED)
    async with place.database.read() as uow:
        waiting = (await uow.notices.of_subjects(await subjects(place), 2026)).values()
    assert [{str(one.status) for one in row} for row in waiting] == [{"sent"}]


async def settled(place: Hall) -> None:
    """Everything that waits has gone out."""
    async with place.database.write() as uow:
        hold = Hold("another", place.at + timedelta(minutes=20))
        real = place.at + timedelta(minutes=10)
        for one in await uow.outbox.claim(hold, now=place.at, real=real, limit=100):
            await sent(place.work(uow), hold.owner, one, "message")
        await uow.commit()


async def subjects(place: Hall) -> list[str]:
    return [f"absence:{(await place.person(OTHER)).id}:{place.cell.id}"]


async def counted(place: Hall) -> tuple[int, int]:
    async with place.database.read() as uow:
        found = await counters.of_cell(place.work(uow), place.cell, 2026)
    row = next(one.counters for one in found if one.member.number == OTHER)
    return len(row.unexcused), len(row.excused)


async def test_what_was_taken_back_is_said_when_it_comes_true_again(place: Hall) -> None:
    night = datetime(2026, 2, 24, 22, tzinfo=ZONE)
    _, february = await year(place, "UU", at=night)
    await place.rule(february, OTHER, Ruling.EXCUSED)
    assert await notes(place) == {}
    await place.rule(february, OTHER, Ruling.UNEXCUSED)
    assert await notes(place) == {A2: ["1", "2"]}
    said = await texts(place, at=datetime(2026, 2, 25, 7, tzinfo=ZONE))
    assert len([one for one in said if "vắng không lý do" in one]) == 2


async def test_reopening_the_list_takes_the_month_out_until_it_is_closed_anew(place: Hall) -> None:
    night = datetime(2026, 2, 24, 22, tzinfo=ZONE)
    _, february = await year(place, "UU", at=night)
    await place.reopen(february)
    assert await counted(place) == (1, 0)
    assert await notes(place) == {}
    await place.held(f"vắng {OTHER}kp", february)
    assert await notes(place) == {A2: ["1", "2"]}


async def test_three_months_entered_at_once_are_one_note_at_the_limit(place: Hall) -> None:
    """Rulings of the minute-taker's lists, confirmed one after the other much later: nothing below is added."""
    meetings = await year(place, "WWW")
    await place.rule(meetings[0], OTHER, Ruling.UNEXCUSED)
    await place.rule(meetings[1], OTHER, Ruling.UNEXCUSED)
    await place.rule(meetings[2], OTHER, Ruling.UNEXCUSED)
    assert await notes(place) == {A3: ["1", "2"]}
    said = await texts(place, at=place.at)
    assert len([one for one in said if "vắng không lý do" in one]) == 2


async def test_corrected_from_the_limit_the_early_note_that_waited_is_said_after_all(place: Hall) -> None:
    meetings = await year(place, "WWW")
    for one in meetings:
        await place.rule(one, OTHER, Ruling.UNEXCUSED)
    await place.rule(meetings[2], OTHER, Ruling.EXCUSED)
    assert await notes(place) == {A2: ["1", "2"]}


async def test_who_is_no_longer_secretary_gets_nothing_that_waited(place: Hall) -> None:
    night = datetime(2026, 2, 24, 22, tzinfo=ZONE)
    await year(place, "UU", at=night)
    deputy = await place.person(DEPUTY)
    async with place.database.write() as uow:
        for held in await uow.people.roles_of(deputy.id, night.date()):
            await uow.people.end_role(held, night.date())
        await uow.commit()
    said = await texts(place, at=datetime(2026, 2, 25, 7, tzinfo=ZONE))
    assert [one.partition(":")[0] for one in said if "vắng không lý do" in one] == ["chat-1"]


async def test_whoever_is_forgotten_is_forgotten_in_the_notes_of_others(place: Hall) -> None:
    night = datetime(2026, 2, 24, 22, tzinfo=ZONE)
    await year(place, "UU", at=night)
    person = await place.person(OTHER)
    async with place.database.write() as uow:
        await privacy.erase(place.work(uow), person)
        await uow.commit()
    assert await notes(place) == {}
    assert not [
        one
        for one in await texts(place, at=datetime(2026, 2, 25, 7, tzinfo=ZONE))
        if "vắng không lý do" in one
    ]
    async with place.database.read() as uow:
        assert await counters.of_cell(place.work(uow), place.cell, 2026) == []


async def test_the_counters_are_for_secretary_and_deputy_even_in_an_export(place: Hall) -> None:
    """domain.md 3 and 6: a member sees the own answers, marks and rulings, and no counters."""
    await year(place, "UEEU")
    async with place.database.read() as uow:
        told = await privacy.export(place.work(uow), await place.person(OTHER))
    assert "counter" not in str(told)


async def test_nothing_of_it_stands_in_the_digest(place: Hall) -> None:
    await year(place, "UU")
    digest = await place.digest("X1", Period(2026, 2))
    assert "counter" not in str(digest)
    assert f"CB1-{OTHER}" not in str(digest)

"""The commune's list: told while its letter is under way or has arrived, and of cells there are (domain.md 4.11)."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from meetings.terms import CellRole
from reports.roster.rows import PersonRow, Roster
from storage.notices import NoticeStatus
from storage.tables.delivery import notice
from tests.scenarios.commune import cell, commune
from tests.scenarios.page import Village, moment
from tests.scenarios.rollcall import call
from tests.scenarios.test_told_once import writing
from tests.scenarios.transcript import only, says, table

NEW = "X01-C3"


async def lists(village: Village, chat: str = "chair") -> list[str]:
    return table(only(await village.messages(chat), ["chase list"]))


async def queue_only(village: Village, at: str) -> None:
    village.time.move_to(moment(at))
    await village.parts.ticks.chasing()


async def test_a_list_whose_letter_expired_is_sent_again_with_the_same_cells(village: Village) -> None:
    """The platform was away for more than the day for which a list is good."""
    await village.join("chair")
    await village.clock("01/12 07:50")
    await queue_only(village, "01/12 08:00")
    village.time.move_to(moment("02/12 08:10"))
    await village.parts.sender.drain()
    for at in ("02/12 09:00", "03/12 09:00", "10/12 09:00"):
        await village.clock(at)
    assert (await lists(village))[1:] == ["02/12 09:00 chase list"]
    listed = only(await village.messages("chair"), ["chase list"])[-1]
    assert says(listed.text, "Chi bộ bản Noong (ngày 24/11/2026)")


@pytest.mark.parametrize("status", [NoticeStatus.FAILED, NoticeStatus.SKIPPED])
async def test_a_list_that_could_not_be_delivered_is_sent_again_on_the_next_day(
    village: Village, status: NoticeStatus
) -> None:
    await village.join("chair")
    await village.clock("01/12 07:50")
    before = await lists(village)
    await village.clock("01/12 08:00")
    async with writing(village) as uow:
        letter = notice.c.kind == "list.2026-12-01"
        await uow._connection.execute(update(notice).where(letter).values(status=status, why="rejected"))
    for at in ("01/12 12:00", "02/12 09:00", "04/12 09:00"):
        await village.clock(at)
    assert (await lists(village))[len(before) :] == ["01/12 08:00 chase list", "02/12 09:00 chase list"]


async def test_what_one_reader_did_not_get_the_other_is_not_told_twice(village: Village) -> None:
    await village.join("chair", "office")
    await village.clock("01/12 08:00")
    async with writing(village) as uow:
        chair = await uow.people.by_code("chair")
        assert chair is not None
        lost = (notice.c.kind == "list.2026-12-01") & (notice.c.person == chair.id)
        await uow._connection.execute(update(notice).where(lost).values(status=NoticeStatus.FAILED))
    await village.clock("04/12 09:00")
    assert len(await lists(village, "chair")) == len(await lists(village, "office")) + 1


def with_a_new_cell(*, led: bool) -> Roster:
    rows = commune()
    role = CellRole.SECRETARY if led else None
    newcomer = PersonRow("newcomer", "Lò Thị Mới", NEW, 1, role=role)
    units = (*rows.units, cell(NEW, "Chi bộ bản Mới"))
    return replace(rows, units=units, people=(*rows.people, newcomer))


@pytest.mark.parametrize("led", [True, False], ids=["with a secretary", "without"])
async def test_a_cell_that_was_set_up_at_the_end_of_the_year_has_not_fallen_asleep(
    village: Village, led: bool
) -> None:
    await village.join("secretary", "chair")
    for evening in ("2026-11-24T21:00", "2026-12-24T21:00"):
        await village.clock(evening)
        await call(village, "đủ")
    await village.clock("2026-12-28T09:00")
    await village.roster(with_a_new_cell(led=led))
    await village.clock("2027-01-02T09:00")
    said = [one.text for one in await village.messages("chair") if "Hai tháng liền" in one.text]
    assert (
        len(said) == 2
    )  # the list and the digest: the other cell of the commune has been there all the while
    assert all("Chi bộ bản Ten" in one for one in said)
    asleep = [line for one in said for line in one.splitlines() if "Hai tháng liền" in line]
    assert not [line for line in asleep if "Chi bộ bản Mới" in line]


async def test_two_months_later_the_new_cell_has(village: Village) -> None:
    await village.join("secretary", "chair")
    await village.clock("24/11 21:00")
    await call(village, "đủ")
    await village.roster(with_a_new_cell(led=True))
    await village.clock("24/12 21:00")
    await call(village, "đủ")
    await village.clock("2027-01-01T09:00")
    listed = only(await village.messages("chair"), ["chase list"])[-1]
    assert says(listed.text, "Hai tháng liền chưa sinh hoạt: Chi bộ bản Ten, Chi bộ bản Mới")

"""A commune for Kẻng to write to: cells of fifty, everybody linked and consenting, a meeting announced in each.

All of it by the product's own verbs, with the product's clock at yesterday: the meetings, the day after tomorrow,
are announced at noon, and in the evening the reminder of three days before is due. It is one message; the notice
before it is two, for it encloses a calendar entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

from bot.app import make_house
from bot.channels.telegram.updates import BOT, CHANNEL
from bot.settings import Settings
from chat.events import Address
from chat.replies import Action
from jobs.clock import wall_clock
from meetings.records import Member, Unit
from meetings.terms import CellType
from reports.roster.rows import PersonRow, Roster, UnitRow
from services import Work, enrolment, reminders, roster
from services.announcing import announce
from storage.database import Database
from storage.schema import migrate
from tests.bench.process import KEY
from tests.bench.stopwatch import Person

CELL = 50
_COMMUNE = "X01"
_FIRST_CHAT = 10_000_000
_EVENING = timedelta(hours=7, minutes=30)  # after noon


@dataclass(frozen=True, slots=True)
class Commune:
    """`reminded` have the reminder of their meeting in the outbox; `told` have had theirs."""

    path: Path
    reminded: Sequence[Person]
    told: Sequence[Person]


async def prepare(path: Path, reminded: int, told: int = 0) -> Commune:
    """Write the database. Numbers are rounded up to whole cells."""
    url = f"sqlite+aiosqlite:///{path}"
    house = make_house(Settings(_env_file=None, secret_keys=KEY))
    noon = datetime.combine(
        wall_clock().astimezone(house.zone).date() - timedelta(days=1), time(12), house.zone
    )
    await migrate(url)
    database = Database(url)
    cells = -(-reminded // CELL), -(-told // CELL)
    people: tuple[list[Person], list[Person]] = ([], [])
    try:
        async with database.write() as uow:
            work = Work(uow, house, noon, wall_clock())
            await roster.load(work, _roster(sum(cells), str((noon + timedelta(days=3)).day)))
            await uow.commit()
        async with database.read() as uow:
            units = await uow.units.cells()
        for place, unit in enumerate(units):
            silent = place >= cells[0]
            async with database.write() as uow:
                work = Work(uow, house, noon, wall_clock())
                people[silent].extend(await _open(work, unit, place, silent=silent))
                await uow.commit()
    finally:
        await database.close()
    return Commune(path, *people)


def _roster(cells: int, day: str) -> Roster:
    units = [UnitRow(_COMMUNE, "Đảng uỷ xã Mường Thanh", "commune")]
    people = []
    for cell in range(cells):
        code, name = f"{_COMMUNE}-C{cell:03}", f"Chi bộ bản {cell:03}"
        units.append(
            UnitRow(code, name, "cell", _COMMUNE, CellType.VILLAGE, day, time(19, 30), "Nhà văn hoá bản")
        )
        people += [
            PersonRow(f"{code}-{number:02}", f"Lò Văn Số {number}", code, number)
            for number in range(1, CELL + 1)
        ]
    return Roster(units=tuple(units), people=tuple(people))


async def _open(work: Work, cell: Unit, place: int, *, silent: bool) -> list[Person]:
    """Link everybody of a cell, announce its meeting, and queue the reminder or count it as told."""
    members = await work.uow.members.of_cell(cell.id, work.today)
    chats = [Address(CHANNEL, BOT, str(_FIRST_CHAT + place * CELL + one.number)) for one in members]
    for member, chat in zip(members, chats, strict=True):
        await _joins(work, member, chat)
    planned = (await work.uow.meetings.of_cell(cell.id))[0]
    meeting = await announce(work, planned)
    work = replace(work, now=work.now + _EVENING)
    if silent:
        for member in members:
            await reminders.on_joining(work.acting(await work.uow.people.by_id(member.person)))
    else:
        await reminders.remind(work, meeting)
    actions = [Action("rsvp", (str(meeting.id), str(meeting.revision), said)) for said in ("coming", "later")]
    pack = work.house.signer.pack
    return [Person(chat.chat, tuple(pack(action, chat) for action in actions)) for chat in chats]


async def _joins(work: Work, member: Member, chat: Address) -> None:
    person = await work.uow.people.by_id(member.person)
    await work.uow.accounts.link(chat, person.id, work.now)
    await enrolment.agree(replace(work, address=chat), person)

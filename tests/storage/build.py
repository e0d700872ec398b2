"""Small builders of rows, so that a test names only what it is about."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from chat.events import Address
from chat.text import Text
from meetings.period import Period
from meetings.records import Meeting
from meetings.terms import Kind, MeetingId, PersonId, Standing, State, Status, UnitId
from storage.database import Database
from storage.members import DatedStatus
from storage.notices import Notice
from storage.outbox import Claimed, Hold, Letter
from storage.queries import Values
from storage.work import UnitOfWork

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
REAL = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)  # the wall clock need not be the product's
LEASE = timedelta(minutes=2)
NOVEMBER = Period(2026, 11)


def chat(name: str = "1001", *, channel: str = "web", bot: str = "keng") -> Address:
    return Address(channel, bot, name)


def letter(
    key: str,
    to: Address | None = None,
    *,
    answer: bool = False,
    not_before: datetime = NOW,
    notice: int | None = None,
) -> Letter:
    to = to or chat(key)
    return Letter(key, to, to.chat, "vi", Text("invitation"), not_before, answer=answer, notice=notice)


async def queue(database: Database, *letters: Letter, real: datetime = REAL) -> None:
    async with database.write() as uow:
        for one in letters:
            await uow.outbox.add_once(one, real)
        await uow.commit()


async def claim(
    database: Database,
    owner: str = "w1",
    *,
    now: datetime = NOW,
    real: datetime = REAL,
    limit: int = 100,
) -> list[Claimed]:
    """One committed claim."""
    async with database.write() as uow:
        taken = await uow.outbox.claim(Hold(owner, real + LEASE), now=now, real=real, limit=limit)
        await uow.commit()
    return taken


async def settle(database: Database, number: int, values: Values, owner: str = "w1") -> bool:
    async with database.write() as uow:
        ours = await uow.outbox.settle(number, owner, values)
        await uow.commit()
    return ours


def keys(taken: Iterable[Claimed]) -> list[str]:
    return [one.letter.dedupe_key for one in taken]


async def unit(uow: UnitOfWork, code: str, parent: UnitId | None = None, *, level: str = "commune") -> UnitId:
    return await uow.units.save(code, {"name": f"Tổ chức {code}", "level": level, "parent": parent})


async def cell(uow: UnitOfWork, code: str = "CB1", parent: UnitId | None = None) -> UnitId:
    return await unit(uow, code, parent, level="cell")


async def person(uow: UnitOfWork, code: str = "p1", *, consented: bool = True) -> PersonId:
    return await uow.people.save(
        code, {"name": f"Người {code}", "language": "vi", "consented_at": NOW if consented else None}
    )


async def member(uow: UnitOfWork, home: UnitId, code: str, number: int, **values: object) -> int:
    """A person with a membership; the membership's number."""
    who = await person(uow, code)
    return await uow.members.save(who, home, {"number": number, "standing": Standing.OFFICIAL, **values})


async def status(
    uow: UnitOfWork,
    membership: int,
    what: Status,
    since: date,
    until: date | None = None,
    *,
    approved: bool = True,
) -> None:
    await uow.members.start_status(DatedStatus(membership, what, since, until, approved))


def meeting_values(
    home: UnitId, *, kind: Kind = Kind.REGULAR, period: Period = NOVEMBER, starts_at: datetime = NOW
) -> dict[str, object]:
    return {
        "cell": home,
        "kind": kind,
        "period": str(period),
        "starts_at": starts_at,
        "place": "Nhà văn hoá",
        "state": State.PLANNED,
        "revision": 1,
        "created_at": NOW,
        "on_hold": False,
    }


async def meeting(uow: UnitOfWork, home: UnitId, *, period: Period = NOVEMBER) -> Meeting:
    number = await uow.meetings.add_once(meeting_values(home, period=period))
    assert number is not None
    found = await uow.meetings.by_id(number)
    assert found is not None
    return found


def notice(
    recipient: str = "person:1",
    *,
    meeting: MeetingId | None = None,
    revision: int = 1,
    kind: str = "notice",
) -> Notice:
    return Notice(f"meeting:{meeting or 0}", revision, recipient, kind, NOW, meeting)

"""`keng invite`: one-time codes, as lines, JSON, or slips to print and cut."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import make_house
from bot.commands.figures import Unknown
from bot.commands.serving import telegram_service
from bot.settings import Settings
from jobs.clock import wall_clock
from meetings.attendance import in_roll
from meetings.records import Person, Unit
from meetings.terms import PersonId, UnitId
from services import Work, enrolment
from storage.database import Database
from storage.schema import check_revision


@dataclass(frozen=True, slots=True)
class Slip:
    """One person's code. The links are None for a channel that is not set up."""

    person: str
    name: str
    cell: str
    code: str
    expires: datetime
    telegram: str | None = None
    zalo: str | None = None

    def as_json(self) -> str:
        values = {
            "person": self.person,
            "name": self.name,
            "cell": self.cell,
            "code": self.code,
            "telegram": self.telegram,
            "zalo": self.zalo,
            "expires": self.expires.isoformat(),
        }
        return json.dumps(values, ensure_ascii=False)

    def as_line(self) -> str:
        return f"{self.person}\t{self.name}\t{self.cell}\t{self.code}"


async def invite(settings: Settings, *, cell: str | None, person: str | None) -> list[Slip]:
    """Codes for those not linked yet: everybody, one cell, or one person. Raises Unknown.

    Nobody who withdrew or refused gets one.
    """
    await check_revision(settings.database_url)
    database = Database(settings.database_url)
    house = make_house(settings)
    bot = await _telegram_name(settings)
    try:
        async with database.write() as uow:
            work = Work(uow, house, wall_clock(), wall_clock())
            lasts = timedelta(days=work.policy.codes.printed_days)
            made = [
                Slip(
                    who.code,
                    who.name or "",
                    where,
                    one.code,
                    work.local(one.expires_at),
                    f"https://t.me/{bot}?start={one.code}" if bot else None,
                )
                for who, where in await _waiting(work, cell, person)
                for one in [await enrolment.invite(work, who, lasts)]
            ]
            await uow.commit()
    finally:
        await database.close()
    return made


async def _telegram_name(settings: Settings) -> str | None:
    """The bot's name for deep links; None without a token or while Telegram cannot be reached."""
    service = telegram_service(settings)
    if service is None:
        return None
    async with service.open():
        return await service.username()


async def _waiting(work: Work, cell: str | None, person: str | None) -> list[tuple[Person, str]]:
    """Who is not linked, with the cell (or unit) they belong to: the one asked for, else the home cell."""
    units = {one.id: one for one in await work.uow.units.all()}
    if cell is not None and not any(one.code == cell and one.is_cell for one in units.values()):
        raise Unknown(f"no cell has the code {cell!r}")
    forgotten = await work.uow.people.forgotten()
    if person is not None and await work.uow.people.by_code(person) is None:
        raise Unknown(f"no person has the code {person!r}")
    if person in forgotten:
        raise Unknown(f"{person} withdrew or refused: there is no code for them")
    linked = await work.uow.accounts.linked()
    places = await _places(work, units)
    waiting = []
    for one in await work.uow.people.all():
        found = places.get(one.id, [""])
        wanted = cell is None or cell in found
        if wanted and person in (None, one.code) and one.id not in linked and one.code not in forgotten:
            waiting.append((one, cell or found[0]))
    return waiting


async def _places(work: Work, units: Mapping[UnitId, Unit]) -> dict[PersonId, list[str]]:
    """The codes of the cells (else units) a person belongs to; the cell of the own roll first."""
    places: dict[PersonId, list[str]] = {}
    members = await work.uow.members.everywhere([one.id for one in units.values() if one.is_cell], work.today)
    for member in sorted(members, key=lambda one: not in_roll(one.entry)):
        places.setdefault(member.person, []).append(units[member.cell].code)
    above: dict[PersonId, list[str]] = {}
    for role in await work.uow.people.all_roles(work.today):
        above.setdefault(role.person, []).append(units[role.unit].code)
    return above | places


def check_writable(path: Path) -> None:
    """Raise OSError where no file can be written; asked before any code is made. Leaves nothing behind."""
    try:
        path.open("xb").close()
    except FileExistsError:
        path.open("ab").close()
    else:
        path.unlink()


def write_sheet(slips: Sequence[Slip], path: Path) -> None:
    """A page of slips to cut: name, code, what to write, and a QR of the words."""
    # Heavy, and needed only here: `keng run` never loads them.
    import segno  # noqa: PLC0415
    from docx import Document  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    document = Document()
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for slip in slips:
        left, right = table.add_row().cells
        words = f"start {slip.code}"
        picture = io.BytesIO()
        segno.make(slip.telegram or slip.zalo or words, error="m").save(picture, kind="png", scale=4)
        picture.seek(0)
        left.paragraphs[0].add_run().add_picture(picture, width=Mm(28))
        lines = right.paragraphs[0]
        for text, size in ((slip.name, 13), (slip.cell, 11), (words, 18)):
            run = lines.add_run(f"{text}\n")
            run.font.size = Pt(size)
    document.save(str(path))

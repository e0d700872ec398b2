"""Files made at the moment they are sent or fetched, and only for somebody who may have them by then."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from chat.channel import Attachment
from chat.numbers import whole
from chat.replies import Enclosure
from chat.text import Param, Text, lines
from meetings.period import BadPeriod, Period
from meetings.records import Meeting, Person, Unit
from meetings.terms import Kind, MeetingId, State
from reports import ics, month_pages
from reports.digest_workbook import MEDIA_TYPE, digest_file
from reports.year_sight import pages
from services import access, digest, minutes, signing, unit_calendar
from services.agenda import main_headings
from services.digest_book import book_of
from services.enclosing import CALENDAR, DIGEST, MINUTES, MONTH, PICTURE, SIGNING
from services.errors import NotFound
from services.facts import facts, may_hear
from services.month_sheet import month_sheet
from services.work import Work
from services.year_sight import year_sight

Maker = Callable[[Work, tuple[str, ...], str], Awaitable[Attachment]]
_OFF = (State.POSTPONED, State.CANCELLED)
_LASTS = timedelta(minutes=90)
_LASTS_COMBINED = timedelta(minutes=120)  # a sitting with a theme takes two hours at least (domain.md)
_NOT_IN_NAMES = '\\/:*?"<>|'
_LONGEST_NAME = 120


async def make(work: Work, enclosure: Enclosure, language: str, reader: Person) -> Attachment:
    """The file in the reader's language. Raises NotFound and NotAllowed, also for what is none of ours."""
    maker = _MAKERS.get(enclosure.kind)
    if maker is None:
        raise NotFound
    return await maker(work.acting(reader), enclosure.args, language)


async def _calendar(work: Work, args: tuple[str, ...], language: str) -> Attachment:
    meeting = await _announced(work, args)
    known = await facts(work, meeting)
    known["headings"] = await main_headings(work, meeting)
    known["day"] = f"{work.local(meeting.starts_at):%d-%m-%Y}"
    say = work.house.catalogue.render
    entry = ics.Entry(
        uid=f"{meeting.created_at:%Y%m%dT%H%M%S}-{meeting.id}@keng",  # unlike any other commune's
        sequence=meeting.revision,
        stamp=meeting.announced_at or meeting.created_at,
        starts_at=meeting.starts_at,
        lasts=_LASTS_COMBINED if meeting.kind is Kind.COMBINED else _LASTS,
        title=say(Text("calendar.title", known), language),
        place=meeting.place,
        details=say(lines(Text("notice.agenda_alone", known), Text("calendar.newest")), language),
        is_off=meeting.state in _OFF,
    )
    name = _file_name(say(Text("calendar.file", known), language))
    return Attachment(name, ics.MEDIA_TYPE, ics.calendar_file(entry, work.zone))


async def _announced(work: Work, args: tuple[str, ...]) -> Meeting:
    """A meeting that has been announced, to somebody who is told of it. Raises NotFound."""
    known = whole(args[0]) if len(args) == 1 else None
    meeting = None if known is None else await work.uow.meetings.by_id(MeetingId(known))
    if meeting is None or meeting.announced_at is None or not await _concerns(work, meeting):
        raise NotFound
    return meeting


async def _concerns(work: Work, meeting: Meeting) -> bool:
    """A member who may hear of it, who is in charge of the cell, or who holds a post there."""
    person, day = access.actor(work), work.local(meeting.starts_at).date()
    memberships = await work.uow.members.of_person(person.id, day)
    if any(one.cell == meeting.cell and may_hear(one) for one in memberships):
        return True
    assigned = await work.uow.people.assignments_of(person.id, work.today)
    roles = await work.uow.people.roles_of(person.id, work.today)
    return meeting.cell in {*(one.cell for one in assigned), *(one.unit for one in roles)}


async def _workbook(work: Work, args: tuple[str, ...], language: str) -> Attachment:
    unit, period = await _unit_and_month(work, args)
    book = await book_of(work, await digest.compute(work, unit, period))
    content = await asyncio.to_thread(digest_file, book, work.house.catalogue, language)
    known = {"month": f"{period.first_day:%m-%Y}", "unit": unit.code}
    name = work.house.catalogue.render(Text("digest.file", known), language)
    return Attachment(_file_name(name), MEDIA_TYPE, content)


async def _picture(work: Work, args: tuple[str, ...], language: str) -> Attachment:
    """A page of the year at a glance; its number is the last argument."""
    # Pillow takes fifteen megabytes, and most processes never draw.
    from reports.heat_map import MEDIA_TYPE as PNG  # noqa: PLC0415
    from reports.heat_map import heat_map  # noqa: PLC0415

    unit, period = await _unit_and_month(work, args[:2])
    page = whole(args[2]) if len(args) == 3 else None
    sight = await year_sight(work, unit, period)
    if page is None or not 1 <= page <= (many := pages(len(sight.rows))):
        raise NotFound
    catalogue = work.house.catalogue
    content = await asyncio.to_thread(heat_map, sight, catalogue, language, page=page)
    known: dict[str, Param] = {"month": f"{period.first_day:%m-%Y}", "unit": unit.code, "page": page}
    text = Text("sight.file", known) if many == 1 else Text("sight.file_page", known)
    name = _file_name(catalogue.render(text, language))
    return Attachment(name, PNG, content, is_photo=True)


async def _month(work: Work, args: tuple[str, ...], language: str) -> Attachment:
    """A page of the calendar of all cells, to whoever may see it in words; its number is the last argument."""
    from reports.month_picture import MEDIA_TYPE as PNG  # noqa: PLC0415 - as above
    from reports.month_picture import month_picture  # noqa: PLC0415

    page = whole(args[2]) if len(args) == 3 else None
    try:
        period = Period.parse(args[1]) if page is not None else None
    except BadPeriod:
        period = None
    if period is None or page is None:
        raise NotFound
    seen = await unit_calendar.sight(work, args[0])
    sheet = await month_sheet(work, seen, period)
    if not 1 <= page <= month_pages.pages(len(sheet.lines)):
        raise NotFound
    catalogue = work.house.catalogue
    content = await asyncio.to_thread(month_picture, sheet, catalogue, language, page=page)
    known: dict[str, Param] = {"month": f"{period.first_day:%m-%Y}", "unit": seen.unit.code, "page": page}
    return Attachment(
        _file_name(catalogue.render(Text("unitcal.file", known), language)), PNG, content, is_photo=True
    )


async def _unit_and_month(work: Work, args: tuple[str, ...]) -> tuple[Unit, Period]:
    """Of a digest the actor may ask for today. Raises NotFound and NotAllowed."""
    if len(args) != 2:
        raise NotFound
    unit = await access.digest_unit(work, args[0])
    try:
        period = Period.parse(args[1])
    except BadPeriod:
        raise NotFound from None
    if unit is None:
        raise NotFound
    return unit, period


def _file_name(name: str) -> str:
    """A name that every telephone can store: a unit's code is typed by people."""
    kept = "".join("-" if one in _NOT_IN_NAMES or not one.isprintable() else one for one in name)
    stem, _, kind = kept.strip(". ").rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(kind) - 1]}.{kind}"


_MAKERS: Mapping[str, Maker] = {
    CALENDAR: _calendar,
    DIGEST: _workbook,
    PICTURE: _picture,
    MONTH: _month,
    MINUTES: minutes.attachment,
    SIGNING: signing.attachment,
}

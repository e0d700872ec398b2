"""Which files may go with a message. What is queued is a reference: the file is made when it is sent."""

from chat.replies import Enclosure
from meetings.period import Period
from meetings.records import Unit
from meetings.terms import MeetingId, UnitId
from reports.month_pages import pages as sheets
from reports.year_sight import pages
from services.work import Work
from services.year_sight import rows_of

CALENDAR, DIGEST = "ics", "digest"
KINDS = ("ics", "xlsx", "docx", "png")  # the files people may get, by their endings
MINUTES, SIGNING, PICTURE, MONTH = "minutes", "signing", "png", "month"


def calendar_of(meeting: MeetingId) -> Enclosure:
    """The meeting for one's own calendar."""
    return Enclosure(CALENDAR, (str(meeting),))


def workbook_of(unit: UnitId, period: Period) -> Enclosure:
    """The month's digest of a unit as a workbook."""
    return Enclosure(DIGEST, (str(unit), str(period)))


async def papers_of(work: Work, unit: Unit, period: Period) -> tuple[Enclosure, ...]:
    """What goes with a digest: the picture, on as many pages as its rows take, and the workbook."""
    shown = range(1, pages(await rows_of(work, unit)) + 1)
    pictures = (Enclosure(PICTURE, (str(unit.id), str(period), str(page))) for page in shown)
    return (*pictures, workbook_of(unit.id, period))


def month_of(unit: UnitId, period: Period, lines: int) -> tuple[Enclosure, ...]:
    """The month of all cells as a picture, on as many pages as its lines take."""
    return tuple(
        Enclosure(MONTH, (str(unit), str(period), str(page))) for page in range(1, sheets(lines) + 1)
    )


def minutes_of(meeting: MeetingId) -> Enclosure:
    """The minutes of a meeting, filled in as far as anything is known."""
    return Enclosure(MINUTES, (str(meeting),))


def signing_of(meeting: MeetingId) -> Enclosure:
    """The list that people sign when they come in."""
    return Enclosure(SIGNING, (str(meeting),))


def reaches(work: Work) -> bool:
    """Whether a file can get to the chat that is spoken to: handed over, or as a link to our own pages."""
    if work.address is None:
        return False
    can = work.house.can(work.address)
    return can.files or can.own_pages or bool(work.house.public_url)

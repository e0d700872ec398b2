"""Which files may go with a message. What is queued is a reference: the file is made when it is sent."""

from chat.replies import Enclosure
from meetings.period import Period
from meetings.terms import MeetingId, UnitId
from services.work import Work

CALENDAR, DIGEST = "ics", "digest"
KINDS = ("ics", "xlsx", "docx")  # the files people may get, by their endings
MINUTES, SIGNING = "minutes", "signing"


def calendar_of(meeting: MeetingId) -> Enclosure:
    """The meeting for one's own calendar."""
    return Enclosure(CALENDAR, (str(meeting),))


def workbook_of(unit: UnitId, period: Period) -> Enclosure:
    """The month's digest of a unit as a workbook."""
    return Enclosure(DIGEST, (str(unit), str(period)))


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

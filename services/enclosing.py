"""Which files may go with a message. What is queued is a reference: the file is made when it is sent."""

from chat.replies import Enclosure
from meetings.period import Period
from meetings.terms import MeetingId, UnitId

CALENDAR, DIGEST = "ics", "digest"
KINDS = ("ics", "xlsx")  # the files people may get, by their endings


def calendar_of(meeting: MeetingId) -> Enclosure:
    """The meeting for one's own calendar."""
    return Enclosure(CALENDAR, (str(meeting),))


def workbook_of(unit: UnitId, period: Period) -> Enclosure:
    """The month's digest of a unit as a workbook."""
    return Enclosure(DIGEST, (str(unit), str(period)))

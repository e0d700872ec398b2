"""A meeting for people's own calendars, as one iCalendar file (RFC 5545 and 5546). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Keng//Keng//VI"
_RINGS = timedelta(hours=-2)


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the calendar, in the reader's words. Instants are aware.

    The same `uid` with a higher `sequence` takes the place of what was there (RFC 5546 2.1.4). The same
    entry always makes the same bytes: `stamp` is the moment it was decided, not the moment it is written.
    """

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    lasts: timedelta
    title: str
    place: str
    details: str
    is_off: bool = False


@lru_cache(maxsize=256)
def calendar_file(entry: Entry, zone: ZoneInfo) -> bytes:
    """The file; a meeting that does not take place leaves the calendars again.

    A whole cell gets the same one, and describing a time zone takes 30 ms.
    """
    file = Calendar()
    file.add("prodid", _PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "CANCEL" if entry.is_off else "PUBLISH")
    file.add_component(_event(entry, zone))
    file.add_missing_timezones()
    return bytes(file.to_ical())


def _event(entry: Entry, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", (entry.starts_at + entry.lasts).astimezone(zone))
    event.add("summary", _one_line(entry.title))
    event.add("location", _one_line(entry.place))
    event.add("description", entry.details)
    event.add("status", "CANCELLED" if entry.is_off else "CONFIRMED")
    event.add("class", "PRIVATE")  # who shares a calendar shows that the time is taken, and nothing else
    if not entry.is_off:
        event.add_component(_alarm(entry))
    return event


def _alarm(entry: Entry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _one_line(entry.title))
    alarm.add("trigger", _RINGS)
    return alarm


def _one_line(text: str) -> str:
    """A place is typed by people: no line breaks, and no control characters, which RFC 5545 forbids."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())

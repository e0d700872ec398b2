"""Meetings for people's own calendars, as one iCalendar file each or as a feed (RFC 5545, 5546, 7986). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Keng//Keng//VI"
_RINGS = timedelta(hours=-2)
_LOOK_AGAIN = timedelta(hours=1)  # how often a subscriber may ask whether anything has changed


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
    rings: bool = True


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


def feed_file(name: str, entries: Sequence[Entry], zone: ZoneInfo) -> bytes:
    """A calendar to subscribe to, in the order of its entries. What is off stays in it, marked as cancelled."""
    file = Calendar()
    file.add("prodid", _PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("name", _one_line(name))
    file.add("x-wr-calname", _one_line(name))  # what most programs read in place of NAME
    file.add("x-wr-timezone", zone.key)
    file.add("refresh-interval", _LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", f"PT{_LOOK_AGAIN // timedelta(hours=1)}H")
    for entry in entries:
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
    if entry.rings and not entry.is_off:
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

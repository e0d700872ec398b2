"""The calendar file, read back as a calendar reads it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from reports.ics import Entry, calendar_file, feed_file

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
STARTS = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
ENTRY = Entry(
    uid="20261001T020000-7@keng",
    sequence=1,
    stamp=datetime(2026, 11, 19, 12, 0, tzinfo=UTC),
    starts_at=STARTS,
    lasts=timedelta(minutes=90),
    title="Sinh hoạt chi bộ thường kỳ tháng 11: Chi bộ bản Noong",
    place="Nhà văn hoá bản Noong",
    details="Chi uỷ thông báo lịch; nội dung: (1) Đánh giá, (2) Nhiệm vụ.\nTin mới nhất là đúng.",
)
anything_typed = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def read(content: bytes) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    [event] = calendar.events
    return calendar, event


def test_the_meeting_stands_in_the_calendar_at_its_local_hour() -> None:
    calendar, event = read(calendar_file(ENTRY, ZONE))
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert event.start == datetime(2026, 11, 24, 19, 30, tzinfo=ZONE)
    assert event.end == datetime(2026, 11, 24, 21, 0, tzinfo=ZONE)
    assert event["dtstart"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert (event.uid, event.sequence, event.status) == (ENTRY.uid, 1, "CONFIRMED")
    assert event.stamp == ENTRY.stamp
    [alarm] = event.alarms.times
    assert alarm.trigger == datetime(2026, 11, 24, 17, 30, tzinfo=ZONE)


def test_the_time_zone_comes_along_for_calendars_that_do_not_know_it() -> None:
    calendar, _ = read(calendar_file(ENTRY, ZONE))
    [zone] = calendar.timezones
    assert zone.tz_name == "Asia/Ho_Chi_Minh"
    assert zone.to_tz(lookup_tzid=False).utcoffset(STARTS.replace(tzinfo=None)) == timedelta(hours=7)
    assert not calendar.get_missing_tzids()


def test_vietnamese_words_commas_and_line_breaks_survive() -> None:
    _, event = read(calendar_file(ENTRY, ZONE))
    assert (event.summary, event.location) == (ENTRY.title, ENTRY.place)
    assert event.description == ENTRY.details


def test_the_same_entry_makes_the_same_bytes() -> None:
    assert calendar_file(ENTRY, ZONE) == calendar_file(replace(ENTRY), ZONE)


def test_a_later_revision_takes_the_place_of_the_entry() -> None:
    moved = replace(ENTRY, sequence=2, starts_at=STARTS + timedelta(days=1))
    _, before = read(calendar_file(ENTRY, ZONE))
    _, after = read(calendar_file(moved, ZONE))
    assert before.uid == after.uid
    assert (before.sequence, after.sequence) == (1, 2)


def test_a_meeting_that_is_off_leaves_the_calendar_and_does_not_ring() -> None:
    calendar, event = read(calendar_file(replace(ENTRY, sequence=3, is_off=True), ZONE))
    assert (calendar["method"], event.status, event.sequence) == ("CANCEL", "CANCELLED", 3)
    assert event.alarms.times == []


@pytest.mark.parametrize("place", ["bản\r\nNoong", "bản\x00\x07 Noong", "  bản\u2028Noong\t"])
def test_a_place_is_one_line_without_control_characters(place: str) -> None:
    _, event = read(calendar_file(replace(ENTRY, place=place), ZONE))
    assert event.location == "bản Noong"


@given(title=anything_typed, place=anything_typed)
def test_lines_are_short_end_properly_and_cannot_be_broken_out_of(title: str, place: str) -> None:
    content = calendar_file(replace(ENTRY, title=title, place=place), ZONE)
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() for line in lines[:-1])  # folded between characters, never inside one
    assert b"\n" not in content.replace(b"\r\n", b"")
    calendar, event = read(content)
    assert len(calendar.walk("VEVENT")) == 1
    assert (event.uid, event.start) == (ENTRY.uid, STARTS.astimezone(ZONE))


# --- a feed of many ----------------------------------------------------------------------------------


def feed(name: str, *entries: Entry) -> Calendar:
    calendar = Calendar.from_ical(feed_file(name, entries, ZONE))
    assert isinstance(calendar, Calendar)
    return calendar


def test_a_feed_keeps_what_is_off_and_describes_its_zone_once() -> None:
    off = replace(ENTRY, uid="20261001T020000-8@keng", is_off=True)
    calendar = feed("Lịch sinh hoạt, Đảng uỷ xã", ENTRY, off)
    assert [(one.uid, one.status) for one in calendar.events] == [
        (ENTRY.uid, "CONFIRMED"),
        (off.uid, "CANCELLED"),
    ]
    assert (calendar["method"], calendar["x-wr-calname"]) == ("PUBLISH", "Lịch sinh hoạt, Đảng uỷ xã")
    assert [one.tz_name for one in calendar.timezones] == ["Asia/Ho_Chi_Minh"]
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in feed_file("Lịch", (), ZONE)


def test_a_feed_rings_only_where_it_is_asked_to_and_may_be_empty() -> None:
    [event] = feed("Lịch", replace(ENTRY, rings=False)).events
    assert event.alarms.times == []
    assert feed("Lịch").events == []


@given(name=anything_typed, title=anything_typed, place=anything_typed)
def test_nothing_typed_breaks_out_of_a_feed(name: str, title: str, place: str) -> None:
    typed = replace(ENTRY, title=title, place=place)
    content = feed_file(name, (typed, replace(typed, uid="2@keng")), ZONE)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(content)
    assert [str(one["uid"]) for one in calendar.walk("VEVENT")] == [ENTRY.uid, "2@keng"]

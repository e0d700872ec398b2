"""Dates, times and numbers in words (vietnamese.md 7), and what is shown where words are missing."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from chat.text import Lines, Param, Text, dumps, lines, listing, loads
from meetings.attendance import Rate
from reports.catalogue import LANGUAGES, Catalogue

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
THURSDAY = datetime(2026, 12, 3, 12, 30, tzinfo=UTC)  # 19:30 in Hà Nội


class Patterns(Catalogue):
    """Beside the real entries, a key that begins with "=" is its own pattern."""

    def entry(self, key: str, language: str) -> str:
        return key[1:] if key.startswith("=") else super().entry(key, language)


CATALOGUE = Patterns(HANOI)


def say(pattern: str, value: Param, language: str = "vi") -> str:
    return CATALOGUE.render(Text(f"={pattern}", {"it": value}), language)


@pytest.mark.parametrize(
    ("spec", "vi", "en"),
    [
        ("clock", "19 giờ 30", "19:30"),
        ("full", "Thứ Năm, ngày 03/12/2026", "Thursday 03/12/2026"),
        ("date", "03/12/2026", "03/12/2026"),
        ("short", "03/12", "03/12"),
        ("brief", "Thứ Năm, 03/12", "Thursday 03/12"),
        ("weekday", "Thứ Năm", "Thursday"),
        ("month", "12/2026", "12/2026"),
        ("m", "12", "12"),
        ("part", "tối", "evening"),
    ],
)
def test_an_instant_is_spelled(spec: str, vi: str, en: str) -> None:
    assert say(f"{{it:{spec}}}", THURSDAY) == vi
    assert say(f"{{it:{spec}}}", THURSDAY, "en") == en


@pytest.mark.parametrize(
    ("at", "vi", "en"),
    [
        (time(19, 30), "19 giờ 30", "19:30"),
        (time(19), "19 giờ", "19:00"),
        (time(7, 5), "7 giờ 05", "7:05"),
        (time(0, 0), "0 giờ", "0:00"),
        (time(23, 59), "23 giờ 59", "23:59"),
    ],
)
def test_an_hour_is_spelled(at: time, vi: str, en: str) -> None:
    assert say("{it:clock}", at) == vi
    assert say("{it:clock}", at, "en") == en


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (30, "Thứ Hai", "Monday"),
        (31, "Thứ Ba", "Tuesday"),
        (1, "Thứ Tư", "Wednesday"),
        (2, "Thứ Năm", "Thursday"),
        (3, "Thứ Sáu", "Friday"),
        (4, "Thứ Bảy", "Saturday"),
        (5, "Chủ nhật", "Sunday"),
    ],
)
def test_the_days_of_the_week(day: int, vi: str, en: str) -> None:
    on = date(2026, 3 if day > 20 else 4, day)
    assert say("{it:weekday}", on) == vi
    assert say("{it:weekday}", on, "en") == en
    assert say("{it:full}", on) == f"{vi}, ngày {on:%d/%m/%Y}"
    assert say("{it:brief}", on) == f"{vi}, {on:%d/%m}"


@pytest.mark.parametrize(
    ("hour", "vi"),
    [
        *((0, "sáng"), (10, "sáng"), (11, "trưa"), (12, "trưa")),
        *((13, "chiều"), (17, "chiều"), (18, "tối"), (23, "tối")),
    ],
)
def test_the_parts_of_a_day(hour: int, vi: str) -> None:
    assert say("{it:part}", time(hour, 59)) == vi
    assert say("{it:part} nay", datetime(2026, 12, 3, hour, tzinfo=HANOI)) == f"{vi} nay"


def test_a_month_alone_has_no_zero() -> None:
    assert say("tháng {it:m}", date(2027, 1, 1)) == "tháng 1"
    assert say("tháng {it:month}", date(2027, 1, 1)) == "tháng 01/2027"


@pytest.mark.parametrize(
    ("rate", "vi", "en"),
    [
        (Rate(28, 31), "90,3%", "90.3%"),
        (Rate(15, 19), "78,9%", "78.9%"),
        (Rate(512, 581), "88,1%", "88.1%"),
        (Rate(17, 20), "85,0%", "85.0%"),
        (Rate(31, 31), "100,0%", "100.0%"),
        (Rate(0, 31), "0,0%", "0.0%"),
        (Rate(0, 0), "–", "–"),
    ],
)
def test_a_rate_has_a_decimal_comma(rate: Rate, vi: str, en: str) -> None:
    assert say("{it:percent}", rate) == vi
    assert say("{it:percent}", rate, "en") == en


@pytest.mark.parametrize(
    ("n", "shown"), [(0, "00"), (5, "05"), (9, "09"), (10, "10"), (38, "38"), (128, "128")]
)
def test_counts_below_ten_have_a_zero(n: int, shown: str) -> None:
    assert say("{it:two} đồng chí", n) == f"{shown} đồng chí"


@pytest.mark.parametrize(("value", "shown"), [(5, "5"), (28, "28"), ("Nhà văn hoá", "Nhà văn hoá")])
def test_without_a_spec_a_value_stands_as_it_is(value: Param, shown: str) -> None:
    assert say("{it}", value) == shown


def test_what_people_wrote_is_never_a_pattern() -> None:
    assert say("{it}", "{when:clock} {0} %s {{") == "{when:clock} {0} %s {{"


# --- the reader's time zone ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 12, 2, 16, 59, tzinfo=UTC), "23 giờ 59, Thứ Tư, ngày 02/12/2026"),
        (datetime(2026, 12, 2, 17, 0, tzinfo=UTC), "0 giờ, Thứ Năm, ngày 03/12/2026"),
        (datetime(2026, 12, 3, 16, 59, tzinfo=UTC), "23 giờ 59, Thứ Năm, ngày 03/12/2026"),
        (datetime(2026, 12, 31, 17, 30, tzinfo=UTC), "0 giờ 30, Thứ Sáu, ngày 01/01/2027"),
        (datetime(2028, 2, 28, 18, 0, tzinfo=UTC), "1 giờ, Thứ Ba, ngày 29/02/2028"),
        (
            datetime(2026, 12, 3, 9, 30, tzinfo=timezone(timedelta(hours=-3))),
            "19 giờ 30, Thứ Năm, ngày 03/12/2026",
        ),
    ],
)
def test_an_instant_is_shown_in_the_readers_zone(at: datetime, shown: str) -> None:
    assert say("{it:clock}, {it:full}", at) == shown


def test_month_and_part_of_the_day_are_local_too() -> None:
    new_year = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
    assert say("{it:part} {it:short} {it:month} {it:m}", new_year) == "sáng 01/01 01/2027 1"


def test_another_zone_shows_another_day() -> None:
    at = datetime(2026, 12, 2, 17, 0, tzinfo=UTC)
    assert Patterns(ZoneInfo("UTC")).render(Text("={it:date}", {"it": at}), "vi") == "02/12/2026"


def test_days_and_hours_without_an_instant_stay_as_they_are() -> None:
    assert say("{it:date}", date(2026, 12, 3)) == "03/12/2026"
    assert say("{it:clock}", time(0, 30)) == "0 giờ 30"


# --- whole messages -----------------------------------------------------------------------------

FACTS: dict[str, Param] = {
    "when": THURSDAY,
    "place": "Nhà văn hoá thôn Đông",
    "kind": Text("kind.regular"),
    "period": date(2026, 12, 1),
    "cell": "Chi bộ thôn Đông",
}


def test_the_notice_begins_as_the_model_does() -> None:
    assert CATALOGUE.render(Text("notice.first", FACTS), "vi") == (
        "Sinh hoạt chi bộ thường kỳ tháng 12: 19 giờ 30, Thứ Năm, ngày 03/12/2026, tại Nhà văn hoá thôn Đông."
    )
    assert CATALOGUE.render(Text("notice.first", FACTS), "en") == (
        "Cell meeting (regular, month 12): 19:30, Thursday 03/12/2026, at Nhà văn hoá thôn Đông."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stored_text_reads_as_before(language: str) -> None:
    text = lines(Text("notice.first", FACTS), Text("=({it:percent})", {"it": Rate(28, 31)}))
    assert CATALOGUE.render(loads(dumps(text)), language) == CATALOGUE.render(text, language)


def test_parts_are_joined_and_said_in_one_language() -> None:
    names = listing(Text("said.coming"), Text("said.absent"))
    assert say("({it})", names) == "(có dự, báo vắng)"
    assert say("({it})", names, "en") == "(coming, absent)"
    assert CATALOGUE.render(lines(Text("said.coming"), None, Text("said.absent")), "vi") == "có dự\nbáo vắng"
    assert CATALOGUE.render(Lines(()), "vi") == ""


def test_a_label_is_known_in_every_language() -> None:
    assert list(CATALOGUE.labels(Text("button.coming"))) == ["Có dự", "Coming"]


# --- what is missing ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", [*LANGUAGES, "fr"])
def test_an_unknown_key_shows_itself(language: str) -> None:
    assert CATALOGUE.render(Text("no.such.key", {"n": 3}), language) == "no.such.key"


@pytest.mark.parametrize("language", ["fr", "", "VI"])
def test_an_unknown_language_reads_vietnamese(language: str) -> None:
    assert CATALOGUE.render(Text("button.coming"), language) == "Có dự"
    assert say("{it:clock}, {it:full}", THURSDAY, language) == "19 giờ 30, Thứ Năm, ngày 03/12/2026"


def test_a_missing_parameter_is_an_error_and_no_half_sentence() -> None:
    with pytest.raises(KeyError):
        CATALOGUE.render(Text("notice.first"), "vi")

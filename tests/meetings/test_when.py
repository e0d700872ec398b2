from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.folding import fold
from meetings.rule import BadRule, parse_rule
from meetings.when import BadWhen, RuleLine, When, parse_day, parse_rule_line, parse_time, parse_when

TODAY = date(2026, 11, 18)  # a Wednesday
WORDS = "0123456789 /:-.,hgiờphútốisángthứngàymaôđkưucnlạcâm"
free_text = st.text(max_size=10_000) | st.text(alphabet=WORDS, max_size=60)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        *(
            (text, time(19, 30))
            for text in ("19h30", "19:30", "19g30", "19 giờ 30", "19 giờ 30 phút", "19H30.")
        ),
        *(
            (text, time(19, 30))
            for text in ("7h30 tối", "7 giờ 30 tối", "7 giờ rưỡi tối", "tối 7h30", "19h30 tối")
        ),
        *((text, time(19, 30)) for text in ("lúc 19h30", "vào lúc 19:30", "19:30:00", "19h30p", "7h30toi")),
        *((text, time(19)) for text in ("19h", "19 giờ", "19g", "7h tối", "7 giờ buổi tối")),
        *((text, time(7)) for text in ("7h sáng", "7h", "07:00", "7 giờ sáng")),
        ("7h30", time(7, 30)),
        ("19 giờ 5 phút", time(19, 5)),
        ("8 giờ kém 15", time(7, 45)),
        ("2h chiều", time(14)),
        ("14h chiều", time(14)),
        ("1 giờ trưa", time(13)),
        ("11h30 trưa", time(11, 30)),
        ("0h", time(0)),
    ],
)
def test_an_hour_is_read_with_and_without_accents(text: str, at: time) -> None:
    assert parse_time(text) == parse_time(fold(text)) == at


@pytest.mark.parametrize(
    "text",
    [
        *("", "19", "24h", "25:00", "19h60", "19:6", "19h5", "19.30", "19h sáng", "12h tối", "3h tối", "h30"),
        *("7h30 tới", "0 giờ kém 5", "7 giờ kém 0", "19h30 20", "1930"),
    ],
)
def test_what_is_no_hour_is_refused(text: str) -> None:
    with pytest.raises(BadWhen):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *((text, date(2026, 12, 24)) for text in ("24/12", "24-12", "24-12-2026", "24/12/2026", "24.12.26")),
        *(
            (text, date(2026, 12, 24))
            for text in ("ngày 24 tháng 12", "ngày 24 tháng 12 năm 2026", "2026-12-24")
        ),
        *((text, date(2026, 12, 24)) for text in ("thứ năm 24/12", "Thứ Năm, ngày 24/12/2026", "sang 24/12")),
        ("03/12", date(2026, 12, 3)),
        ("18/11", date(2026, 11, 18)),
        ("17/11", date(2027, 11, 17)),
        ("17/11/2026", date(2026, 11, 17)),
        ("29/2", date(2028, 2, 29)),
        ("ngày 24", date(2026, 11, 24)),
        ("24", date(2026, 11, 24)),
        ("18", date(2026, 11, 18)),
        ("17", date(2026, 12, 17)),
        ("31", date(2026, 12, 31)),
        ("thứ ba ngày 24", date(2026, 11, 24)),
        ("hôm nay", date(2026, 11, 18)),
        ("mai", date(2026, 11, 19)),
        ("ngày mai", date(2026, 11, 19)),
        ("mốt", date(2026, 11, 20)),
        ("ngày kia", date(2026, 11, 20)),
        *((text, date(2026, 11, 19)) for text in ("thứ năm", "Thứ 5", "t5", "thứ năm này")),
        ("thứ tư", date(2026, 11, 25)),
        ("thứ bảy", date(2026, 11, 21)),
        *((text, date(2026, 11, 22)) for text in ("cn", "CN", "chủ nhật")),
        ("thứ năm tuần này", date(2026, 11, 19)),
        ("thứ năm tuần sau", date(2026, 11, 26)),
        ("chủ nhật tuần tới", date(2026, 11, 29)),
    ],
)
def test_a_day_is_read_with_and_without_accents(text: str, day: date) -> None:
    assert parse_day(text, TODAY) == parse_day(fold(text), TODAY) == day


def test_the_coming_weekday_may_be_said_so() -> None:
    assert parse_day("thứ năm tới", TODAY) == date(2026, 11, 19)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "31/11",
            "30/2",
            "29/2/2027",
            "0/12",
            "32/12",
            "24/13",
            "0",
            "32",
            "ngày 45",
            "24/12/0026",
            "24/12/226",
        ),
        *(
            "thứ tám",
            "t8",
            "thứ hai tuần này",
            "thứ hai 24/12",
            "thứ năm ngày 24",
            "một",
            "24 tháng chạp",
            "thứ",
        ),
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadWhen):
        parse_day(text, TODAY)


def test_a_bare_day_waits_for_a_month_that_has_it() -> None:
    assert parse_day("31", date(2027, 2, 1)) == date(2027, 3, 31)
    assert parse_day("30", date(2027, 1, 31)) == date(2027, 3, 30)


@given(st.dates(), st.integers(0, 6))
def test_a_weekday_is_one_to_seven_days_ahead(today: date, weekday: int) -> None:
    typed = ["thứ hai", "thu 3", "t4", "thứ năm", "thu sau", "t7", "cn"][weekday]
    try:
        day = parse_day(typed, today)
    except BadWhen:
        assert today > date.max - timedelta(7)
        return
    assert day.weekday() == weekday
    assert 1 <= (day - today).days <= 7


@given(st.dates(max_value=date(9980, 1, 1)), st.dates())
def test_a_date_without_a_year_is_the_first_not_before_today(today: date, typed: date) -> None:
    day = parse_day(f"{typed.day}/{typed.month}", today)
    assert (day.day, day.month) == (typed.day, typed.month)
    assert today <= day
    assert (day - today).days <= 366 or (typed.month, typed.day) == (2, 29)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"]))
def test_a_full_date_reads_back_whatever_today_is(day: date, form: str) -> None:
    assert parse_day(day.strftime(form), TODAY) == day


@given(st.times())
def test_a_written_hour_reads_back(at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    for form in ("%H:%M", "%Hh%M", "%H giờ %M", "%Hg%M"):
        assert parse_time(at.strftime(form)) == at


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("25/11 19:30 mưa lũ", When(date(2026, 11, 25), time(19, 30), "mưa lũ")),
        ("25/11 mưa lũ", When(date(2026, 11, 25), None, "mưa lũ")),
        ("25/11", When(date(2026, 11, 25), None, "")),
        ("ngày 25 19 giờ 30 Mưa lũ, sạt lở.", When(date(2026, 11, 25), time(19, 30), "Mưa lũ, sạt lở.")),
        ("25 7h30 tối Tránh bão", When(date(2026, 11, 25), time(19, 30), "Tránh bão")),
        ("mai 19h", When(date(2026, 11, 19), time(19), "")),
        ("thu 5 19 gio 30 phut gat lua", When(date(2026, 11, 19), time(19, 30), "gat lua")),
        ("t5 toi 7h30", When(date(2026, 11, 19), time(19, 30), "")),
        ("thứ năm tới 7h30 sáng mưa", When(date(2026, 11, 19), time(7, 30), "mưa")),
        ("thứ năm tuần sau lúc 19h30 họp xã", When(date(2026, 11, 26), time(19, 30), "họp xã")),
        ("19 giờ 30, Thứ Năm, ngày 03/12/2026, mưa", When(date(2026, 12, 3), time(19, 30), "mưa")),
        ("19h tối nay mất điện", When(date(2026, 11, 18), time(19), "mất điện")),
        ("25/11 - mưa lũ", When(date(2026, 11, 25), None, "mưa lũ")),
        ("sang ngày 25/11, 19:30: mưa lũ", When(date(2026, 11, 25), time(19, 30), "mưa lũ")),
        ("25/11\u00a019:30\u200b mưa lũ", When(date(2026, 11, 25), time(19, 30), "mưa lũ")),
    ],
)
def test_a_line_gives_day_hour_and_the_other_words(text: str, when: When) -> None:
    assert parse_when(text, TODAY) == when


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "mưa lũ",
            "19:30",
            "31/11 19:30 mưa",
            "25/11 25:30 mưa",
            "25/11 19h5 mưa",
            "25 11 mưa lũ",
            "25/11 19",
        ),
        *("25/11 mưa lũ 19:30", "25/11 dời sang 19 giờ", "24 tháng chạp", "25/11 âm lịch", "một buổi"),
        *("thứ hai 25/11 19:30", "thứ năm tuần thứ hai 19:30", "25/11/226 mưa"),
    ],
)
def test_a_line_that_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(BadWhen):
        parse_when(text, TODAY)


@pytest.mark.parametrize(
    ("text", "code", "at", "place"),
    [
        ("24 19:30 Nhà văn hoá bản", "24", time(19, 30), "Nhà văn hoá bản"),
        ("24", "24", None, None),
        ("24 Nhà văn hoá bản", "24", None, "Nhà văn hoá bản"),
        ("ngày 24, lúc 19 giờ 30, tại Nhà văn hoá bản", "24", time(19, 30), "Nhà văn hoá bản"),
        ("ngay 24 19g30 tai nha van hoa", "24", time(19, 30), "nha van hoa"),
        ("cuối tháng 7h30 tối", "last", time(19, 30), None),
        ("thứ năm tuần thứ hai 19h Tổ 5, khu 2", "second-thursday", time(19), "Tổ 5, khu 2"),
        ("thứ sáu cuối cùng của tháng 19 giờ", "last-friday", time(19), None),
        ("first-monday 8h Hội trường", "first-monday", time(8), "Hội trường"),
        ("rằm âm lịch 19:30 Ở nhà bí thư", "lunar-15", time(19, 30), "nhà bí thư"),
        ("15 âm lịch 19:30", "lunar-15", time(19, 30), None),
        ("19 giờ 30 ngày 24 Nhà văn hoá", "24", time(19, 30), "Nhà văn hoá"),
        ("24 19:30 12 Lê Lợi", "24", time(19, 30), "12 Lê Lợi"),
        ("24 19:30 Tháng Tám", "24", time(19, 30), "Tháng Tám"),
    ],
)
def test_a_rule_line_gives_rule_hour_and_place(
    text: str, code: str, at: time | None, place: str | None
) -> None:
    assert parse_rule_line(text) == RuleLine(parse_rule(code), at, place)


@pytest.mark.parametrize(
    "text", ["", "Nhà văn hoá", "32 19:30", "31 âm lịch 19:30", "24/12 19:30", "mùng 5 19:30", "19:30"]
)
def test_a_rule_line_without_a_rule_is_refused(text: str) -> None:
    with pytest.raises(BadRule):
        parse_rule_line(text)


@pytest.mark.parametrize(
    "text", ["24 25:30 Nhà", "24 19 Nhà", "24 Nhà văn hoá 19:30", "24 tháng 12", "rằm tháng giêng"]
)
def test_a_rule_line_that_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(BadWhen):
        parse_rule_line(text)


@given(free_text, st.dates())
def test_any_text_is_a_day_or_a_bad_when(text: str, today: date) -> None:
    try:
        assert isinstance(parse_day(text, today), date)
    except BadWhen:
        return


@given(free_text)
def test_any_text_is_an_hour_or_a_bad_when(text: str) -> None:
    try:
        assert isinstance(parse_time(text), time)
    except BadWhen:
        return


@given(free_text, st.dates())
def test_any_line_is_read_or_a_bad_when(text: str, today: date) -> None:
    try:
        assert isinstance(parse_when(text, today), When)
    except BadWhen:
        return


@given(free_text)
def test_any_rule_line_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(parse_rule_line(text), RuleLine)
    except (BadRule, BadWhen):
        return


@pytest.mark.parametrize("filler", ["9", "9 ", "a", "a ", "/", "thứ ", "19:30 ", "\u0301", " "])
def test_ten_thousand_characters_are_answered(filler: str) -> None:
    text = (filler * 10_000)[:10_000]
    for line in (text, "25/11 " + text, "24 19:30 " + text):
        for parse in (lambda typed: parse_when(typed, TODAY), parse_rule_line):
            try:
                parse(line)
            except (BadRule, BadWhen):
                continue

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.text import Lines, Param, Text, Wording, decode, dumps, encode, lines, listing, loads, wording
from meetings.attendance import Rate

HANOI = timezone(timedelta(hours=7))
NOVEMBER = datetime(2026, 11, 24, 19, 30, tzinfo=HANOI)

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
plain: st.SearchStrategy[Param] = st.one_of(
    st.text(),
    st.integers(),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones),  # noqa: DTZ001 - bounds
    st.dates(),
    st.times(),
    st.builds(Rate, st.integers(0, 500), st.integers(0, 500)),
)


def texts(inner: st.SearchStrategy[Param]) -> st.SearchStrategy[Param]:
    return st.builds(Text, st.text(), st.dictionaries(st.text(), inner, max_size=3))


def listings(inner: st.SearchStrategy[Text | Lines]) -> st.SearchStrategy[Text | Lines]:
    return st.builds(Lines, st.lists(inner, max_size=3).map(tuple), st.sampled_from(["\n", ", ", ""]))


nested: st.SearchStrategy[Param] = st.recursive(plain, texts, max_leaves=8)
wordings: st.SearchStrategy[Wording] = st.recursive(
    st.builds(Text, st.text(), st.dictionaries(st.text(), nested, max_size=3)), listings, max_leaves=6
)


@given(nested)
def test_every_parameter_comes_back(value: Param) -> None:
    assert decode(encode(value)) == value


@given(wordings)
def test_every_wording_comes_back_from_what_was_stored(text: Wording) -> None:
    assert loads(dumps(text)) == text


def test_an_instant_is_stored_in_utc_and_comes_back_aware() -> None:
    stored = encode(NOVEMBER)
    assert stored == {"instant": "2026-11-24T12:30:00+00:00"}
    back = decode(stored)
    assert isinstance(back, datetime)
    assert back.tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        encode(NOVEMBER.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (NOVEMBER, datetime),
        (NOVEMBER.date(), date),
        (time(19, 30), time),
        (Rate(34, 39), Rate),
        ("24", str),
        (24, int),
    ],
)
def test_each_kind_of_parameter_stays_what_it_is(value: Param, kind: type) -> None:
    assert type(decode(encode(value))) is kind


def test_vietnamese_is_stored_readably() -> None:
    assert "Lò Thị Ánh" in dumps(Text("greeting", {"name": "Lò Thị Ánh"}))


@pytest.mark.parametrize(
    "stored", ["1", '"words"', '{"day": "2026-11-24"}', "null", "[]", '{"lines": ["x"], "by": ""}']
)
def test_what_is_no_wording_is_refused(stored: str) -> None:
    with pytest.raises(ValueError, match="not an encoded"):
        loads(stored)


@pytest.mark.parametrize("value", [None, [], 1.5])
def test_what_was_never_encoded_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not an encoded"):
        decode(value)


def test_lines_leave_out_what_is_not_there() -> None:
    one, two = Text("one"), Text("two")
    assert lines(one, None, two) == Lines((one, two))
    assert listing(one, two) == Lines((one, two), ", ")
    assert wording(encode(listing(one, separator=" · "))) == Lines((one,), " · ")

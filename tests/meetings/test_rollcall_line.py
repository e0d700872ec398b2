import unicodedata
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.attendance import Counting, Entry, in_base
from meetings.rollcall_line import (
    BadLine,
    Item,
    ItemKind,
    LineFault,
    LineMark,
    RollcallLine,
    apply_line,
    is_line,
    parse_line,
)
from meetings.terms import Mark, PersonId, Reason, Ruling, Standing, Status

PRESENT = LineMark(Mark.PRESENT)
ONLINE = LineMark(Mark.ONLINE)
AWAITING = LineMark(Mark.ABSENT, Ruling.AWAITING)
UNEXCUSED = LineMark(Mark.ABSENT, Ruling.UNEXCUSED)


def absent(number: int, reason: Reason | None = None) -> Item:
    return Item(number, ItemKind.ABSENT, reason)


def excused(reason: Reason) -> LineMark:
    return LineMark(Mark.ABSENT, Ruling.EXCUSED, reason)


KP7 = Item(7, ItemKind.ABSENT, unexcused=True)
FULL = RollcallLine(
    (absent(3), KP7, absent(12, Reason.HEALTH), Item(5, ItemKind.EXTRA), Item(4, ItemKind.ONLINE)), False
)


def words(line: RollcallLine) -> str:
    """Write a line back in the grammar of contract.md."""
    suffixes = {
        Reason.HEALTH: "ốm",
        Reason.WORK: "ct",
        Reason.FAMILY: "gđ",
        Reason.AWAY: "xa",
        Reason.OTHER: "khác",
    }
    out = ["đủ" if line.everybody else "vắng"]
    for item in line.items:
        plus = "+" if item.kind in {ItemKind.EXTRA, ItemKind.EXTRA_ONLINE} else ""
        online = "tt" if item.kind in {ItemKind.ONLINE, ItemKind.EXTRA_ONLINE} else ""
        why = "kp" if item.unexcused else suffixes[item.reason] if item.reason else ""
        out.append(f"{plus}{item.number}{online}{why}")
    return " ".join(out)


def refused(text: str) -> tuple[LineFault, str]:
    with pytest.raises(BadLine) as fault:
        parse_line(text)
    return fault.value.kind, fault.value.word


@pytest.mark.parametrize(
    "text",
    [
        "vắng 3 7kp 12ốm +5 4tt",
        "vang 3 7kp 12om +5 4tt",
        "VẮNG 3 7KP 12ỐM +5 4TT",
        "vắng 3, 7kp, 12ốm, +5, 4tt",
        "vắng 3,7kp;12ốm;+5;4tt",
        "vắng: 3 7 kp 12 ốm + 5 4 tt.",
        "  vắng   3  7 kp,12ốm +5   4tt  ",
        "vắng3 7kp 12ốm+5 4tt",
        "vắng 03 007kp 12ốm +05 4tt",
        unicodedata.normalize("NFD", "vắng 3 7kp 12ốm +5 4tt"),
    ],
)
def test_one_line_reads_the_same_however_it_is_typed(text: str) -> None:
    assert is_line(text)
    assert parse_line(text) == FULL


@pytest.mark.parametrize(
    ("suffix", "reason"),
    [
        ("ốm", Reason.HEALTH),
        ("om", Reason.HEALTH),
        ("ct", Reason.WORK),
        ("gđ", Reason.FAMILY),
        ("gd", Reason.FAMILY),
        ("xa", Reason.AWAY),
        ("khác", Reason.OTHER),
        ("khac", Reason.OTHER),
    ],
)
def test_each_suffix_names_its_reason_with_and_without_a_blank(suffix: str, reason: Reason) -> None:
    assert parse_line(f"vắng 9{suffix}").items == (absent(9, reason),)
    assert parse_line(f"vang 9 {suffix} 10").items == (absent(9, reason), absent(10))


@pytest.mark.parametrize("text", ["đủ", "du", "Đủ", "DU", "đủ."])
def test_du_alone_means_nobody_is_absent(text: str) -> None:
    assert parse_line(text) == RollcallLine((), True)


@pytest.mark.parametrize("text", ["đủ +5 4tt", "du, +5, 4 tt", "đủ+5 4tt"])
def test_du_goes_with_extra_and_online_people(text: str) -> None:
    assert parse_line(text) == RollcallLine((Item(5, ItemKind.EXTRA), Item(4, ItemKind.ONLINE)), True)


def test_an_extra_member_may_follow_online() -> None:
    assert parse_line("đủ +5tt +6 tt").items == (
        Item(5, ItemKind.EXTRA_ONLINE),
        Item(6, ItemKind.EXTRA_ONLINE),
    )


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("vắng", LineFault.EMPTY, ""),
        ("vang , ;", LineFault.EMPTY, ""),
        ("vắng ba 7", LineFault.UNKNOWN_WORD, "ba"),
        ("vắng 3xyz", LineFault.UNKNOWN_WORD, "3xyz"),
        ("vắng 3 và 7", LineFault.UNKNOWN_WORD, "3 và"),
        ("vắng 3, kp", LineFault.UNKNOWN_WORD, "kp"),
        ("vắng 3 kp ốm", LineFault.UNKNOWN_WORD, "ốm"),
        ("vắng 3-7", LineFault.UNKNOWN_WORD, "3-7"),
        ("vắng -3", LineFault.UNKNOWN_WORD, "-3"),
        ("vắng 3.5 4", LineFault.UNKNOWN_WORD, "3.5"),
        ("vắng +", LineFault.UNKNOWN_WORD, "+"),
        ("vắng ++5", LineFault.UNKNOWN_WORD, "++5"),
        ("vắng +5kp", LineFault.UNKNOWN_WORD, "+5kp"),
        ("vắng 3 7kpp", LineFault.UNKNOWN_WORD, "7kpp"),  # which number it was
        ("vắng ٣", LineFault.UNKNOWN_WORD, "٣"),
        ("vắng 3²", LineFault.UNKNOWN_WORD, "3²"),
        ("vắng 3 7 3", LineFault.REPEATED, "3"),
        ("vắng 3 03kp", LineFault.REPEATED, "3"),
        ("vắng 5 +5", LineFault.REPEATED, "5"),
        ("vắng 10000", LineFault.TOO_LARGE, "10000"),
        ("đủ 3", LineFault.ABSENT_AFTER_ALL, "3"),
        ("đủ 4tt 7kp", LineFault.ABSENT_AFTER_ALL, "7"),
        ("đủ vắng 3", LineFault.UNKNOWN_WORD, "vắng"),
        ("có dự", LineFault.NOT_A_LINE, "có"),
        ("", LineFault.NOT_A_LINE, ""),
    ],
)
def test_a_faulty_line_is_refused_naming_the_word(text: str, kind: LineFault, word: str) -> None:
    assert refused(text) == (kind, word)


@pytest.mark.parametrize(
    "text", ["vâng", "vâng 3", "dự", "dự 5", "dung", "vangs 3", "dứt", "có", "3 vắng", ""]
)
def test_words_that_only_look_alike_are_no_roll_call(text: str) -> None:
    assert not is_line(text)


def test_the_faulty_word_is_cut_when_somebody_sends_ten_thousand_characters() -> None:
    assert refused("vắng " + "9" * 10_000) == (LineFault.TOO_LARGE, "9" * 24)
    assert refused("vắng " + "9" * 10_000 + "-") == (LineFault.UNKNOWN_WORD, "9" * 24)
    assert refused("vắng 3 " + "x" * 10_000) == (LineFault.UNKNOWN_WORD, "3 " + "x" * 22)


@given(
    st.text() | st.text(alphabet="vắangđủdu 0123456789+,;kptốmctgxa.-\t\n").map(lambda tail: f"vắng {tail}")
)
def test_any_text_parses_or_is_refused_as_a_bad_line(text: str) -> None:
    try:
        line = parse_line(text)
    except BadLine:
        return
    assert is_line(text)
    assert len({item.number for item in line.items}) == len(line.items)


def item_lists() -> st.SearchStrategy[list[Item]]:
    reasons = st.none() | st.sampled_from(Reason)
    number = st.integers(0, 9999)
    plain = st.builds(Item, number, st.just(ItemKind.ABSENT), reasons)
    unexcused = st.builds(Item, number, st.just(ItemKind.ABSENT), st.none(), st.just(True))
    others = st.builds(Item, number, st.sampled_from([k for k in ItemKind if k is not ItemKind.ABSENT]))
    return st.lists(plain | unexcused | others, min_size=1, unique_by=lambda item: item.number)


@given(item_lists())
def test_a_line_written_by_the_grammar_reads_back_unchanged(items: list[Item]) -> None:
    line = RollcallLine(tuple(items), False)
    assert parse_line(words(line)) == line


# Applied to a roll: numbers 1 to 12 expected, 13 exempt, 14 reinforced, 15 temporarily in.


def roll() -> list[Entry]:
    statuses = {13: Status.EXEMPT, 14: Status.REINFORCED, 15: Status.TEMPORARY_IN}
    return [
        Entry(
            PersonId(100 + number),
            number,
            Standing.OFFICIAL,
            frozenset({statuses[number]} if number in statuses else ()),
        )
        for number in range(1, 16)
    ]


def applied(
    text: str,
    *,
    stated: Mapping[int, Reason] | None = None,
    online: bool = True,
    rules: bool = True,
    reinforced: bool = False,
) -> dict[int, LineMark]:
    marks = apply_line(
        parse_line(text),
        roll(),
        stated={PersonId(100 + number): reason for number, reason in (stated or {}).items()},
        online_allowed=online,
        counting=Counting(reinforced=reinforced),
        rules=rules,
    )
    return {person - 100: mark for person, mark in marks.items()}


def test_everyone_in_the_base_not_named_is_present() -> None:
    assert applied("đủ") == dict.fromkeys([*range(1, 13), 15], PRESENT)


def test_the_example_line_marks_each_number_as_written() -> None:
    marks = applied("vắng 3 7kp 12ốm +13 4tt")
    assert (marks[3], marks[7], marks[12]) == (AWAITING, UNEXCUSED, excused(Reason.HEALTH))
    assert (marks[13], marks[4], marks[1]) == (PRESENT, ONLINE, PRESENT)


def test_a_bare_number_takes_the_reason_given_beforehand() -> None:
    assert applied("vắng 3", stated={3: Reason.FAMILY})[3] == excused(Reason.FAMILY)


def test_a_named_reason_stands_above_the_one_given_beforehand() -> None:
    assert applied("vắng 3ct", stated={3: Reason.FAMILY})[3] == excused(Reason.WORK)


def test_kp_stands_above_the_reason_given_beforehand() -> None:
    assert applied("vắng 3kp", stated={3: Reason.FAMILY})[3] == UNEXCUSED


def test_a_list_marked_by_the_minute_taker_awaits_throughout_and_keeps_the_reasons() -> None:
    marks = applied("vắng 3 4 7kp 12ốm", stated={3: Reason.FAMILY}, rules=False)
    assert marks[3] == LineMark(Mark.ABSENT, Ruling.AWAITING, Reason.FAMILY)
    assert marks[12] == LineMark(Mark.ABSENT, Ruling.AWAITING, Reason.HEALTH)
    assert (marks[4], marks[7]) == (AWAITING, AWAITING)


def test_an_extra_member_may_be_online_where_that_is_authorised() -> None:
    assert applied("đủ +13tt")[13] == ONLINE


def test_a_reinforced_person_is_named_with_plus_unless_the_setting_counts_them() -> None:
    assert applied("đủ +14")[14] == PRESENT
    assert applied("vắng 14", reinforced=True)[14] == AWAITING


@pytest.mark.parametrize(
    ("text", "online", "kind", "word"),
    [
        ("vắng 3 99", True, LineFault.UNKNOWN_NUMBER, "99"),
        ("vắng 0", True, LineFault.UNKNOWN_NUMBER, "0"),
        ("đủ +99", True, LineFault.UNKNOWN_NUMBER, "99"),
        ("vắng 13", True, LineFault.NOT_EXPECTED, "13"),
        ("đủ 13tt", True, LineFault.NOT_EXPECTED, "13"),
        ("vắng 3 +4", True, LineFault.EXPECTED, "4"),
        ("đủ +4tt", True, LineFault.EXPECTED, "4"),
        ("đủ 4tt", False, LineFault.ONLINE_NOT_ALLOWED, "4"),
        ("đủ +13tt", False, LineFault.ONLINE_NOT_ALLOWED, "13"),
        ("vắng 99 +4", True, LineFault.UNKNOWN_NUMBER, "99"),
    ],
)
def test_a_number_that_does_not_fit_the_roll_refuses_the_whole_line(
    text: str, online: bool, kind: LineFault, word: str
) -> None:
    with pytest.raises(BadLine) as fault:
        applied(text, online=online)
    assert (fault.value.kind, fault.value.word) == (kind, word)


@given(item_lists())
def test_an_accepted_line_marks_the_base_and_the_named_and_nobody_else(items: list[Item]) -> None:
    line = RollcallLine(tuple(items), False)
    try:
        marks = apply_line(line, roll(), stated={}, online_allowed=True, counting=Counting(), rules=True)
    except BadLine:
        return
    base = {each.person for each in roll() if in_base(each, Counting())}
    assert marks.keys() == base | {PersonId(100 + item.number) for item in items}

"""Typed Vietnamese: each row of the tables does what it says, anything else asks again and never commits."""

import secrets
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.events import Address, Event, Said
from meetings.terms import Answer, Mark, Reason
from tests.scenarios.commune import CELL
from tests.scenarios.house import ORDINARY
from tests.scenarios.page import Village
from tests.scenarios.rollcall import close
from tests.scenarios.spelling import plain
from tests.scenarios.test_told_once import who
from tests.scenarios.transcript import kinds, only, says

COMING = (
    *("có", "có dự", "dự", "tham dự", "có mặt", "đi", "đi được", "sẽ dự", "vâng", "1"),
    *("co", "co du", "du", "tham du", "co mat", "di", "di duoc", "se du", "ok", "oke"),
)
ABSENT = (
    *("vắng", "báo vắng", "xin vắng", "vắng mặt", "vắng có lý do", "không", "không dự", "không dự được"),
    *("không đi được", "bận", "xin nghỉ", "bao vang", "xin vang", "vang mat", "vang co ly do", "khong"),
    *("ko", "k", "khong du", "ko du", "khong du duoc", "khong di duoc", "ban", "xin nghi", "2"),
)
LATER = ("báo sau", "chưa biết", "chưa chắc", "bao sau", "chua biet", "chua chac", "3")
REASONS = {
    Reason.WORK: ("1", "công tác", "ct", "cong tac"),
    Reason.HEALTH: ("2", "ốm", "mệt", "sức khoẻ", "sức khỏe", "đi viện", "om", "met", "suc khoe", "di vien"),
    Reason.FAMILY: ("3", "việc nhà", "việc gia đình", "gđ", "viec nha", "viec gia dinh", "gd"),
    Reason.AWAY: ("4", "xa", "đi xa", "về quê", "di xa", "ve que"),
    Reason.OTHER: ("5", "khác", "mưa lũ", "tắc đường", "khac", "mua lu", "tac duong"),
}
AMBIGUOUS = ("vang", "dung", "thoi", "da")
ANSWERS = {Answer.COMING: COMING, Answer.ABSENT: ABSENT, Answer.LATER: LATER}


async def answer_of(village: Village, code: str) -> tuple[Answer, Reason | None] | None:
    [meeting, *_] = await village.meetings(CELL)
    async with village.parts.database.read() as uow:
        given = await uow.answers.of_person(meeting.id, await who(uow, code))
    return None if given is None else (given.answer, given.reason)


async def forgotten(village: Village) -> None:
    """As if nobody had answered yet, and the invitation had just been read."""
    [meeting, *_] = await village.meetings(CELL)
    async with village.parts.database.write() as uow:
        await uow.answers.clear(meeting.id)
        await uow.commit()


async def invited(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.clock("19/11 19:00")


def spelled(word: str) -> tuple[str, ...]:
    return word, f" {word.upper()}. ", unicodedata.normalize("NFD", word)


@pytest.mark.parametrize("mode", ["numbers"])
async def test_each_word_of_the_table_answers_the_invitation(village: Village) -> None:
    await invited(village)
    for answer, words in ANSWERS.items():
        for word in words:
            for typed in spelled(word):
                await forgotten(village)
                await village.say("worker", "huy")
                await village.say("worker", "có dự gì")  # asks again: the invitation is the open question
                assert await answer_of(village, "worker") is None
                await village.say("worker", typed)
                found = await answer_of(village, "worker")
                assert found == (answer, None), typed


@pytest.mark.parametrize("mode", ["numbers"])
async def test_each_word_of_the_table_gives_the_reason(village: Village) -> None:
    await invited(village)
    for reason, words in REASONS.items():
        for word in words:
            await forgotten(village)
            await village.say("worker", "vắng")
            await village.say("worker", word)
            assert await answer_of(village, "worker") == (Answer.ABSENT, reason), word


async def test_words_that_could_mean_two_things_ask_again(village: Village) -> None:
    await invited(village)
    for word in AMBIGUOUS:
        for typed in (word, word.upper(), f"{word}."):
            said = await village.say("worker", typed)
            assert said[-1].first.startswith("Trợ lý chưa rõ ý đồng chí."), typed
            assert await answer_of(village, "worker") is None


# The roll-call in one line. Roll numbers as in commune.py: 1 to 15, of whom 8, 10 and 12 are not expected.

LINES = [
    ("vắng 3 7kp 13ốm +8", {3: "awaiting", 7: "unexcused", 13: "excused health", 8: "extra"}),
    ("vang 3 7kp 13om +8", {3: "awaiting", 7: "unexcused", 13: "excused health", 8: "extra"}),
    ("VẮNG: 3, 7 KP; 13 ốm, + 8.", {3: "awaiting", 7: "unexcused", 13: "excused health", 8: "extra"}),
    ("vắng; 3", {3: "awaiting"}),
    ("vắng 3ct", {3: "excused work"}),
    ("vắng 3gđ", {3: "excused family"}),
    ("vang 3gd", {3: "excused family"}),
    ("vắng 3xa", {3: "excused away"}),
    ("vắng 3khác", {3: "excused other"}),
    ("vang 3 khac", {3: "excused other"}),
    ("vắng 14", {14: "excused family"}),  # the reason given beforehand
    ("vắng 14kp", {14: "unexcused"}),
    ("vắng +8", {8: "extra"}),
    ("đủ", {}),
    ("du", {}),
    ("Đủ.", {}),
    ("đủ +8", {8: "extra"}),
    ("đủ+8", {8: "extra"}),
    ("du +8", {8: "extra"}),
    ("du, +8", {8: "extra"}),
    ("đủ 4tt", {4: "online"}),
    ("vắng 3 4tt", {3: "awaiting", 4: "online"}),
    ("đủ 4 tt", {4: "online"}),
]
FAULTS = [
    ("vắng 99", "Chi bộ không có số 99, nên chưa ghi gì."),
    ("vắng 3 3kp", "Số 3 có hai lần, nên chưa ghi gì."),
    ("vắng 8", "Số 8 không thuộc diện phải dự (miễn sinh hoạt); nếu có dự, đề nghị nhắn +8. Chưa ghi gì."),
    ("vắng 3 +4", "Số 4 thuộc diện phải dự, không dùng dấu +. Chưa ghi gì"),
    ("vắng 3xyz", 'Chưa rõ chữ "3xyz" trong dòng điểm danh, nên chưa ghi gì.'),
    ("vắng 3 và 7", 'Chưa rõ chữ "3 và" trong dòng điểm danh, nên chưa ghi gì.'),
    ("vắng 3-7", 'Chưa rõ chữ "3-7" trong dòng điểm danh, nên chưa ghi gì.'),
    ("đủ 3", "Đã nhắn đủ mà số 3 lại vắng, nên chưa ghi gì."),
    ("vắng 100000", "Số 100000 quá lớn, nên chưa ghi gì."),
    ("đủ 4tt", "Chi bộ chưa được phép sinh hoạt trực tuyến (số 4), nên chưa ghi gì."),
]
ONLINE = ORDINARY + f'[unit."{CELL}".online]\nallowed = true\nnumber = "12-TB/ĐU"\ndate = 2026-10-01\n'


async def marks(village: Village, code: str = CELL) -> dict[int, str]:
    """By roll number, whoever was not simply present; empty before anything is recorded."""
    [meeting, *_] = await village.meetings(code)
    async with village.parts.database.read() as uow:
        made = await uow.marks.of_meeting(meeting.id)
        members = await uow.members.of_cell(meeting.cell, meeting.starts_at.date())
    numbers = {one.person: one for one in members}
    found = {}
    for person, one in made.items():
        number = numbers[person].number
        if one.mark is Mark.ABSENT:
            found[number] = " ".join(str(part) for part in (one.ruling, one.reason) if part)
        elif one.mark is Mark.ONLINE:
            found[number] = "online"
        elif numbers[person].statuses and number in (8, 10, 12):
            found[number] = "extra"
    return found


async def recorded(village: Village) -> int:
    [meeting, *_] = await village.meetings(CELL)
    async with village.parts.database.read() as uow:
        return len(await uow.marks.of_meeting(meeting.id))


async def begun(village: Village) -> None:
    """The evening of the meeting; number 14 had said why they would not come."""
    await village.join("secretary", "hesitant")
    await village.clock("20/11 09:00")
    await village.say("hesitant", "vắng")
    await village.choose("hesitant", "Việc gia đình")
    await village.clock("24/11 21:00")


@pytest.mark.parametrize("policy", [ONLINE], ids=["online allowed"])
async def test_each_line_is_recorded_as_written_and_only_after_the_tap(village: Village) -> None:
    await begun(village)
    for line, wanted in LINES:
        before = await marks(village)
        said = await village.say("secretary", line)
        assert kinds(said)[-1] == "roll?", line
        assert await marks(village) == before, line
        await village.choose("secretary", "Xác nhận")
        assert await marks(village) == wanted, line
        assert await recorded(village) == 12 + (8 in wanted), line


async def test_a_faulty_line_is_refused_whole_naming_the_number(village: Village) -> None:
    await begun(village)
    for line, answer in FAULTS:
        said = await village.say("secretary", line)
        assert says(said[-1].text, answer), line
        assert "Xác nhận" not in said[-1].choices
        assert await recorded(village) == 0, line


async def test_what_only_looks_like_a_line_is_none(village: Village) -> None:
    await begun(village)
    for words in ("vâng 3", "dự 5", "vắng ba", "3 vắng", "vắng", "đủ cả", "dung 3", "vangs 3", "+8", "3 7kp"):
        said = await village.say("secretary", words)
        assert only(said, ("roll?",)) == [], words
        assert await recorded(village) == 0, words


async def test_days_later_from_paper_for_whichever_meeting_is_chosen(village: Village) -> None:
    """Two lists were never closed: the line waits until one is chosen."""
    await village.join("secretary")
    await village.clock("2026-12-24T22:00")
    asked = await village.say("secretary", "vắng 3 7kp")
    assert [label.rpartition(" ")[2] for label in asked[-1].choices] == ["24/12", "24/11"]
    assert await recorded(village) == 0
    read = await village.press("secretary", list(asked[-1].choices)[1])
    assert says(read[-1].text, "ngày 24/11/2026 (chưa ghi)")
    await village.choose("secretary", "Xác nhận")
    assert await marks(village) == {3: "awaiting", 7: "unexcused"}
    await close(village)
    # One list is left: a line needs no choice any more.
    assert says((await village.say("secretary", "đủ"))[-1].text, "ngày 24/12/2026 (chưa ghi)")


async def test_the_minute_takers_line_awaits_throughout(village: Village) -> None:
    await village.join("secretary", "clerk")
    await village.clock("27/11 21:00")
    await village.say("clerk", "vắng 3 7kp 13ốm")
    await village.choose("clerk", "Xác nhận")
    assert await marks(village) == {3: "awaiting", 7: "awaiting", 13: "awaiting health"}


# Whatever is typed.

ALPHABET = "vắangđủdựuoôkhcốmtgxê 0123456789+,;:.-"
TABLE = sorted({*COMING, *ABSENT, *LATER, *AMBIGUOUS, *(one for words in REASONS.values() for one in words)})
LINE = st.builds(
    lambda head, tail: head + tail,
    st.sampled_from(["vắng ", "vang ", "đủ ", "du ", "vắng", "đủ", "du", ""]),
    st.text(alphabet=ALPHABET, max_size=25),
)
SLIPS = st.builds(
    lambda word, at, put, cut: word[: at % (len(word) + 1)] + put + word[at % (len(word) + 1) + cut :],
    st.sampled_from(TABLE),
    st.integers(0, 30),
    st.text(alphabet=ALPHABET, max_size=3),
    st.integers(0, 2),
)
JOINED = st.builds(lambda one, two: f"{one} {two}", st.sampled_from(TABLE), st.sampled_from(TABLE))
TYPED = (st.text(max_size=60) | LINE | SLIPS | JOINED).filter(str.strip)


KNOWN = {plain(word) for word in TABLE}
LABELS = {plain(one) for one in ("Có dự", "Vắng, có lý do", "Báo sau", "Điểm danh", "Có mặt hết")}


async def type_in(village: Village, person: str, words: str) -> None:
    event = Event(secrets.token_hex(8), Address("web", village.bot, person), person, Said(words))
    await village.parts.dispatcher.receive(event)
    await village.parts.sender.drain()


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(words=TYPED)
async def test_what_no_row_knows_never_answers_an_invitation(village: Village, words: str) -> None:
    """In the same village from the first example on; the notice is there and nothing else is asked."""
    if not await village.messages("worker"):
        await invited(village)
    if plain(words) in KNOWN | LABELS:
        return
    await village.heard("worker")
    await type_in(village, "worker", words)
    assert await answer_of(village, "worker") is None
    assert await village.heard("worker"), "no silence"


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(words=TYPED)
async def test_no_line_whatever_is_recorded_without_the_tap(village: Village, words: str) -> None:
    """A list is to be called; whoever types is its secretary. What is read is read back, and no more."""
    if not await village.messages("secretary"):
        await begun(village)
    if plain(words) in {"1", "2", "xac nhan"} | LABELS:
        return  # what would press a button of the line before
    await type_in(village, "secretary", words)
    assert await recorded(village) == 0

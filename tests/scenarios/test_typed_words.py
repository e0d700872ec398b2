"""The rows of vietnamese.md 4 that are not answers: consent, refusal, withdrawal, erasure, codes, commands.

And with any of these questions open, or a move asked for: what no row knows commits nothing.
"""

import secrets
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.events import Address, Event, Said
from tests.scenarios.commune import CELL
from tests.scenarios.page import Village
from tests.scenarios.spelling import plain

AGREE = ("đồng ý", "dong y", "Đồng ý.", "ĐỒNG Ý", " đồng  ý ")
REFUSE = ("không đồng ý", "không", "khong dong y", "khong", "ko")
NO_CONSENT = ("1", "2", "ok", "oke", "vâng", "vang", "có", "co", "da", "dạ", "được", "đồng ý nhé", "yes")
WITHDRAW = ("rút đồng ý", "dừng nhắn tin", "ngừng nhắn tin", "rut dong y", "dung nhan tin", "ngung nhan tin")
ERASE = ("xoá dữ liệu", "xóa dữ liệu", "xoa du lieu", "Xoá dữ liệu.")
NO_ERASURE = ("xoá", "dữ liệu xoá", "rút", "dừng", "dung", "thôi", "thoi", "3", "4", "không đồng ý", "ngừng")
COMMANDS = {
    ("lịch", "lich", "Lịch", "/lich"): "Đồng chí: chưa báo.",
    ("dữ liệu", "dulieu", "du lieu", "/dulieu"): "Đề nghị đồng chí chọn việc cần làm với dữ liệu",
    ("trợ giúp", "giúp", "?", "trogiup", "tro giup", "help", "giup", "/help"): "không phải ứng dụng Sổ tay",
    ("huỷ", "hủy", "huy", "/huy"): "",
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is read here does not depend on the database."""
    return sqlite_url


@pytest.fixture(params=["buttons", "numbers"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def consented(village: Village, code: str) -> bool:
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code(code)
    assert person is not None
    return person.consented


async def linked(village: Village, code: str) -> bool:
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code(code)
        assert person is not None
        return person.id in await uow.accounts.linked()


async def type_in(village: Village, person: str, words: str) -> None:
    event = Event(secrets.token_hex(8), Address("web", village.bot, person), person, Said(words))
    await village.parts.dispatcher.receive(event)
    await village.parts.sender.drain()


def spellings(word: str) -> tuple[str, str]:
    return word, unicodedata.normalize("NFD", word)


async def test_each_word_of_consent_agrees_and_nothing_else_does(village: Village) -> None:
    for words in AGREE:
        for typed in spellings(words):
            await village.link("worker")
            for other in NO_CONSENT:
                said = await village.say("worker", other)
                assert "đề nghị đồng chí nhắn: đồng ý" in said.text, other
                assert not await consented(village, "worker"), other
            await village.say("worker", typed)
            assert await consented(village, "worker"), typed
            await village.say("worker", "rút đồng ý")


async def test_each_word_of_refusal_refuses(village: Village) -> None:
    for words in REFUSE:
        await village.link("refuser")
        await village.say("refuser", words)
        assert not await consented(village, "refuser"), words
        assert not await linked(village, "refuser"), words


@pytest.mark.parametrize("words", [WITHDRAW, ERASE], ids=["withdrawal", "erasure"])
async def test_withdrawal_and_erasure_take_their_whole_words_and_no_number(
    village: Village, words: tuple[str, ...]
) -> None:
    for typed in words:
        for spelled in spellings(typed):
            await village.join("worker")
            await village.say("worker", "dulieu")
            for other in NO_ERASURE:
                await type_in(village, "worker", other)
                assert await consented(village, "worker"), other
            await village.say("worker", spelled)
            assert not await consented(village, "worker"), spelled
            assert not await linked(village, "worker"), spelled


async def test_a_code_is_taken_after_the_word_start_however_it_is_written(village: Village) -> None:
    for form in ("start {}", "START {}", "/start {}", "  Start   {} "):
        slip = (await village.client.post("/web/slip", json={"person": "hesitant"})).json()["code"]
        assert (await village.say("hesitant", form.format(slip))).text.startswith("Kính chào đồng chí."), form


async def test_each_command_is_known_with_and_without_accents(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.clock("19/11 19:00")
    await village.heard("worker")
    for names, answer in COMMANDS.items():
        first = None
        for name in names:
            said = (await village.say("worker", name)).text
            first = first or said.partition("\n")[0]
            assert said.startswith(first), name
            assert answer in said, name
            assert "chưa rõ ý" not in said, name


async def test_a_number_is_good_for_the_last_open_question_only_and_until_it_closes(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.clock("19/11 19:00")
    await village.say("worker", "vắng")
    await village.say("worker", "2")
    [meeting, *_] = await village.meetings(CELL)
    async with village.parts.database.read() as uow:
        given = [
            (str(one.answer), str(one.reason)) for one in (await uow.answers.of_meeting(meeting.id)).values()
        ]
    assert given == [("absent", "health")]
    await village.clock("24/11 19:30")
    await village.say("worker", "1")
    async with village.parts.database.read() as uow:
        assert [str(one.answer) for one in (await uow.answers.of_meeting(meeting.id)).values()] == ["absent"]


# Whatever is typed.

KNOWN = {*AGREE, *REFUSE, *WITHDRAW, *ERASE, *(name for names in COMMANDS for name in names)}
ALPHABET = "đồngýkhôgrútxáữliệuhoãn 0123456789/:.,+"
PIECES = st.sampled_from(
    [*sorted(KNOWN), *NO_CONSENT, *NO_ERASURE, "hoan 25/11 19:30", "25/11", "mưa lũ", "Hoãn"]
)
TYPED = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=ALPHABET, max_size=30),
    st.builds(lambda one, two: f"{one} {two}", PIECES, PIECES),
    st.builds(
        lambda word, at: word[: at % len(word)] + word[at % len(word) + 1 :], PIECES, st.integers(0, 30)
    ),
).filter(str.strip)


def known(words: str, *rows: tuple[str, ...]) -> bool:
    return plain(words) in {plain(word) for row in rows for word in row}


FUZZ = settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)


@pytest.mark.parametrize("mode", ["numbers"], indirect=False)
@FUZZ
@given(words=TYPED)
async def test_what_is_not_consent_never_agrees(village: Village, words: str) -> None:
    if not await linked(village, "worker"):
        await village.link("worker")
    if known(words, AGREE):
        return
    await type_in(village, "worker", words)
    assert not await consented(village, "worker")


@pytest.mark.parametrize("mode", ["numbers"], indirect=False)
@FUZZ
@given(words=TYPED)
async def test_what_is_not_written_out_erases_nothing(village: Village, words: str) -> None:
    if not await linked(village, "worker"):
        await village.join("worker")
    await type_in(village, "worker", "dulieu")
    if known(words, WITHDRAW, ERASE):
        return
    await type_in(village, "worker", words)
    assert await consented(village, "worker")


@pytest.mark.parametrize("mode", ["numbers"], indirect=False)
@FUZZ
@given(words=TYPED, twice=TYPED)
async def test_nothing_typed_moves_a_meeting_before_the_tap(village: Village, words: str, twice: str) -> None:
    """The secretary is asked when to move it, and writes whatever they write."""
    if not await village.messages("secretary"):
        await village.join("secretary")
        await village.clock("19/11 19:00")
    before = await village.meetings(CELL)
    for typed in ("hoan", words, twice):
        if known(typed, ("xác nhận", "1", "hop"), WITHDRAW, ERASE):
            return  # a tap on what was offered, or the end of the secretary
        await type_in(village, "secretary", typed)
    assert await village.meetings(CELL) == before

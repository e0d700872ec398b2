"""Every row of vietnamese.md 4 over Zalo, and whatever else somebody may type: never a crash, never a guess.

The rows are the page's own (tests/scenarios). Updates go through Zalo's intake without the wire: the wire
has tests of its own.
"""

import secrets

import pytest
from hypothesis import HealthCheck, given, settings

from bot.channels.zalo.intake import Intake
from meetings.terms import Answer
from tests.scenarios import test_typed as typed
from tests.scenarios import test_typed_words as words
from tests.scenarios.commune import CELL
from tests.scenarios.messages import Heard
from tests.scenarios.spelling import plain
from tests.scenarios.transcript import kinds, says
from tests.zalo.town import Town

ASKS_AGAIN, BROKEN = "Trợ lý chưa rõ ý đồng chí.", "Trợ lý gặp lỗi"
FUZZ = settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)


class Typing:
    """Somebody's words, straight into the intake."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._intake: Intake = town.service._intake(town.parts.dispatcher.receive)

    async def __call__(self, person: str, text: str) -> Heard:
        user = self.town.person(person)
        user.chat.open = True
        message = {
            "from": user.json,
            "chat": user.chat.json(),
            "text": text,
            "message_id": secrets.token_hex(8),
        }
        await self._intake.take({"event_name": "message.text.received", "message": message})
        await self.town.parts.sender.drain()
        return await self.town.heard(person)

    async def joins(self, *people: str) -> None:
        for person in people:
            await self(person, f"start {await self.town.stage.slip(person)}")
            await self(person, "đồng ý")


@pytest.fixture
async def type_in(silent: Town) -> Typing:
    return Typing(silent)


async def test_each_word_answers_the_invitation(type_in: Typing) -> None:
    town = type_in.town
    await type_in.joins("secretary", "worker")
    await town.clock("19/11 19:00")
    for answer, row in typed.ANSWERS.items():
        for word in row:
            await typed.forgotten(town)
            if word.isdigit():  # it belongs to the last open question: the invitation, not the reason
                await type_in("worker", "huy")
                assert (await type_in("worker", "có dự gì")).text.startswith(ASKS_AGAIN)
            await type_in("worker", f" {word.upper()}. ")
            assert await typed.answer_of(town, "worker") == (answer, None), word


async def test_each_word_gives_the_reason(type_in: Typing) -> None:
    town = type_in.town
    await type_in.joins("secretary", "worker")
    await town.clock("19/11 19:00")
    for reason, row in typed.REASONS.items():
        for word in row:
            await typed.forgotten(town)
            await type_in("worker", "vắng")
            await type_in("worker", word)
            assert await typed.answer_of(town, "worker") == (Answer.ABSENT, reason), word


async def test_words_that_could_mean_two_things_ask_again(type_in: Typing) -> None:
    town = type_in.town
    await type_in.joins("secretary", "worker")
    await town.clock("19/11 19:00")
    for word in typed.AMBIGUOUS:
        assert (await type_in("worker", word))[-1].text.startswith(ASKS_AGAIN), word
    assert await typed.answer_of(town, "worker") is None


async def test_consent_refusal_withdrawal_and_erasure_take_their_words_and_no_number(type_in: Typing) -> None:
    town = type_in.town
    for agreed in words.AGREE:
        await type_in("worker", f"start {await town.stage.slip('worker')}")
        for other in words.NO_CONSENT if agreed == words.AGREE[0] else ():
            assert "đề nghị đồng chí nhắn: đồng ý" in (await type_in("worker", other)).text, other
        assert not await words.consented(town, "worker")
        await type_in("worker", agreed)
        assert await words.consented(town, "worker"), agreed
        await type_in("worker", "rút đồng ý")
    for refused in words.REFUSE:
        await type_in("worker", f"start {await town.stage.slip('worker')}")
        await type_in("worker", refused)
        assert not await words.linked(town, "worker"), refused
    for gone in (*words.WITHDRAW, *words.ERASE):
        await type_in.joins("worker")
        await type_in("worker", "dulieu")
        for other in words.NO_ERASURE if gone == words.ERASE[0] else ():
            await type_in("worker", other)
        assert await words.consented(town, "worker")
        await type_in("worker", gone)
        assert not await words.linked(town, "worker"), gone


async def test_each_command_is_known_with_and_without_accents(type_in: Typing) -> None:
    town = type_in.town
    await type_in.joins("secretary", "worker")
    await town.clock("19/11 19:00")
    await town.heard("worker")
    for names, answer in words.COMMANDS.items():
        for name in names:
            assert answer in (await type_in("worker", name)).text, name


async def test_each_roll_call_line_is_read_and_recorded_only_after_the_tap(type_in: Typing) -> None:
    """Those for which nobody needs a permission to meet online."""
    town = type_in.town
    await type_in.joins("secretary", "hesitant")
    await town.clock("20/11 09:00")
    await type_in("hesitant", "vắng")
    await type_in("hesitant", "việc gia đình")
    await town.clock("24/11 21:00")
    for line, wanted in ((line, wanted) for line, wanted in typed.LINES if "tt" not in line):
        before = await typed.marks(town)
        read = await type_in("secretary", line)
        assert kinds(read)[-1] == "roll?", line
        assert await typed.marks(town) == before, line
        await type_in("secretary", str(read[-1].choice("Xác nhận")))
        assert await typed.marks(town) == wanted, line
    before = await typed.marks(town)
    for line, answer in typed.FAULTS:
        assert says((await type_in("secretary", line))[-1].text, answer), line
    assert await typed.marks(town) == before


# Whatever is typed. One town for all examples of a test.


@FUZZ
@given(text=typed.TYPED)
async def test_what_no_row_knows_asks_again_and_answers_nothing(type_in: Typing, text: str) -> None:
    town = type_in.town
    if not await town.messages("worker"):
        await type_in.joins("secretary", "worker")
        await town.clock("19/11 19:00")
        await town.heard("worker")
    if plain(text) in typed.KNOWN | typed.LABELS | {"rut dong y", "xoa du lieu"}:
        return
    said = await type_in("worker", text)
    assert said, "no silence"
    assert BROKEN not in said.text
    assert await typed.answer_of(town, "worker") is None


@FUZZ
@given(text=words.TYPED)
async def test_what_a_stranger_types_links_nobody(type_in: Typing, text: str) -> None:
    town = type_in.town
    said = await type_in("elder", text)
    assert said, "no silence"
    assert BROKEN not in said.text
    async with town.parts.database.read() as uow:
        assert await uow.accounts.linked() == set()


@FUZZ
@given(text=words.TYPED, twice=typed.TYPED)
async def test_nothing_typed_in_a_dialogue_of_the_secretary_moves_or_records(
    type_in: Typing, text: str, twice: str
) -> None:
    town = type_in.town
    if not await town.messages("secretary"):
        await type_in.joins("secretary")
        await town.clock("19/11 19:00")
    before = await town.meetings(CELL)
    for line in ("hoan", text, twice):
        if words.known(line, ("xác nhận", "1", "hop"), words.WITHDRAW, words.ERASE):
            return
        assert BROKEN not in (await type_in("secretary", line)).text
    assert await town.meetings(CELL) == before
    assert await typed.recorded(town) == 0

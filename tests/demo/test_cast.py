"""The cast: people who answer, forget, change their minds and err, through the channel like anybody else."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.webchat.channel import Entry
from bot.demo.cast.habits import Answers, chance, habits_of, phrases
from bot.demo.cast.reading import heard
from bot.demo.cast.troupe import awake
from bot.demo.people import suggested
from bot.demo.play import Demo, begin
from jobs.clock import wall_clock
from meetings.period import Period
from meetings.terms import State
from services import Work

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Home = tuple[Path, str, Path]


@asynccontextmanager
async def opened(home: Home) -> AsyncIterator[Demo]:
    folder, _, roster = home
    demo = await begin(folder / ".demo", roster, lambda: None)
    try:
        yield demo
    finally:
        await demo.parts.database.close()


async def board(demo: Demo) -> list[Entry]:
    return await demo_after(demo, 0)


async def demo_after(demo: Demo, number: int) -> list[Entry]:
    async with demo.parts.database.read() as uow:
        rows = await uow.transcript.after(number, 100_000)
    return [Entry(one.id, one.bot, one.chat, one.author, one.body, one.at) for one in rows]


def texts(entries: list[Entry]) -> list[str]:
    return [str(json.loads(one.body)["text"]) for one in entries]


async def test_at_the_beginning_nearly_everybody_has_linked_a_phone_by_a_slip_and_said_yes_or_no(
    small_home: Home,
) -> None:
    async with opened(small_home) as demo:
        entries = await board(demo)
        async with demo.parts.database.read() as uow:
            people = await uow.people.all()
            linked = await uow.accounts.linked()
        assert 0.75 < len(linked) / len(people) < 1
        typed = [text for one, text in zip(entries, texts(entries), strict=True) if one.author == one.chat]
        assert sum(text.startswith("start ") for text in typed) >= len(linked)
        assert {one.bot for one in entries} == {"buttons", "numbers"}
        pressed = [body for one in entries if (body := json.loads(one.body)).get("pressed")]
        assert {(body["text"], body["en"]["text"]) for body in pressed} >= {("Đồng ý", "I agree")}
        answered = Counter(text.lower() for text in typed)
        assert answered["đồng ý"] > 20
        assert answered["không đồng ý"] > 0, "a few do not want to"
        assert {one.id for one in people if one.consented} == linked
        assert demo.stage.local_iso(demo.stage.now()) == "2026-11-10T09:00:00+07:00"


async def test_the_cast_answers_the_month_through_to_the_digest(small_home: Home) -> None:
    async with opened(small_home) as demo:
        before = (await board(demo))[-1].id
        await demo.stage.advance(demo.stage.local_iso(await demo.stage.month_end()))
        entries = await demo_after(demo, before)
        said = Counter(
            text.lower()
            for one, text in zip(entries, texts(entries), strict=True)
            if one.author == one.chat and one.author != "bot"
        )
        assert said["có dự"] > 10
        assert any(said[word] for word in phrases().confused), "some write beside the point"
        assert any(text.startswith("vắng ") or text == "đủ" for text in said), "the roll was called in a line"
        async with demo.parts.database.read() as uow:
            states = {
                str(one.state)
                for cell in await uow.units.cells()
                for one in await uow.meetings.of_cell(cell.id)
                if str(one.period) == "2026-11"
            }
        assert "closed" in states
        to_reader = [one for one in entries if one.chat == "CB001" and one.author == "bot"]
        assert any("TỔNG HỢP SINH HOẠT CHI BỘ THÁNG 11/2026" in text for text in texts(to_reader))
        forgotten = {
            one.chat
            for one in entries
            if one.author == "bot" and habits_of(one.chat).answers is Answers.NEVER
        }
        assert forgotten


async def test_whose_phone_is_open_is_left_to_whoever_looks(small_home: Home) -> None:
    async with opened(small_home) as demo:
        mine = await _suggested(demo)
        demo.stage.phones.tell("page", mine)
        before = (await board(demo))[-1].id
        await demo.stage.advance("2026-11-26T12:00")
        acted = {one.author for one in await demo_after(demo, before)} - {"bot"}
        assert acted
        assert not acted & set(mine)
        async with demo.parts.database.read() as uow:
            cell = await uow.units.by_code("X01-CB1")
            assert cell is not None
            meeting = await uow.meetings.regular(cell.id, Period(2026, 11))
        assert meeting is not None
        assert meeting.starts_at.astimezone(ZONE).day == 24, "the deputy leaves it to the secretary"
        assert meeting.state is State.ANNOUNCED
        demo.stage.phones.came("page")
        demo.stage.phones.left("page")
        assert demo.stage.phones.all == frozenset()


async def test_two_demos_have_the_same_people_doing_the_same(small_home: Home) -> None:
    told = []
    for _ in range(2):
        async with opened(small_home) as demo:
            await demo.stage.advance("2026-11-20T12:00")
            told.append(
                [(one.chat, one.author, one.at, json.loads(one.body)["text"]) for one in await board(demo)]
            )
    assert told[0] == told[1]


async def test_a_step_says_what_was_sent_to_whom(small_home: Home) -> None:
    async with opened(small_home) as demo:
        moved: Any = await demo.stage.advance("2026-11-22T12:00")
        assert all(one["what"]["en"] != one["what"]["vi"] for one in moved["passed"])
        step, notice = next(
            (one, sent)
            for one in moved["passed"]
            for sent in one["sent"]
            if sent["kind"]["vi"] == "thông báo"
        )
        assert step["people"] >= notice["count"] > 30
        sent: Any = await demo.stage.sent(step["at"])
        named = next(one for one in sent if one["kind"]["en"] == notice["kind"]["en"])
        assert len(named["names"]) == notice["count"]
        assert all(names == names.strip() and names for names in named["names"])


async def _suggested(demo: Demo) -> list[str]:
    async with demo.parts.database.read() as uow:
        work = Work(uow, demo.parts.house, demo.clock.now(), wall_clock())
        found = await suggested(work, await uow.units.cells())
    secretary, buttons, numbers, group, reader = found
    assert (secretary, group, reader) == ("DV001", "group-X01-CB1", "CB001")
    assert numbers.endswith("~n")
    return [secretary, buttons, numbers.removesuffix("~n"), group, reader]


@given(st.integers(0, 150 * 24 * 60))
def test_nobody_answers_at_night_and_nobody_before_they_were_asked(minutes: int) -> None:
    at = datetime(2026, 8, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
    acts = awake(at, ZONE)
    assert acts >= at
    assert 6 <= acts.astimezone(ZONE).hour < 22
    assert (acts - at).total_seconds() < 10 * 3600


@given(st.text(max_size=200))
def test_a_message_without_choices_offers_none(text: str) -> None:
    entry = Entry(
        1, "buttons", "DV001", "bot", json.dumps({"text": "x " + text.replace(". ", "")}), wall_clock()
    )
    message = heard(entry)
    assert message is not None
    assert message.option("Có dự") is None


def test_chance_is_the_same_everywhere_and_spread_evenly() -> None:
    drawn = [chance("DV", number) for number in range(2000)]
    assert chance("DV001", "answers") == chance("DV001", "answers")
    assert all(0 <= one < 1 for one in drawn)
    assert 0.45 < sum(drawn) / len(drawn) < 0.55


@pytest.mark.parametrize("relayed", [False, True])
def test_most_have_a_phone_unless_somebody_brings_them_the_news(relayed: bool) -> None:
    with_phone = sum(habits_of(f"DV{number:03}", relayed=relayed).phone for number in range(300))
    assert with_phone < 100 if relayed else with_phone > 280

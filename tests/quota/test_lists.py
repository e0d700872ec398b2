"""Lists of whom to phone: nobody is left off one, one leader has it, and nobody without a post."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, event

from chat.channel import Outgoing, Unreachable
from meetings.states import Verb
from services import moving, phoning
from storage.database import Database
from storage.tables.people import role
from tests.fakes import Metered
from tests.quota.commune import Commune, cell_rows, moment, name_of, opened, roster

LIST = "chưa nhận được tin nhắc"
PASTE = "sao chép nguyên văn"
MONTH = "Số tin nhắn của tháng sắp hết"
UNTIL_THE_REMINDER = ("18/11 19:00", "19/11 19:00")


async def a_cell(commune: Commune, *plain: str) -> None:
    """Six people, at the bot that counts but some; the notice has gone out."""
    await commune.load(roster(cell_rows("A", 6)))
    people = [f"A-{n}" for n in range(1, 7)]
    await commune.join([one for one in people if one not in plain], "one")
    await commune.join(plain, None)


async def nearly_used_up(commune: Commune, messages: int) -> None:
    await commune.talked("one", messages - (await commune.used("one")).messages)


def lists(commune: Commune, leader: str, words: str = LIST) -> list[str]:
    return [one for one in commune.texts(leader) if words in one]


@contextmanager
def out_of_reach(bot: Metered, chat: str) -> Iterator[None]:
    """The platform surely sends nothing there for a while."""
    send = bot.send

    async def fails(message: Outgoing) -> str:
        if message.to.chat == chat:
            raise Unreachable(sent=False)
        return await send(message)

    bot.send = fails  # type: ignore[method-assign]
    try:
        yield
    finally:
        bot.send = send  # type: ignore[method-assign]


async def test_who_misses_a_step_after_its_list_went_out_is_on_another(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune, "A-1")
        await commune.clock_to(*UNTIL_THE_REMINDER)
        await nearly_used_up(commune, 2970)
        with out_of_reach(commune.bots["one"], "zA-2"):  # the deputy's reminder still goes at 99 %
            await commune.clock_to("21/11 19:00")
        assert [name_of("A-2") in one for one in lists(commune, "A-1")] == [False]
        commune.bots["one"].allows = 0
        await commune.clock_to("21/11 19:20", "21/11 20:30", "22/11 09:00")
        [first, second] = lists(commune, "A-1")
        assert [name_of(f"A-{n}") in first for n in range(2, 7)] == [False, True, True, True, True]
        assert [name_of(f"A-{n}") in second for n in range(2, 7)] == [True, False, False, False, False]


async def test_the_deputy_elsewhere_gets_the_list_that_does_not_get_out_to_the_secretary(
    sqlite_url: str,
) -> None:
    async with opened(sqlite_url, {"one": 50, "two": 50}) as commune:
        await commune.load(roster(cell_rows("A", 6)))
        await commune.join(["A-1", "A-3", "A-4", "A-5", "A-6"], "one")
        await commune.join(["A-2"], "two")
        await commune.clock_to(*UNTIL_THE_REMINDER)
        await nearly_used_up(commune, 2940)
        with out_of_reach(commune.bots["one"], "zA-1"):
            await commune.clock_to("21/11 19:00")  # the list is queued while all seems well
        commune.bots["one"].allows = 0
        await commune.clock_to("21/11 19:30", "21/11 20:00")
        [told] = lists(commune, "A-2")
        assert [name_of(f"A-{n}") in told for n in range(3, 7)] == [True] * 4
        assert not lists(commune, "A-1")


async def test_the_text_to_paste_goes_to_the_deputy_when_the_secretary_cannot_be_told(
    sqlite_url: str,
) -> None:
    """News is said once: no tick of the clock would say it again."""
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune, "A-2")
        await commune.clock_to(*UNTIL_THE_REMINDER)
        before = [len(lists(commune, one, PASTE)) for one in ("A-1", "A-2")]
        async with commune.database.write() as uow:
            deputy, work = await uow.people.by_code("A-2"), commune.work(uow)
            assert deputy is not None
            [meeting, *_] = await uow.meetings.coming_up(work.now)
            change = await moving.propose(work.acting(deputy), meeting, Verb.CANCEL)
            await moving.carry_out(work.acting(deputy), change)
            await uow.commit()
        commune.bots["one"].allows = 0
        await commune.settle()
        assert [len(lists(commune, one, PASTE)) for one in ("A-1", "A-2")] == [before[0], before[1] + 1]
        [told] = lists(commune, "A-2", "Đề nghị đồng chí gọi điện hoặc nhờ người báo giúp")
        assert all(name_of(f"A-{n}") in told for n in (1, 3, 4, 5, 6))


async def test_who_lost_the_post_while_a_list_waited_learns_no_names(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune)
        await nearly_used_up(commune, 2850)
        commune.clock.move_to(commune.clock.now().replace(day=17))
        await commune.parts.ticks.quota()
        async with commune.database.write() as uow:
            who = await uow.people.by_code("A-1")
            assert who is not None
            await uow._connection.execute(delete(role).where(role.c.person == who.id))
            await uow.commit()
        await commune.parts.sender.drain()
        assert not lists(commune, "A-1", "sắp hết")
        await commune.settle()
        assert len(lists(commune, "A-2", "sắp hết")) == 1


async def test_the_month_is_blamed_for_nothing_but_its_own(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune, "A-1")
        await commune.clock_to("18/11 19:00")
        commune.clock.move_to(moment("19/11 19:00"))
        await commune.parts.ticks.reminders()
        async with commune.database.write() as uow:
            await uow.accounts.dead(commune.at["A-5"], commune.clock.now())
            await uow.commit()
        await commune.clock_to("19/11 19:10")
        [told] = lists(commune, "A-1")
        assert name_of("A-5") in told
        assert MONTH not in told
        await nearly_used_up(commune, 2970)
        await commune.clock_to("21/11 19:00")
        assert MONTH in lists(commune, "A-1")[-1]


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    for engine in database.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in database.engines:
            event.remove(engine, "before_cursor_execute", note)


async def test_a_month_like_any_other_is_looked_at_once_however_many_meetings_there_are(
    sqlite_url: str,
) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(*(cell_rows(cell, 3) for cell in "ABCD")))
        await commune.join(["A-1", "B-1"], "one")
        await commune.clock_to(*UNTIL_THE_REMINDER)
        async with commune.database.read() as uow:
            work = commune.work(uow)
            assert len(await uow.meetings.coming_up(work.now)) >= 4
            with statements(commune.database) as said:
                assert await phoning.untold(work) == []
        assert len([one for one in said if one.startswith("SELECT")]) <= 2

"""A month that is spent: the other address, the paste-text, the phone list, the operator; and the next month."""

from chat.events import Address
from services import phoning, running_out
from tests.quota.commune import NOVEMBER, OPERATOR, Commune, cell_rows, moment, name_of, opened, roster

NOTICE, TODAY = "Kính gửi đồng chí", "Kính nhắc đồng chí: 19 giờ 30 tối nay"


async def a_cell(commune: Commune, *, plain: tuple[str, ...] = (), size: int = 6) -> list[str]:
    """Everybody is linked to the bot that counts but some, who are linked where nothing is counted."""
    await commune.load(roster(cell_rows("A", size)))
    people = [f"A-{n}" for n in range(1, size + 1)]
    await commune.join([one for one in people if one not in plain], "one")
    await commune.join(plain, None)
    return people


async def lists(commune: Commune, leader: str) -> str:
    await commune.say({leader: "danhsach"})
    return commune.texts(leader)[-1]


async def test_whoever_has_another_address_hears_there_and_nobody_twice(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        people = await a_cell(commune)
        await commune.join(["A-3"], None)
        commune.at["A-3"] = Address("zalo", "one", "zA-3")
        await commune.say({"A-3": "lịch"})  # the bot is the one used last
        commune.bots["one"].allows = 0
        await commune.clock_to("18/11 19:00", "19/11 19:00", "21/11 19:00", "24/11 11:30")
        got = [one for one in commune.texts("A-3") if "19 giờ 30" in one][-3:]
        assert [text for text in got if text.count(NOTICE)] == got[:2]
        assert got[2].startswith(TODAY)
        assert not any(commune.got(one, TODAY) for one in people if one != "A-3")
        assert {one.to.bot for one in commune.plain.took} == {"main"}


async def test_the_secretary_elsewhere_gets_a_list_a_step_and_sees_it_on_demand(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune, plain=("A-1",))
        await commune.clock_to("18/11 19:00", "19/11 19:00")
        await commune.say({"A-3": "có dự", "A-4": "vắng", "A-5": "báo sau"})
        await commune.say({"A-4": "1"})
        commune.bots["one"].allows = 0
        await commune.clock_to("21/11 19:00")
        await commune.clock_to("24/11 11:30")
        [reminder, today] = [one for one in commune.texts("A-1") if "chưa nhận được tin nhắc" in one]
        # Those who answered need no reminder to answer; who will not come needs none at all.
        assert [name_of(f"A-{n}") in reminder for n in range(1, 7)] == [False, True, False, False, True, True]
        assert [name_of(f"A-{n}") in today for n in range(1, 7)] == [False, True, True, False, True, True]
        assert "gọi điện" in today
        assert today.startswith("19 giờ 30, Thứ Ba, ngày 24/11/2026")
        shown = await lists(commune, "A-1")
        missed = shown.partition("Chưa nhận được tin nhắc mới nhất")[2]
        assert [name_of(f"A-{n}") in missed for n in range(2, 7)] == [True, True, False, True, True]


async def test_who_never_got_the_notice_is_shown_as_not_reached(sqlite_url: str) -> None:
    """Never as "did not answer" (domain.md 4.6), while the notice still waits for the next month."""
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune, plain=("A-1",))
        commune.bots["one"].allows = 0
        await commune.clock_to("18/11 19:00", "19/11 19:00")
        shown = await lists(commune, "A-1")
        assert f"Chưa trả lời: 01 ({name_of('A-1')})" in shown
        assert shown.partition("Chưa liên hệ được: 05")[2].count("Người A-") == 5


async def test_the_operator_hears_once_and_which_cells_nobody_can_tell(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune)
        await commune.join([OPERATOR], None)
        await commune.clock_to("18/11 19:00", "19/11 19:00")
        commune.bots["one"].allows = 0  # the platform counts otherwise than we do
        await commune.clock_to("21/11 19:00", "22/11 19:00", "24/11 11:30")
        [told] = [one for one in commune.texts(OPERATOR) if "nền tảng không nhận thêm tin" in one]
        assert "Chưa báo được cho bí thư, phó bí thư: Chi bộ A." in told
        assert "Người A" not in told


async def test_a_group_that_hears_nothing_more_is_pasted_by_the_secretary(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune, plain=("A-1",))
        group = Address("zalo", "one", "group")
        commune.bots["one"].served.append("group")
        async with commune.database.write() as uow:
            home, who = await uow.units.by_code("A"), await uow.people.by_code("A-1")
            assert home is not None
            assert who is not None
            await uow.accounts.link_group(group, home.id, who.id, commune.clock.now())
            await uow.commit()
        await commune.clock_to("18/11 19:00", "19/11 19:00")
        assert any(one.to.chat == "group" for one in commune.bots["one"].took)
        assert not commune.got("A-1", "sao chép nguyên văn")
        commune.bots["one"].allows = 0
        await commune.clock_to("23/11 19:00")
        assert commune.got("A-1", "sao chép nguyên văn")
        assert commune.got("A-1", "Kính nhắc các đồng chí: 19 giờ 30 ngày mai")


async def test_with_the_next_month_everything_goes_again(sqlite_url: str) -> None:
    """The meeting of the third of December: its notice of 28 November waits, and is still of use on the first."""
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(cell_rows("A", 4, day="3")))
        await commune.join([f"A-{n}" for n in range(1, 5)], "one")
        await commune.clock_to("27/11 19:00")
        commune.bots["one"].allows = commune.bots["one"].counted["2026-11"]
        await commune.clock_to("28/11 19:00", "30/11 18:00")
        assert not commune.got("A-4", NOTICE)
        async with commune.database.read() as uow:
            assert await uow.traffic.spent(NOVEMBER) == {("zalo", "one")}
        await commune.clock_to("30/11 19:00")  # the reminder: the notice is worth nothing any more
        commune.bots["one"].allows = 3000
        await commune.clock_to("01/12 08:00")
        assert [commune.got(f"A-{n}", "chưa nhận được báo dự") for n in range(1, 5)] == [True] * 4
        async with commune.database.read() as uow:
            work = commune.work(uow)
            assert await phoning.untold(work) == []
            assert await running_out.due(work) == []


async def test_a_message_that_is_taken_ends_a_month_that_was_said_to_be_spent(sqlite_url: str) -> None:
    """The platform may have meant something else, or somebody bought a larger plan."""
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune)
        allowed, commune.bots["one"].allows = commune.bots["one"].allows, 0
        await commune.clock_to("18/11 19:00")
        assert (await commune.used("one")).spent_at is not None
        commune.bots["one"].allows = allowed
        await commune.clock_to("19/11 19:00")
        assert (await commune.used("one")).spent_at is None
        assert commune.got("A-4", NOTICE)


async def test_a_reply_waits_and_is_not_lost(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune)
        allowed, commune.bots["one"].allows = commune.bots["one"].allows, 0
        await commune.say({"A-4": "lịch"})
        before = len(commune.texts("A-4"))
        commune.bots["one"].allows = allowed
        await commune.settle()
        assert len(commune.texts("A-4")) == before + 1


async def test_a_reply_nobody_waits_for_any_more_is_given_up(sqlite_url: str) -> None:
    """Else it would open its menu weeks later."""
    async with opened(sqlite_url, {"one": 50}) as commune:
        await a_cell(commune)
        allowed, commune.bots["one"].allows = commune.bots["one"].allows, 0
        await commune.clock_to("30/11 20:00")
        await commune.say({"A-4": "lịch"})
        commune.clock.move_to(moment("01/12 08:00"))  # in the month of the reply it was spent
        commune.bots["one"].allows = allowed
        before = len(commune.texts("A-4"))
        await commune.settle()
        assert len(commune.texts("A-4")) == before


async def test_a_bot_of_which_nobody_said_how_much_it_may_send_can_be_spent_all_the_same(
    sqlite_url: str,
) -> None:
    async with opened(sqlite_url, {"one": 50}, allows=0) as commune:
        commune.bots["one"].allows = 3000
        await a_cell(commune, plain=("A-1",))
        await commune.join([OPERATOR], None)
        await commune.clock_to("18/11 19:00", "19/11 19:00")
        commune.bots["one"].allows = 0
        await commune.clock_to("21/11 19:00", "22/11 09:00")
        assert (await commune.used("one")).spent_at is not None
        assert commune.got("A-1", "chưa nhận được tin nhắc")
        [told] = [one for one in commune.texts(OPERATOR) if "nền tảng không nhận thêm tin" in one]
        assert "/0 tin" not in told


async def test_near_the_end_the_secretary_hears_whom_to_be_ready_to_phone(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(cell_rows("A", 6), cell_rows("B", 3)))
        await commune.join([f"A-{n}" for n in range(1, 5)], "one")
        await commune.join(["B-1", "B-2"], None)
        await commune.talked("one", 2850 - (await commune.used("one")).messages)
        await commune.clock_to("17/11 10:00", "17/11 11:00", "18/11 10:00")
        [ahead] = [one for one in commune.texts("A-1") if "sắp hết" in one]
        # Not the reader; those who are linked nowhere too.
        assert [name_of(f"A-{n}") in ahead for n in range(1, 7)] == [False, *[True] * 5]
        assert not commune.got("A-2", "sắp hết")
        assert not commune.got("B-1", "sắp hết")

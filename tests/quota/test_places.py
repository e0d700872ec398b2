"""How many people a bot serves: said before it is full; the fifty-first keeps the code for another bot."""

from dataclasses import replace

import httpx

from bot.commands import quotas
from bot.commands.figures import house_without_keys
from bot.settings import Settings
from bot.web import web_app
from jobs.clock import wall_clock
from services import need, room
from tests.quota.commune import OPERATOR, Commune, cell_rows, name_of, opened, roster

BOTS = '{"one": "1:a", "two": "2:b"}'


async def said(commune: Commune) -> list[str]:
    async with commune.database.read() as uow:
        texts = await room.warnings(commune.work(uow))
    return [commune.parts.house.catalogue.render(one, "vi") for one in texts]


async def test_a_bot_says_when_it_is_nearly_full_and_when_it_is(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 5}) as commune:
        await commune.load(roster(cell_rows("A", 4)))
        await commune.join(["A-1", "A-2", "A-3"], "one")
        assert await said(commune) == []
        await commune.join(["A-4"], "one")
        assert await said(commune) == ["Zalo (one): đã kết nối 4/5 người, sắp hết chỗ."]
        await commune.join([OPERATOR], "one")
        [full] = await said(commune)
        assert full.startswith("Zalo (one): đã kết nối 5/5 người, không còn chỗ.")


async def test_a_roster_that_is_too_large_is_told_before_anybody_is_linked(sqlite_url: str) -> None:
    """The operator, who is in no cell, is one of the commune: any bot will do."""
    async with opened(sqlite_url, {"one": 5, "two": 5}) as commune:
        await commune.load(roster(cell_rows("A", 7, "one"), cell_rows("B", 3, "two")))
        [short] = await said(commune)
        assert short.startswith("Zalo (one): đã kết nối 0/5 người; 2 người trong danh sách sẽ không có chỗ.")
        await commune.load(roster(cell_rows("A", 7, "one", "two"), cell_rows("B", 3, "two")))
        [short] = await said(commune)
        assert "1 người" in short  # eleven people, ten places


async def test_leaders_are_thought_of_first(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 4}) as commune:
        await commune.load(roster(cell_rows("A", 9), cell_rows("B", 9)))
        async with commune.database.read() as uow:
            places = (await need.at_bots(commune.work(uow)))["zalo", "one"]
            names = {(await uow.people.by_id(one)).code for one in places.coming}
        assert names == {"A-1", "A-2", "B-1", "B-2"}
        assert len(places.left_over) == 15


async def test_a_name_in_the_roster_that_nobody_set_up_is_told(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(cell_rows("A", 3, "one", "tow")))
        assert await said(commune) == ["Cột Zalo trong danh sách ghi tên tow, máy chủ chưa khai báo tên này."]


async def test_who_comes_to_a_full_bot_keeps_the_code_for_another(sqlite_url: str) -> None:
    """The platform may not even deliver our answer: so nothing may hang on it."""
    async with opened(sqlite_url, {"one": 2, "two": 2}) as commune:
        await commune.load(roster(cell_rows("A", 4)))
        await commune.join(["A-1", "A-2"], "one")
        commune.bots["one"].users = 3  # the platform would answer: what we count is a setting
        code = await commune.code("A-3")
        await commune.join([], "one")
        commune.at["A-3"] = replace(commune.at["A-1"], chat="zA-3")
        await commune.say({"A-3": f"start {code}"})
        assert commune.texts("A-3")[-1].startswith("Trợ lý này đã đủ 2 người")
        commune.at["A-3"] = replace(commune.at["A-3"], bot="two")
        await commune.say({"A-3": f"start {code}"})
        await commune.say({"A-3": "đồng ý"})
        async with commune.database.read() as uow:
            linked = await uow.accounts.at_bots()
        assert {bot: len(people) for bot, people in linked.items()} == {
            ("zalo", "one"): 2,
            ("zalo", "two"): 1,
        }


async def test_who_has_a_place_there_may_come_back_with_another_chat(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 2}) as commune:
        await commune.load(roster(cell_rows("A", 3)))
        await commune.join(["A-1", "A-2"], "one")
        commune.at["A-2"] = replace(commune.at["A-2"], chat="zA-2-new")
        commune.bots["one"].served.append("zA-2-new")
        await commune.say({"A-2": f"start {await commune.code('A-2')}"})
        async with commune.database.read() as uow:
            who = await uow.people.by_code("A-2")
            assert who is not None
            assert await uow.accounts.address_of(who.id) == commune.at["A-2"]


async def test_the_secretary_sees_how_many_places_are_taken(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(cell_rows("A", 4)))
        await commune.join(["A-1", "A-2"], "one")
        await commune.say({"A-1": "moi"})
        assert "Zalo (one): đã kết nối 2/50 người." in commune.texts("A-1")[-1]
        await commune.join(["A-3"], None)


# --- what the commands say ---------------------------------------------------------------------


def settings(url: str, **values: object) -> Settings:
    return Settings(database_url=url, secret_keys="k", zalo_bots=BOTS, **values)  # type: ignore[arg-type]


async def checked(commune: Commune, known: Settings) -> list[tuple[bool, str]]:
    """As `keng check`, at the commune's own time."""
    async with commune.database.read() as uow:
        house = replace(commune.parts.house, public_url=house_without_keys(known).public_url)
        return await quotas.checked(replace(commune.work(uow), house=house))


async def test_import_and_invite_warn_in_the_language_of_the_house(sqlite_url: str) -> None:
    async with opened(sqlite_url, {}) as commune:
        await commune.load(roster(cell_rows("A", 6, "one"), cell_rows("B", 3, "two")))
    lines = await quotas.room_warnings(settings(sqlite_url, zalo_users=5))
    assert len(lines) == 1
    assert lines[0].startswith("Zalo (one): đã kết nối 0/5 người; 1 người")
    assert await quotas.room_warnings(settings(sqlite_url, zalo_users=5, language="en")) != lines
    assert await quotas.room_warnings(settings(sqlite_url, zalo_users=0)) == []
    assert await quotas.room_warnings(Settings(database_url=sqlite_url, secret_keys="k")) == []


async def test_check_tells_the_month_what_it_needs_and_what_is_left(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(*(cell_rows(f"C{n:02}", 6) for n in range(1, 23))))
        known = settings(sqlite_url, public_url="https://keng.example")
        # 22 secretaries and deputies, three texts and the talk of a month each.
        [(good, line), (_, short)] = await checked(commune, known)
        assert good
        assert line.startswith("zalo one: 0 of 3000 messages this month (0 in, 0 out)")
        assert line.endswith("estimate: 22 cells × 51 messages = 1,122 of 3,000 a month")
        assert "83 people of the roster will find no room" in short
        await commune.talked("one", 2500)
        assert (await checked(commune, known))[0][1].endswith("83 %: nearly used up")
        await commune.talked("one", 400)
        good, line = (await checked(commune, known))[0]
        assert (good, line.endswith("96 %: what is worth least is left out")) == (False, True)


async def test_check_names_the_cells_nobody_can_tell_and_counts_addresses_to_link_again(
    sqlite_url: str,
) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(cell_rows("A", 4)))
        await commune.join(["A-1", "A-2", "A-3"], "one")
        await commune.clock_to("18/11 19:00", "19/11 19:00")
        commune.bots["one"].served.remove("zA-3")
        await commune.clock_to("21/11 19:00", "22/11 09:00")
        async with commune.database.write() as uow:
            for _ in range(3):
                await uow.accounts.refuse(commune.at["A-3"], commune.clock.now(), wall_clock())
            await uow.commit()
        commune.bots["one"].allows = 0
        await commune.clock_to("23/11 19:00", "24/11 11:30")
        lines = await checked(commune, settings(sqlite_url, public_url="https://keng.example"))
        assert [good for good, _ in lines] == [False, True, False]
        assert "takes nothing more this month" in lines[0][1]
        assert lines[1][1] == "zalo one: 1 addresses take nothing and have to be linked again"
        assert lines[2][1].endswith("phone: Chi bộ A.")
        assert not any(name_of("A-1") in line for _, line in lines)


async def test_check_says_which_files_cannot_be_delivered(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(cell_rows("A", 3)))
        lines = await checked(commune, settings(sqlite_url))
        assert lines[-1] == (
            True,
            "files: without KENG_PUBLIC_URL people on telegram, zalo get .ics, .xlsx, .docx, .png as text only",
        )
        with_address = await checked(commune, settings(sqlite_url, public_url="https://keng.example"))
        assert not any("files" in line for _, line in with_address)


async def test_metrics_show_every_bot_that_counts(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(cell_rows("A", 3)))
        await commune.join(["A-1"], "one")
        transport = httpx.ASGITransport(web_app(commune.parts, []))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            shown = (await client.get("/metrics")).text
    bot = 'bot="one",channel="zalo"'
    assert f'keng_bot_messages{{{bot},direction="in"}} 2.0' in shown
    assert f"keng_bot_messages_limit{{{bot}}} 3000.0" in shown
    assert f"keng_bot_people{{{bot}}} 1.0" in shown
    assert f"keng_bot_people_limit{{{bot}}} 50.0" in shown
    assert f"keng_bot_month_spent{{{bot}}} 0.0" in shown
    assert "main" not in shown

"""A month on bots that count ends with nobody unreminded in silence (domain.md 21, decision 19)."""

from collections.abc import Iterable, Mapping

import pytest

from tests.quota.commune import OPERATOR, Commune, cell_rows, name_of, opened, roster

# Every step of the plan for a meeting on the 24th at 19:30; the text of the last one begins like this.
STEPS = ("18/11 19:00", "19/11 19:00", "21/11 19:00", "22/11 19:00", "23/11 19:00", "24/11 11:30")
TODAY = "Kính nhắc đồng chí: 19 giờ 30 tối nay"


def silently(
    commune: Commune, cell: str, members: Iterable[str], heard: Mapping[str, int] | None
) -> list[str]:
    """Who got no reminder on the day and is not named to somebody who leads the cell and phones.

    Who is linked has to be on the list of that very step, which the leaders got after they had `heard` so many
    texts; who is not, on any. None: nobody who leads can be told any more. Who holds such a list knows the hour and need not be phoned.
    """
    lists = {one: phone_lists(commune, one) for one in (f"{cell}-1", f"{cell}-2")}
    ever = "\n".join(lists.values())
    new = [text for one in lists for text in commune.texts(one)[(heard or {}).get(one, 0) :]]
    of_the_day = "\n".join(one for one in new if "chưa nhận được tin nhắc" in one)
    served = {chat for bot in commune.bots.values() for chat in bot.served}
    named = {one: of_the_day if heard is not None and f"z{one}" in served else ever for one in members}
    return [
        one
        for one, names in named.items()
        if not (commune.got(one, TODAY) or lists.get(one) or name_of(one) in names)
    ]


def heard_by_now(commune: Commune) -> dict[str, int]:
    return {one: len(commune.texts(one)) for one in commune.at}


def phone_lists(commune: Commune, leader: str) -> str:
    return "\n".join(one for one in commune.texts(leader) if "gọi điện" in one and "19 giờ 30" in one)


async def test_three_bots_with_49_50_and_51_people(sqlite_url: str) -> None:
    """One has messages for the whole month, one for the notice only, one meets a fifty-first person."""
    sizes = {"one": 49, "two": 50, "three": 51}
    async with opened(sqlite_url, dict.fromkeys(sizes, 50)) as commune:
        await commune.load(roster(*(cell_rows(bot.upper(), n, bot) for bot, n in sizes.items())))
        members = {bot: [f"{bot.upper()}-{n + 1}" for n in range(size)] for bot, size in sizes.items()}
        for bot, people in members.items():
            await commune.join(people, bot)
        await commune.join([OPERATOR], None)
        assert [len(one.served) for one in commune.bots.values()] == [49, 50, 50]
        await commune.talked("two", 2840 - (await commune.used("two")).messages)
        for step in STEPS:
            heard = heard_by_now(commune)
            await commune.clock_to(step)
            if step.startswith("19"):
                await commune.say({one: "có dự" for people in members.values() for one in people[5:25]})

        for bot, people in members.items():
            assert not silently(commune, bot.upper(), people, heard)
            assert (await commune.used(bot)).messages == commune.bots[bot].counted["2026-11"] <= 3000
        # Nobody of the first was left out; of the second many were; of the third only who is one too many.
        assert all(commune.got(one, TODAY) for one in members["one"])
        left_out = [one for one in members["two"] if not commune.got(one, TODAY)]
        assert len(left_out) >= 20
        assert [one for one in members["three"] if not commune.got(one, TODAY)] == ["THREE-51"]
        # The announcement went to everybody, and those who phone kept their reminders.
        assert all(commune.got(one, "Kính gửi đồng chí") for one in members["two"])
        assert not {"TWO-1", "TWO-2"} & set(left_out)
        assert "two): đã dùng" in "\n".join(commune.texts(OPERATOR))
        assert "(one)" not in "\n".join(commune.texts(OPERATOR))


@pytest.mark.parametrize("before", [0, 2700])
async def test_one_bot_carries_22_cells_in_secretary_only_mode(sqlite_url: str, before: int) -> None:
    """Secretaries and deputies of 22 cells, and the operator: what nobody linked gets, they paste and phone.

    Nothing else is said in the first month; in the other so much that messages run out on the way.
    """
    cells = [f"C{n:02}" for n in range(1, 23)]
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(*(cell_rows(cell, 6) for cell in cells)))
        leaders = [f"{cell}-{n}" for cell in cells for n in (1, 2)]
        await commune.join([*leaders, OPERATOR], "one")
        await commune.talked("one", before)
        for step in STEPS:
            heard = heard_by_now(commune)
            await commune.clock_to(step)
            if step.startswith("19"):
                await commune.say(dict.fromkeys(leaders, "có dự"))
        used = await commune.used("one")
        for cell in cells:
            heard_since = heard if used.spent_at is None else None
            assert not silently(commune, cell, [f"{cell}-{n}" for n in range(1, 7)], heard_since)
        assert (used.spent_at is not None) == (before > 0)
        assert commune.got(OPERATOR, "đã dùng") == (before > 0)
        if not before:
            assert all(commune.got(one, TODAY) for one in leaders)
            await roll_call(commune, [f"{cell}-1" for cell in cells])
            assert (await commune.used("one")).messages == commune.bots["one"].counted["2026-11"] < 1166


async def roll_call(commune: Commune, secretaries: list[str]) -> None:
    await commune.clock_to("24/11 21:00")
    for words in ("đủ", "1", "Chốt danh sách", "1"):
        await commune.say(dict.fromkeys(secretaries, words))
    assert all(commune.got(one, "có mặt 6/6") for one in secretaries)

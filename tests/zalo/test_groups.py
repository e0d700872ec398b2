"""The cell's group on Zalo: the bot hears what names it, and says totals; where it may not join, a text to paste."""

import asyncio

import pytest

from bot.channels.zalo.intake import Identity
from tests.scenarios.commune import GROUP, NAMES
from tests.scenarios.transcript import kinds
from tests.zalo.platform import Oddities
from tests.zalo.town import Town


@pytest.mark.parametrize("odd", [Oddities(), Oddities(nameless=True)], ids=["named", "nameless"])
async def test_a_group_is_linked_by_naming_the_bot_and_by_answering_it(town: Town) -> None:
    await town.join("secretary", "clerk")
    group, secretary = town.zalo.groups[GROUP], town.person("secretary")
    group.write(secretary, "nhom")  # not heard: it names nobody
    group.say_to_bot(secretary, "nhom")
    await town.settle()
    [asked] = await town.heard(GROUP)
    assert asked.choices == {"Xác nhận": "1", "Bỏ qua": "2"}
    group.reply_to_bot(town.person("clerk"), "1")
    await town.settle()
    assert await town.heard(GROUP) == []
    group.reply_to_bot(secretary, "1")
    await town.settle()
    assert kinds(await town.heard(GROUP)) == ["group linked"]
    await town.clock("23/11 19:00")
    said = await town.messages(GROUP)
    assert kinds(said)[2:] == ["announcement", "evening"]
    assert not [name for name in NAMES.values() if name in said.text]


async def test_only_the_secretary_and_only_group_commands_are_heard_there(town: Town) -> None:
    await town.join("secretary", "clerk")
    group = town.zalo.groups[GROUP]
    for person, words in (
        ("clerk", "nhom"),
        ("elder", "nhom"),
        ("secretary", "danhsach"),
        ("secretary", "lich"),
        ("secretary", "dulieu"),
        ("secretary", "xin chào"),
        ("secretary", ""),
        ("elder", f"start {await town.stage.slip('elder')}"),
    ):
        group.say_to_bot(town.person(person), words)
        await town.settle()
    assert not [one for one in group.chat.texts if "quyền" not in one]
    assert not [name for name in NAMES.values() if name in "".join(group.chat.texts)]


async def test_our_name_is_asked_for_once(town: Town) -> None:
    await town.join("secretary")
    before = town.one.calls["getMe"]
    group = town.zalo.groups[GROUP]
    for _ in range(3):
        group.say_to_bot(town.person("secretary"), "nhom")
        await town.settle()
    assert town.one.calls["getMe"] == before == 1


async def test_another_name_is_learned_hours_later_and_no_update_waits_for_it(silent: Town) -> None:
    """While Zalo does not tell, it is asked again after some minutes, not for every message."""
    hours = [0.0]
    identity = Identity(silent.service._client, lambda: hours[0] * 3600)
    silent.one.fail_next("getMe")
    found = []
    for at in (0, 0.05, 0.1, 0.2, 3.2, 3.3):
        hours[0] = at
        found.append("Kẻng mới" if "Kẻng mới" in identity.names() else bool(identity.names()))
        await asyncio.gather(*([identity._asking] if identity._asking else []))
        if at == 0.2:
            silent.one.display_name = "Kẻng mới"
    assert found == [False, False, False, True, True, "Kẻng mới"]
    assert silent.one.calls["getMe"] == 3


async def test_while_nobody_tells_us_our_name_one_word_is_enough(silent: Town) -> None:
    """In a process that only answers the webhook, and Zalo does not say who we are."""
    await silent.says_on_page("secretary", f"start {await silent.stage.slip('secretary')}")
    silent.one.fail_next("getMe", times=2)
    secretary, group = silent.person("secretary"), silent.zalo.groups[GROUP]
    take = silent.service._intake(silent.parts.dispatcher.receive).take
    for words in (f"start {await silent.stage.slip('secretary')}", "đồng ý"):
        secretary.write(words)
        assert await take(silent.one._fresh.popleft())
    group.say_to_bot(secretary, "nhom")
    assert await take(silent.one._fresh.popleft())
    await silent.parts.sender.drain()
    assert kinds(await silent.messages(GROUP)) == ["group?"]


async def test_where_the_bot_may_not_join_the_secretary_pastes(town: Town) -> None:
    town.one.can_join_groups = False
    assert (await town.service.examine())[0][1].endswith("no groups")
    await town.join("secretary")
    await town.clock("19/11 19:00")
    assert kinds(await town.heard("secretary"))[-3:] == ["paste this", "announcement", "to phone"]


async def test_thrown_out_of_the_group_the_secretary_pastes_too(town: Town) -> None:
    """Zalo tells nobody: it is learned by writing there."""
    await town.join("secretary")
    await town.say("secretary", "nhom", chat=GROUP)
    await town.choose("secretary", "Xác nhận", chat=GROUP)
    await town.clock("19/11 18:59")
    await town.heard("secretary")
    town.zalo.groups[GROUP].chat.open = False
    await town.clock("19/11 19:00")
    assert kinds(await town.heard("secretary"))[-3:] == ["paste this", "announcement", "to phone"]

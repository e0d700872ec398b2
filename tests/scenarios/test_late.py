"""Late: after a long stop, at night, created too late, joined too late, struck too often (domain.md 4.8)."""

import pytest

from meetings.terms import State
from tests.scenarios.commune import CELL, GROUP, commune
from tests.scenarios.page import Village
from tests.scenarios.transcript import kinds, says, table

PEOPLE = ("secretary", "clerk", "liaison", "worker")


async def arrive(village: Village, until: str = "10/11 09:00") -> None:
    await village.join(*PEOPLE, "executive")
    await village.say("secretary", "nhom", chat=GROUP)
    await village.choose("secretary", "Xác nhận", chat=GROUP)
    await village.clock(until)
    await hush(village)


async def hush(village: Village) -> None:
    for chat in (*PEOPLE, "executive", GROUP):
        await village.heard(chat)


async def news(village: Village) -> dict[str, list[str]]:
    """What everybody got since, by person; who got nothing is left out."""
    found = {chat: kinds(await village.heard(chat)) for chat in (*PEOPLE, "executive", GROUP)}
    return {chat: said for chat, said in found.items() if said}


async def test_stopped_from_before_the_preview_until_two_days_before(village: Village) -> None:
    """The notice is late, and nothing else of what was missed is made up for but the liaison's errand."""
    await arrive(village, "18/11 09:00")
    await village.stopped_until("22/11 19:30")
    assert await news(village) == {
        "secretary": ["notice"],
        "clerk": ["notice"],
        "liaison": ["notice", "relay"],
        "worker": ["notice"],
        "executive": ["invitation"],
        GROUP: ["announcement"],
    }
    await village.clock("24/11 12:00")
    assert await news(village) == {
        "secretary": ["today"],
        "clerk": ["today"],
        "liaison": ["today"],
        "worker": ["today"],
        GROUP: ["evening"],
    }


async def test_stopped_after_the_notice_until_the_day_itself(village: Village) -> None:
    """One message an audience: the newest that is still of use."""
    await arrive(village, "20/11 09:00")
    await village.say("worker", "bận")
    await village.press("worker", "Lý do khác")
    await hush(village)
    await village.stopped_until("24/11 12:00")
    assert await news(village) == {
        "secretary": ["forecast", "today"],
        "clerk": ["today"],
        "liaison": ["today", "relay"],
    }
    # The group's reminder of the evening before says "ngày mai": a lie by now, so it is not sent.


async def test_stopped_until_after_the_start_nobody_is_written_to(village: Village) -> None:
    await arrive(village, "20/11 09:00")
    await village.stopped_until("24/11 19:30")
    assert await news(village) == {}


async def test_at_night_nobody_is_written_to(village: Village) -> None:
    """Sent by hand at 23:00 the notice arrives at 05:30; the secretary is told so at once."""
    await arrive(village, "17/11 23:00")
    await village.say("secretary", "thongbao")
    said = await village.press("secretary", "Gửi thông báo")
    assert kinds(said)[-1] == "sending at dawn"
    assert says(said.text, "5 giờ 30, Thứ Tư, ngày 18/11/2026")
    await village.clock("18/11 05:29")
    assert await news(village) == {}
    await village.clock("18/11 05:30")
    found = await news(village)
    assert found == {
        **{one: ["notice"] for one in PEOPLE},
        "executive": ["invitation"],
        GROUP: ["announcement"],
    }
    assert table(await village.messages("clerk"))[-1] == "18/11 05:30 notice"


@pytest.mark.parametrize("rows", [commune(None)], ids=["no rule"])
async def test_a_meeting_created_late_is_previewed_now_and_announced_a_day_later(village: Village) -> None:
    """Set on the 10th for the 13th: T-6 and T-5 are over."""
    await arrive(village)
    await village.say("secretary", "hop 13 19:30 Nhà văn hoá")
    await village.choose("secretary", "Xác nhận")
    await village.tick()
    preview = await village.heard("secretary")
    assert kinds(preview) == ["preview"]
    assert says(preview.text, "Thông báo sẽ gửi lúc 9 giờ, Thứ Tư, ngày 11/11/2026")
    await village.clock("11/11 08:59")
    assert await news(village) == {}
    await village.clock("11/11 09:00")
    assert await news(village) == {
        **{one: ["notice"] for one in PEOPLE},
        "executive": ["invitation"],
        GROUP: ["announcement"],
    }
    await village.clock("13/11 12:00")
    later = await news(village)
    assert (later["clerk"], later["liaison"]) == (["today"], ["relay", "today"])


@pytest.mark.parametrize("rows", [commune(None)], ids=["no rule"])
async def test_a_meeting_created_the_day_before_is_announced_at_once(village: Village) -> None:
    await arrive(village, "10/11 13:00")
    await village.say("secretary", "hop 11 19:30 Nhà văn hoá")
    await village.choose("secretary", "Xác nhận")
    await village.tick()
    assert (await news(village))["clerk"] == ["notice"]
    assert (await village.meetings(CELL))[0].state is State.ANNOUNCED


async def test_linked_after_the_notice_one_hears_of_the_meeting_once(village: Village) -> None:
    """The answer to the consent says it; the ticks after it do not say it again."""
    await arrive(village, "20/11 09:00")
    await village.link("deputy")
    assert kinds(await village.choose("deputy", "Đồng ý")) == ["welcome", "what is on"]
    await village.tick()
    await village.clock("21/11 18:59")
    assert await village.heard("deputy") == []
    await village.clock("21/11 19:00")
    assert kinds(await village.heard("deputy")) == ["forecast", "reminder"]


async def test_linked_after_the_reminder_one_gets_what_is_of_use_by_then(village: Village) -> None:
    await arrive(village, "23/11 10:00")
    await village.link("committee")
    assert kinds(await village.choose("committee", "Đồng ý")) == ["welcome", "what is on"]
    await village.link("suspended")
    assert kinds(await village.choose("suspended", "Đồng ý")) == ["welcome"]
    await village.link("chair")
    assert kinds(await village.choose("chair", "Đồng ý")) == ["welcome"]
    await village.tick()
    assert await village.heard("committee") == []
    await village.clock("24/11 11:30")
    assert kinds(await village.heard("committee")) == ["today"]
    assert await village.heard("suspended") == []


async def test_a_liaison_and_an_official_linked_late_get_their_errand_and_their_invitation(
    village: Village,
) -> None:
    await village.clock("23/11 10:00")
    for person in ("liaison", "executive"):
        await village.link(person)
        await village.choose(person, "Đồng ý")
    await village.tick()
    await village.tick()
    assert kinds(await village.heard("liaison")) == ["relay"]
    assert kinds(await village.heard("executive")) == ["invitation"]


async def test_ticks_that_strike_again_double_nothing(village: Village) -> None:
    await arrive(village, "18/11 18:00")
    for at in ("18/11 19:00", "19/11 19:00", "21/11 19:00", "22/11 19:00", "23/11 19:00", "24/11 11:30"):
        await village.clock(at)
        once = await village.how_many()
        for _ in range(3):
            await village.tick()
        assert await village.how_many() == once

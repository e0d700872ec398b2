"""The demo's power fails for real (kill -9 of its process); its parent starts it again, and it goes on."""

import json
import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.demo.running import Running, gone, running
from tests.forks import run_keng

LEADERS = ["DV001", "DV002"]
Home = tuple[Path, str, Path]  # a folder, and the words with which the demo is made there already
BEFORE, NOTICE = "2026-11-18T19:00:00+07:00", "2026-11-19T19:00:00+07:00"
THEIRS = '"Sinh hoạt chi bộ thường kỳ tháng 11: 19 giờ 30, Thứ Ba, ngày 24/11/2026'
BEGINNING = "2026-11-10T09:00:00+07:00"


def notices(demo: Running) -> dict[str, str]:
    """What has become of the notices to members, by person."""
    with closing(sqlite3.connect(demo.home / ".demo" / "keng.db")) as database:
        query = "SELECT code, status FROM notice JOIN person ON person.id = person WHERE kind = 'notice.5'"
        return dict(database.execute(query).fetchall())


async def test_a_broadcast_to_52_that_is_cut_in_its_middle_reaches_everybody(small_home: Home) -> None:
    async with running(*small_home) as demo:
        await demo.post("/web/mine", page="a page", chats=LEADERS)  # nobody picks another day than the 24th
        await demo.post("/web/clock", to=BEFORE)
        before = await demo.said_by_bot()
        assert (await demo.post("/web/switch", name="power"))["power"] == "armed"
        await demo.cut_by("/web/clock", to="next")
        assert (await demo.state())["now"] == NOTICE, "the clock was kept before anything fell due"
        assert (await demo.switches())["power"] == "off"
        await demo.everything_sent()
        told = await demo.said_by_bot() - before
        asked = {chat for chat, body in told if THEIRS in body}
        assert dict.fromkeys(asked, "sent") == notices(demo)
        assert len(asked) > 30
        twice = told - Counter(told.keys())
        assert 1 <= twice.total() <= 5, "the letters that were in flight, and no other"


async def test_what_is_broken_stays_broken_and_old_buttons_work_after_a_cut(small_home: Home) -> None:
    async with running(*small_home) as demo:
        new = (await demo.state())["suggested"][2].removesuffix("~n")
        code = (await demo.post("/web/slip", person=new))["code"]
        me = {"bot": "buttons", "chat": new, "person": new}
        await demo.post("/web/messages", **me, text=f"start {code}")
        await demo.everything_sent()
        messages = await demo.client.get("/web/messages", params={"bot": "buttons", "chat": new})
        [agree, _] = messages.json()["messages"][-1]["buttons"]
        await demo.post("/web/switch", name="channel", bot="numbers", on=True)
        await demo.post("/web/switch", name="block", chat="DV021", on=True)
        child = await demo.child()
        os.kill(child, signal.SIGKILL)
        await demo.another_than(child)
        broken = await demo.switches()
        assert (broken["down"], broken["blocked"]) == (["numbers"], ["DV021"])
        await demo.post("/web/messages", **me, token=agree["token"])
        await demo.everything_sent()
        messages = await demo.client.get("/web/messages", params={"bot": "buttons", "chat": new})
        assert "Đã ghi nhận" in messages.json()["messages"][-1]["text"]


async def test_where_there_is_nothing_to_cut_the_power_fails_once_the_next_event_has_passed(
    small_home: Home,
) -> None:
    """Nothing can be sent while both channels are down."""
    async with running(*small_home) as demo:
        for bot in ("buttons", "numbers"):
            await demo.post("/web/switch", name="channel", bot=bot, on=True)
        await demo.post("/web/switch", name="power")
        after = (await demo.post("/web/clock", to="next"))["next"]["at"]
        await demo.cut_by("/web/clock", to="next")
        assert (await demo.state())["now"] == after


async def test_the_demo_begins_again_at_the_beginning(small_home: Home) -> None:
    async with running(*small_home) as demo:
        await demo.post("/web/clock", to="week")
        await demo.post("/web/switch", name="channel", bot="buttons", on=True)
        child = await demo.child()
        assert await demo.post("/web/again") == {"ok": True}
        demo.client.follow_redirects = True  # as browsers do
        assert (await demo.state())["now"] == BEGINNING
        assert await demo.switches() == {"down": [], "blocked": [], "power": "off", "waiting": 0}
        assert await demo.child() != child


async def test_a_stream_ends_when_the_demo_begins_again(small_home: Home) -> None:
    async with running(*small_home) as demo, demo.client.stream("GET", "/web/stream?after=100000") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": here"
        await demo.post("/web/again")
        assert [line async for line in lines if line.startswith("event")] == ["event: stop"]


async def test_both_processes_end_in_order_when_they_are_told_to(small_home: Home) -> None:
    async with running(*small_home) as demo:
        child = await demo.child()
        os.kill(demo.parent, signal.SIGTERM)
        await gone(demo.parent, child)
        assert demo.begun.ended() == 0


async def test_while_the_power_is_out_the_order_to_stop_is_heard(small_home: Home) -> None:
    async with running(*small_home) as demo:
        child = await demo.child()
        os.kill(child, signal.SIGKILL)
        await gone(child)
        os.kill(demo.parent, signal.SIGINT)
        await gone(demo.parent)
        assert demo.begun.ended() == 0


async def test_no_process_is_left_alone_when_the_parent_is_killed(small_home: Home) -> None:
    async with running(*small_home) as demo:
        child = await demo.child()
        os.kill(demo.parent, signal.SIGKILL)
        await gone(child)


async def test_with_a_speed_the_clock_runs_by_itself(small_home: Home) -> None:
    async with (
        running(*small_home, "--speed", "3600") as demo,
        demo.client.stream("GET", "/web/stream") as told,
    ):
        told_now = ""
        async for line in told.aiter_lines():
            if told_now == "event: clock":
                assert json.loads(line.removeprefix("data: "))["now"] > BEGINNING
                break
            told_now = line


def test_a_workbook_with_faults_is_refused_line_by_line_and_nothing_is_served(tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_text("not a workbook")
    ran = run_keng(tmp_path, "demo", "--no-browser", "--port", "0", "--roster", "bad.xlsx")
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)
    assert "Traceback" not in ran.err[0]


async def test_a_port_that_is_taken_is_one_line(small_home: Home) -> None:
    async with running(*small_home) as demo:
        port = str(demo.client.base_url.port)
        ran = run_keng(small_home[0], "demo", "--no-browser", "--port", port)
        assert (ran.status, ran.out, ran.err) == (1, [], [f"port {port} is taken"])

"""What the figures rest on: no update is lost or doubled, and nothing slips through Telegram's limits."""

import json

import aiohttp
import pytest

from tests.bench.server import TOKEN, BenchApi, Updates, Windows, bench_api
from tests.bench.stopwatch import Person, Stopwatch


def _numbers(updates: list[bytes]) -> list[int]:
    return [json.loads(one)["update_id"] for one in updates]


def test_an_update_is_gone_only_once_a_higher_offset_is_asked_for() -> None:
    updates = Updates()
    for _ in range(3):
        updates.add('{"message":{}}')
    assert _numbers(updates.from_offset(0, 2)) == [1, 2]
    assert _numbers(updates.from_offset(0, 2)) == [1, 2]
    assert _numbers(updates.from_offset(2, 2)) == [2, 3]
    assert _numbers(updates.from_offset(4, 2)) == []
    assert _numbers(updates.from_offset(0, 2)) == []


def test_thirty_messages_fit_into_any_second_and_no_more() -> None:
    windows = Windows(30)
    assert all(windows.admit(str(place), place / 100) for place in range(30))
    assert not windows.admit("a", 0.999)
    assert windows.admit("a", 1.0)
    assert not windows.admit("b", 1.005)
    assert (windows.crowded, windows.hurried) == (2, 0)


def test_a_chat_hears_one_message_a_second() -> None:
    windows = Windows(30)
    assert windows.admit("a", 0)
    assert not windows.admit("a", 0.9)
    assert windows.admit("b", 0.9)
    assert windows.admit("a", 1.0)
    assert (windows.crowded, windows.hurried) == (0, 1)


@pytest.mark.parametrize("form", ["urlencoded", "json", "multipart"])
async def test_a_message_is_understood_in_every_form_a_client_chooses(form: str) -> None:
    sent: list[str] = []
    async with bench_api() as api, aiohttp.ClientSession() as client:
        api.sent = lambda chat, _at: sent.append(chat)
        values = {"chat_id": "7", "text": "Kính mời\r\nđồng chí & bạn"}
        body = {"json": values} if form == "json" else {"data": _form(values, multipart=form == "multipart")}
        answer = await client.post(f"{api.url}/bot{TOKEN}/sendMessage", **body)
        assert (await answer.json())["result"]["text"] == values["text"]
    assert sent == ["7"]


def _form(values: dict[str, str], *, multipart: bool) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=multipart)
    for name, value in values.items():
        form.add_field(name, value)
    return form


async def test_an_answer_belongs_to_the_press_that_asked_for_it() -> None:
    async with bench_api() as api:
        watch = Stopwatch(api)
        people = [Person("7", ("a", "b")), Person("8", ("a", "b"))]
        asks = watch.feed(watch.acts(people, 4))
        _send(api, asks[2].chat)
        api.answered("2", 5.0)
        _send(api, "9")
        assert [one.confirmed is not None for one in asks] == [True, False, False, False]
        assert [one.answered for one in asks] == [None, 5.0, None, None]
        assert list(watch.unasked) == ["9"]


def _send(api: BenchApi, chat: str) -> None:
    api.sent(chat, 1.0)

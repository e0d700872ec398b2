"""People and groups of the test do to the bot what Telegram's people do."""

from collections.abc import AsyncIterator

import pytest
import telegram

from tests.telegram.botapi import Limits
from tests.telegram.botapi.scene import CELL, VILLAGE, Scene, press, rows, staged


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with staged(Limits.off()) as set_up:
        yield set_up


async def test_chats_that_cannot_be_written_to(scene: Scene) -> None:
    server = scene.server
    lan = server.user(21, "Lan")
    lan.start("a1B2")
    lan.block()
    send = {"chat_id": 21, "text": "x"}
    assert await scene.why("sendMessage", **send) == "403 Forbidden: bot was blocked by the user"
    lan.start()
    assert await scene.why("sendMessage", **send) == "ok"
    lan.deactivate()
    assert await scene.why("sendMessage", **send) == "403 Forbidden: user is deactivated"
    updates = await scene.result("getUpdates")
    changes = [
        one["my_chat_member"]["new_chat_member"]["status"] for one in updates if "my_chat_member" in one
    ]
    assert changes == ["kicked", "member"]
    assert updates[0]["message"]["text"] == "/start a1B2"
    group = server.group(-4002, "Chi bộ bản Pho")
    send = {"chat_id": group.id, "text": "x"}
    assert await scene.why("sendMessage", **send) == "400 Bad Request: chat not found"
    group.add_bot(lan)
    assert await scene.why("sendMessage", **send) == "ok"
    group.restrict_bot()
    assert "not enough rights" in await scene.why("sendMessage", **send)
    group.kick_bot(lan)
    assert await scene.why("sendMessage", **send) == "403 Forbidden: bot was kicked from the group chat"


async def test_a_left_group_is_closed(scene: Scene) -> None:
    await scene.result("leaveChat", chat_id=CELL)
    why = await scene.why("sendMessage", chat_id=CELL, text="x")
    assert why == "403 Forbidden: bot is not a member of the group chat"


async def test_a_group_migrates(scene: Scene) -> None:
    server = scene.server
    an = server.user(31, "An Hai")
    group = server.group(-4003, "Chi bộ")
    group.add_bot(an)
    new = group.migrate()
    told = await scene.call("sendMessage", chat_id=-4003, text="x")
    assert told["error_code"] == 400
    assert told["parameters"] == {"migrate_to_chat_id": new}
    assert await scene.why("sendMessage", chat_id=new, text="x") == "ok"
    assert (group.id, group.texts) == (new, ["x"])
    updates = await scene.result("getUpdates")
    assert [one["message"].get("migrate_to_chat_id") for one in updates[-2:]] == [new, None]
    assert updates[-1]["message"]["migrate_from_chat_id"] == -4003
    assert updates[-1]["message"]["chat"]["id"] == new


async def test_topics(scene: Scene) -> None:
    group = scene.server.group(VILLAGE, "Đảng bộ xã", topic=True)
    group.add_bot(scene.server.user(32, "An Ba"))
    topic = group.open_topic("Họp tháng")
    send = {"chat_id": group.id, "text": "x", "message_thread_id": topic}
    sent = await scene.result("sendMessage", **send)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    assert "message thread not found" in await scene.why("sendMessage", **send | {"message_thread_id": 1})
    group.close_topic(topic)
    assert await scene.why("sendMessage", **send) == "400 Bad Request: TOPIC_CLOSED"
    group.delete_topic(topic)
    assert "message thread not found" in await scene.why("sendMessage", **send)


async def test_privacy_mode_hides_what_is_not_for_the_bot(scene: Scene) -> None:
    server = scene.server
    an = server.user(33, "An Tư")
    group = server.group(-4004, "Chi bộ")
    group.add_bot(an, "link1")
    await scene.result("sendMessage", chat_id=group.id, text="Họp")
    group.write(an, "chào cả nhà")
    group.write(an, "/lich")
    group.write(an, "/lich@another_bot")
    group.write(an, "/lich@Keng_Test_Bot")
    group.write(an, "vâng", reply_to=group.last)
    group.write_anonymously("/lich")
    group.write_anonymously("im lặng")
    group.write_from_channel("/lich")
    updates = await scene.result("getUpdates")
    messages = [one["message"] for one in updates if "message" in one]
    assert [one.get("text") for one in messages] == [
        None,
        "/start@keng_test_bot link1",
        "/lich",
        "/lich@Keng_Test_Bot",
        "vâng",
        "/lich",
        "/lich",
    ]
    assert messages[4]["reply_to_message"]["text"] == "Họp"
    assert [one["from"]["id"] for one in messages[-2:]] == [1087968824, 777000]
    assert messages[-1]["is_automatic_forward"]
    for one in updates:
        assert telegram.Update.de_json(one, None)


async def test_a_press_names_person_message_and_data(scene: Scene) -> None:
    server = scene.server
    an, group = server.user(34, "An Năm"), server.group(-4005, "Chi bộ")
    group.add_bot(an)
    keys = rows([press("a1"), {"text": "Vắng, có lý do", "callback_data": "b2"}])
    sent = await scene.result("sendMessage", chat_id=group.id, text="Họp", reply_markup=keys)
    server.updates.drop()
    pressed = group.press(an, "Vắng")
    group.press_data(an, "forged")
    first, second = [one["callback_query"] for one in await scene.result("getUpdates")]
    assert (first["data"], first["from"]["id"], second["data"]) == ("b2", 34, "forged")
    assert first["message"]["message_id"] == sent["message_id"]
    answer = {"callback_query_id": first["id"], "text": "Đã ghi", "show_alert": True}
    assert await scene.why("answerCallbackQuery", **answer) == "ok"
    await pressed.answered()
    assert (pressed.text, pressed.alert) == ("Đã ghi", True)
    assert "query is too old" in await scene.why("answerCallbackQuery", **answer)
    scene.time.now += 16
    assert "query is too old" in await scene.why("answerCallbackQuery", callback_query_id=second["id"])

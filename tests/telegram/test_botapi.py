"""The test server is as strict as Telegram: a row per rule, by plain HTTP calls and by python-telegram-bot."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import telegram
import telegram.error

from tests.telegram.botapi import Limits
from tests.telegram.botapi.scene import AN, BINH, CELL, PIXEL, TOKEN, Scene, press, rows, staged


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with staged(Limits.off()) as set_up:
        yield set_up


@pytest.mark.parametrize("method", ["getMe", "getme", "GETME"])
async def test_a_right_call_is_answered(scene: Scene, method: str) -> None:
    assert (await scene.result(method))["username"] == "keng_test_bot"


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/bot123456:WRONG/getMe", 401, "Unauthorized"),
        (f"/bot{TOKEN}/sendPigeon", 404, "Not Found: method not found"),
        ("/robots.txt", 404, "Not Found"),
    ],
)
async def test_a_wrong_address_is_refused(scene: Scene, path: str, status: int, description: str) -> None:
    answer = await scene.client.post(path)
    assert answer.status_code == status
    assert answer.json() == {"ok": False, "error_code": status, "description": description}


SENDING: dict[str, Callable[[], dict[str, Any]]] = {
    "form": lambda: {
        "data": {"chat_id": str(AN), "text": "Chào", "reply_markup": json.dumps(rows([press()]))}
    },
    "json": lambda: {"json": {"chat_id": AN, "text": "Chào", "reply_markup": rows([press()])}},
    "json in json": lambda: {
        "json": {"chat_id": str(AN), "text": "Chào", "reply_markup": json.dumps(rows([press()]))}
    },
    "multipart": lambda: {
        "files": {
            "chat_id": (None, str(AN)),
            "text": (None, "Chào"),
            "reply_markup": (None, json.dumps(rows([press()]))),
        }
    },
    "query": lambda: {"params": {"chat_id": AN, "text": "Chào", "reply_markup": json.dumps(rows([press()]))}},
}


@pytest.mark.parametrize("body", SENDING)
async def test_every_kind_of_body_is_understood(scene: Scene, body: str) -> None:
    answer = await scene.client.post(f"/bot{TOKEN}/sendMessage", **SENDING[body]())
    assert answer.json()["ok"], answer.text
    assert scene.server.chat(AN).texts == ["Chào"]
    assert scene.server.chat(AN).last.buttons == {"Có dự": "go"}


REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("sendMessage", {"text": "x"}, "400 Bad Request: chat_id is empty"),
    ("sendMessage", {"chat_id": 999, "text": "x"}, "400 Bad Request: chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "400 Bad Request: chat not found"),
    ("sendMessage", {"chat_id": AN}, "400 Bad Request: message text is empty"),
    ("sendMessage", {"chat_id": AN, "text": " \n "}, "400 Bad Request: message text is empty"),
    ("sendMessage", {"chat_id": AN, "text": "ạ" * 4097}, "400 Bad Request: message is too long"),
    ("sendMessage", {"chat_id": AN, "text": "👍" * 2049}, "400 Bad Request: message is too long"),
    (
        "sendMessage",
        {"chat_id": BINH, "text": "x"},
        "403 Forbidden: bot can't initiate conversation with a user",
    ),
    (
        "sendMessage",
        {"chat_id": CELL, "text": "x", "message_thread_id": 7},
        "400 Bad Request: message thread not found",
    ),
    ("sendMessage", {"chat_id": AN, "text": "x", "parse_mode": "Markdown"}, "400 Bad Request: unsupported"),
    (
        "sendMessage",
        {"chat_id": AN, "text": "x", "reply_parameters": {"message_id": 99}},
        "400 Bad Request: message to be replied not found",
    ),
    (
        "editMessageText",
        {"chat_id": AN, "message_id": 99, "text": "x"},
        "400 Bad Request: message to edit not",
    ),
    ("editMessageText", {"chat_id": AN, "text": "x"}, "400 Bad Request: message identifier is not specified"),
    ("editMessageText", {"chat_id": AN, "message_id": 1, "text": "x"}, "400 Bad Request: message can't be"),
    (
        "editMessageReplyMarkup",
        {"chat_id": AN, "message_id": 99},
        "400 Bad Request: message to edit not found",
    ),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        "400 Bad Request: query is too old and response timeout",
    ),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1", "text": "x" * 201},
        "400 Bad Request: MESSAGE_TOO_LONG",
    ),
    ("sendDocument", {"chat_id": AN}, "400 Bad Request: there is no document in the request"),
    ("sendDocument", {"chat_id": AN, "document": "BQAC"}, "400 Bad Request: wrong file identifier/HTTP URL"),
    ("setWebhook", {"url": "http://keng.example/x"}, "400 Bad Request: bad webhook: An HTTPS URL must be"),
    (
        "setWebhook",
        {"url": "https://keng.example:99/x"},
        "400 Bad Request: bad webhook: Webhook can be set up",
    ),
    (
        "setWebhook",
        {"url": "https://k.example/", "secret_token": "a b"},
        "400 Bad Request: secret token contains",
    ),
    (
        "setWebhook",
        {"url": "https://k.example/", "secret_token": "a" * 257},
        "400 Bad Request: secret token is",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "Họp", "description": "x"}]},
        "400 Bad Request: BOT_COMMAND_INV",
    ),
    ("setMyCommands", {"commands": [{"command": "hop"}]}, "400 Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"),
    (
        "setMyCommands",
        {"commands": [], "scope": {"type": "moon"}},
        "400 Bad Request: can't parse BotCommandScope",
    ),
    ("setMyCommands", {"commands": [], "language_code": "vie"}, "400 Bad Request: invalid language code"),
    ("setMyDescription", {"description": "x" * 513}, "400 Bad Request: description is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "400 Bad Request: description is too long"),
    ("getChat", {"chat_id": BINH}, "400 Bad Request: chat not found"),
    ("leaveChat", {"chat_id": AN}, "400 Bad Request: chat member status can't be changed in private chats"),
]


@pytest.mark.parametrize(("method", "values", "why"), REFUSED)
async def test_what_telegram_refuses_is_refused(
    scene: Scene, method: str, values: dict[str, object], why: str
) -> None:
    assert (await scene.why(method, **values)).startswith(why)
    assert not scene.server.sent


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        (rows([press("x" * 64)]), "ok"),
        (rows([press("ạ" * 22)]), "400 Bad Request: BUTTON_DATA_INVALID"),  # 66 bytes
        (rows([press("")]), "400 Bad Request: BUTTON_DATA_INVALID"),
        (rows([press()] * 8), "ok"),
        (rows([press()] * 9), "400 Bad Request: reply markup row is too long"),
        (rows(*[[press()] * 5] * 20), "ok"),
        (rows(*[[press()] * 5] * 20, [press()]), "400 Bad Request: reply markup is too long"),
        (rows([press(style="success")]), "ok"),
        (rows([press(style="green")]), "400 Bad Request: invalid button style specified"),
        (rows([{"text": "Có"}]), "400 Bad Request: can't parse inline keyboard button: Text buttons"),
        (rows([{"callback_data": "x"}]), "400 Bad Request: can't parse inline keyboard button: Can't find"),
        (rows([{"text": "Bản đồ", "url": "bản đồ"}]), "400 Bad Request: inline keyboard button URL"),
        (
            rows([{"text": "Mã", "copy_text": {"text": "x" * 257}}]),
            "400 Bad Request: BUTTON_COPY_TEXT_INVALID",
        ),
        (rows([{"text": "App", "web_app": {"url": "https://x.example"}}]), "ok"),
        ("{", "400 Bad Request: can't parse reply markup JSON object"),
        ({"inline": 1}, "400 Bad Request: can't parse reply keyboard markup JSON object"),
    ],
)
async def test_a_keyboard_is_checked(scene: Scene, markup: object, why: str) -> None:
    assert (await scene.why("sendMessage", chat_id=AN, text="x", reply_markup=markup)).startswith(why)


async def test_commands_and_descriptions_are_kept_by_scope_and_language(scene: Scene) -> None:
    scope = {"type": "all_group_chats"}
    commands = [{"command": "lich", "description": "Lịch họp"}]
    await scene.result("setMyCommands", commands=commands, scope=scope, language_code="vi")
    await scene.result("setMyDescription", description="Kẻng làng")
    await scene.result("setMyShortDescription", short_description="Kẻng", language_code="en")
    assert scene.server.commands == {("all_group_chats", "vi"): [("lich", "Lịch họp")]}
    assert (scene.server.descriptions, scene.server.short_descriptions) == ({"": "Kẻng làng"}, {"en": "Kẻng"})
    assert await scene.result("getMyCommands", scope=scope, language_code="vi") == commands


async def test_python_telegram_bot_goes_round(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else RetryAfter warns the moment it is made
    server = scene.server
    mai = server.user(41, "Mai")
    async with telegram.Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        assert bot.username == "keng_test_bot"
        mai.start("c0de")
        [update] = await bot.get_updates(timeout=5)
        assert update.message is not None
        assert update.message.text == "/start c0de"
        keys = telegram.InlineKeyboardMarkup(
            [[telegram.InlineKeyboardButton("Có dự", callback_data="go", style="success")]]
        )
        await bot.send_message(41, "<b>Họp</b> tối nay?", parse_mode="HTML", reply_markup=keys)
        assert mai.last.styles == {"Có dự": "success"}
        pressed = mai.press("Có dự")
        [update] = await bot.get_updates(offset=update.update_id + 1, timeout=5)
        assert update.callback_query is not None
        await update.callback_query.answer("Đã ghi")
        await update.callback_query.edit_message_text("Đồng chí dự họp.")
        assert (await pressed.answered()).text == "Đã ghi"
        await bot.send_document(41, b"BEGIN", filename="họp.ics", caption="Lịch")
        await bot.send_photo(41, PIXEL)
        await bot.set_my_commands([("lich", "Lịch")], telegram.BotCommandScopeAllPrivateChats())
        assert (await bot.get_chat(41)).first_name == "Mai"
        assert mai.texts == ["Đồng chí dự họp.", "Lịch", ""]
        assert mai.chat.files[0].name == "họp.ics"
        with pytest.raises(telegram.error.BadRequest, match="Message is not modified"):
            await bot.edit_message_text("Đồng chí dự họp.", 41, mai.chat.said[0].id)
        server.throttle(9)
        with pytest.raises(telegram.error.RetryAfter):
            await bot.send_message(41, "x")
        server.limits = Limits.off()
        mai.block()
        with pytest.raises(telegram.error.Forbidden):
            await bot.send_message(41, "x")

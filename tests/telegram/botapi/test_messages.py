"""HTML, edits and files, read as strictly as Telegram reads them."""

from collections.abc import AsyncIterator

import pytest

from tests.telegram.botapi import Limits
from tests.telegram.botapi.scene import AN, PIXEL, TOKEN, Scene, press, rows, staged


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with staged(Limits.off()) as set_up:
        yield set_up


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<b>Họp</b> &lt;tối nay&gt; &amp; &#7841;", "Họp <tối nay> & ạ"),
        ("<b>a<i>b</i></b><tg-spoiler>c</tg-spoiler>", "abc"),
        ('<a href="https://x.example/?a=1&amp;b=2">ở đây</a>', "ở đây"),
        ('<tg-time unix="1790000000" format="wDT">19:30</tg-time>', "19:30"),
        ("<blockquote expandable>x</blockquote>", "x"),
        ("Lò &nbsp; Seo", "Lò &nbsp; Seo"),
        ("<b>hở", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("<b><i>a</b></i>", "can't parse entities: Unmatched end tag at byte offset 7, expected"),
        ("ạ</b>", "can't parse entities: Unexpected end tag at byte offset 3"),
        ("3 <4", 'can\'t parse entities: Unsupported start tag "4" at byte offset 2'),
        ("<div>a</div>", 'can\'t parse entities: Unsupported start tag "div"'),
        ("<span>a</span>", 'can\'t parse entities: Tag "span" must have class "tg-spoiler"'),
        ("<b", 'can\'t parse entities: Unclosed start tag "b"'),
        ("<b>a</b", "can't parse entities: Unclosed end tag"),
        ("<b></b>", "message text is empty"),
    ],
)
async def test_html_is_read_strictly(scene: Scene, html: str, shown: str) -> None:
    told = await scene.call("sendMessage", chat_id=AN, text=html, parse_mode="HTML")
    if told["ok"]:
        assert scene.server.chat(AN).texts == [shown] == [told["result"]["text"]]
    else:
        assert told["description"].removeprefix("Bad Request: ").startswith(shown)


async def test_entities_are_counted_in_utf16_units(scene: Scene) -> None:
    sent = await scene.result("sendMessage", chat_id=AN, text=" 👍 <b>Họp</b> ", parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 3, "length": 3}]


async def test_an_edit_that_changes_nothing_is_refused(scene: Scene) -> None:
    keys = rows([press()])
    sent = await scene.result(
        "sendMessage", chat_id=AN, text="<b>Họp</b>", parse_mode="HTML", reply_markup=keys
    )
    this = {"chat_id": AN, "message_id": sent["message_id"]}
    same = this | {"text": "<b>Họp</b> ", "parse_mode": "HTML", "reply_markup": keys}
    assert "message is not modified" in await scene.why("editMessageText", **same)
    assert "message is not modified" in await scene.why("editMessageReplyMarkup", **this, reply_markup=keys)
    assert await scene.why("editMessageText", **same | {"text": "Họp"}) == "ok"
    assert await scene.why("editMessageReplyMarkup", **this) == "ok"
    last = scene.server.chat(AN).last
    assert (last.text, last.buttons, last.edits) == ("Họp", {}, 2)
    assert [one.is_edit for one in scene.server.sent] == [False, True, True]


async def test_files_arrive_whole_and_can_be_sent_again(scene: Scene) -> None:
    files = {"document": ("hop.ics", "BEGIN:VCALENDAR ạ".encode(), "text/calendar")}
    data = {"chat_id": AN, "caption": "Lịch"}
    answer = await scene.client.post(f"/bot{TOKEN}/sendDocument", data=data, files=files)
    document = answer.json()["result"]["document"]
    assert (document["file_name"], document["mime_type"]) == ("hop.ics", "text/calendar")
    attached = {"up": ("tranh.png", PIXEL, "image/png")}
    data = {"chat_id": AN, "photo": "attach://up"}
    assert (await scene.client.post(f"/bot{TOKEN}/sendPhoto", data=data, files=attached)).json()["ok"]
    await scene.result("sendDocument", chat_id=AN, document=document["file_id"])
    assert [one.name for one in scene.server.chat(AN).files] == ["hop.ics", "tranh.png", "hop.ics"]
    assert scene.server.chat(AN).files[0].content.decode() == "BEGIN:VCALENDAR ạ"


@pytest.mark.parametrize(
    ("content", "caption", "why"),
    [
        (b"", "", "400 Bad Request: file must be non-empty"),
        (b"%PDF", "", "400 Bad Request: IMAGE_PROCESS_FAILED"),
        (PIXEL + bytes(10 * 1024 * 1024), "", "400 Bad Request: file is too big"),
        (PIXEL, "x" * 1025, "400 Bad Request: message caption is too long"),
        (PIXEL, "<b>", "400 Bad Request: can't parse entities"),
    ],
)
async def test_a_bad_picture_is_refused(scene: Scene, content: bytes, caption: str, why: str) -> None:
    data = {"chat_id": AN, "caption": caption, "parse_mode": "HTML"}
    answer = await scene.client.post(f"/bot{TOKEN}/sendPhoto", data=data, files={"photo": ("a.png", content)})
    told = answer.json()
    assert f"{told['error_code']} {told['description']}".startswith(why)


async def test_a_file_of_5_megabytes_reaches_the_bot(scene: Scene) -> None:
    person = scene.server.user(13, "Cường")
    person.start()
    content = b"Ma!B" * 1_250_000
    person.send_file("ds.xlsx", content, caption="danh sách")
    [_, update] = await scene.result("getUpdates")
    assert update["message"]["caption"] == "danh sách"
    file = await scene.result("getFile", file_id=update["message"]["document"]["file_id"])
    assert file["file_size"] == 5_000_000
    fetched = await scene.client.get(f"/file/bot{TOKEN}/{file['file_path']}")
    assert fetched.content == content

"""Mistakes, old buttons, other people's buttons and worse: one clear answer, and nothing is changed."""

import secrets
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.events import Address, Event, Said
from chat.replies import Action
from tests.scenarios.commune import CELL, GROUP, commune
from tests.scenarios.page import Village

ASKS_AGAIN = (
    "Trợ lý chưa rõ ý đồng chí. Đề nghị đồng chí trả lời 1 (có dự), 2 (vắng, có lý do) hoặc 3 (báo sau)."
)
EXPIRED = "Lựa chọn này không còn hiệu lực. Đề nghị đồng chí nhắn: lich, hoặc: trogiup."
NOT_ALLOWED = "Đồng chí không có quyền dùng mục này, hoặc mục này không còn. Đề nghị đồng chí nhắn: trogiup."
REFUSED = "Trợ lý chỉ nhắc lịch và điểm danh, không nhận tài liệu, nội dung sinh hoạt."


@pytest.fixture(params=["buttons", "numbers"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def announced(village: Village, *people: str) -> None:
    await village.join("secretary", *people)
    await village.clock("19/11 19:00")
    for person in ("secretary", *people):
        await village.heard(person)


async def answers(village: Village) -> dict[int, str]:
    [meeting, *_] = await village.meetings(CELL)
    async with village.parts.database.read() as uow:
        return {who: str(one.answer) for who, one in (await uow.answers.of_meeting(meeting.id)).items()}


async def test_a_number_with_no_open_question_asks_instead_of_guessing(village: Village) -> None:
    await village.join("secretary", "worker")
    said = await village.say("worker", "2")
    assert said.text.startswith("Trợ lý chưa rõ ý đồng chí.")
    assert await answers(village) == {}


@pytest.mark.parametrize("words", ["vang", "da", "thoi", "dung", "4", "12", "không có", "hôm qua tôi ốm"])
async def test_what_could_mean_two_things_asks_again(village: Village, words: str) -> None:
    await announced(village, "worker")
    said = await village.say("worker", words)
    assert said[-1].first == ASKS_AGAIN
    assert await answers(village) == {}


@pytest.mark.every_way
async def test_a_forged_a_cut_and_a_foreign_token_do_nothing(village: Village) -> None:
    await announced(village, "worker", "hesitant")
    [meeting, *_] = await village.meetings(CELL)
    signer = village.parts.house.signer
    action = Action("rsvp", (str(meeting.id), "1", "coming"))
    foreign = signer.pack(action, Address("web", village.bot, "hesitant"))
    good = signer.pack(action, Address("web", village.bot, "worker"))
    for token in ("", "rsvp.1.1.coming.AAAAAAAAAAA", good[:-1], foreign, "💣" * 30, "x" * 5000):
        said = await village.press_token("worker", token)
        assert said.text == EXPIRED
    assert await answers(village) == {}


async def test_a_signed_button_of_a_role_one_does_not_hold_does_nothing(village: Village) -> None:
    await announced(village, "worker")
    [meeting, *_] = await village.meetings(CELL)
    signer = village.parts.house.signer
    for action in (
        Action("send", (str(meeting.id), "1")),
        Action("all", (str(meeting.id),)),
        Action("move_ok", ("1",)),
        Action("line_ok", ("1",)),
        Action("list", (str(meeting.id),)),
        Action("for", (str(meeting.id), "1", "2")),
        Action("as", (str(meeting.id), "1", "2", "coming")),
        Action("close_ok", (str(meeting.id), "0")),
        Action("report", ("1", "2026-11")),
        Action("hop_set", ("1",)),
        Action("rsvp", ("999999", "1", "coming")),
        Action("rsvp", ("abc", "1", "coming")),
    ):
        said = await village.press_token("worker", signer.pack(action, Address("web", village.bot, "worker")))
        assert said.text == NOT_ALLOWED, action
    assert await answers(village) == {}


@pytest.mark.every_way
async def test_somebody_who_is_secretary_no_longer_presses_in_vain(village: Village) -> None:
    await announced(village, "deputy")
    preview = next(one for one in await village.messages("deputy") if one.first.startswith("XEM TRƯỚC"))
    rows = commune()
    people = tuple(replace(one, role=None) if one.code == "deputy" else one for one in rows.people)
    await village.roster(replace(rows, people=people))
    if village.bot == "buttons":
        said = await village.press("deputy", "Hoãn", of=preview)
    else:
        said = await village.say("deputy", "Hoãn")
    assert NOT_ALLOWED in said.text
    [meeting, *_] = await village.meetings(CELL)
    assert meeting.revision == 1


@pytest.mark.parametrize(
    "command",
    [
        "hop 99 25:70 Nhà",
        "hop",
        "thongbao",
        "hoan 25/11",
        "diemdanh",
        "moi",
        "baocao",
        "vắng 3",
        "đủ",
        "danhsach",
    ],
)
async def test_a_command_of_others_is_refused_without_telling_why(village: Village, command: str) -> None:
    await announced(village, "worker")
    said = await village.say("worker", command)
    assert said.text == NOT_ALLOWED
    assert await answers(village) == {}


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("hop 32 19:30 Nhà văn hoá", "Trợ lý chưa rõ lịch."),
        ("hop 24 25:70", "Trợ lý chưa rõ lịch."),
        (f"hop 24 19:30 {'rất ' * 60}xa", "Địa điểm quá dài"),
        ("hoan 31/02", "Trợ lý chưa rõ ngày, giờ."),
        ("hoan 01/11/2026", "Thời gian này đã qua."),
        ("baocao 13/2026", NOT_ALLOWED),
        ("diemdanh", "Không có buổi sinh hoạt nào đang chờ điểm danh."),
        ("vắng 3", "Không có buổi sinh hoạt nào đang chờ điểm danh."),
    ],
)
async def test_a_wrong_command_of_a_secretary_changes_nothing(
    village: Village, line: str, answer: str
) -> None:
    await announced(village)
    before = await village.meetings(CELL)
    said = await village.say("secretary", line)
    assert said.text.startswith(answer)
    assert await village.meetings(CELL) == before


async def test_ten_thousand_characters_a_secret_and_a_file_are_refused(village: Village) -> None:
    await announced(village, "worker")
    assert (await village.say("worker", "a" * 10_000)).text.startswith("Tin nhắn quá dài")
    for words in ("Gửi đồng chí văn bản MẬT", "tài liệu mật đây", "TUYỆT MẬT"):
        assert (await village.say("worker", words)).text.startswith(REFUSED)
    answer = await village.client.post(
        "/web/messages",
        json={"bot": village.bot, "chat": "worker", "person": "worker", "file": "nghi-quyet.pdf"},
    )
    assert answer.status_code == 200
    await village.parts.sender.drain()
    assert (await village.heard("worker")).text.startswith(REFUSED)
    assert (await village.say("worker", "co mat")).text.startswith("Đã ghi nhận đồng chí có dự")


async def test_in_a_group_nothing_is_heard_but_the_word_that_links_it(village: Village) -> None:
    await announced(village, "worker")
    for words in ("danhsach", "diemdanh", "co", "1", "lich", "đủ", "tài liệu mật"):
        said = await village.say("secretary", words, chat=GROUP)
        assert all(name not in said.text for name in ("Lò", "Quàng", "Cầm"))
        if words != "tài liệu mật":
            assert not said
    assert await answers(village) == {}


async def test_a_stranger_learns_how_to_begin_and_nothing_else(village: Village) -> None:
    for words in ("lich", "danhsach", "có", "1", "baocao", "đồng ý", "xin chào"):
        said = await village.say("worker", words)
        assert said.text.startswith("Đây là trợ lý Kẻng, nhắc lịch sinh hoạt chi bộ.")


async def test_five_wrong_codes_in_an_hour_are_enough(village: Village) -> None:
    for _ in range(5):
        assert (await village.say("worker", "start ABCD2345")).text.startswith("Mã kết nối không đúng")
    assert (await village.say("worker", "start ABCD2345")).text.startswith("Đã thử sai nhiều lần")
    slip = (await village.client.post("/web/slip", json={"person": "worker"})).json()["code"]
    assert (await village.say("worker", f"start {slip}")).text.startswith("Đã thử sai nhiều lần")
    await village.clock("10/11 10:30")
    assert (await village.say("worker", f"start {slip}")).text.startswith("Kính chào đồng chí.")


async def test_a_code_works_once(village: Village) -> None:
    slip = (await village.client.post("/web/slip", json={"person": "worker"})).json()["code"]
    await village.say("worker", f"start {slip}")
    assert (await village.say("hesitant", f"start {slip}")).text.startswith("Mã kết nối không đúng")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"bot":"buttons"}',
        b'{"bot":"x","chat":"worker","person":"worker","text":"a"}',
        b'{"bot":"buttons","chat":"worker","person":"hesitant","text":"a"}',
        b'{"bot":"buttons","chat":"group-no","person":"worker","text":"a"}',
        b'{"bot":"buttons","chat":"worker","person":"worker","text":"   "}',
        b"[" * 40_000,
    ],
)
async def test_the_page_answers_a_broken_request_in_one_sentence_in_both_languages(
    village: Village, body: bytes
) -> None:
    answer = await village.client.post(
        "/web/messages", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert all(sentence.endswith(".") for sentence in answer.json()["error"].values())


async def test_a_form_of_another_site_and_a_foreign_host_name_are_not_taken(village: Village) -> None:
    form = await village.client.post("/web/messages", data={"text": "a"})
    assert form.status_code == 400
    foreign = await village.client.get("/web/state", headers={"host": "evil.example"})
    assert foreign.status_code == 400


async def test_an_unknown_fault_names_a_reference_and_loses_nothing(village: Village) -> None:
    await announced(village, "worker")

    async def broken(*_: object) -> list[object]:
        raise RuntimeError("a fault of ours")

    router = village.parts.dispatcher.router
    router.command("hong")(broken)  # type: ignore[arg-type]
    said = await village.say("worker", "hong")
    assert said.text.startswith("Trợ lý gặp lỗi, chưa ghi nhận được tin vừa rồi.")
    assert (await village.say("worker", "có")).text.startswith("Đã ghi nhận đồng chí có dự")


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(words=st.text(min_size=1, max_size=300))
async def test_no_text_whatever_breaks_a_turn(village: Village, words: str) -> None:
    """Anything at all: the turn ends in an answer or in silence, never in an error."""
    sender = Address("web", village.bot, "secretary")
    event = Event(secrets.token_hex(8), sender, "secretary", Said(words))
    await village.parts.dispatcher.receive(event)
    await village.parts.sender.drain()
    said = await village.heard("secretary")
    assert "Trợ lý gặp lỗi" not in said.text

"""After a withdrawal the name is nowhere: not in the questions of others either, nor in letters on their way."""

import inspect

import pytest
from sqlalchemy import text

from handlers import routes
from storage.conversations import ABOUT_WHOM
from tests.scenarios.commune import NAMES
from tests.scenarios.page import Village
from tests.scenarios.transcript import says

WORKER = NAMES["worker"]
both = pytest.mark.parametrize("mode", ["buttons", "numbers"])


async def kept(village: Village, table: str, *columns: str) -> str:
    """Everything these columns hold, of everybody."""
    async with village.parts.database.read() as uow:
        rows = await uow.audit._connection.execute(text(f"SELECT {', '.join(columns)} FROM {table}"))
        return "\n".join(str(one) for one in rows)


async def find_the_worker(village: Village) -> None:
    """`danhsach`, Đảng viên đi xa, and on to the page with the name."""
    await village.say("secretary", "danhsach")
    shown = (await village.choose("secretary", "Đảng viên đi xa"))[-1]
    while shown.choice(WORKER) is None:
        shown = (await village.choose("secretary", "Xem tiếp"))[-1]


@both
async def test_a_list_somebody_left_open_is_closed_and_cannot_be_asked_again(village: Village) -> None:
    await village.join("secretary", "worker")
    await find_the_worker(village)
    assert WORKER in await kept(village, "conversation", "menus")
    await village.say("worker", "rút đồng ý")
    assert WORKER not in await kept(village, "conversation", "menus")
    again = await village.say("secretary", "gì nhỉ")
    assert WORKER not in again.text + "".join(again.choices)


@both
async def test_a_question_about_them_goes_with_its_reason_though_it_names_nobody(village: Village) -> None:
    await village.join("secretary", "deputy", "worker")
    await village.clock("19/11 20:00")
    await village.choose("worker", "Vắng, có lý do")
    await village.choose("worker", "Đi xa")
    await village.choose("worker", "Báo cáo đi xa dài ngày")
    await village.choose("worker", "Sức khoẻ")
    await village.say("worker", "31/01/2027")
    await find_the_worker(village)
    await village.leaf("secretary", WORKER)
    await village.choose("secretary", "Sức khoẻ")
    assert "health" in await kept(village, "conversation", "menus", "step")
    await village.say("worker", "rút đồng ý")
    assert "health" not in await kept(village, "conversation", "menus", "step")
    typed = await village.say("secretary", "31/12/2026")
    assert not says(typed.text, "đi xa")


async def test_the_questions_of_others_stay_as_they_are(village: Village) -> None:
    await village.join("secretary", "deputy", "worker", "liaison")
    await village.say("secretary", "danhsach")
    await village.choose("secretary", "Đảng viên đi xa")
    await village.leaf("secretary", NAMES["elder"])
    before = await kept(village, "conversation", "chat", "menus")
    assert "away_why" in before
    await village.say("worker", "rút đồng ý")
    assert "away_why" in await kept(village, "conversation", "chat", "menus")
    await village.choose("secretary", "Sức khoẻ")
    assert says((await village.say("secretary", "31/12/2026")).text, NAMES["elder"])


async def test_in_letters_that_wait_or_went_out_these_days_the_number_stands(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.clock("19/11 20:00")
    await village.say("secretary", "danhsach")
    assert WORKER in await kept(village, "outbox", "text", "choices")
    await village.say("worker", "rút đồng ý")
    left = await kept(village, "outbox", "text", "choices")
    assert WORKER not in left
    assert '{"text": "person.nameless", "with": {"number": 13}}' in left


def test_every_action_about_somebody_is_known_to_be() -> None:
    """Storage cannot see the handlers: here both are held together."""
    found = {}
    for name, act in routes()._actions.items():
        _, *arguments = inspect.signature(act.handler).parameters
        if "who" in arguments:
            found[name] = arguments.index("who")
    assert found == ABOUT_WHOM

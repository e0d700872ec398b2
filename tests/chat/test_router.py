from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.events import Address, Event, Said
from chat.replies import Action, Reply, Step
from chat.router import Route, Router, Turn
from chat.text import Text
from tests.chat.words import VOCABULARY


async def run(route: Route[str] | None, text: str = "", step: Step | None = None) -> str | None:
    """What the handler that was found says it got."""
    if route is None:
        return None
    event = Event("e1", Address("web", "keng", "1001"), "p1", Said(text))
    (reply,) = await route.run(Turn(event, "work", step))
    assert isinstance(reply.text, Text)
    return reply.text.key


def add_others(router: Router[str]) -> None:
    @router.action("rsvp")
    async def answer(turn: Turn[str], meeting: str, said: str) -> Sequence[Reply]:
        return [Reply(Text(f"rsvp {meeting} {said} {turn.work}"))]

    @router.action("group.link", group=True)
    async def in_group(turn: Turn[str]) -> Sequence[Reply]:
        return [Reply(Text("group"))]

    @router.step("reason")
    async def reason(turn: Turn[str]) -> Sequence[Reply]:
        assert turn.step is not None
        return [Reply(Text(f"reason {turn.step.data['meeting']} {turn.event.text}"))]

    @router.words("coming", "absent")
    async def volunteer(turn: Turn[str]) -> Sequence[Reply]:
        return [Reply(Text(f"words[{turn.rest}]"))]

    @router.pattern(r"vắng (\d+ ?)+")
    async def marks(turn: Turn[str]) -> Sequence[Reply]:
        return [Reply(Text(f"marks[{turn.rest}]"))]


def table() -> Router[str]:
    router: Router[str] = Router()

    @router.command("lich", group=True)
    async def schedule(turn: Turn[str]) -> Sequence[Reply]:
        return [Reply(Text(f"schedule[{turn.rest}]"))]

    @router.command("noidung", "noi dung")
    async def agenda(turn: Turn[str]) -> Sequence[Reply]:
        return [Reply(Text(f"agenda[{turn.rest}]"))]

    @router.command("hop", arguments=True)
    async def rule(turn: Turn[str]) -> Sequence[Reply]:
        return [Reply(Text(f"rule[{turn.rest}]"))]

    @router.command("start", arguments=True)
    async def link(turn: Turn[str]) -> Sequence[Reply]:
        return [Reply(Text(f"link[{turn.rest}]"))]

    @router.command("trogiup", "tro giup", "help", "?", arguments=True)
    async def explain(turn: Turn[str]) -> Sequence[Reply]:
        return [Reply(Text(f"help[{turn.rest}]"))]

    add_others(router)
    return router


ROUTER = table()


@pytest.mark.parametrize(
    "typed",
    [
        "lich",
        "/lich",
        "Lịch",
        "LỊCH",
        "lịch.",
        "Lịch!",
        " /lich ",
        "/lich@KengBot",
        "/Lịch@keng_bot",
        "li\u0323ch",
    ],
)
async def test_a_command_is_heard_however_it_is_written(typed: str) -> None:
    assert await run(ROUTER.for_command(typed)) == "schedule[]"


@pytest.mark.parametrize(
    "typed", ["nội dung", "Nội Dung", "noi dung", "noidung", "/noidung", "/noi dung@KengBot", "nội  dung?"]
)
async def test_a_command_of_two_words_is_heard_with_its_blank(typed: str) -> None:
    assert await run(ROUTER.for_command(typed)) == "agenda[]"


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("Họp dân bàn làm đường", None),
        ("Họp dân | 4 | 30/12", None),
        ("họp 25 19:30", "rule[25 19:30]"),
        ("hop dan", "rule[dan]"),
        ("/họp dân", "rule[dân]"),
        ("Họp", "rule[]"),
        ("Lịch", "schedule[]"),
    ],
)
async def test_while_something_is_asked_a_sentence_is_no_command(typed: str, heard: str | None) -> None:
    assert await run(ROUTER.for_command(typed, asked=True)) == heard
    assert await run(ROUTER.for_command(typed)) is not None


@pytest.mark.parametrize(
    "typed",
    [
        "lịch họp",
        "/lich 3",
        "/lich@KengBot 3",
        "noi dung gì",
        "nội",
        "tôi hop",
        "",
        " ",
        "/",
        "//lich",
        "lichhop",
        "@KengBot",
    ],
)
async def test_what_is_no_whole_command_is_none(typed: str) -> None:
    assert await run(ROUTER.for_command(typed)) in (None, "help[]" if typed in ("/", "@KengBot") else None)


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("hop 24 19:30 Nhà văn hoá bản", "rule[24 19:30 Nhà văn hoá bản]"),
        ("/hop@KengBot 24 19:30 Nhà văn hoá", "rule[24 19:30 Nhà văn hoá]"),
        ("Họp", "rule[]"),
        ("họp 24", "rule[24]"),
        ("/start ABCD-1234", "link[ABCD-1234]"),
        ("/start@KengBot ABCD-1234", "link[ABCD-1234]"),
        ("start a@b", "link[a@b]"),
        ("hop   24\n19:30", "rule[24 19:30]"),
        ("trợ giúp lịch", "help[lịch]"),
        ("?", "help[]"),
        ("/?", "help[]"),
    ],
)
async def test_what_stands_behind_a_command_is_handed_over_as_typed(typed: str, heard: str) -> None:
    assert await run(ROUTER.for_command(typed)) == heard


async def test_only_what_is_meant_for_groups_is_heard_there() -> None:
    assert await run(ROUTER.for_command("/lich", group=True)) == "schedule[]"
    assert ROUTER.for_command("/hop 24", group=True) is None
    assert await run(ROUTER.for_action(Action("group.link"), group=True)) == "group"
    assert await run(ROUTER.for_action(Action("group.link"))) == "group"
    assert ROUTER.for_action(Action("rsvp", ("7", "coming")), group=True) is None


async def test_an_action_gets_its_arguments_as_strings() -> None:
    assert await run(ROUTER.for_action(Action("rsvp", ("7", "coming")))) == "rsvp 7 coming work"
    assert ROUTER.for_action(Action("gone")) is None


async def test_an_open_step_takes_the_text_with_what_was_kept_for_it() -> None:
    step = Step("reason", {"meeting": "7"})
    assert await run(ROUTER.for_step(step), "đi viện", step) == "reason 7 đi viện"
    assert ROUTER.for_step(Step("gone")) is None
    assert ROUTER.for_step(None) is None


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("vâng", "words[coming]"),
        ("ko", "words[absent]"),
        ("vang", None),
        ("đồng ý", None),
        ("tôi có dự", None),
    ],
)
async def test_words_are_heard_as_whole_messages_of_a_registered_meaning(
    typed: str, heard: str | None
) -> None:
    assert await run(ROUTER.for_words(typed, VOCABULARY)) == heard


@pytest.mark.parametrize(
    ("typed", "heard"),
    [("Vắng 3 7", "marks[Vắng 3 7]"), ("vắng 3.", "marks[vắng 3.]"), ("vắng", None), ("tôi vắng 3", None)],
)
async def test_a_pattern_takes_whole_messages_and_hands_over_what_was_typed(
    typed: str, heard: str | None
) -> None:
    assert await run(ROUTER.for_pattern(typed)) == heard


async def test_what_the_handler_got_already_is_kept_where_the_route_adds_nothing() -> None:
    route = ROUTER.for_command("lich")
    assert route is not None
    event = Event("e1", Address("web", "keng", "1001"), "p1", Said("lich"))
    (reply,) = await route.run(Turn(event, "work", rest="typed"))
    assert reply.text == Text("schedule[typed]")


def register_again(router: Router[str], kind: str) -> None:
    async def handler(turn: Turn[str]) -> Sequence[Reply]:
        return []

    if kind == "command":
        router.command("new", "lich")(handler)
    elif kind == "action":
        router.action("rsvp")(handler)
    elif kind == "step":
        router.step("reason")(handler)
    else:
        router.words("coming")(handler)


@pytest.mark.parametrize("kind", ["command", "action", "step", "words"])
def test_a_name_is_taken_once(kind: str) -> None:
    with pytest.raises(ValueError, match="two handlers"):
        register_again(table(), kind)


@pytest.mark.parametrize("kind", ["command", "action", "step", "words"])
def test_a_name_is_taken_once_across_modules(kind: str) -> None:
    other: Router[str] = Router()
    register_again(other, kind)
    with pytest.raises(ValueError, match="two handlers"):
        table().include(other)


async def test_an_included_table_is_heard_like_its_own() -> None:
    whole: Router[str] = Router()
    whole.include(table())
    assert await run(whole.for_command("hop 24")) == "rule[24]"
    assert await run(whole.for_action(Action("rsvp", ("7", "later")))) == "rsvp 7 later work"
    assert await run(whole.for_words("ok", VOCABULARY)) == "words[coming]"
    assert await run(whole.for_pattern("vắng 3")) == "marks[vắng 3]"
    assert whole.for_step(Step("reason")) is not None


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_can_be_routed(typed: str) -> None:
    ROUTER.for_command(typed)
    ROUTER.for_command(f"/start {typed}")
    ROUTER.for_pattern(typed)
    ROUTER.for_words(typed, VOCABULARY)


@pytest.mark.parametrize("args", [("7",), ("7", "coming", "once more"), ()])
def test_a_token_of_another_version_with_other_arguments_finds_no_handler(args: tuple[str, ...]) -> None:
    assert ROUTER.for_action(Action("rsvp", args)) is None

"""The gate to a platform that counts, in virtual time: never too fast, never unfair, nobody forgotten."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.capabilities import Limits
from chat.events import Address
from jobs.pacing import Pacer, Pacers, Schedule, Stopped, Urgency
from tests.jobs.virtual import run

REPLY, NOTICE, EDIT = Urgency


def counted(chat: str) -> tuple[str, bool]:
    """ "-7/3" is a topic of the group "-7"."""
    return chat.partition("/")[0], chat.startswith("-")


def in_virtual_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @wraps(test)
    def wrapper(*args: object, **named: object) -> None:
        run(test(*args, **named))

    return wrapper


def to(chat: str) -> Address:
    return Address("telegram", "keng", chat)


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass(frozen=True)
class Left:
    at: float
    chat: str
    urgency: Urgency


@dataclass(frozen=True)
class Wish:
    """Somebody comes `at` a moment and gives up after a while, or never."""

    at: float
    chat: str
    urgency: Urgency
    patience: float | None = None


def pacer(**limits: float) -> Pacer:
    return Pacer(Limits(counted=counted, **limits))  # type: ignore[arg-type]


async def served(gate: Pacer, wishes: Sequence[Wish]) -> list[Left]:
    left: list[Left] = []

    async def serve(wish: Wish) -> None:
        await asyncio.sleep(wish.at)
        try:
            async with asyncio.timeout(wish.patience):
                await gate.slot(to(wish.chat), wish.urgency)
        except TimeoutError:
            return
        left.append(Left(now(), wish.chat, wish.urgency))

    await asyncio.gather(*map(serve, wishes))
    return left


def most_in(window: float, times: Sequence[float]) -> int:
    """The most that lie in any window, both ends included."""
    return max((sum(at <= other <= at + window for other in times) for at in times), default=0)


WISHES = st.lists(
    st.builds(
        Wish,
        at=st.floats(0, 5),
        chat=st.sampled_from(["1", "2", "3", "-7", "-7/1", "-8"]),
        urgency=st.sampled_from(Urgency),
        patience=st.none() | st.none() | st.floats(0, 4),
    ),
    max_size=40,
)
LIMITS = st.builds(
    Limits,
    per_second=st.integers(1, 6),
    chat_gap=st.sampled_from([0.0, 0.3, 1.0]),
    group_minute=st.integers(1, 6),
    edit_gap=st.sampled_from([0.0, 1.0, 3.0]),
    counted=st.just(counted),
)


@given(LIMITS, WISHES)
def test_whatever_comes_no_limit_is_ever_crossed_and_everybody_is_served(
    limits: Limits, wishes: list[Wish]
) -> None:
    async def check() -> None:
        left = await served(Pacer(limits), wishes)
        assert most_in(1, [one.at for one in left]) <= limits.per_second
        for name in {counted(one.chat)[0] for one in left}:
            here = [one for one in left if counted(one.chat)[0] == name]
            assert all(later.at - one.at >= limits.chat_gap for one, later in pairwise(here))
            edits = [one.at for one in here if one.urgency is EDIT]
            assert all(later - one >= limits.edit_gap for one, later in pairwise(edits))
            if name.startswith("-"):
                assert most_in(60, [one.at for one in here]) <= limits.group_minute
        assert len(left) >= sum(wish.patience is None for wish in wishes)

    run(check())


@given(st.integers(1, 40), st.integers(1, 200))
def test_a_long_queue_of_many_chats_leaves_at_nearly_the_full_rate(rate: int, many: int) -> None:
    async def check() -> None:
        left = await served(pacer(per_second=rate), [Wish(0, str(chat), NOTICE) for chat in range(many)])
        assert left[-1].at <= (many - 1) / rate * 1.02

    run(check())


@in_virtual_time
async def test_replies_overtake_notices_and_notices_overtake_edits() -> None:
    wishes = [Wish(0, f"{urgency}{n}", urgency) for urgency in (EDIT, NOTICE, REPLY) for n in range(3)]
    left = await served(pacer(per_second=4), wishes)
    first, *rest = [one.urgency for one in left]
    assert first is EDIT, "it came when nobody else was there"
    assert rest == [REPLY] * 3 + [NOTICE] * 3 + [EDIT] * 2


@in_virtual_time
async def test_an_edit_that_waited_long_goes_between_notices_and_then_not_for_a_while() -> None:
    notices = [Wish(0, str(chat), NOTICE) for chat in range(80)]
    left = await served(pacer(per_second=10), [*notices, Wish(0, "card", EDIT), Wish(0, "other", EDIT)])
    edits = [one.at for one in left if one.urgency is EDIT]
    assert 3 <= edits[0] < 3.5
    assert 6 <= edits[1] < 6.5


@in_virtual_time
async def test_of_one_kind_who_came_first_goes_first() -> None:
    left = await served(pacer(per_second=2), [Wish(0, str(chat), NOTICE) for chat in range(9)])
    assert [one.chat for one in left] == [str(chat) for chat in range(9)]


@in_virtual_time
async def test_a_chat_that_must_wait_holds_up_nobody_else() -> None:
    wishes = [Wish(0, "slow", REPLY) for _ in range(3)] + [Wish(0, str(chat), NOTICE) for chat in range(5)]
    left = await served(pacer(per_second=100, chat_gap=10), wishes)
    assert max(one.at for one in left if one.chat != "slow") < 0.1
    assert [round(one.at) for one in left if one.chat == "slow"] == [0, 10, 20]


@in_virtual_time
async def test_a_chat_the_platform_wants_left_alone_holds_nobody_else() -> None:
    gate = pacer(per_second=100)
    gate.hold(to("a"), 30)
    left = await served(gate, [Wish(0, "a", REPLY), Wish(0, "b", EDIT)])
    assert [(one.chat, round(one.at)) for one in left] == [("b", 0), ("a", 30)]


@in_virtual_time
async def test_a_group_is_held_with_all_its_topics() -> None:
    gate = pacer(per_second=100)
    gate.hold(to("-7/1"), 30)
    left = await served(gate, [Wish(0, "-7/2", NOTICE), Wish(0, "-8", NOTICE)])
    assert [(one.chat, round(one.at)) for one in left] == [("-8", 0), ("-7/2", 30)]


@pytest.mark.parametrize(
    ("other", "apart", "everybody"), [("b", 0.9, True), ("b", 1.1, False), ("a", 0.5, False)]
)
@in_virtual_time
async def test_two_chats_refused_within_a_second_mean_the_whole_bot(
    other: str, apart: float, everybody: bool
) -> None:
    gate = pacer(per_second=100)
    gate.hold(to("a"), 20)
    await asyncio.sleep(apart)
    gate.hold(to(other), 20)
    (left,) = await served(gate, [Wish(0, "c", NOTICE)])
    assert (left.at > 20) is everybody


@in_virtual_time
async def test_when_the_whole_bot_is_held_nobody_goes_and_a_shorter_hold_changes_nothing() -> None:
    gate = pacer(per_second=100)
    waiting = asyncio.create_task(served(gate, [Wish(0, "a", REPLY), Wish(5, "b", REPLY)]))
    await asyncio.sleep(1)
    gate.hold(None, 30)
    gate.hold(None, 3)
    assert [round(one.at) for one in await waiting] == [0, 31]


@in_virtual_time
async def test_who_gives_up_costs_the_others_nothing() -> None:
    wishes = [Wish(0, "first", NOTICE)]
    wishes += [Wish(0, f"gone {n}", REPLY, patience=0.2) for n in range(50)]
    wishes += [Wish(0.1, "last", NOTICE)]
    left = await served(pacer(per_second=1), wishes)
    assert [one.chat for one in left] == ["first", "last"]
    assert left[-1].at < 1.1


@in_virtual_time
async def test_who_gives_up_in_the_very_moment_of_their_turn_costs_at_most_that_turn() -> None:
    gate = pacer(per_second=1)
    first = asyncio.create_task(gate.slot(to("a"), REPLY))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    (left,) = await served(gate, [Wish(0, "b", NOTICE)])
    assert left.at < 1.1


@in_virtual_time
async def test_a_gate_that_stops_lets_everybody_go_and_serves_whoever_comes_later() -> None:
    gate = pacer(per_second=1)
    waiting = [asyncio.create_task(gate.slot(to("a"), REPLY)) for _ in range(4)]
    await asyncio.sleep(0.5)
    gate.stop()
    first, *ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert first is None
    assert all(isinstance(one, Stopped) for one in ended)
    await gate.slot(to("a"), REPLY)
    assert now() >= 1


def test_a_platform_that_counts_nothing_has_no_gate() -> None:
    gates = Pacers({("telegram", "keng"): Limits(), ("web", "keng"): None})
    assert list(gates.bots) == [("telegram", "keng")]
    assert gates.of(to("1")) is not None
    assert gates.of(Address("web", "keng", "1")) is None


def test_what_was_long_ago_is_forgotten_and_what_is_held_is_not() -> None:
    schedule = Schedule(Limits())
    schedule.hold("held", 0, 10_000)
    for second in range(12_000):
        schedule.left(str(second), NOTICE, second / 2)
    assert len(schedule._rooms) < 10_200
    assert schedule.room_open_at("held", REPLY) == 10_000
    assert schedule.room_open_at("11999", REPLY) > 11_999 / 2

"""The table: who did how much, and which goals are met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.bench.bulk import Bulk
from tests.bench.presses import Delay, Pressed

_HEAD = ("presses", "answers/s", "CPU ms", "p50 ms", "p99 ms", "MB", "lost", "server busy")


@dataclass(frozen=True, slots=True)
class Goal:
    """What was wanted and what came out."""

    what: str
    value: str
    met: bool


def press_rows(found: Iterable[Pressed]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [_HEAD]
    for one in found:
        figures = (f"{one.rate:.0f}", f"{one.cpu:.2f}", *_delay(one.delay))
        rows.append((one.name, *figures, f"{one.memory:.0f}", str(one.lost), f"{one.busy:.0%}"))
        if one.shown is not None:
            rows.append(("    until the button stops spinning", "", "", *_delay(one.shown), "", "", ""))
    return rows


def press_goals(keng: Pressed, plain: Pressed, aiogram: Pressed) -> list[Goal]:
    return [
        _times("(a) answers at least twice as many as (b)", keng, plain, 2),
        _times("(a) answers at least as many as (c)", keng, aiogram, 1),
        soon("(a) at 50 presses a second: p99 to the confirmation under 250 ms", keng.delay),
    ]


def bulk_rows(free: Bulk, limited: Bulk) -> list[Sequence[str]]:
    """What was sent, without a limiter and with it."""
    shown, late = _delay(limited.shown), _delay(limited.delay)
    return [
        ("reminders", "without a limit", "30 a second"),
        ("sent, of how many", *(f"{one.reminders} of {one.wanted}" for one in (free, limited))),
        ("sent twice", *(str(one.doubled) for one in (free, limited))),
        ("first to last, s", *(f"{one.seconds:.1f}" for one in (free, limited))),
        ("a second", *(f"{one.rate:.1f}" for one in (free, limited))),
        ("CPU ms each", *(f"{one.cpu:.2f}" for one in (free, limited))),
        ("MB", *(f"{one.memory:.0f}" for one in (free, limited))),
        ("floor: reminders / 30, s", "", f"{limited.floor:.1f}"),
        ("floor: reminders and confirmations / 30, s", "", f"{limited.whole_floor:.1f}"),
        ("answered 429: too many a second, too soon for a chat", "", f"{limited.crowded}, {limited.hurried}"),
        ("presses meanwhile, confirmed by the end", "", f"{limited.pressed}, {limited.confirmed}"),
        ("until the button stops spinning, p50 / p99 ms", "", " / ".join(shown)),
        ("until the confirmation, p50 / p99 ms", "", " / ".join(late)),
    ]


def bulk_goals(limited: Bulk) -> list[Goal]:
    provoked = limited.crowded + limited.hurried
    over = limited.seconds / limited.whole_floor - 1
    return [
        Goal("bulk within 3 % of the floor, confirmations counted", f"{over:+.1%}", over <= 0.03),
        Goal("no 429 provoked", str(provoked), provoked == 0),
        Goal(
            "every reminder sent, none twice",
            f"{limited.reminders}, {limited.doubled} twice",
            limited.reminders == limited.wanted and not limited.doubled,
        ),
        soon("a press in the middle of it: p99 to the answered button under 250 ms", limited.shown),
        soon("a press in the middle of it: p99 to the confirmation under 250 ms", limited.delay),
    ]


def soon(what: str, delay: Delay | None) -> Goal:
    late = delay.p99 if delay else float("nan")
    return Goal(what, f"{late:.0f} ms", late < 250)


def _times(what: str, one: Pressed, other: Pressed, wanted: float) -> Goal:
    """By the clock; by the CPU used too, which neighbours on the machine change less."""
    found = one.rate / other.rate
    return Goal(what, f"{found:.2f} times (by CPU {other.cpu / one.cpu:.2f})", found >= wanted)


def _delay(delay: Delay | None) -> tuple[str, str]:
    return ("", "") if delay is None else (f"{delay.p50:.1f}", f"{delay.p99:.1f}")


def goal_rows(goals: Iterable[Goal]) -> list[Sequence[str]]:
    return [("goals", "", ""), *((one.what, one.value, "met" if one.met else "NOT MET") for one in goals)]


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need to be: the first to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )

"""What the commune wishes on the agendas below: a line, read back, for which cells, then Xác nhận."""

from chat.numbers import whole
from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Text, lines
from meetings.period import BadPeriod, Period
from meetings.records import Unit
from meetings.terms import CellType
from meetings.wishes import Orientation, Wish
from services import Work, agenda, orientation, wishes
from services.errors import NotFound

router: Router[Work] = Router()
_TOPIC, _EVERY = "topic", "all"  # in place of a month, and of a kind of cell


def wishes_choice(unit: Unit) -> Choice:
    return Choice(Text("button.wishes", {"unit": unit.name}), action("wishes", unit.id))


@router.action("wishes")
async def show_wishes(turn: Turn[Work], unit_id: str) -> Replies:
    return [await _menu(turn.work, await orientation.require(turn.work, unit_id))]


async def _menu(work: Work, unit: Unit, first: Text | None = None) -> Reply:
    """What stands for this month and the next, and the topics; what may be added or taken back."""
    this = Period.of(work.today)
    standing = await _standing(work, unit)
    choices = [
        Choice(Text("button.wish_month", {"period": one.first_day}), action("wish", unit.id, one))
        for one in (this, this.next())
    ]
    choices.append(Choice(Text("button.wish_topic"), action("wish", unit.id, _TOPIC)))
    if standing:
        choices.append(Choice(Text("button.wish_withdraw"), action("unwish", unit.id, 0)))
    text = lines(
        first,
        Text("wish.first", {"unit": unit.name}),
        *[_line(one) for one in standing],
        None if standing else Text("wish.none"),
    )
    return Reply(text, tuple(choices), question=f"wish:{unit.id}")


async def _standing(work: Work, unit: Unit) -> list[Orientation]:
    this = Period.of(work.today)
    headings = await work.uow.orientations.of_units([unit.id], Wish.HEADING)
    topics = await work.uow.orientations.of_units([unit.id], Wish.TOPIC)
    return [*(one for one in headings if one.period and one.period >= this), *topics]


def _line(one: Orientation) -> Text:
    if one.period is None:
        return Text("wish.topic", {"title": one.title, "cells": _whom(one.cells)})
    return Text(
        "wish.heading", {"title": one.title, "period": one.period.first_day, "cells": _whom(one.cells)}
    )


def _whom(cells: CellType | None) -> Text:
    return Text("wish.to_all") if cells is None else Text(f"cells.{cells}")


@router.action("wish")
async def ask_for_whom(turn: Turn[Work], unit_id: str, month: str) -> Replies:
    """Every cell, or those of one kind; where there is one kind only the title is asked at once."""
    work = turn.work
    unit = await orientation.require(work, unit_id)
    orientation.check_month(work, _month(month))
    kinds = await orientation.kinds_below(work, unit)
    if not kinds:
        return [Reply(Text("wish.no_cells"))]
    if len(kinds) == 1:
        return [_ask_title(unit, month, _EVERY)]
    everybody = Text("wish.all", {"n": kinds.total()})
    choices = [Choice(everybody, action("wish_for", unit.id, month, _EVERY))]
    choices += [
        Choice(
            Text("wish.kind", {"cells": Text(f"cells.{kind}"), "n": n}),
            action("wish_for", unit.id, month, kind),
        )
        for kind, n in sorted(kinds.items(), key=lambda pair: -pair[1])
        if kind is not None
    ]
    return [Reply(Text("wish.whom"), tuple(choices[: work.room]), question=f"wish:{unit.id}")]


@router.action("wish_for")
async def ask_title(turn: Turn[Work], unit_id: str, month: str, cells: str) -> Replies:
    unit = await orientation.require(turn.work, unit_id)
    _month(month)
    _cells(cells)
    return [_ask_title(unit, month, cells)]


def _ask_title(unit: Unit, month: str, cells: str) -> Reply:
    step = Step("wish.title", {"unit": str(unit.id), "month": month, "cells": cells})
    return Reply(Text("wish.ask_topic" if month == _TOPIC else "wish.ask_heading"), expects=step)


@router.step("wish.title")
async def take_title(turn: Turn[Work]) -> Replies:
    work, data = turn.work, turn.step.data if turn.step else {}
    unit = await orientation.require(work, data.get("unit", ""))
    period, cells = _month(data.get("month", "")), _cells(data.get("cells", ""))
    title = await agenda.check_title(turn.event.text)
    wish = Orientation(0, unit.id, Wish.HEADING if period else Wish.TOPIC, title, period, cells)
    one = await orientation.propose(work, unit, wish)
    choices = (
        Choice(Text("button.confirm"), action("wish_ok", one.number), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    text = lines(_line(wish), Text("wish.confirm", {"n": one.cells}))
    return [Reply(text, choices, question=f"wish:{unit.id}")]


@router.action("wish_ok")
async def publish(turn: Turn[Work], number: str) -> Replies:
    one, done = await orientation.proposed(turn.work, number)
    if done:
        return [await _menu(turn.work, one.unit, Text("wish.already"))]
    await wishes.publish(turn.work, one)
    return [await _menu(turn.work, one.unit, Text("wish.done", {"n": one.cells}))]


@router.action("unwish")
async def which_to_withdraw(turn: Turn[Work], unit_id: str, start: str) -> Replies:
    """A page at a time, the way back with each."""
    unit = await orientation.require(turn.work, unit_id)
    standing, first, size = await _standing(turn.work, unit), whole(start) or 0, turn.work.room - 2
    first = first if first < len(standing) else 0
    choices = [
        Choice(Text("button.wish", {"title": one.title}), action("unwish_ok", one.id))
        for one in standing[first : first + size]
    ]
    if len(standing) > size:
        after = first + size if first + size < len(standing) else 0
        choices.append(Choice(Text("button.more"), action("unwish", unit.id, after)))
    choices.append(Choice(Text("button.go_back"), action("wishes", unit.id)))
    return [Reply(Text("wish.which"), tuple(choices), question=f"wish:{unit.id}")]


@router.action("unwish_ok")
async def withdraw(turn: Turn[Work], number: str) -> Replies:
    gone = await wishes.take_back(turn.work, number)
    unit = await orientation.require(turn.work, str(gone.unit))
    return [await _menu(turn.work, unit, Text("wish.withdrawn", {"title": gone.title}))]


def _month(month: str) -> Period | None:
    """The month of a heading; none for a topic. Raises NotFound."""
    if month == _TOPIC:
        return None
    try:
        return Period.parse(month)
    except BadPeriod:
        raise NotFound from None


def _cells(name: str) -> CellType | None:
    if name == _EVERY:
        return None
    if name not in set(CellType):
        raise NotFound
    return CellType(name)

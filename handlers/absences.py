"""`Theo dõi vắng`: the two counters, and every ruling of the year to be looked at again. Secretary and deputy."""

from chat.numbers import whole
from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import NOTHING, Param, Text, Wording, lines
from meetings.period import Period
from meetings.records import Meeting
from meetings.roles import Right
from meetings.terms import Ruling, State, UnitId
from services import Work, access, closing, counters, rollcall
from services.errors import NotFound
from services.facts import facts, named

router: Router[Work] = Router()
_PAGE = 12  # people in one message
_RECENT = 8  # meetings to choose from
_RULED = (State.HELD, State.CLOSED)


def watch_choices(cell: UnitId) -> tuple[Choice, ...]:
    """What a list of names offers to those who lead the cell."""
    return (
        Choice(Text("button.absences"), action("absences", cell, 0, 0)),
        Choice(Text("button.away"), action("away", cell, 0)),
    )


async def leads(work: Work, cell: UnitId) -> bool:
    return any(one.cell.id == cell and one.may(Right.SEE_COUNTERS) for one in await access.posts(work))


@router.action("absences")
async def show_counters(turn: Turn[Work], cell_id: str, year: str, page: str) -> Replies:
    """Every look is written to the audit log. Nobody of whom the year says nothing is named."""
    work = turn.work
    cell = await access.cell(work, cell_id, Right.SEE_COUNTERS)
    shown = whole(year) or work.today.year
    start = (whole(page) or 0) * _PAGE
    watched = await counters.of_cell(work, cell, shown)
    await work.uow.audit.note(work.now, access.actor(work).id, "see_counters", cell=cell.id)
    found: list[Wording] = [_line(one) for one in watched[start : start + _PAGE]]
    known: dict[str, Param] = {"cell": cell.name, "year": shown}
    text = lines(
        Text("absences.first", known),
        *(found or [Text("absences.nobody")]),
        Text("absences.last"),
    )
    choices = [Choice(Text("button.rule_again"), action("rulings", cell.id))]
    if start + _PAGE < len(watched):
        following = action("absences", cell.id, shown, start // _PAGE + 1)
        choices.insert(0, Choice(Text("button.more"), following))
    if shown == work.today.year:
        before = action("absences", cell.id, shown - 1, 0)
        choices.append(Choice(Text("button.year_before"), before))
    choices.append(Choice(Text("button.away"), action("away", cell.id, 0)))
    return [Reply(text, tuple(choices), question=f"absences:{cell.id}")]


def _line(one: counters.Watched) -> Text:
    counted = one.counters
    known: dict[str, Param] = {
        "name": named(one.member),
        "number": one.member.number,
        "unexcused": len(counted.unexcused),
        "unexcused_months": _months(counted.unexcused),
        "running": len(counted.running),
        "longest": len(counted.excused),
        "longest_months": _months(counted.excused),
    }
    return Text("absences.line", known)


def _months(months: tuple[Period, ...]) -> Wording:
    return Text("absences.months", {"months": counters.months_of(months)}) if months else NOTHING


@router.action("rulings")
async def choose_meeting(turn: Turn[Work], cell_id: str) -> Replies:
    """Meetings whose absences may be ruled on again, the newest first."""
    work = turn.work
    cell = await access.cell(work, cell_id, Right.RULE)
    choices = [
        Choice(Text("rulings.meeting", {"when": one.starts_at}), action("absent", one.id, 0))
        for one in await work.uow.meetings.with_absences(cell.id, min(_RECENT, work.room))
    ]
    if not choices:
        return [Reply(Text("rulings.none"))]
    return [Reply(Text("rulings.which"), tuple(choices), question=f"absences:{cell.id}")]


@router.action("absent")
async def choose_absence(turn: Turn[Work], meeting_id: str, page: str) -> Replies:
    """Everybody who was absent, with the ruling; a press asks for another one."""
    meeting = await access.meeting(turn.work, meeting_id, Right.RULE)
    return [await _absences(turn.work, meeting, whole(page) or 0)]


async def _absences(work: Work, meeting: Meeting, page: int, done: Wording | None = None) -> Reply:
    if meeting.state not in _RULED:
        raise NotFound
    await access.note_names(work, meeting.cell, meeting)
    absent = await rollcall.absent(work, meeting)
    size = work.room - 1
    pages = max(1, -(-len(absent) // size))
    choices = [
        Choice(
            Text(
                "rulings.person",
                {"name": named(one), "ruling": Text(f"ruling.{made.ruling or Ruling.AWAITING}")},
            ),
            action("judge", meeting.id, one.person),
        )
        for one, made in absent[page % pages * size : (page % pages + 1) * size]
    ]
    if pages > 1:
        choices.append(Choice(Text("button.more"), action("absent", meeting.id, (page + 1) % pages)))
    locked = Text("rulings.locked") if await rollcall.is_locked(work, meeting) else None
    text = lines(done, Text("rulings.ask", await facts(work, meeting)), locked)
    return Reply(text, tuple(choices), question=f"call:{meeting.id}")


@router.action("judge")
async def ask_again(turn: Turn[Work], meeting_id: str, who: str) -> Replies:
    work = turn.work
    meeting = await access.meeting(work, meeting_id, Right.RULE)
    for one, made in await rollcall.absent(work, meeting):
        if str(one.person) == who:
            choices = tuple(
                Choice(Text(f"button.{ruling}"), action("judged", meeting.id, one.person, ruling))
                for ruling in rollcall.RULED
            )
            told = Text("ruling.told", {"reason": Text(f"reason.{made.reason}")}) if made.reason else None
            text = lines(Text("ruling.ask", {"name": named(one), "number": one.number}), told)
            return [Reply(text, choices, question=f"call:{meeting.id}")]
    raise NotFound


@router.action("judged")
async def take_again(turn: Turn[Work], meeting_id: str, who: str, ruling: str) -> Replies:
    """A closed list stays closed: it is frozen anew, after the lock as a numbered amendment."""
    work = turn.work
    meeting = await access.meeting(work, meeting_id, Right.RULE)
    wanted = Ruling.EXCUSED if ruling == Ruling.EXCUSED else Ruling.UNEXCUSED
    await closing.rule(work, meeting, who, wanted)
    return [await _absences(work, meeting, 0, await closing.ruled(work, meeting))]

"""`Đảng viên đi xa`: an absence until a day, with a reason and the cell's word; asked for by a member, or entered."""

from datetime import date, timedelta

from chat.numbers import whole
from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import NOTHING, Param, Text, lines
from meetings.folding import name_key
from meetings.records import Member, Unit
from meetings.roles import Right
from meetings.terms import Reason, UnitId
from meetings.when import BadWhen, parse_day
from services import Work, access, away
from services.errors import NotFound
from services.facts import named

router: Router[Work] = Router()
_CONSIDERED = timedelta(days=14)  # the cell takes its time
_OFFERED = (31, 92, 183)  # days ahead, each taken to the end of its month


@router.action("away")
async def choose_member(turn: Turn[Work], cell_id: str, page: str) -> Replies:
    """Who is away stands first, with the last day."""
    work = turn.work
    cell = await _cell(work, cell_id)
    await access.note_names(work, cell.id)
    known = [(one, await away.standing(work, one)) for one in await _members(work, cell)]
    known.sort(key=lambda pair: (pair[1] is None, name_key(pair[0].name or "")))
    size = work.room - 1
    pages = max(1, -(-len(known) // size))
    here = (whole(page) or 0) % pages
    choices = [
        Choice(
            Text(
                "away.person",
                {
                    "name": named(one),
                    "number": one.number,
                    "until": Text("away.person_until", {"until": absence.until})
                    if absence is not None and absence.until is not None
                    else NOTHING,
                },
            ),
            action("away_who", cell.id, one.person),
        )
        for one, absence in known[here * size : (here + 1) * size]
    ]
    if pages > 1:
        choices.append(Choice(Text("button.more"), action("away", cell.id, (here + 1) % pages)))
    return [Reply(Text("away.which"), tuple(choices), question=f"away:{cell.id}")]


async def _members(work: Work, cell: Unit) -> list[Member]:
    return await work.uow.members.of_cell(cell.id, work.today)


@router.action("away_who")
async def ask_reason(turn: Turn[Work], cell_id: str, who: str) -> Replies:
    work = turn.work
    cell = await _cell(work, cell_id)
    member = await away.member(work, cell.id, who)
    await access.note_names(work, cell.id)
    absence = await away.standing(work, member)
    choices = list(_reasons("away_why", cell.id, member.person))
    if absence is None:
        return [Reply(Text("away.why", {"name": named(member)}), tuple(choices), question=f"away:{cell.id}")]
    known: dict[str, Param] = {"name": named(member)}
    known["until"] = absence.until if absence.until is not None else work.today
    word = "away.now" if absence.approved else "away.now_unapproved"
    now = Text(word, known) if absence.until is not None else Text("away.now_open", known)
    choices.append(Choice(Text("button.back"), action("away_back", cell.id, member.person)))
    text = lines(now, Text("away.why", known))
    return [Reply(text, tuple(choices), question=f"away:{cell.id}")]


def _reasons(name: str, *args: object) -> tuple[Choice, ...]:
    return tuple(
        Choice(Text(f"reason.{reason}"), action(name, *args, reason), words=f"words.reason.{reason}")
        for reason in Reason
    )


@router.action("away_why")
async def ask_day(turn: Turn[Work], cell_id: str, who: str, reason: str) -> Replies:
    work = turn.work
    cell = await _cell(work, cell_id)
    member = await away.member(work, cell.id, who)
    return [_ask_until(work, member, _reason(reason), "away_till")]


def _ask_until(work: Work, member: Member, reason: Reason, name: str) -> Reply:
    """Ends of months as buttons; any other day is typed."""
    days = [_month_end(work.today + timedelta(days=ahead)) for ahead in _OFFERED]
    args = (member.cell, member.person) if name == "away_till" else (member.cell,)
    choices = tuple(
        Choice(Text("away.day", {"until": day}), action(name, *args, reason, _written(day))) for day in days
    )
    step = Step(f"{name}.day", {"cell": str(member.cell), "who": str(member.person), "reason": reason})
    key = "away.until" if name == "away_till" else "away.until_me"
    return Reply(Text(key, {"name": named(member)}), choices, question=f"away:{member.cell}", expects=step)


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _written(day: date) -> str:
    return f"{day:%Y%m%d}"


def _day(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise NotFound from None


def _reason(value: str) -> Reason:
    if value not in set(Reason):
        raise NotFound
    return Reason(value)


@router.step("away_till.day")
async def take_words(turn: Turn[Work]) -> Replies:
    data = turn.step.data if turn.step else {}
    try:
        day = parse_day(turn.event.text, turn.work.today)
    except BadWhen:
        return [Reply(Text("away.bad_day"), expects=turn.step)]
    return await take_day(
        turn, data.get("cell", ""), data.get("who", ""), data.get("reason", ""), _written(day)
    )


@router.action("away_till")
async def take_day(turn: Turn[Work], cell_id: str, who: str, reason: str, day: str) -> Replies:
    """Read back what was entered; it begins when the cell's word is written down."""
    work = turn.work
    cell = await _cell(work, cell_id)
    member = await away.member(work, cell.id, who)
    asked = await away.propose(work, member, _reason(reason), _day(day))
    known: dict[str, Param] = {
        "name": named(member),
        "number": member.number,
        "until": asked.until,
        "reason": Text("reason.other_short" if asked.reason is Reason.OTHER else f"reason.{asked.reason}"),
    }
    choices = (
        Choice(Text("button.approved"), action("away_ok", asked.number, 1), style=Style.GOOD),
        Choice(Text("button.not_approved"), action("away_ok", asked.number, 0)),
        Choice(Text("button.skip"), action("drop")),
    )
    return [Reply(Text("away.confirm", known), choices, question=f"away:{cell.id}")]


@router.action("away_ok")
async def confirm(turn: Turn[Work], number: str, approved: str) -> Replies:
    work = turn.work
    asked = await away.proposed(work, number)
    cell = await access.require(work, asked.member.cell, Right.RULE)
    await away.settle(work, asked, approved=approved == "1")
    known: dict[str, Param] = {"name": named(asked.member), "until": asked.until}
    known["back"] = asked.until + timedelta(days=1)
    key = "away.done" if approved == "1" else "away.done_unapproved"
    return [Reply(Text(key, known), question=f"away:{cell.id}")]


@router.action("away_back")
async def come_back(turn: Turn[Work], cell_id: str, who: str) -> Replies:
    work = turn.work
    cell = await _cell(work, cell_id)
    member = await away.member(work, cell.id, who)
    await away.come_back(work, member)
    return [Reply(Text("away.returned", {"name": named(member)}))]


# --- a member's own wish ------------------------------------------------------------------------


def own_choice(cell: UnitId) -> Choice:
    """Beside an absence because of being far away, and when one ends: for longer than one evening."""
    return Choice(Text("button.away_me"), action("away_me", cell))


@router.action("away_me")
async def ask_own_reason(turn: Turn[Work], cell_id: str) -> Replies:
    member = await _self(turn.work, cell_id)
    text = Text("away.why_me")
    return [Reply(text, _reasons("away_my", member.cell), question=f"away:{member.cell}")]


@router.action("away_my")
async def ask_own_day(turn: Turn[Work], cell_id: str, reason: str) -> Replies:
    return [_ask_until(turn.work, await _self(turn.work, cell_id), _reason(reason), "away_mine")]


@router.step("away_mine.day")
async def take_own_words(turn: Turn[Work]) -> Replies:
    data = turn.step.data if turn.step else {}
    try:
        day = parse_day(turn.event.text, turn.work.today)
    except BadWhen:
        return [Reply(Text("away.bad_day"), expects=turn.step)]
    return await ask_for_it(turn, data.get("cell", ""), data.get("reason", ""), _written(day))


@router.action("away_mine")
async def ask_for_it(turn: Turn[Work], cell_id: str, reason: str, day: str) -> Replies:
    """Passed on: the cell's word is the secretary's to write down, and until then nothing changes."""
    work = turn.work
    member = await _self(work, cell_id)
    until = _day(day)
    away.check(work, until)
    known: dict[str, Param] = {"name": named(member), "until": until}
    known["reason"] = Text("reason.other_short" if reason == Reason.OTHER else f"reason.{_reason(reason)}")
    look = action("away_till", member.cell, member.person, _reason(reason), day)
    message = Reply(
        Text("away.asked", known),
        (Choice(Text("button.consider"), look),),
        question=f"asked:{member.cell}:{member.person}",
        until=work.now + _CONSIDERED,
    )
    told = await away.ask_leaders(work, member, until, message)
    return [Reply(Text("away.passed_on" if told else "away.nobody_to_ask", known))]


async def _self(work: Work, cell_id: str) -> Member:
    known = whole(cell_id)
    if known is None:
        raise NotFound
    return await away.member(work, UnitId(known), str(access.actor(work).id))


async def _cell(work: Work, cell_id: str) -> Unit:
    known = whole(cell_id)
    if known is None:
        raise NotFound
    return await access.require(work, UnitId(known), Right.RULE)

"""`danhsach`: who was reached, who answered; and `Báo hộ`, answering for somebody, on the record."""

from datetime import date, timedelta

from chat.numbers import whole
from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines, listing
from handlers.absences import leads, watch_choices
from handlers.answers import reasons
from handlers.picking import which_meeting
from meetings.folding import name_key
from meetings.records import Meeting, Member
from meetings.roles import Right
from meetings.terms import Answer, MeetingId, PersonId, Reason, State
from services import Work, absent_note, access, enrolment, phoning, replies
from services.errors import NotFound
from services.facts import Standings, called, facts, named, names, names_or_none, standings, with_reasons
from services.notices import behalf_choice
from services.schedule import OPEN

router: Router[Work] = Router()
_SHOWN_AFTER = timedelta(hours=12)  # the evening's list is wanted until the roll is called
_LISTED = 60  # names in a list somebody asked for; a reminder shows fewer


@router.command("danhsach", "danh sach", "danh sach bao ho")
async def show_lists(turn: Turn[Work]) -> Replies:
    coming = await replies.coming_for(turn.work, since=turn.work.now - _SHOWN_AFTER)
    meetings = [one for one in coming if await _concerned(turn.work, one)]
    meetings += await _relayed(turn.work, meetings)
    if not meetings:
        return [await _watched_only(turn.work)]
    announced = [one for one in meetings if one.announced_at is not None] or meetings[:1]
    if len(announced) > 1:
        return [await which_meeting(turn.work, announced, "list")]
    return [await _list(turn.work, announced[0])]


async def _watched_only(work: Work) -> Reply:
    """No meeting is coming: those who lead a cell still find the absences. Raises NotAllowed."""
    cell = (await access.cells_with(work, Right.SEE_COUNTERS))[0]
    text = lines(Text("list.no_meeting", {"cell": cell.name}), await absent_note.overdue(work, cell.id))
    return Reply(text, watch_choices(cell.id))


@router.action("list")
async def show_list(turn: Turn[Work], meeting_id: str) -> Replies:
    return [await _list(turn.work, await _meeting(turn.work, meeting_id))]


async def _relayed(work: Work, known: list[Meeting]) -> list[Meeting]:
    """Meetings of cells in which somebody chose the actor as liaison."""
    cells = await work.uow.members.cells_relayed_by(access.actor(work).id)
    coming = await work.uow.meetings.coming_up(work.now, cells=cells)
    return [one for one in coming if one not in known and await _concerned(work, one)]


async def _concerned(work: Work, meeting: Meeting) -> bool:
    sees = any(
        post.cell.id == meeting.cell and post.may(Right.SEE_NAMES) for post in await access.posts(work)
    )
    return sees or bool(await access.answerable(work, meeting.cell, _day(work, meeting)))


async def _meeting(work: Work, meeting_id: str) -> Meeting:
    """A meeting whose names the actor may see, locked: an answer for it is never one for another date.

    The same refusal for "not yours" and "not there": NotFound.
    """
    number = whole(meeting_id)
    found = None if number is None else await work.uow.meetings.lock(MeetingId(number))
    listed = found is not None and found.state in OPEN and found.starts_at > work.now - _SHOWN_AFTER
    if found is None or not listed or not await _concerned(work, found):
        raise NotFound
    return found


def _day(work: Work, meeting: Meeting) -> date:
    return work.local(meeting.starts_at).date()


def _takes_answers(work: Work, meeting: Meeting) -> bool:
    return meeting.state is State.ANNOUNCED and work.now < meeting.starts_at


async def _list(work: Work, meeting: Meeting) -> Reply:
    """Reached, answered, coming: three facts kept apart. Every look at names goes to the audit log."""
    found = await _visible(work, meeting)
    known = await facts(work, meeting)
    for key in ("coming", "absent", "silent", "unreached"):
        members: list[Member] = getattr(found, key)
        known |= {key: len(members), f"{key}_names": names_or_none(members, limit=_LISTED)}
    await access.note_names(work, meeting.cell, meeting)
    if any(post.cell.id == meeting.cell and post.may(Right.SEE_REASONS) for post in await access.posts(work)):
        known["absent_names"] = with_reasons(found.absent, found.answers)
    elif any(
        post.cell.id == meeting.cell and post.may(Right.SEE_REASONS_ENTERED)
        for post in await access.posts(work)
    ):
        by = access.actor(work).id
        entered = {who: given for who, given in found.answers.items() if given.by == by}
        known["absent_names"] = with_reasons(found.absent, entered)
    may_answer = _takes_answers(work, meeting) and bool(
        await access.answerable(work, meeting.cell, _day(work, meeting))
    )
    text = lines(
        Text("list.first", known),
        Text("list.coming", known),
        Text("list.absent", known),
        Text("list.silent", known),
        Text("list.unreached", known),
        await _to_relink(work, found),
        await _unreminded(work, meeting, found),
        await _carried(work, found),
        await absent_note.overdue(work, meeting.cell) if await leads(work, meeting.cell) else None,
    )
    choices: tuple[Choice, ...] = (behalf_choice(meeting),) if may_answer else ()
    if await leads(work, meeting.cell):
        choices += watch_choices(meeting.cell)
    return Reply(text, choices, question=f"list:{meeting.id}")


async def _to_relink(work: Work, found: Standings) -> Text | None:
    """Of those nobody reaches, whose address takes nothing: a new code helps."""
    again = await enrolment.to_relink(work, found.unreached)
    known: dict[str, Param] = {"n": len(again), "names": names(again, limit=_LISTED)}
    return Text("list.relink", known) if again else None


async def _unreminded(work: Work, meeting: Meeting, found: Standings) -> Text | None:
    """Those who were heard of, but whose newest reminder did not leave for want of messages."""
    seen = {one.person for one in found.members} - {one.person for one in found.unreached}
    missed = [one for one, _ in await phoning.unreminded(work, meeting) if one.person in seen]
    known: dict[str, Param] = {"n": len(missed), "names": names(missed, limit=_LISTED)}
    return Text("list.unreminded", known) if missed else None


async def _carried(work: Work, found: Standings) -> Text | None:
    """Who answered for whom, wherever somebody did."""
    theirs: dict[PersonId, list[Member]] = {}
    for one in [*found.coming, *found.absent]:
        by = found.answers[one.person].by
        if by != one.person:
            theirs.setdefault(by, []).append(one)
    parts = []
    for by, members in theirs.items():
        carrier = await called(work, await work.uow.people.by_id(by))
        parts.append(Text("list.carrier", {"name": carrier, "names": names(members, limit=_LISTED)}))
    return Text("list.carried", {"carriers": listing(*parts, separator="; ")}) if parts else None


async def _visible(work: Work, meeting: Meeting) -> Standings:
    """Secretary, deputy, clerk and committee see everybody; leaders and liaisons their own people."""
    found = await standings(work, meeting)
    posts = await access.posts(work)
    if any(post.cell.id == meeting.cell and post.may(Right.SEE_NAMES) for post in posts):
        return found
    theirs = await _theirs(work, meeting)
    members = [one for one in found.members if one.person in theirs]
    base = [one for one in found.base if one.person in theirs]
    return Standings(members, base, found.answers, found.failed)


async def _theirs(work: Work, meeting: Meeting) -> set[PersonId]:
    return {one.person for one in await access.answerable(work, meeting.cell, _day(work, meeting))}


@router.action("behalf")
async def choose_person(turn: Turn[Work], meeting_id: str, page: str) -> Replies:
    """Those without an answer first, page by page."""
    work = turn.work
    meeting = await _meeting(work, meeting_id)
    found = await standings(work, meeting)
    await access.note_names(work, meeting.cell, meeting)
    theirs = await _theirs(work, meeting)
    members = [one for one in found.base if one.person in theirs]
    members.sort(key=lambda one: (found.said(one) is not None, name_key(one.name or "")))
    size = work.room - 1
    start = (whole(page) or 0) * size
    shown = members[start : start + size]
    if not shown:
        raise NotFound
    choices = [
        Choice(
            Text("behalf.person", {"name": named(one), "answer": _short(found, one)}),
            action("for", meeting.id, meeting.revision, one.person),
        )
        for one in shown
    ]
    if start + size < len(members):
        choices.append(Choice(Text("button.more"), action("behalf", meeting.id, int(start / size) + 1)))
    return [Reply(Text("behalf.ask"), tuple(choices), question=f"behalf:{meeting.id}")]


def _short(found: Standings, member: Member) -> Text:
    said = found.said(member)
    return Text(f"short.{said}" if said else "short.nothing")


@router.action("for")
async def ask_answer(turn: Turn[Work], meeting_id: str, revision: str, who: str) -> Replies:
    meeting = await _meeting(turn.work, meeting_id)
    member = await access.member(turn.work, meeting.cell, who, _day(turn.work, meeting))
    if str(meeting.revision) != revision:
        return [Reply(Text("stale.list", await facts(turn.work, meeting)), (behalf_choice(meeting),))]
    choices = tuple(
        Choice(
            Text(f"button.{answer}"),
            action("as", meeting.id, meeting.revision, member.person, answer),
            words=f"words.{answer}",
        )
        for answer in Answer
    )
    known = await facts(turn.work, meeting) | {"name": named(member)}
    return [Reply(Text("behalf.answer", known), choices, question=f"as:{meeting.id}:{who}")]


@router.action("as")
async def answer_for(turn: Turn[Work], meeting_id: str, revision: str, who: str, answer: str) -> Replies:
    work = turn.work
    meeting = await _meeting(work, meeting_id)
    member = await access.member(work, meeting.cell, who, _day(work, meeting))
    if str(meeting.revision) != revision or answer not in set(Answer):
        return [Reply(Text("stale.list", await facts(work, meeting)), (behalf_choice(meeting),))]
    if answer == Answer.ABSENT:
        asked = Text("behalf.reason", {"name": named(member)})
        return [Reply(asked, reasons(meeting, "why", str(member.person)), question=f"why:{meeting.id}:{who}")]
    await replies.record(work, meeting, Answer(answer), person=member.person)
    return [await _noted(work, meeting, member, Text(f"short.{answer}"))]


@router.action("why")
async def reason_for(turn: Turn[Work], meeting_id: str, revision: str, who: str, reason: str) -> Replies:
    work = turn.work
    meeting = await _meeting(work, meeting_id)
    member = await access.member(work, meeting.cell, who, _day(work, meeting))
    if str(meeting.revision) != revision or reason not in set(Reason):
        return [Reply(Text("stale.list", await facts(work, meeting)), (behalf_choice(meeting),))]
    await replies.record(work, meeting, Answer.ABSENT, reason=Reason(reason), person=member.person)
    return [await _noted(work, meeting, member, Text("short.absent"))]


async def _noted(work: Work, meeting: Meeting, member: Member, answer: Text) -> Reply:
    found = await _visible(work, meeting)
    known: dict[str, Param] = {
        "name": named(member),
        "answer": answer,
        "left": len(found.silent) + len(found.unreached),
    }
    return Reply(Text("behalf.noted", known), (behalf_choice(meeting),), question=f"list:{meeting.id}")

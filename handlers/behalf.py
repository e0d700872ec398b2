"""`danhsach`: who was reached, who answered; and `Báo hộ`, answering for somebody, on the record."""

from datetime import timedelta

from chat.numbers import whole
from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines
from handlers.answers import reasons
from handlers.picking import which_meeting
from meetings.attendance import in_base
from meetings.folding import name_key
from meetings.records import Meeting, Member
from meetings.roles import Right
from meetings.terms import Answer, Reason
from services import Work, access, replies
from services.errors import NotAllowed, NotFound
from services.facts import Standings, facts, named, names_or_none, standings, with_reasons
from services.notices import behalf_choice

router: Router[Work] = Router()
_SHOWN_AFTER = timedelta(hours=12)  # the evening's list is wanted until the roll is called
_LISTED = 60  # names in a list somebody asked for; a reminder shows fewer


@router.command("danhsach", "danh sach", "danh sach bao ho")
async def show_lists(turn: Turn[Work]) -> Replies:
    coming = await replies.coming_for(turn.work, since=turn.work.now - _SHOWN_AFTER)
    meetings = [one for one in coming if await _concerned(turn.work, one)]
    meetings += await _relayed(turn.work, meetings)
    if not meetings:
        raise NotAllowed
    announced = [one for one in meetings if one.announced_at is not None] or meetings[:1]
    if len(announced) > 1:
        return [await which_meeting(turn.work, announced, "list")]
    return [await _list(turn.work, announced[0])]


@router.action("list")
async def show_list(turn: Turn[Work], meeting_id: str) -> Replies:
    return [await _list(turn.work, await _meeting(turn.work, meeting_id))]


async def _relayed(work: Work, known: list[Meeting]) -> list[Meeting]:
    """Meetings of cells in which somebody chose the actor as liaison."""
    person = access.actor(work)
    cells = {one.cell for one in await work.uow.members.relayed_by(person.id, work.today)}
    coming = await work.uow.meetings.coming_up(work.now)
    return [one for one in coming if one.cell in cells and one not in known]


async def _concerned(work: Work, meeting: Meeting) -> bool:
    sees = any(
        post.cell.id == meeting.cell and post.may(Right.SEE_NAMES) for post in await access.posts(work)
    )
    return sees or bool(await access.answerable(work, meeting.cell))


async def _meeting(work: Work, meeting_id: str) -> Meeting:
    """A meeting whose names the actor may see. The same refusal for "not yours" and "not there"."""
    for meeting in await work.uow.meetings.coming_up(work.now - _SHOWN_AFTER):
        if str(meeting.id) == meeting_id and await _concerned(work, meeting):
            return meeting
    raise NotFound


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
    may_answer = bool(await access.answerable(work, meeting.cell))
    text = lines(
        Text("list.first", known),
        Text("list.coming", known),
        Text("list.absent", known),
        Text("list.silent", known),
        Text("list.unreached", known),
    )
    return Reply(text, (behalf_choice(meeting),) if may_answer else (), question=f"list:{meeting.id}")


async def _visible(work: Work, meeting: Meeting) -> Standings:
    """Secretary, deputy, clerk and committee see everybody; leaders and liaisons their own people."""
    found = await standings(work, meeting)
    posts = await access.posts(work)
    if any(post.cell.id == meeting.cell and post.may(Right.SEE_NAMES) for post in posts):
        return found
    theirs = {one.person for one in await access.answerable(work, meeting.cell)}
    members = [one for one in found.members if one.person in theirs]
    base = [one for one in found.base if one.person in theirs]
    return Standings(members, base, found.answers, found.failed)


@router.action("behalf")
async def choose_person(turn: Turn[Work], meeting_id: str, page: str) -> Replies:
    """Those without an answer first, page by page."""
    work = turn.work
    meeting = await _meeting(work, meeting_id)
    found = await standings(work, meeting)
    await access.note_names(work, meeting.cell, meeting)
    members = [
        one
        for one in await access.answerable(work, meeting.cell)
        if in_base(one.entry, work.policy.attendance.counting)
    ]
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
    member = await access.member(turn.work, meeting.cell, who)
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
    member = await access.member(work, meeting.cell, who)
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
    member = await access.member(work, meeting.cell, who)
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

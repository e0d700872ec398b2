"""The notice of a meeting: sent now or by itself, held back, and told to everybody it concerns."""

from dataclasses import replace
from datetime import datetime

from chat.replies import Reply
from chat.text import Lines, Text, lines
from meetings.records import Meeting, Member
from meetings.states import Verb
from meetings.terms import Answer, State
from services import notices
from services.access import actor, leaders
from services.delivery import Occasion, tell, tell_group
from services.errors import TooLate
from services.facts import facts, may_hear, names_or_none, standings
from services.schedule import transit
from services.work import Work
from storage.errors import LostUpdate


async def announce(work: Work, meeting: Meeting) -> Meeting:
    """Open the RSVP; the reminder tick of this minute tells everybody."""
    announced = await transit(work, meeting, Verb.ANNOUNCE, {"announced_at": work.now, "on_hold": False})
    if work.actor is not None:
        await work.uow.audit.note(work.now, work.actor.id, "announce", cell=meeting.cell, meeting=meeting.id)
    return announced


async def hold_back(work: Work, meeting: Meeting) -> Meeting:
    """Keep the notice from going out by itself ("Giữ lại")."""
    if meeting.state is not State.PLANNED:
        raise TooLate(Text("refused.announced"))
    await work.uow.meetings.change(meeting, {"on_hold": True})
    await work.uow.audit.note(work.now, actor(work).id, "hold", cell=meeting.cell, meeting=meeting.id)
    changed = await work.uow.meetings.by_id(meeting.id)
    if changed is None:
        raise LostUpdate
    return changed


async def notify_members(work: Work, meeting: Meeting, kind: str, due_at: datetime, until: datetime) -> int:
    """The private notice to every linked person of the cell; those who said "absent" stay in peace."""
    found = await standings(work, meeting)
    told = 0
    for member in found.members:
        if may_hear(member) and member.reached and found.said(member) is not Answer.ABSENT:
            occasion = Occasion.of(meeting, kind, due_at, useful_until=until)
            told += await tell_member(work, member, occasion, await notices.notice(work, meeting, member))
    return told


async def tell_member(work: Work, member: Member, occasion: Occasion, message: Reply) -> bool:
    return await tell(work, await work.uow.people.by_id(member.person), occasion, message)


async def tell_everybody(work: Work, meeting: Meeting, occasion: Occasion, text: Lines | Text) -> None:
    """News without a question (postponed, cancelled): to each linked person, the group, the officials."""
    found = await standings(work, meeting)
    for member in found.members:
        if may_hear(member) and member.reached:
            await tell_member(work, member, occasion, Reply(text))
    for official in await work.uow.people.in_charge(meeting.cell, work.today):
        await tell(work, official, occasion, Reply(text))
    # A kind of its own: the secretary gets it as a member, and once more as the text to paste.
    await tell_cell_group(work, meeting, replace(occasion, kind=f"{occasion.kind}.all"), text, text)


async def tell_cell_group(
    work: Work, meeting: Meeting, occasion: Occasion, text: Lines | Text, pasted: Lines | Text
) -> None:
    """To the cell's group; where none is linked, to secretary and deputy as a text to paste there."""
    group = await work.uow.accounts.group_of(meeting.cell)
    if group is not None:
        await tell_group(work, group, occasion, Reply(text))
        return
    for leader in await leaders(work, meeting.cell):
        await tell(work, leader, occasion, *notices.paste(pasted))
        if meeting.state is not State.CLOSED:  # afterwards there is nothing left to phone about
            await tell(work, leader, _phone_list(occasion), await phone_list(work, meeting))


async def phone_list(work: Work, meeting: Meeting) -> Reply:
    """With the paste-text: whom a pasted text does not reach for certain, by name."""
    known = await facts(work, meeting)
    found = await standings(work, meeting)
    known |= {
        "unreached": len(found.unreached),
        "unreached_names": names_or_none(found.unreached),
        "silent": len(found.silent),
        "silent_names": names_or_none(found.silent),
    }
    if meeting.state is not State.ANNOUNCED:  # called off: they are to be told, there is nothing to answer
        return Reply(
            lines(Text("list.first", known), Text("list.unreached", known), Text("forecast.ask", known))
        )
    return Reply(Text("phone.list", known), (notices.behalf_choice(meeting),), question=f"list:{meeting.id}")


def _phone_list(occasion: Occasion) -> Occasion:
    return replace(occasion, kind=f"{occasion.kind}.phone")

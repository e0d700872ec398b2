"""The notice of a meeting: sent now or by itself, held back, and told to everybody it concerns."""

from collections.abc import Sequence
from dataclasses import replace

from chat.events import Address
from chat.replies import Reply
from chat.text import Lines, Text, lines
from meetings.records import Meeting, Member, Person
from meetings.reminders import StepKind
from meetings.states import Verb
from meetings.terms import State, UnitId
from services import cards, notices, quota
from services.access import LEADERS, actor, leaders
from services.delivery import Occasion, tell, tell_group, told_of, writable
from services.errors import TooLate
from services.facts import facts, may_hear, names_or_none, standings, stood_before
from services.rules import policy_of
from services.schedule import transit
from services.work import Work
from storage.errors import LostUpdate
from storage.notices import Notice
from storage.outbox import Letter


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
    if not await work.uow.meetings.change(meeting, {"on_hold": True}):
        raise LostUpdate
    await work.uow.audit.note(work.now, actor(work).id, "hold_back", cell=meeting.cell, meeting=meeting.id)
    changed = await work.uow.meetings.by_id(meeting.id)
    if changed is None:
        raise LostUpdate
    return changed


def yet_to_tell(members: Sequence[Member], occasion: Occasion) -> list[Member]:
    """Those with an account who have not been told: for them alone a message is made."""
    return [one for one in members if one.reached and occasion.is_new_to(one.person)]


async def tell_everybody(work: Work, meeting: Meeting, occasion: Occasion, text: Lines | Text) -> None:
    """News without a question (postponed, cancelled): to each linked person, the group, the officials."""
    occasion = replace(occasion, news=True)
    found = await standings(work, meeting)
    for member in found.members:
        if may_hear(member) and member.reached:
            await tell(work, await work.uow.people.by_id(member.person), occasion, Reply(text))
    for official in await work.uow.people.in_charge(meeting.cell, work.today):
        await tell(work, official, occasion, Reply(text))
    # A kind of its own: the secretary gets it as a member, and once more as the text to paste.
    await tell_cell_group(work, meeting, replace(occasion, kind=f"{occasion.kind}.all"), text, text)


async def tell_cell_group(
    work: Work, meeting: Meeting, occasion: Occasion, text: Lines | Text, pasted: Lines | Text
) -> None:
    """To the cell's group; where none is linked or it refused this, to the secretary as a text to paste."""
    group = await _group(work, meeting, occasion)
    if group is not None:
        await tell_group(work, group, occasion, Reply(text))
        return
    for leader in await secretary_or_deputy(work, meeting.cell, occasion):
        await tell(work, leader, occasion, *notices.paste(pasted))
        # Afterwards there is nothing left to phone about; the forecast of the same evening names the same people.
        if meeting.state is not State.CLOSED and not await _forecast_too(work, occasion):
            await tell(work, leader, _phone_list(occasion), await phone_list(work, meeting))


async def _forecast_too(work: Work, occasion: Occasion) -> bool:
    """Whether the leaders get a forecast on the day of this evening's text."""
    kind, _, day = occasion.kind.partition(".")
    steps = (await policy_of(work, occasion.unit)).steps
    return kind == StepKind.EVENING and any(one.key == f"{StepKind.FORECAST}.{day}" for one in steps)


async def announce_in_group(work: Work, meeting: Meeting, occasion: Occasion) -> None:
    """[1] or [9]: a live card where the group's channel can change what it has sent."""
    if occasion.revision != meeting.revision or not await group_waits(work, meeting, occasion):
        return
    text = await notices.group_notice(work, meeting, paste=False)
    group = await _group(work, meeting, occasion)
    if group is not None and cards.possible(work, group):
        await cards.post(work, group, meeting, occasion, text)
        return
    await tell_cell_group(
        work, meeting, occasion, text, await notices.group_notice(work, meeting, paste=True)
    )


async def group_waits(work: Work, meeting: Meeting, occasion: Occasion) -> bool:
    """Whether the group, or who pastes there, has yet to be told: only then the texts are made."""
    group = await _group(work, meeting, occasion)
    if group is not None:
        return occasion.is_new_to(group)
    return bool(await secretary_or_deputy(work, meeting.cell, occasion))


async def missed_by_group(work: Work, missed: Notice, letter: Letter) -> None:
    """What did not get into the group is said at once to whoever pastes it, or to the group linked since."""
    meeting = None if missed.meeting is None else await work.uow.meetings.by_id(missed.meeting)
    if meeting is None:
        return
    occasion = Occasion(
        missed.subject,
        missed.kind,
        missed.due_at,
        revision=missed.revision,
        useful_until=letter.useful_until,
        meeting=meeting.id,
        unit=meeting.cell,
        news=True,  # it was on its way: better in the quiet hours than never
        deadline=await stood_before(work, meeting),
        told=await told_of(work, missed.subject, missed.revision),
    )
    pasted = letter.text
    if missed.kind.startswith(f"{StepKind.GROUP_NOTICE}."):
        await announce_in_group(work, meeting, occasion)
        return
    if missed.kind.startswith(f"{StepKind.EVENING}."):
        pasted = await notices.evening(work, meeting, paste=True)
    await tell_cell_group(work, meeting, occasion, letter.text, pasted)


async def _group(work: Work, meeting: Meeting, occasion: Occasion) -> Address | None:
    """The cell's group, unless it was written to on this occasion and nothing got in."""
    group = await work.uow.accounts.group_of(meeting.cell)
    if group is None or occasion.failed_at(group) or await quota.is_spent(work, group):
        return None
    return group


async def secretary_or_deputy(work: Work, cell: UnitId, occasion: Occasion) -> list[Person]:
    """The secretary, and the deputy only where no secretary is reached; nobody once one of them was told.

    Else a group would read twice what they paste there.
    """
    if any(occasion.is_with(one.id) for one in await leaders(work, cell)):
        return []
    for role in LEADERS:
        holders = await work.uow.people.holders(cell, (role,), work.today)
        found = [one for one in holders if occasion.is_new_to(one.id) and await writable(work, one)]
        if found:
            return found
    return []


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

"""`moi`: codes for those not linked yet; `nhom`: a group becomes the cell's."""

from datetime import timedelta

from chat.numbers import whole
from chat.replies import Choice, Reply, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines
from handlers.picking import which_cell
from meetings.records import Unit
from meetings.roles import Right
from meetings.terms import UnitId
from services import Work, access, enrolment, room
from services.errors import NotAllowed, NotFound
from services.facts import named, reach
from services.rules import policy_of

router: Router[Work] = Router()


@router.command("moi")
async def invite(turn: Turn[Work]) -> Replies:
    cells = await access.cells_with(turn.work, Right.INVITE)
    if len(cells) > 1:
        return [which_cell(cells, "invite")]
    return await _list(turn.work, cells[0], 0)


@router.action("invite")
async def invite_for(turn: Turn[Work], cell_id: str, page: str = "0") -> Replies:
    cell = await _cell(turn.work, cell_id, Right.INVITE)
    return await _list(turn.work, cell, whole(page) or 0)


async def _list(work: Work, cell: Unit, page: int) -> Replies:
    """Progress (linked/roll), and a button for each person without an account."""
    members = await work.uow.members.of_cell(cell.id, work.today)
    waiting = await enrolment.unlinked(work, cell)
    await access.note_names(work, cell.id)
    known = reach(members) | {"cell": cell.name}
    if not waiting:
        return [Reply(Text("invite.all", known))]
    size = work.room - 1
    shown = waiting[page * size : (page + 1) * size]
    choices = [
        Choice(
            Text("rollcall.member", {"name": named(one), "number": one.number}),
            action("slip", cell.id, one.person),
        )
        for one in shown
    ]
    if (page + 1) * size < len(waiting):
        choices.append(Choice(Text("button.more"), action("invite", cell.id, page + 1)))
    places = await room.of_chat(work, work.address) if work.address else None
    return [Reply(lines(Text("invite.choose", known), places), tuple(choices), question="invite")]


@router.action("slip")
async def make_slip(turn: Turn[Work], cell_id: str, who: str) -> Replies:
    """A code that is good for a quarter of an hour, to be read out; only its hash is kept."""
    work = turn.work
    cell = await _cell(work, cell_id, Right.INVITE)
    for member in await enrolment.unlinked(work, cell):
        if str(member.person) == who:
            person = await work.uow.people.by_id(member.person)
            minutes = (await policy_of(work, cell.id)).codes.chat_minutes
            made = await enrolment.invite(work, person, timedelta(minutes=minutes), member)
            slip: dict[str, Param] = {"name": named(member), "code": made.code, "minutes": minutes}
            return [Reply(lines(Text("invite.code", slip), Text("invite.how", slip)))]
    raise NotFound


@router.command("nhom", group=True)
async def offer_group(turn: Turn[Work]) -> Replies:
    """Written in a group: links it to the cell after "Xác nhận"."""
    cells = await access.cells_with(turn.work, Right.LINK_GROUP)
    if not turn.event.group:
        return [Reply(Text("group.only_there"))]
    if len(cells) > 1:
        return [which_cell(cells, "group_cell")]
    return [_ask_group(turn.work, cells[0])]


@router.action("group_cell", group=True)
async def offer_group_of(turn: Turn[Work], cell_id: str) -> Replies:
    return [_ask_group(turn.work, await _cell(turn.work, cell_id, Right.LINK_GROUP))]


def _ask_group(work: Work, cell: Unit) -> Reply:
    """Where there is nothing to press, the number alone might not be heard: Zalo wants the bot named."""
    pressed = work.address is not None and work.house.can(work.address).buttons
    choices = (
        Choice(Text("button.confirm"), action("group_ok", cell.id), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    text = lines(Text("group.confirm", {"cell": cell.name}), None if pressed else Text("group.how"))
    return Reply(text, choices, question="group")


@router.action("group_ok", group=True)
async def link_group(turn: Turn[Work], cell_id: str) -> Replies:
    if not turn.event.group:
        raise NotAllowed
    cell = await _cell(turn.work, cell_id, Right.LINK_GROUP)
    await enrolment.link_group(turn.work, turn.event.sender, cell)
    return [Reply(Text("group.linked", {"cell": cell.name}))]


async def _cell(work: Work, cell_id: str, right: Right) -> Unit:
    known = whole(cell_id)
    if known is None:
        raise NotFound
    return await access.require(work, UnitId(known), right)

"""Headings that members propose (`noidung <heading>`), support, and hear about; secretary and deputy decide."""

from chat.numbers import whole
from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import NOTHING, Param, Text, Wording, lines
from handlers.picking import which_cell
from meetings.agenda import LONGEST_TITLE
from meetings.records import Meeting, Unit
from meetings.roles import Right
from meetings.terms import UnitId
from services import Work, access, suggestions
from services.agenda import BadHeading, check_title
from services.errors import NotFound

router: Router[Work] = Router()
_PAGE = 6


async def offered(work: Work, meeting: Meeting) -> tuple[Choice, ...]:
    """Beside the agenda: what waits is shown to all of the cell, and a member may propose."""
    cell = meeting.cell
    leads = await _decides(work, cell)  # who leads adds a heading without asking anybody
    own = cell in {one.id for one in await suggestions.own_cells(work)}
    if not (own or leads):
        return ()
    waiting = await suggestions.waiting(work, cell)
    choices = []
    if waiting:
        label = Text("button.topics_waiting", {"n": len(waiting)})
        choices.append(Choice(label, action("topics", cell, 0)))
    if own and not leads:
        choices.append(Choice(Text("button.suggest"), action("suggest", cell)))
    return tuple(choices)


async def take_words(work: Work, words: str) -> Replies:
    """`noidung <heading>` from a member: one message is enough."""
    cells = await suggestions.own_cells(work)
    if not cells:
        raise NotFound
    if len(cells) > 1:
        await check_title(words)
        asked = which_cell(cells, "suggest")
        return [Reply(asked.text, asked.choices, expects=Step("suggest.typed", {"title": words}))]
    return [await _proposed(work, cells[0], words)]


@router.action("suggest")
async def ask_title(turn: Turn[Work], cell_id: str) -> Replies:
    """Ask for the heading; one that was typed before the cell was chosen is taken for it."""
    cell = await suggestions.own_cell(turn.work, cell_id)
    typed = turn.step.data.get("title", "") if turn.step and turn.step.name == "suggest.typed" else ""
    if typed:
        return [await _proposed(turn.work, cell, typed)]
    step = Step("suggest.title", {"cell": str(cell.id)})
    return [Reply(Text("topics.ask", {"limit": LONGEST_TITLE}), expects=step)]


@router.step("suggest.title")
async def take_title(turn: Turn[Work]) -> Replies:
    """A title that can't stand is asked for again."""
    data = turn.step.data if turn.step else {}
    cell = await suggestions.own_cell(turn.work, data.get("cell", ""))
    try:
        return [await _proposed(turn.work, cell, turn.event.text)]
    except BadHeading as bad:
        return [Reply(bad.text, expects=turn.step)]


async def _proposed(work: Work, cell: Unit, words: str) -> Reply:
    """Recorded at once, and easily taken back; the same heading twice is one to support."""
    one, new = await suggestions.propose(work, cell, words)
    known: dict[str, Param] = {"title": one.title, "cell": cell.name}
    if new:
        choices = [Choice(Text("button.suggest_back"), action("suggest_back", one.id))]
        if await _decides(work, cell.id):  # nobody waits for their own word
            accepted = action("topic_accept", one.id)
            choices.insert(0, Choice(Text("button.topic_accept"), accepted, style=Style.GOOD))
        return Reply(Text("topics.noted", known), tuple(choices), question=f"topic:{one.id}")
    if one.person == access.actor(work).id:
        return Reply(Text("topics.yours_already", known))
    supporting = (Choice(Text("button.support"), action("support", one.id), style=Style.GOOD),)
    return Reply(Text("topics.there_already", known), supporting, question=f"topic:{one.id}")


@router.action("suggest_back")
async def take_back(turn: Turn[Work], number: str) -> Replies:
    one = await suggestions.take_back(turn.work, number)
    return [Reply(Text("topics.taken_back", {"title": one.title}))]


@router.action("support")
async def support(turn: Turn[Work], number: str) -> Replies:
    """One tap; how many is said to everybody, who is said to nobody."""
    work = turn.work
    one = await suggestions.seen(work, number)
    new = await suggestions.support(work, one)
    count = (await suggestions.counts(work, [one])).get(one.id, 0)
    known: dict[str, Param] = {"title": one.title, "n": count}
    return [Reply(Text("topics.supported" if new else "topics.counted", known))]


@router.action("topics")
async def show_topics(turn: Turn[Work], cell_id: str, page: str) -> Replies:
    """What waits: members support it, secretary and deputy decide on it."""
    work = turn.work
    known = whole(cell_id)
    if known is None:
        raise NotFound
    if await _decides(work, UnitId(known)):
        cell = await work.uow.units.by_id(UnitId(known))
    else:
        cell = await suggestions.own_cell(work, cell_id)
    return [await listed(work, cell, whole(page) or 0)]


async def listed(work: Work, cell: Unit, page: int, said: Wording | None = None) -> Reply:
    found = await suggestions.waiting(work, cell.id)
    if not found:
        return Reply(lines(said, Text("topics.none", {"cell": cell.name})))
    decides = await _decides(work, cell.id)
    pages = -(-len(found) // _PAGE)
    shown = found[page % pages * _PAGE :][:_PAGE]
    counts = await suggestions.counts(work, shown)
    rows = [
        Text("topics.row", {"n": number, "title": one.title, "support": supported_by(counts.get(one.id, 0))})
        for number, one in enumerate(shown, 1)
    ]
    choices = [
        Choice(Text("button.topic", {"n": number}), action("topic", one.id))
        if decides
        else Choice(Text("button.support_one", {"n": number}), action("support", one.id))
        for number, one in enumerate(shown, 1)
        if decides or one.person != access.actor(work).id
    ]
    if pages > 1:
        choices.append(Choice(Text("button.more"), action("topics", cell.id, (page + 1) % pages)))
    first = Text("topics.list", {"cell": cell.name, "n": len(found)})
    return Reply(lines(said, first, *rows), tuple(choices), question=f"topics:{cell.id}")


def supported_by(count: int) -> Wording:
    return Text("topics.support", {"n": count}) if count else NOTHING


async def _decides(work: Work, cell: UnitId) -> bool:
    return any(one.cell.id == cell and one.may(Right.SCHEDULE) for one in await access.posts(work))

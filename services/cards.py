"""The live card: an announcement in a cell's group that shows totals, takes answers, and is kept up to date.

Totals only: no name, no reason and nobody's answer ever stands in a group (domain.md 3).
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chat.events import Address
from chat.replies import Choice, Reply, action
from chat.text import Lines, Text, Wording, lines
from meetings.records import Meeting
from meetings.terms import MeetingId, State
from services.delivery import Occasion, tell_group
from services.facts import rsvp, standings
from services.work import Work
from storage.cards import Glance
from storage.outbox import Letter

_QUESTION = "card:"
# A meeting that began and that nobody records may still be moved or called off for so long.
_WATCHED = timedelta(days=3)


class Face(StrEnum):
    """What a card says of its meeting."""

    OPEN = "open"
    BEGUN = "begun"
    MOVED = "moved"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    UNLINKED = "unlinked"


_BY_STATE = {
    State.POSTPONED: Face.POSTPONED,
    State.CANCELLED: Face.CANCELLED,
    State.HELD: Face.BEGUN,
    State.CLOSED: Face.BEGUN,
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Of those expected. Who cannot be reached is never counted as "did not answer"."""

    coming: int
    absent: int
    silent: int
    unreached: int

    @property
    def text(self) -> Text:
        return Text("card.totals_unreached" if self.unreached else "card.totals", asdict(self))


@dataclass(frozen=True, slots=True)
class Look:
    """What a card is to show now. `shown` is the same in a few letters; `final`: it will not change again."""

    text: Wording
    choices: tuple[Choice, ...]
    shown: str
    final: bool


def possible(work: Work, group: Address) -> bool:
    """Whether a message there can have buttons and be changed afterwards."""
    can = work.house.can(group)
    return can.buttons and can.edit


async def post(work: Work, group: Address, meeting: Meeting, occasion: Occasion, said: Lines) -> None:
    """Queue the announcement as a card, once a revision and group."""
    if await work.uow.cards.has(meeting.id, meeting.revision, group):
        return
    look = _open(meeting, said, await _totals(work, meeting))
    reply = Reply(look.text, look.choices, question=_question(meeting), until=meeting.starts_at)
    if not await tell_group(work, group, occasion, reply):
        return
    values = {
        "meeting": meeting.id,
        "revision": meeting.revision,
        "channel": group.channel,
        "bot": group.bot,
        "chat": group.chat,
        "shown": look.shown,
        "edited_at": work.real,
    }
    await work.uow.cards.add_once(values, said)


async def posted(work: Work, letter: Letter, message_id: str) -> None:
    """A letter has been sent: where it was a card, that message is edited from now on."""
    if not letter.question.startswith(_QUESTION):
        return
    _, meeting, revision = letter.question.split(":")
    await work.uow.cards.posted(
        MeetingId(int(meeting)), int(revision), letter.to, message_id=message_id, real=work.real
    )


def mark(glance: Glance, now: datetime) -> tuple[object, ...]:
    """What cannot stay the same while an answer is given, or the meeting moves on."""
    return (_face(glance, now), *glance.answers, glance.card.shown, glance.card.message_id)


async def look(work: Work, glance: Glance) -> Look:
    """What a card is to show now."""
    card, face = glance.card, _face(glance, work.now)
    stood, last = _read(card.shown)
    meeting = await work.uow.meetings.by_id(card.meeting)
    if face is Face.OPEN and meeting is not None:
        return _open(meeting, card.text, await _totals(work, meeting))
    if face is Face.BEGUN and stood is Face.OPEN and meeting is not None:
        last = await _totals(work, meeting)
    # A new date asks everybody anew, and calling off forgets the answers: the last figures that stood here stay.
    text: dict[Face, Wording] = {
        Face.BEGUN: lines(card.text, Text("card.begun"), last.text),
        Face.MOVED: lines(Text("card.moved"), card.text),
        Face.POSTPONED: lines(Text("card.postponed"), card.text, last.text),
        Face.CANCELLED: lines(Text("card.cancelled"), card.text, last.text),
    }
    over = glance.state is not State.ANNOUNCED or work.now >= glance.starts_at + _WATCHED
    return Look(text.get(face, card.text), (), _written(face, last), final=face is not Face.BEGUN or over)


async def again(work: Work, glance: Glance) -> None:
    """Its message is out of reach: the card is sent anew, once, unless it has nothing to ask any more."""
    now = await look(work, glance)
    await work.uow.cards.showing(glance.card, now.shown, live=bool(now.choices))
    await work.uow.cards.out_of_reach(glance.card.id)
    if now.choices:
        await work.uow.outbox.add_once(_letter(work, glance, now), work.real)


async def moved(work: Work, old: Address, new: Address) -> None:
    """A group has another id: its cards follow, and are sent anew where messages cannot be reached from there."""
    for card in await work.uow.cards.in_chat(old):
        await work.uow.cards.move(card, new)
        if card.message_id is not None:
            glance = await work.uow.cards.glance(card.id)
            if glance is not None:
                await again(work, glance)


def _face(glance: Glance, now: datetime) -> Face:
    if glance.state in (State.POSTPONED, State.CANCELLED):
        return _BY_STATE[glance.state]
    if glance.revision != glance.card.revision:
        return Face.MOVED
    if glance.state in _BY_STATE or now >= glance.starts_at:
        return Face.BEGUN
    return Face.OPEN if glance.linked else Face.UNLINKED


def _open(meeting: Meeting, said: Wording, totals: Totals) -> Look:
    return Look(lines(said, totals.text), _choices(meeting), _written(Face.OPEN, totals), final=False)


def _choices(meeting: Meeting) -> tuple[Choice, ...]:
    """The answers of a member, each for whoever presses it."""
    return tuple(replace(one, action=action("card", *one.action.args), words="") for one in rsvp(meeting))


async def _totals(work: Work, meeting: Meeting) -> Totals:
    found = await standings(work, meeting)
    return Totals(len(found.coming), len(found.absent), len(found.silent), len(found.unreached))


def _question(meeting: Meeting) -> str:
    return f"{_QUESTION}{meeting.id}:{meeting.revision}"


def _letter(work: Work, glance: Glance, now: Look) -> Letter:
    card = glance.card
    return Letter(
        dedupe_key=f"card:{card.id}:again",
        to=card.to,
        person=card.to.chat,
        language=work.house.language,
        text=now.text,
        not_before=work.now,
        choices=now.choices,
        question=f"{_QUESTION}{card.meeting}:{card.revision}",
        menu_until=glance.starts_at,
        useful_until=glance.starts_at,
    )


def _written(face: Face, totals: Totals) -> str:
    return " ".join(map(str, (face, *asdict(totals).values())))


def _read(shown: str) -> tuple[Face, Totals]:
    face, *numbers = shown.split()
    return Face(face), Totals(*map(int, numbers))

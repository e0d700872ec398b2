"""The letters of a storm: one notice a person and run, looked at once more before it goes."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chat.replies import Reply
from chat.text import Lines
from meetings.records import Meeting
from meetings.terms import MeetingId, State
from services import storm_words
from services.delivery import Message, Occasion, tell_all
from services.schedule import OPEN
from services.storm_audience import Audience, audience
from services.work import Work
from storage.notices import Notice
from storage.outbox import Letter

SUBJECT = "storm"  # "storm:<number of the run>:<second of its end>"
OFF, STANDS = "storm", "storm_stands"
_GROUP = ".all"  # a group's, and what its leader pastes where the group does not take it
_USEFUL = timedelta(days=3)


async def whom_to_phone(work: Work, meetings: Sequence[Meeting]) -> dict[MeetingId, Lines]:
    """By meeting that was announced, the members whom nothing of ours reaches, for its leaders."""
    found = {}
    for one in meetings:
        line = await storm_words.to_phone(work, one) if one.announced_at is not None else None
        if line is not None:
            found[one.id] = line
    return found


async def tell_postponed(
    work: Work,
    number: int,
    gone: Sequence[Meeting],
    found: Audience,
    why: str,
    phone: dict[Meeting, Lines],
) -> None:
    """One letter to each person and group."""
    messages, subject = [], _subject(number, work.now)
    for one in found.listeners:
        reply = await storm_words.postponed(work, number, one, why, phone)
        messages.append(Message(_occasion(work, subject, OFF, one.ties.meetings), one.to, reply, one.person))
    for cell, group in found.groups.items():
        theirs = [one for one in gone if one.cell == cell and one.announced_at is not None]
        occasion = _occasion(work, subject, OFF + _GROUP, theirs)
        said = Reply(await storm_words.in_group(work, theirs, why))
        messages.append(Message(replace(occasion, meeting=theirs[0].id), group, said))
    await tell_all(work, messages)


def _occasion(work: Work, subject: str, kind: str, meetings: Sequence[Meeting]) -> Occasion:
    """Of one meeting the letter dies with the next change of it; of several it is worded anew when it goes."""
    first = min(meetings, key=lambda one: (one.starts_at, one.id))
    return Occasion(
        subject,
        kind,
        work.now,
        useful_until=max(work.now + _USEFUL, *(one.starts_at for one in meetings)),
        meeting=first.id if len(meetings) == 1 else None,
        unit=first.cell,
        news=True,
        deadline=first.starts_at,
    )


async def withdraw(work: Work, number: int, done_at: datetime, back: Sequence[Meeting]) -> list[Notice]:
    """What nobody has heard yet is not said; the notices of those who have, or may have."""
    subject = _subject(number, done_at)
    await work.uow.storms.withdraw(subject, [one.id for one in back])
    return await work.uow.storms.heard(subject, (OFF, OFF + _GROUP))


async def tell_standing(
    work: Work, number: int, stand: Sequence[Meeting], heard: Collection[Notice]
) -> tuple[int, int]:
    """Once to each person and group that heard of the postponement; how many of either."""
    found = await audience(work, stand)
    people = {one.person for one in heard if one.kind == OFF}
    chats = {one.recipient for one in heard if one.person is None}
    messages = []
    subject = next((one.subject for one in heard), "")
    for one in found.listeners:
        if one.person.id in people:
            occasion = _occasion(work, subject, STANDS, one.ties.meetings)
            reply = await storm_words.stands(work, number, one)
            messages.append(Message(occasion, one.to, reply, one.person))
    persons = len(messages)
    for cell, group in found.groups.items():
        theirs = [one for one in stand if one.cell == cell and one.announced_at is not None]
        if str(group) in chats:
            occasion = replace(_occasion(work, subject, STANDS + _GROUP, theirs), meeting=theirs[0].id)
            messages.append(Message(occasion, group, Reply(await storm_words.standing(work, theirs))))
    await tell_all(work, messages)
    return persons, len(messages) - persons


def is_ours(notice: Notice) -> bool:
    return notice.subject.startswith(f"{SUBJECT}:")


def is_for_leaders(notice: Notice, letter: Letter) -> bool:
    """Names, a text to paste, and the choice of a new date."""
    return bool(letter.choices) or "." in notice.kind


async def true_of(work: Work, notice: Notice) -> list[Meeting]:
    """The meetings of which a letter still says what is so; without any it is not to go."""
    if notice.meeting is None:
        found = await work.uow.meetings.some(await _hits(work, notice))
    else:
        one = await work.uow.meetings.by_id(notice.meeting)
        found = [] if one is None else [one]
    if notice.kind.partition(".")[0] == OFF:
        return [one for one in found if one.state is State.POSTPONED]
    return [one for one in found if one.state in OPEN and one.starts_at > work.now]


async def as_it_stands(work: Work, letter: Letter) -> Letter:
    """A letter of several meetings, in the words of those that are still off."""
    if letter.notice is None or not letter.question.startswith(f"{SUBJECT}:"):
        return letter
    notice, _ = await work.uow.notices.by_id(letter.notice)
    if not is_ours(notice) or notice.kind != OFF or notice.meeting is not None or notice.person is None:
        return letter
    true = await true_of(work, notice)
    if len(true) == len(await _hits(work, notice)):
        return letter
    found = (await audience(work, true, only=notice.person)).listeners
    if not found:
        return letter
    listener = found[0]
    last = await work.uow.meetings.last_move(listener.ties.meetings[0].id)
    leads = list(listener.ties.leads)
    phone = await whom_to_phone(work, leads)
    lines = {one: phone[one.id] for one in leads if one.id in phone}
    reply = await storm_words.postponed(work, _number(notice), listener, last.why if last else "", lines)
    return replace(letter, text=reply.text, choices=reply.choices)


async def _hits(work: Work, notice: Notice) -> list[MeetingId]:
    """The meetings of the run that a notice is of."""
    found = await work.uow.proposals.by_id(_number(notice))
    return (
        []
        if found is None
        else [MeetingId(number) for number, *_ in json.loads(found.payload).get("hits", ())]
    )


def _number(notice: Notice) -> int:
    return int(notice.subject.split(":")[1])


def _subject(number: int, at: datetime) -> str:
    """Numbers of runs come again once the old ones are purged: the second makes it one of its own."""
    return f"{SUBJECT}:{number}:{int(at.timestamp())}"

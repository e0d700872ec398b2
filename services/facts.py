"""What the messages of a meeting speak of: who belongs to its audience, who said what, in which words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chat.replies import Choice, Reply, Style, action
from chat.text import Lines, Param, Text, listing
from meetings.attendance import in_base, in_roll
from meetings.folding import name_key
from meetings.records import AnswerGiven, Meeting, Member, Person, Unit
from meetings.terms import Answer, PersonId, State, Status
from services import quota
from services.rules import counting_of, policy_of
from services.work import Work

_ON_ITS_WAY = timedelta(hours=1)  # of a notice that waits so long after it was due nobody says it was heard


@dataclass(frozen=True, slots=True)
class Standings:
    """The members of a meeting's cell on its day, by what is known of their coming."""

    members: Sequence[Member]
    base: Sequence[Member]
    answers: Mapping[PersonId, AnswerGiven]
    failed: Collection[PersonId] = frozenset()  # their notices of this meeting did not arrive

    def said(self, member: Member) -> Answer | None:
        given = self.answers.get(member.person)
        return None if given is None or given.answer is Answer.LATER else given.answer

    @property
    def coming(self) -> list[Member]:
        return [one for one in self.base if self.said(one) is Answer.COMING]

    @property
    def absent(self) -> list[Member]:
        return [one for one in self.base if self.said(one) is Answer.ABSENT]

    @property
    def unanswered(self) -> list[Member]:
        """All who have not answered ("Báo sau" included), whether we reach them or not."""
        return [one for one in self.base if self.said(one) is None]

    @property
    def silent(self) -> list[Member]:
        """Reached, and have not answered."""
        return [one for one in self.unanswered if self._heard(one)]

    @property
    def unreached(self) -> list[Member]:
        """Not linked, or nothing arrived, and not answered for: never shown as "did not answer"."""
        return [one for one in self.unanswered if not self._heard(one)]

    @property
    def unaware(self) -> list[Member]:
        """Said they come, and no word of ours reaches them: somebody answered for them."""
        return [one for one in self.coming if not self._heard(one)]

    def _heard(self, member: Member) -> bool:
        return member.reached and member.person not in self.failed


async def standings(work: Work, meeting: Meeting) -> Standings:
    """Everybody of the cell as they stand on the meeting's local date."""
    on = work.local(meeting.starts_at).date()
    members = await work.uow.members.of_cell(meeting.cell, on)
    counting = await counting_of(work, meeting)
    base = [one for one in members if in_base(one.entry, counting)]
    answers = await work.uow.answers.of_meeting(meeting.id)
    failed = await work.uow.notices.failed(
        f"meeting:{meeting.id}",
        meeting.revision,
        overdue=work.now - _ON_ITS_WAY,
        spent=await quota.spent_bots(work),
    )
    return Standings(members, base, answers, failed)


async def announces_itself(work: Work, meeting: Meeting) -> bool:
    """Whether the notice of a planned meeting goes out without a hand: not held back, and the unit lets it."""
    return not meeting.on_hold and (await policy_of(work, meeting.cell)).preparation.auto_announce


async def stood_before(work: Work, meeting: Meeting) -> datetime | None:
    """When people expect a meeting of which they are still to hear that it is off, or on another date."""
    if meeting.state in (State.POSTPONED, State.CANCELLED):
        return meeting.starts_at
    if meeting.revision == 1 or meeting.announced_at is None:
        return None
    move = await work.uow.meetings.last_move(meeting.id)
    is_told = move is not None and move.verb == "moved" and move.at == meeting.announced_at
    return move.was if move is not None and is_told else None


async def facts(work: Work, meeting: Meeting) -> dict[str, Param]:
    """The parameters every message of a meeting may use; the caller may add to them."""
    if meeting not in work.looked_up:
        work.looked_up[meeting] = await _facts(work, meeting)
    return dict(work.looked_up[meeting])


async def _facts(work: Work, meeting: Meeting) -> dict[str, Param]:
    cell = await work.uow.units.by_id(meeting.cell)
    return {
        "when": meeting.starts_at,
        "place": meeting.place,
        "cell": cell.name,
        "kind": Text(f"kind.{meeting.kind}"),
        "period": meeting.period.first_day,
        "previous": meeting.period.previous().first_day,
        "body": await body(work, cell),
    }


async def body(work: Work, cell: Unit) -> Text:
    """Who speaks for the cell: its committee, or the secretary where there is none."""
    official = await work.uow.members.official(cell.id, work.today)
    few = official < (await policy_of(work, cell.id)).cell.committee_from
    return Text("body.secretary" if few else "body.committee")


def rsvp(meeting: Meeting) -> tuple[Choice, ...]:
    """The three answers of a member."""
    return (
        _answer(meeting, Answer.COMING, Style.GOOD),
        _answer(meeting, Answer.ABSENT, Style.BAD),
        _answer(meeting, Answer.LATER, Style.PLAIN),
    )


def official_rsvp(meeting: Meeting) -> tuple[Choice, ...]:
    """The three answers of an official who is invited."""
    able = _answer(meeting, Answer.COMING, Style.GOOD)
    unable = _answer(meeting, Answer.ABSENT, Style.BAD)
    return (
        Choice(Text("button.able"), able.action, words=able.words, style=able.style),
        Choice(Text("button.unable"), unable.action, words=unable.words, style=unable.style),
        _answer(meeting, Answer.LATER, Style.PLAIN),
    )


def asking(meeting: Meeting, text: Text | Lines, choices: tuple[Choice, ...]) -> Reply:
    """A message that asks whether somebody comes; asked again it replaces its own menu."""
    return Reply(text, choices, question=f"rsvp:{meeting.id}", until=meeting.starts_at)


def named(member: Member) -> Text:
    """A member in a list: the name, or the roll number once the name is gone."""
    if member.name is None:
        return Text("person.nameless", {"number": member.number})
    return Text("person.name", {"name": member.name})


def names(members: Sequence[Member], *, limit: int = 15) -> Lines:
    """Names in Vietnamese order, cut with "…" and the number of the rest."""
    ordered = sorted(members, key=lambda one: name_key(one.name or ""))
    shown = [named(one) for one in ordered[:limit]]
    if len(ordered) > limit:
        shown.append(Text("person.more", {"n": len(ordered) - limit}))
    return listing(*shown)


def names_or_none(members: Sequence[Member], *, limit: int = 15) -> Lines | Text:
    return names(members, limit=limit) if members else Text("person.nobody")


async def called(work: Work, person: Person) -> Text:
    """How a person is addressed: by name, or by roll number once the name is gone."""
    if person.name is not None:
        return Text("person.name", {"name": person.name})
    members = await work.uow.members.of_person(person.id, work.today)
    return named(members[0]) if members else Text("person.name", {"name": person.code})


def with_reasons(members: Sequence[Member], answers: Mapping[PersonId, AnswerGiven]) -> Lines | Text:
    """Names with the reason they gave: for secretary, deputy and minute-taker only."""
    if not members:
        return Text("person.nobody")
    return listing(*(_with_reason(one, answers.get(one.person)) for one in members))


def _with_reason(member: Member, given: AnswerGiven | None) -> Text:
    if given is None or given.reason is None:
        return named(member)
    return Text("person.reason", {"name": named(member), "reason": Text(f"reason.{given.reason}")})


def because(why: str) -> Param:
    """A reason as it was given: "@weather" is one of ours and is said in the reader's language."""
    return Text(f"why.{why[1:]}") if why.startswith("@") else why


def reach(members: Sequence[Member]) -> dict[str, Param]:
    """Linked members and the roll: home members only, who is temporarily in stands on another roll."""
    home = [one for one in members if in_roll(one.entry)]
    linked = sum(one.reached for one in home)
    return {"linked": linked, "roll": len(home), "unlinked": len(home) - linked}


def may_hear(member: Member) -> bool:
    """A suspended member is not asked to a meeting; everybody else of the cell hears of it."""
    return Status.SUSPENDED not in member.statuses


def _answer(meeting: Meeting, given: Answer, style: Style) -> Choice:
    return Choice(
        Text(f"button.{given}"),
        action("rsvp", meeting.id, meeting.revision, given),
        words=f"words.{given}",
        style=style,
    )

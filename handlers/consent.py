"""Consent, `dulieu`, withdrawal and erasure: by one's own words, at any time, asking nobody."""

import json

from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Text, lines
from meetings.records import Person
from services import Work, enrolment, privacy, reminders, replies
from services.access import actor
from services.errors import NotAllowed
from services.facts import asking, called, facts, rsvp

router: Router[Work] = Router()


@router.action("consent")
async def decide(turn: Turn[Work], answer: str) -> Replies:
    person = turn.work.actor
    if person is None or turn.event.group:
        raise NotAllowed
    if answer == "yes":
        return await _agreed(turn.work, person)
    if person.consented:
        return [Reply(Text("data.withdraw_how"))]
    await enrolment.withdraw(turn.work, person, "refused")
    return [Reply(Text("consent.refused"))]


@router.words("words.agree")
async def agree_in_words(turn: Turn[Work]) -> Replies:
    return await decide(turn, "yes")


async def _agreed(work: Work, person: Person) -> Replies:
    if not person.consented:
        person = await enrolment.agree(work, person)
    work = work.acting(person)
    welcome = Reply(lines(Text("consent.thanks", {"name": await called(work, person)}), Text("help.hint")))
    coming = await reminders.on_joining(work)
    asked = [asking(one, Text("consent.next", await facts(work, one)), rsvp(one)) for one in coming]
    return [welcome, *asked]


@router.command("dulieu", "du lieu")
async def my_data(turn: Turn[Work]) -> Replies:
    """[33] The last two are never numbers."""
    actor(turn.work)
    return [
        Reply(
            Text("data.menu"),
            (
                Choice(Text("button.see_data"), action("data", "see")),
                Choice(Text("button.export"), action("data", "export")),
                Choice(
                    Text("button.withdraw"),
                    action("data", "withdraw"),
                    typed_only=True,
                    words="words.withdraw",
                ),
                Choice(
                    Text("button.erase"),
                    action("data", "erase"),
                    typed_only=True,
                    words="words.erase",
                    style=Style.BAD,
                ),
            ),
            question="data",
        )
    ]


@router.action("data")
async def on_my_data(turn: Turn[Work], what: str) -> Replies:
    if turn.event.group:
        return []
    if what == "see":
        return [await _seen(turn.work)]
    if what == "export":
        values = await privacy.export(turn.work, actor(turn.work))
        return [Reply(Text("data.export", {"json": json.dumps(values, ensure_ascii=False, indent=1)}))]
    if what not in ("withdraw", "erase"):
        raise NotAllowed
    actor(turn.work)
    if turn.event.text:
        return await _go(turn.work, what)  # the words themselves, written out
    return [Reply(Text(f"data.sure_{what}"), expects=Step("data.sure", {"what": what}))]


@router.step("data.sure")
async def sure(turn: Turn[Work]) -> Replies:
    """The words themselves are the confirmation; anything else leaves everything as it is."""
    what = turn.step.data["what"] if turn.step else ""
    vocabulary = turn.work.house.vocabulary
    if not vocabulary.means(turn.event.text, f"words.{what}"):
        return [Reply(Text("data.kept"))]
    return await _go(turn.work, what)


@router.words("words.withdraw", "words.erase")
async def withdraw_in_words(turn: Turn[Work]) -> Replies:
    return await _go(turn.work, turn.rest.removeprefix("words."))


async def _go(work: Work, what: str) -> Replies:
    """[24] From this moment on nothing more is sent; this answer is the last one."""
    person = work.actor
    if person is None:
        raise NotAllowed
    await enrolment.withdraw(work, person, what)
    return [Reply(Text("data.gone", {"day": work.today}))]


async def _seen(work: Work) -> Reply:
    person = actor(work)
    parts = [Text("data.person", {"name": await called(work, person), "code": person.code})]
    for member in await work.uow.members.of_person(person.id, work.today):
        cell = await work.uow.units.by_id(member.cell)
        parts.append(Text("data.member", {"cell": cell.name, "number": member.number}))
    for meeting in await replies.coming_for(work):
        given = await work.uow.answers.of_person(meeting.id, person.id)
        if given is not None:
            answer = Text(f"button.{given.answer}")
            parts.append(Text("data.answer", {"when": meeting.starts_at, "answer": answer}))
    return Reply(lines(*parts, Text("data.rights")))

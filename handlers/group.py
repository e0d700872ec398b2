"""Answers given in the cell's group, under the announcement: who presses reads what came of it, and nobody else."""

from chat.replies import Reply
from chat.router import Replies, Router, Turn
from chat.text import Text
from handlers.answers import reasons
from meetings.records import Meeting, Person
from meetings.terms import Answer, State
from services import Work, access, delivery, replies
from services.errors import NotFound, Refusal
from services.facts import facts

router: Router[Work] = Router()


@router.action("card", group=True)
async def answer_in_group(turn: Turn[Work], meeting_id: str, revision: str, answer: str) -> Replies:
    """The presser's own answer; a refusal is theirs alone to read as well."""
    if not turn.event.group or answer not in set(Answer):
        raise NotFound
    try:
        said = await _answered(turn.work, meeting_id, revision, Answer(answer))
    except NotFound:
        said = Text("card.not_member")
    except Refusal as refusal:
        said = refusal.text
    return [Reply(said, toast=True)]


async def _answered(work: Work, meeting_id: str, revision: str, answer: Answer) -> Text:
    person = access.actor(work)
    meeting = await access.own_meeting(work, meeting_id)
    if meeting.cell not in await work.uow.members.cells_of(person.id, work.today):
        return Text("card.not_member")
    if str(meeting.revision) != revision and meeting.state is State.ANNOUNCED:
        return Text("card.old", await facts(work, meeting))
    await replies.record(work, meeting, answer)
    known = await facts(work, meeting)
    if answer is Answer.ABSENT:
        return await _absent(work, person, meeting)
    return Text("card.coming_noted" if answer is Answer.COMING else "card.later_noted", known)


async def _absent(work: Work, person: Person, meeting: Meeting) -> Text:
    """The reason is asked where nobody else reads it: once a day, however often the button is pressed."""
    given = await work.uow.answers.of_person(meeting.id, person.id)
    if given is not None and given.reason is not None:
        return Text("card.absent_noted")
    address = await delivery.reached(work, person)
    if address is None:
        return Text("card.absent_tell")
    key = f"reason:{meeting.id}:{meeting.revision}:{person.id}:{work.today}"
    question = Reply(Text("reason.ask"), reasons(meeting, "reason"), question=f"reason:{meeting.id}")
    await delivery.answer(work, address, address.chat, key, question)
    return Text("card.absent_asked")

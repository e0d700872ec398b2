"""`start CODE`: a chat becomes somebody's, and consent is asked in the first private contact."""

from chat.replies import Choice, Reply, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Text
from meetings.records import Person
from services import Work, enrolment
from services.facts import called

router: Router[Work] = Router()


@router.command("start", arguments=True)
async def link(turn: Turn[Work]) -> Replies:
    if turn.event.group:
        return []
    if not turn.rest:
        if turn.work.actor is not None:
            return [await greeting(turn.work, turn.work.actor)]
        return [Reply(Text("code.ask"))]
    try:
        person = await enrolment.redeem(turn.work, turn.event.sender, turn.rest)
    except enrolment.WrongCode as error:
        return [Reply(error.text)]  # an answer, not a rollback: the wrong try is to be counted
    return [await greeting(turn.work.acting(person), person)]


async def greeting(work: Work, person: Person) -> Reply:
    """Who has agreed already is only told that this chat is linked; everybody else is asked."""
    if person.consented:
        return Reply(Text("link.again", {"name": await called(work, person)}))
    return await ask_consent(work, person)


async def ask_consent(work: Work, person: Person) -> Reply:
    """[23] Never a numbered choice: the words are written out, or a button is pressed."""
    known = await enrolment.consent_facts(work, person)
    return Reply(
        Text("consent.ask", known),
        (
            Choice(
                Text("button.agree"),
                action("consent", "yes"),
                typed_only=True,
                words="words.agree",
                style=Style.GOOD,
            ),
            Choice(Text("button.disagree"), action("consent", "no"), typed_only=True, words="words.disagree"),
        ),
        question="consent",
    )

"""`Đã nắm`: who was absent says that they have found out what was said."""

from chat.numbers import whole
from chat.replies import Reply
from chat.router import Replies, Router, Turn
from chat.text import Text
from meetings.terms import MeetingId
from services import Work, absent_note
from services.errors import NotFound
from services.facts import facts

router: Router[Work] = Router()


@router.action("grasped")
async def grasped(turn: Turn[Work], meeting_id: str) -> Replies:
    """Pressed twice it changes nothing."""
    number = whole(meeting_id)
    if number is None:
        raise NotFound
    meeting = await absent_note.grasp(turn.work, MeetingId(number))
    return [Reply(Text("informing.noted", await facts(turn.work, meeting)))]

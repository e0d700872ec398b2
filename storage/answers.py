"""What people said about coming."""

from datetime import datetime

from sqlalchemy import delete, select, update

from meetings.records import AnswerGiven
from meetings.terms import Answer, MeetingId, PersonId, Reason
from storage.queries import Queries
from storage.tables.meetings import answer


class Answers(Queries):
    async def put(self, meeting: MeetingId, given: AnswerGiven) -> None:
        """Record an answer; a second one of the same person takes the first one's place."""
        values = {
            "meeting": meeting,
            "person": given.person,
            "answer": given.answer,
            "reason": given.reason,
            "by": given.by,
            "at": given.at,
        }
        await self._put(answer, values, unique=("meeting", "person"))

    async def of_meeting(self, meeting: MeetingId) -> dict[PersonId, AnswerGiven]:
        rows = await self._connection.execute(select(answer).where(answer.c.meeting == meeting))
        return {
            PersonId(row.person): AnswerGiven(
                PersonId(row.person),
                Answer(row.answer),
                None if row.reason is None else Reason(row.reason),
                PersonId(row.by),
                row.at,
            )
            for row in rows
        }

    async def of_person(self, meeting: MeetingId, who: PersonId) -> AnswerGiven | None:
        return (await self.of_meeting(meeting)).get(who)

    async def clear(self, meeting: MeetingId) -> None:
        """A new date asks everybody anew."""
        await self._change(delete(answer).where(answer.c.meeting == meeting))

    async def forget(self, who: PersonId) -> None:
        await self._change(delete(answer).where(answer.c.person == who))

    async def forget_in(self, meeting: MeetingId, who: PersonId) -> None:
        await self._change(delete(answer).where(answer.c.meeting == meeting, answer.c.person == who))

    async def drop_reasons(self, meeting: MeetingId, before: datetime) -> None:
        await self._change(
            update(answer).where(answer.c.meeting == meeting, answer.c.at < before).values(reason=None)
        )

"""What people said about coming."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from meetings.records import AnswerGiven
from meetings.terms import Answer, MeetingId, PersonId, Reason
from storage.queries import AnyRow, Queries
from storage.tables import meetings as tables
from storage.tables.meetings import answer

_ONE = select(answer).where(
    answer.c.meeting == bindparam("of_meeting"), answer.c.person == bindparam("of_person")
)


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
        return {given.person: given for given in map(_given, rows)}

    async def of_person(self, meeting: MeetingId, who: PersonId) -> AnswerGiven | None:
        row = (await self._connection.execute(_ONE, {"of_meeting": meeting, "of_person": who})).first()
        return None if row is None else _given(row)

    async def history(self, who: PersonId) -> list[tuple[datetime, AnswerGiven]]:
        """Every answer of a person with the start of its meeting."""
        query = (
            select(answer, tables.meeting.c.starts_at)
            .join_from(answer, tables.meeting, answer.c.meeting == tables.meeting.c.id)
            .where(answer.c.person == who)
            .order_by(tables.meeting.c.starts_at)
        )
        return [(row.starts_at, _given(row)) for row in await self._connection.execute(query)]

    async def clear(self, meeting: MeetingId) -> None:
        """A new date asks everybody anew."""
        await self._change(delete(answer).where(answer.c.meeting == meeting))

    async def forget(self, who: PersonId) -> None:
        await self._change(delete(answer).where(answer.c.person == who))

    async def forget_in(self, meeting: MeetingId, who: PersonId) -> None:
        await self._change(delete(answer).where(answer.c.meeting == meeting, answer.c.person == who))


def _given(row: AnyRow) -> AnswerGiven:
    values = row._mapping
    return AnswerGiven(
        PersonId(values["person"]),
        Answer(values["answer"]),
        None if values["reason"] is None else Reason(values["reason"]),
        PersonId(values["by"]),
        values["at"],
    )

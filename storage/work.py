"""The unit of work: one transaction, its named queries, and a commit that must be asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.accounts import Accounts
from storage.amendments import Amendments
from storage.answers import Answers
from storage.assignments import Assignments
from storage.audit import Audit
from storage.calendars import Calendars
from storage.cards import Cards
from storage.closings import Closings
from storage.conversations import Conversations
from storage.errors import hopeless
from storage.grasped import Grasped
from storage.headings import Headings
from storage.keeping import Keeping
from storage.marks import Marks
from storage.meetings import Meetings
from storage.members import Members
from storage.notices import Notices
from storage.orientations import Orientations
from storage.outbox import Outbox
from storage.people import People
from storage.preparations import Preparations
from storage.proposals import Proposals
from storage.results import Results
from storage.storms import Storms
from storage.suggestions import Suggestions
from storage.tasks import Tasks
from storage.traffic import Traffic
from storage.transcript import Transcript
from storage.units import Units
from storage.year_rows import YearRows


class UnitOfWork:
    """Everything inside one transaction. Leaving it without `commit` undoes all of it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def commit(self) -> None:
        await self._connection.commit()

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator["UnitOfWork"]:
        """A part that is undone alone when it fails; whoever works in it sees nothing looked up before.

        Raises LostUpdate and NoDatabase for what nobody can go on after.
        """
        try:
            async with self._connection.begin_nested():
                yield self.again()
        except DBAPIError as error:
            known = hopeless(error)
            if known is None:
                raise
            raise known from error

    def again(self) -> "UnitOfWork":
        """The same transaction, nothing remembered."""
        return UnitOfWork(self._connection)

    @cached_property
    def units(self) -> Units:
        return Units(self._connection)

    @cached_property
    def people(self) -> People:
        return People(self._connection)

    @cached_property
    def assignments(self) -> Assignments:
        return Assignments(self._connection)

    @cached_property
    def members(self) -> Members:
        return Members(self._connection)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self._connection)

    @cached_property
    def meetings(self) -> Meetings:
        return Meetings(self._connection)

    @cached_property
    def answers(self) -> Answers:
        return Answers(self._connection)

    @cached_property
    def marks(self) -> Marks:
        return Marks(self._connection)

    @cached_property
    def proposals(self) -> Proposals:
        return Proposals(self._connection)

    @cached_property
    def headings(self) -> Headings:
        return Headings(self._connection)

    @cached_property
    def orientations(self) -> Orientations:
        return Orientations(self._connection)

    @cached_property
    def preparations(self) -> Preparations:
        return Preparations(self._connection)

    @cached_property
    def storms(self) -> Storms:
        return Storms(self._connection)

    @cached_property
    def suggestions(self) -> Suggestions:
        return Suggestions(self._connection)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self._connection)

    @cached_property
    def grasped(self) -> Grasped:
        return Grasped(self._connection)

    @cached_property
    def closings(self) -> Closings:
        return Closings(self._connection)

    @cached_property
    def amendments(self) -> Amendments:
        return Amendments(self._connection)

    @cached_property
    def results(self) -> Results:
        return Results(self._connection)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self._connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._connection)

    @cached_property
    def cards(self) -> Cards:
        return Cards(self._connection)

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars(self._connection)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self._connection)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self._connection)

    @cached_property
    def keeping(self) -> Keeping:
        return Keeping(self._connection)

    @cached_property
    def traffic(self) -> Traffic:
        return Traffic(self._connection)

    @cached_property
    def transcript(self) -> Transcript:
        return Transcript(self._connection)

    @cached_property
    def year_rows(self) -> YearRows:
        return YearRows(self._connection)

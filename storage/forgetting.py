"""What it means to forget a person, for a withdrawal, an erasure and a restore alike."""

from datetime import datetime

from meetings.terms import PersonId
from storage.work import UnitOfWork


async def forget(uow: UnitOfWork, who: PersonId, now: datetime) -> None:
    """Leave the roster line by its roll number, what they agreed to, and anonymous rows of closed meetings.

    Letters that wait go as well; what is queued afterwards in the same transaction still goes out.
    """
    await uow.keeping.forget(who)  # by their accounts, so before those go
    await uow.conversations.forget(who, (await uow.people.by_id(who)).name)
    await uow.accounts.unlink(who)
    await uow.accounts.drop_codes(who)
    await uow.proposals.forget(who)
    await uow.answers.forget(who)
    await uow.marks.forget(who)
    await uow.closings.forget(who)
    await uow.members.drop_reasons(who)
    await uow.headings.forget(who)
    await uow.suggestions.forget(who)
    await uow.tasks.forget(who)
    await uow.grasped.forget(who)
    await uow.results.forget(who)
    await uow.calendars.forget(who)
    await uow.people.forget(who, now)

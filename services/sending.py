"""The last look before a letter leaves: is it still wanted, and which menu does it open?"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chat.events import Address
from chat.menus import Menu, items_of, opened
from services import cards, quota, rerouting, storm_telling
from services.announcing import missed_by_group
from services.rewording import of_today
from services.wanted import GROUP_UNLINKED, unwanted
from services.work import Work
from storage.accounts import REFUSED
from storage.conversations import Conversation
from storage.errors import StorageError
from storage.notices import ANOTHERS, DEAD, LEFT_OUT, Notice, NoticeStatus
from storage.outbox import Claimed, Letter

log = logging.getLogger("keng.sending")
_MENU_KEPT = timedelta(days=2)
_NOT_HERE = (ANOTHERS, DEAD, LEFT_OUT, quota.SPENT)  # but perhaps at another address


@dataclass(frozen=True, slots=True)
class Ready:
    """A letter that may go, with the menu as it is numbered for this chat, and how long it is ours to send.

    `until` is an instant of the wall clock.
    """

    claimed: Claimed
    menu: Menu | None
    until: datetime


async def prepare(work: Work, claimed: Claimed, until: datetime) -> Ready | str | None:
    """Open the letter's menu, or say in a word why it must not go; None when it goes to another address."""
    letter = claimed.letter
    if claimed.overrun and not letter.repeatable:
        return "unknown"
    why = await unwanted(work, letter) or await quota.hinders(work, letter)
    if why in _NOT_HERE and await rerouting.elsewhere(work, letter, ours=True):
        return None
    if why not in (None, quota.SPENT):  # of a spent month a first letter finds out whether it still is
        return why
    letter = await storm_telling.as_it_stands(work, await of_today(work, letter))
    claimed = replace(claimed, letter=letter)
    if not letter.choices:
        return Ready(claimed, None, until)
    talk = await work.uow.conversations.load(letter.to, letter.person)
    menu, after = asked(letter, talk, work.now)
    await work.uow.conversations.save(talk, after.step, after.menus)
    return Ready(claimed, menu, until)


def asked(letter: Letter, talk: Conversation, now: datetime) -> tuple[Menu | None, Conversation]:
    """The menu that a letter opens, and the conversation with it."""
    if not letter.choices:
        return None, talk
    wanted = Menu(
        letter.question,
        "",
        items_of(letter.choices),
        letter.menu_until or now + _MENU_KEPT,
        stays=letter.question.startswith("rsvp:"),
    )
    menu, menus = opened(talk.menus, wanted, now=now, busy=talk.step is not None, answer=letter.answer)
    return menu, replace(talk, menus=menus)


async def sent(work: Work, owner: str, claimed: Claimed, message_id: str) -> None:
    """Record that the platform took it."""
    await cards.posted(work, claimed.letter, message_id)
    if await work.uow.outbox.sent(claimed.id, owner, message_id[:120], work.real):
        await _conclude(work, claimed.letter, NoticeStatus.SENT)


async def given_up(work: Work, owner: str, claimed: Claimed, status: NoticeStatus, why: str) -> None:
    """Record that it is not sent and will not be: skipped, failed, or nobody knows."""
    values = {"status": status, "why": why[:60], "done_at": work.real, "lease_until": work.real}
    if await work.uow.outbox.settle(claimed.id, owner, values):
        await _conclude(work, claimed.letter, status, why[:60])


async def _conclude(work: Work, letter: Letter, status: NoticeStatus, why: str | None = None) -> None:
    """A notice of several letters is sent with the last of them, and ends with the first that is not."""
    if letter.notice is None:
        return
    fact, known = await work.uow.notices.by_id(letter.notice)
    if known is not NoticeStatus.QUEUED:
        return
    if status is not NoticeStatus.SENT:
        await work.uow.notices.settle(letter.notice, status, why=why)
        if fact.person is None and (status is NoticeStatus.FAILED or why == GROUP_UNLINKED):
            await missed(work, fact, letter)
    elif not await work.uow.outbox.waiting(letter.notice):
        await work.uow.notices.settle(letter.notice, status, sent_at=work.now)


async def missed(work: Work, fact: Notice, letter: Letter) -> None:
    """What the group did not get goes to who can paste it; a defect there must not hold up the record."""
    try:
        async with work.uow.attempt() as own:
            await missed_by_group(replace(work, uow=own), fact, letter)
    except StorageError:
        raise
    except Exception:
        log.exception("not given to paste notice=%s", letter.notice)


async def refused(work: Work, owner: str, claimed: Claimed, why: str, *, address: bool = True) -> None:
    """This address does not take it: the reader's other one may, else it has failed.

    What is refused for what it says, and not for its `address`, is tried at one more: not to and fro.
    """
    last = not address and await work.uow.outbox.rerouted(claimed.id)
    if last or not await rerouting.elsewhere(work, claimed.letter, ours=True):
        await given_up(work, owner, claimed, NoticeStatus.FAILED, why)


async def try_again(
    work: Work, owner: str, claimed: Claimed, at: datetime, why: str, *, free: bool = False
) -> None:
    """Back into the queue, not before an instant of the wall clock; `free` does not count as a try."""
    values = {"retry_at": at, "why": why[:60], "lease_owner": None, "lease_until": work.real}
    values["attempts"] = claimed.attempts - free
    await work.uow.outbox.settle(claimed.id, owner, values)


async def address_dead(work: Work, address: Address) -> None:
    """They blocked us or are gone: "chưa liên hệ được" from now on, until they write again."""
    await work.uow.accounts.dead(address, work.now)
    await work.uow.accounts.drop_group(address)
    await work.uow.cards.let_go(address)


async def address_refused(work: Work, address: Address) -> None:
    """Once more the platform took nothing for this address: after three times in a row it must be linked again."""
    if await work.uow.accounts.refuse(address, work.now, work.real):
        log.warning("address refused %s times channel=%s bot=%s", REFUSED, address.channel, address.bot)


async def address_moved(work: Work, old: Address, new: Address) -> None:
    """A chat has another id: account or group, what it was told and everything that waits follow it."""
    await work.uow.accounts.move(old, new)
    await work.uow.notices.readdress(str(old), str(new))
    await work.uow.outbox.readdress(old, new)
    await cards.moved(work, old, new)

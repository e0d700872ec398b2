"""Signed links to a file: short, for one account, for some days; whoever opens one is asked for rights anew."""

from datetime import datetime, timedelta

from chat.events import Address
from chat.numbers import whole
from chat.replies import Action, Enclosure
from chat.tokens import BadToken
from meetings.records import Person
from services.errors import NotFound
from services.work import Work

PATH = "/s/"
LASTS = timedelta(days=7)
_NAME = "file"  # no button has this name, so no button's token opens anything and no link presses a button


async def link_to(work: Work, enclosure: Enclosure, to: Address) -> str:
    """The path of the file for whoever owns this chat; "" where nobody does."""
    account = await work.uow.accounts.number_of(to)
    if account is None:
        return ""
    until = _minute(work.now + LASTS)
    args = (str(account), str(until), enclosure.kind, *enclosure.args)
    return f"{PATH}{work.house.signer.pack(Action(_NAME, args), to)}"


async def opened(work: Work, token: str) -> tuple[Person, Enclosure]:
    """Whose link it is and what it offers.

    Raises NotFound for whatever is wrong: forged, of another chat, out of date, or of an account that is
    gone or has withdrawn its consent.
    """
    address = await _address(work, token)
    if address is None:
        raise NotFound
    try:
        action = work.house.signer.unpack(token, address)
    except BadToken:
        raise NotFound from None
    if action.name != _NAME or len(action.args) < 3 or (whole(action.args[1]) or 0) <= _minute(work.now):
        raise NotFound
    person = await work.uow.accounts.writer(address)
    if person is None or not person.consented:
        raise NotFound
    return person, Enclosure(action.args[2], action.args[3:])


async def _address(work: Work, token: str) -> Address | None:
    """The chat the link says it was made for: its signature holds for no other."""
    parts = token.split(".")
    number = whole(parts[1]) if len(parts) > 1 else None
    return None if number is None else await work.uow.accounts.by_number(number)


def _minute(at: datetime) -> int:
    """Since 1970: eight digits until 2160, where seconds take ten of a token's few bytes."""
    return int(at.timestamp()) // 60

"""How people come in: one-time codes, consent in the first private contact, and the way out again."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from chat.events import Address
from chat.text import Param, Text
from meetings.records import Member, Person, Unit
from services import room
from services.access import actor
from services.errors import NotAllowed, TooLate
from services.work import Work
from storage.forgetting import forget

CONSENT_VERSION = "2026-11"
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no 0 O 1 I L: read out over the phone
_LENGTH = 8
_PURPOSE = "code"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A fresh code of one person; only its hash is stored."""

    member: Member | None
    person: Person
    code: str
    expires_at: datetime


async def invite(work: Work, person: Person, lasts: timedelta, member: Member | None = None) -> Invitation:
    """Make a one-time code. Slips handed out earlier keep working until one of them is used."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    expires_at = work.now + lasts
    await work.uow.accounts.add_code(person.id, work.house.signer.digest(_PURPOSE, code)[0], expires_at)
    return Invitation(member, person, code, expires_at)


async def unlinked(work: Work, cell: Unit) -> list[Member]:
    """The members of a cell that nobody can write to yet, by roll number."""
    linked = await work.uow.accounts.linked()
    return [one for one in await work.uow.members.of_cell(cell.id, work.today) if one.person not in linked]


async def to_relink(work: Work, members: list[Member]) -> list[Member]:
    """Those of some people whose address takes nothing any more: another code links them again."""
    dead = await work.uow.accounts.to_relink() if members else {}
    return [one for one in members if one.person in dead]


async def redeem(work: Work, address: Address, typed: str) -> Person:
    """Link this chat to the person whose code it is.

    Raises TooLate with one and the same sentence for a wrong, used or expired code, and another one when
    there were too many wrong ones from this sender or from everybody.
    """
    limits = work.policy.codes
    hour_ago = work.now - timedelta(hours=1)
    tries = await work.uow.accounts.wrong_codes(hour_ago, str(address))
    if tries >= limits.wrong_per_hour or await work.uow.accounts.wrong_codes(hour_ago) >= (
        limits.wrong_per_hour_overall
    ):
        raise TooLate(Text("code.too_many"))
    code = "".join(typed.upper().strip(" .").split())
    hashes = work.house.signer.digest(_PURPOSE, code)
    owner = await work.uow.accounts.redeem(hashes, work.now) if code else None
    if owner is None:
        await work.uow.accounts.count_wrong_code(str(address), work.now)
        raise WrongCode
    if await room.is_full(work, address, owner):
        # Undone with the turn: the code stays good, for another bot.
        raise TooLate(Text("code.full", {"places": work.house.can(address).users or 0}))
    await work.uow.accounts.drop_codes(owner)
    await work.uow.accounts.link(address, owner, work.now)
    await work.uow.audit.note(work.now, owner, "link", whom=owner)
    return await work.uow.people.by_id(owner)


def looks_like_code(typed: str) -> bool:
    """A code alone, in one piece: no Vietnamese word is so long without an accent."""
    code = typed.upper().strip(" .")
    return len(code) == _LENGTH and set(code) <= set(ALPHABET)


class WrongCode(TooLate):
    """No such code. The wrong try is counted, so this one is answered after a commit, not a rollback."""

    def __init__(self) -> None:
        super().__init__(Text("code.wrong"))


async def agree(work: Work, person: Person) -> Person:
    """Record consent: version, time, channel. Only from now on is anything sent or kept."""
    await _log(work, person, "agreed")
    await work.uow.people.remember(person.id, work.now)
    return await work.uow.people.by_id(person.id)


async def withdraw(work: Work, person: Person, decision: str) -> None:
    """Refusal, withdrawal or erasure: the name, the links and the history go at once; totals stay.

    Messages to this person stop in the same transaction, those already queued too.
    """
    await _log(work, person, decision)
    await forget(work.uow, person.id, work.now)
    await work.uow.audit.note(work.now, person.id, decision, whom=person.id)


async def consent_facts(work: Work, person: Person) -> dict[str, Param]:
    """What the consent text names: the person's unit, who runs the service for it, and the channel."""
    members = await work.uow.members.of_person(person.id, work.today)
    roles = await work.uow.people.roles_of(person.id, work.today)
    units = [one.cell for one in members] + [one.unit for one in roles]
    line = await work.uow.units.above(units[0]) if units else []
    operator = next((one for one in line if one.level == "commune"), line[-1] if line else None)
    return {
        "unit": line[0].name if line else Text("consent.no_unit"),
        "operator": work.house.operator or (operator.name if operator else Text("consent.no_operator")),
        "channel": Text(f"channel.{work.address.channel}" if work.address else "channel.web"),
    }


async def link_group(work: Work, address: Address, cell: Unit) -> None:
    """The cell's group from now on."""
    await work.uow.accounts.link_group(address, cell.id, actor(work).id, work.now)
    await work.uow.audit.note(work.now, actor(work).id, "link_group", cell=cell.id)


async def _log(work: Work, person: Person, decision: str) -> None:
    if work.address is None:
        raise NotAllowed
    await work.uow.people.log_consent(
        {
            "person": person.id,
            "decision": decision,
            "version": CONSENT_VERSION,
            "channel": work.address.channel,
            "by": person.id,
            "at": work.now,
        }
    )

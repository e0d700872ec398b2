"""What a verb works with: the transaction, the moment, the rules in force, and who is acting."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chat.capabilities import Capabilities
from chat.events import Address
from chat.text import Param
from chat.tokens import Signer
from chat.vocabulary import Vocabulary
from meetings.records import Meeting, Person
from meetings.terms import UnitId
from reports.catalogue import LANGUAGES, Catalogue
from services.policy import Policy
from storage.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class House:
    """What does not change while the process runs."""

    policy: Policy
    catalogue: Catalogue
    signer: Signer
    vocabulary: Vocabulary
    languages: tuple[str, ...] = LANGUAGES
    language: str = "vi"  # of strangers and groups; everybody else has their own
    operator: str = ""
    telegram_bot: str = ""
    public_url: str = ""  # where people's telephones reach our pages
    channels: Mapping[tuple[str, str], Capabilities] = field(default_factory=dict)
    # By bot, the messages its platform allows in a month, 0 where nobody said how many; only where one counts them.
    metered: Mapping[tuple[str, str], int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        counted = {
            bot: can.monthly_messages or 0
            for bot, can in self.channels.items()
            if can.monthly or can.monthly_messages
        }
        object.__setattr__(self, "metered", counted)

    @property
    def zone(self) -> ZoneInfo:
        return self.catalogue.zone

    def can(self, address: Address) -> Capabilities:
        """What the channel of a chat is able to do; nothing, where we have no such channel."""
        return self.channels.get((address.channel, address.bot), Capabilities())


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction at one moment.

    `now` is the product's clock, `real` the wall clock (leases and back-off only), both aware UTC.
    `room` is how many choices the actor's chat shows at once. `looked_up` is what the messages of a meeting
    say of it, and `lines` the codes of the units above a unit, each found once a transaction.
    """

    uow: UnitOfWork
    house: House
    now: datetime
    real: datetime
    actor: Person | None = None
    address: Address | None = None
    room: int = 9
    looked_up: dict[Meeting, dict[str, Param]] = field(default_factory=dict, compare=False, repr=False)
    lines: dict[UnitId, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def policy(self) -> Policy:
        """The common rules; what belongs to a unit is asked of `services.rules.policy_of`."""
        return self.house.policy

    @property
    def zone(self) -> ZoneInfo:
        return self.house.zone

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.zone).date()

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone)

    def acting(self, person: Person) -> "Work":
        return replace(self, actor=person)

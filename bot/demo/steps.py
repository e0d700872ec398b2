"""What happened at one instant of the demo's clock, and what was sent to whom by then."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from bot.demo.words import Both, Words
from chat.text import Text, Wording, listing
from services import Work
from services.timeline import Coming
from storage.notices import Notice

_OF_UNITS = ("digest", "thematic", "dateless", "busy")  # subjects that name a unit by its number
_PHONE = "phone"
_NAMED = 2  # kinds of events; the others are counted
Shown = Mapping[str, object]


def what_of(events: Sequence[Coming]) -> Wording:
    """The events of one instant in one line: the same thing in several cells is said once."""
    kinds = [(key, list(some)) for key, some in groupby(_by_kind(events), lambda one: one.what.key)]
    kinds.sort(key=lambda kind: -len(kind[1]))
    named = [_merged([one.what for one in some]) for _, some in kinds[:_NAMED]]
    if len(kinds) > _NAMED:
        named.append(Text("event.others", {"n": len(kinds) - _NAMED}))
    return listing(*named, separator="; ")


def _by_kind(events: Sequence[Coming]) -> list[Coming]:
    return sorted(events, key=lambda one: one.what.key)


def _merged(texts: Sequence[Text]) -> Text:
    first = texts[0]
    cells = {text.params.get("cell") for text in texts}
    if len(cells) < 2:
        return first
    return Text(first.key, {**first.params, "cell": Text("event.cells", {"n": len(cells)})})


class Sent:
    """The notices that went out at one instant of the product's clock."""

    def __init__(self, words: Words) -> None:
        self._words = words

    async def counted(self, work: Work, at: datetime) -> tuple[list[Shown], int]:
        """By cell and kind, and how many people got something."""
        found = await work.uow.notices.sent_at(at)
        places = await self._places(work, found)
        counts = Counter((places[one.subject], _kind(one)) for one in found)
        lines: list[Shown] = [
            {"cell": cell, "kind": self._label(kind), "count": count}
            for (cell, kind), count in sorted(counts.items())
        ]
        return lines, len({one.person for one in found if one.person is not None})

    async def named(self, work: Work, at: datetime) -> list[Shown]:
        """The same with everybody's name: the demo's people are fictional, and whoever looks is all of them."""
        found = await work.uow.notices.sent_at(at)
        places = await self._places(work, found)
        people = await work.uow.people.some({one.person for one in found if one.person is not None})
        names: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in found:
            who = people.get(one.person) if one.person is not None else None
            names[places[one.subject], _kind(one)].append(
                (who.name or who.code) if who else places[one.subject]
            )
        return [
            {"cell": cell, "kind": self._label(kind), "names": sorted(those)}
            for (cell, kind), those in sorted(names.items())
        ]

    async def _places(self, work: Work, found: Sequence[Notice]) -> dict[str, str]:
        """The unit of each subject: its meeting's cell, or the one it names; what is about none is the commune's."""
        tree = await work.uow.units.all()
        units = {one.id: one.name for one in tree}
        top = next((one.name for one in tree if one.level == "commune"), tree[0].name if tree else "")
        meetings = {
            one.id: one for one in await work.uow.meetings.some({one.meeting for one in found if one.meeting})
        }
        return {
            one.subject: units[meetings[one.meeting].cell] if one.meeting in meetings else top
            for one in found
        }

    def _label(self, kind: str) -> Both:
        key = f"sent.{kind}"
        return self._words.both(Text(key if self._words.knows(key) else "sent.other"))


def _kind(one: Notice) -> str:
    """`notice.5` is a notice; `evening.1.phone` is a list of people to phone."""
    first, *more = one.kind.split(".")
    return _PHONE if _PHONE in more else first

"""What somebody got, as a table short enough to read: the instant, and what each message is."""

import re
import string
from collections.abc import Iterable
from functools import cache
from itertools import groupby

from reports.catalogue import Catalogue
from tests.scenarios.messages import Message
from tests.scenarios.page import ZONE

# Every message that may arrive, by the catalogue entry it begins with; anything else is a fault.
OPENINGS = {
    "stranger": "help.stranger",
    "consent?": "consent.ask",
    "farewell": "consent.refused",
    "welcome": "consent.thanks",
    "linked again": "link.again",
    "what is on": "consent.next",
    "group?": "group.confirm",
    "group linked": "group.linked",
    "rule": "rule.show",
    "rule?": "rule.confirm",
    "rule saved": "rule.saved",
    "rule as it is": "rule.stands",
    "week?": "rule.ask_nth",
    "weekday?": "rule.ask_weekday",
    "hour?": "rule.ask_hour",
    "clash": "clash.first",
    "date kept": "clash.kept",
    "no date": "dateless.first",
    "which date?": "dateless.other",
    "plan?": "dateless.confirm",
    "planned": "rule.created",
    "add what?": "add.ask",
    "add?": "add.confirm",
    "added": "add.done",
    "topic?": "combine.ask",
    "combine?": "combine.confirm",
    "combined": "combine.done",
    "separate?": "combine.separate",
    "not combined": "combine.undone",
    "form?": "mode.ask",
    "form noted": "mode.done",
    "new form?": "move.confirm_mode",
    "form done": "move.done_mode",
    "new form": "mode.first",
    "next": "meeting.planned",
    "preview": "preview.first",
    "announced already": "refused.announced",
    "held back": "preview.held_back",
    "still held back": "held.first",
    "sending": "preview.sent",
    "sending at dawn": "preview.sent_quiet",
    "notice": "notice.first",
    "announcement": "group.first",
    "invitation": "invitation",
    "paste this": "paste.ask",
    "lost": "lost.one",
    "several lost": "lost.many",
    "to phone": "phone.list",
    "coming noted": "said.coming_noted",
    "later noted": "said.later_noted",
    "reason?": "reason.ask",
    "absence noted": "said.absent_noted",
    "reminder": "reminder",
    "reminder today": "reminder.today",
    "forecast": "forecast.first",
    "relay": "relay",
    "evening": "evening",
    "evening to paste": "evening.paste",
    "today": "today",
    "today, said the day before": "tomorrow",
    "unrecorded": "chase.unrecorded",
    "no plan": "chase.no_plan",
    "chase list": "chase.list",
    "agenda": "agenda.first",
    "to prepare": "prepare.first",
    "committee?": "premeeting",
    "thematic?": "thematic.nudge",
    "list": "list.first",
    "behalf: who?": "behalf.ask",
    "behalf: what?": "behalf.answer",
    "behalf: why?": "behalf.reason",
    "behalf noted": "behalf.noted",
    "nothing to call": "rollcall.nothing",
    "roll": "rollcall.panel",
    "roll?": "line.first",
    "roll noted": "line.recorded",
    "guests?": "guests.ask",
    "guests noted": "guests.noted",
    "close?": "rollcall.result",
    "closed": "close.done",
    "amended": "close.amended",
    "thanks": "thanks",
    "ended when?": "result.ask_end",
    "minutes adopted?": "result.ask_adopted",
    "which band?": "result.ask_band",
    "result": "result.first",
    "result?": "result.confirm_ask",
    "result confirmed": "result.confirm_done",
    "minutes": "minutes.ready",
    "find out": "informing.note",
    "not found out": "informing.list",
    "task": "task.given",
    "task due": "task.due",
    "tasks": "task.list",
    "new topics": "topics.news",
    "digest": "digest.sentence",
    "figures amended": "amended.note",
    "refused": "refused.not_allowed",
    "move?": "move.confirm_move",
    "move done": "move.done_move",
    "postponement done": "move.done_postpone",
    "cancellation done": "move.done_cancel",
    "moved": "moved.first",
    "moved, it seems": "stale.moved",
    "new place": "place.first",
    "postponed": "postponed.plain",
    "cancelled": "cancelled.plain",
}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    catalogue = Catalogue(ZONE)
    return {name: _pattern(catalogue.entry(key, "vi")) for name, key in OPENINGS.items()}


def _pattern(entry: str) -> re.Pattern[str]:
    """The first line of an entry, with anything in the place of what is put in."""
    parts = string.Formatter().parse(entry.partition("\n")[0])
    return re.compile("".join(re.escape(text) + (".*" if field else "") for text, field, _, _ in parts))


def kind(message: Message) -> str:
    """Which of the messages this is: the one of whose own words the most stand there."""
    found = [name for name, pattern in _patterns().items() if pattern.match(message.first)]
    assert found, f"a message nobody expected: {message.text}"
    return max(found, key=lambda name: len(_patterns()[name].pattern))


def only(said: Iterable[Message], names: Iterable[str]) -> list[Message]:
    """Those that are of one of these kinds, whatever else there is."""
    wanted = [_patterns()[name] for name in names]
    return [one for one in said if any(pattern.match(one.first) for pattern in wanted)]


def kinds(said: Iterable[Message]) -> list[str]:
    return [kind(one) for one in said]


def table(said: Iterable[Message]) -> list[str]:
    """One line an instant: `24/11 11:30 today`."""
    return [f"{at} {', '.join(kinds(those))}" for at, those in groupby(said, key=lambda one: one.at)]


def says(text: str, *parts: str) -> bool:
    """Whether all of this stands in a text, whichever way small counts are padded: 7 and 07."""
    return all(_bare(part) in _bare(text) for part in parts)


def _bare(text: str) -> str:
    return re.sub(r"\b0(?=\d\b)", "", text)

"""The list that people sign when they come in: as a file, and as text where no file can be handed over."""

import asyncio

from chat.channel import Attachment
from chat.text import Text, Wording, lines
from meetings.records import Meeting, Member
from reports import signing as document
from reports.minutes import MEDIA_TYPE
from services.attended import signers
from services.facts import facts, named
from services.filling import say
from services.minutes import meeting_of
from services.work import Work


async def as_text(work: Work, meeting: Meeting) -> Wording:
    expected, exempt = await signers(work, meeting)
    return lines(
        *(Text("signing.line", {"number": one.number, "name": named(one)}) for one in expected),
        Text("signing.exempt_first") if exempt else None,
        *(Text("signing.line", {"number": one.number, "name": named(one)}) for one in exempt),
    )


async def attachment(work: Work, args: tuple[str, ...], _language: str) -> Attachment:
    """Names are the cell's own, shown to those who lead it; who withdrew is a number."""
    meeting = await meeting_of(work, args)
    expected, exempt = await signers(work, meeting)
    known = await facts(work, meeting)

    def line(one: Member) -> tuple[str, str]:
        return str(one.number), say(work, named(one))

    listed = document.SigningList(
        say(work, Text("signing.title", known)),
        (str(known["cell"]), say(work, Text("signing.when", known))),
        (
            say(work, Text("signing.number")),
            say(work, Text("signing.name")),
            say(work, Text("signing.signature")),
        ),
        [line(one) for one in expected],
        say(work, Text("signing.exempt_first")),
        [line(one) for one in exempt],
        say(work, Text("signing.foot")),
    )
    content = await asyncio.to_thread(document.write, listed)
    name = say(work, Text("signing.file", {"day": f"{work.local(meeting.starts_at):%d-%m-%Y}"}))
    return Attachment(name, MEDIA_TYPE, content)

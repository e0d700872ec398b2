"""What the minutes are filled in with: facts only. What was said is left to people (vietnamese.md 8).

Whatever is not known yet is dotted. The document is Vietnamese, whatever its reader's language.
"""

from collections.abc import Sequence
from datetime import date

from chat.text import Param, Text, Wording, listing
from meetings.agenda import Heading, main
from meetings.attendance import Rate
from meetings.records import Meeting, Person, Unit
from meetings.roles import Right
from meetings.terms import CellRole, Mark, PersonId, Ruling, Standing, Status, UpperRole
from reports import minutes as document
from reports.minutes import Minutes
from services import access, agenda, results, tasks
from services.attended import Attended, Seat, attended
from services.facts import called
from services.result_asking import decimal
from services.work import Work

_LANGUAGE = "vi"
_BLANK = "……"


def say(work: Work, text: Wording) -> str:
    """In the language of the papers."""
    return work.house.catalogue.render(text, _LANGUAGE)


async def filled(work: Work, meeting: Meeting) -> Minutes:
    found = await attended(work, meeting)
    done = await tasks.of_last_meeting(work, meeting)
    values = {
        **await _head(work, meeting),
        **_people(work, found),
        **await _absent(work, meeting, found),
        **await _table(work, meeting, found),
        **await _score(work, meeting),
        "has_tasks": "x" if done else "",
    }
    headings = main(await agenda.agenda_of(work, meeting))
    return Minutes(
        values,
        {
            "agenda": [await _heading(work, number, one) for number, one in enumerate(headings, 1)],
            "tasks": [
                {
                    "title": one.title,
                    "owner": say(work, await tasks.owner_of(work, one)),
                    "due": f"{one.due:%d/%m/%Y}",
                    "state": say(work, Text("minutes.task_open" if one.is_open else "minutes.task_done")),
                }
                for one in done
            ],
        },
    )


async def _head(work: Work, meeting: Meeting) -> dict[str, str]:
    """Who meets, what for, when, where."""
    starts_at, month = work.local(meeting.starts_at), meeting.period
    result = await results.result_of(work, meeting)
    began = result.began_at if result and result.began_at else meeting.starts_at
    ended = None if result is None or result.ended_at is None else work.local(result.ended_at)
    at: dict[str, Param] = {"hour": _BLANK, "minute": _BLANK}
    if ended is not None:
        at = {"hour": ended.hour, "minute": f"{ended.minute:02}"}
    day: dict[str, Param] = {
        "day": f"{starts_at:%d}",
        "month": _month(starts_at.month),
        "year": starts_at.year,
    }
    units = await work.uow.units.above(meeting.cell)
    return {
        "organisation": _organisation(units[1].name).upper() if len(units) > 1 else _BLANK,
        "cell": units[0].name.upper(),
        "locality": _locality(units),
        "date": say(work, Text("minutes.date", day)),
        "kind": say(work, Text(f"kind.{meeting.kind}")),
        "period": say(work, Text("minutes.period", {"month": _month(month.month), "year": month.year})),
        "topic": meeting.title or "",
        "began": say(work, Text("minutes.clock", {"at": began})),
        "day": f"{starts_at:%d/%m/%Y}",
        "ended": say(work, Text("minutes.ended", at)),
        "mode": say(work, Text("minutes.mode", {"mode": Text(f"mode.{meeting.mode}")})),
        "place": meeting.place,
    }


def _month(month: int) -> str:
    """In documents January and February have a zero (vietnamese.md 7)."""
    return f"{month:02}" if month < 3 else str(month)


def _organisation(name: str) -> str:
    """The organisation whose committee is meant: "Đảng uỷ xã …" stands in the head as "Đảng bộ xã …"."""
    bare = _without_committee(name)
    return name if bare is None else f"{document.own_words('organisation')} {bare}"


def _without_committee(name: str) -> str | None:
    for word in (*document.own_words("committee"), document.own_words("organisation")):
        if name.lower().startswith(f"{word} ".lower()):
            return name[len(word) + 1 :].strip()
    return None


def _locality(units: Sequence[Unit]) -> str:
    """The commune's bare name, as it stands before a date."""
    commune = next((one for one in units if one.level == "commune"), units[1] if len(units) > 1 else None)
    if commune is None:
        return _BLANK
    name = _without_committee(commune.name) or commune.name
    for word in document.own_words("communes"):
        if name.lower().startswith(f"{word} ".lower()):
            return name[len(word) + 1 :].strip()
    return name


def _two(count: int) -> str:
    return f"{count:02}"


def _people(work: Work, found: Attended) -> dict[str, str]:
    """Lines 3 and 4: whose figures are not known yet are dotted."""
    figures = {
        "roll": found.roll,
        "official": found.of(Standing.OFFICIAL),
        "probationary": found.of(Standing.PROBATIONARY),
        "temporary_in": found.temporary_in,
        "exempt": found.outside(Status.EXEMPT),
        "temporary_out": found.outside(Status.TEMPORARY_OUT),
        "away": found.outside(Status.AWAY),
        "uncounted": found.outside(Status.SUSPENDED),
        "expected": found.expected,
    }
    known = {name: _two(count) for name, count in figures.items()}
    counted = found.tally
    if counted is None:
        return known | dict.fromkeys(("present", "rate", "online", "absent", "extra"), _BLANK)
    known |= {
        name: _two(getattr(counted, name)) for name in ("expected", "present", "online", "absent", "extra")
    }
    return known | {"rate": _rate(work, counted.rate)}


def _rate(work: Work, rate: Rate) -> str:
    return say(work, Text("minutes.rate", {"rate": rate}))


async def _absent(work: Work, meeting: Meeting, found: Attended) -> dict[str, str]:
    """Who was absent by ruling; the reasons only for who may see them."""
    reasons = any(
        one.cell.id == meeting.cell and one.may(Right.SEE_REASONS) for one in await access.posts(work)
    )
    known = {}
    for ruling in Ruling:
        seats = found.absent(ruling)
        known[str(ruling)] = _BLANK if found.tally is None else _two(len(seats))
        told = [_told(one, reasons=reasons and ruling is Ruling.EXCUSED) for one in seats]
        names = Text("person.bracketed", {"names": listing(*told, separator="; ")})
        known[f"{ruling}_names"] = say(work, names) if told and found.tally else ""
    return known


def _told(seat: Seat, *, reasons: bool) -> Text:
    if not reasons or seat.reason is None:
        return seat.name
    return Text("minutes.reason", {"name": seat.name, "reason": Text(f"reason.{seat.reason}")})


async def _table(work: Work, meeting: Meeting, found: Attended) -> dict[str, str]:
    """Who came from above, who chairs, who writes."""
    marks = {one.person: one.mark for one in found.seats if one.person is not None}
    guests = [await work.uow.people.by_id(who) for who in sorted(await work.uow.marks.guests_of(meeting.id))]
    unknown = _BLANK if found.tally is None else say(work, Text("person.nobody"))
    day = work.local(meeting.starts_at).date()
    told = [say(work, await _comrade(work, one, day)) for one in guests]
    return {
        "guests": "; ".join(told) or unknown,
        "chair": await _holder(work, meeting, marks, (CellRole.SECRETARY, CellRole.DEPUTY), post=True),
        "clerk": await _holder(work, meeting, marks, (CellRole.CLERK,), post=False),
    }


async def _holder(
    work: Work,
    meeting: Meeting,
    marks: dict[PersonId, Mark | None],
    roles: tuple[CellRole, ...],
    *,
    post: bool,
) -> str:
    """The first of these roles whose holder was not absent; dotted where there is none."""
    day = work.local(meeting.starts_at).date()
    for role in roles:
        for one in await work.uow.people.holders(meeting.cell, (role,), day):
            if marks.get(one.id) is not Mark.ABSENT:
                known = {"name": await called(work, one), "post": Text(f"role.{role}")}
                return say(work, Text("minutes.comrade_post" if post else "minutes.comrade", known))
    return _BLANK


async def _comrade(work: Work, person: Person, day: date) -> Text:
    """With their post above on that day: what they are in a cell of their own is not why they came."""
    held = await work.uow.people.roles_of(person.id, day)
    post = next((one.role for one in held if isinstance(one.role, UpperRole)), None)
    name = await called(work, person)
    if post is None:
        return Text("minutes.comrade", {"name": name})
    return Text("minutes.comrade_post", {"name": name, "post": Text(f"role.{post}")})


async def _score(work: Work, meeting: Meeting) -> dict[str, str]:
    result = await results.result_of(work, meeting)
    band = result.band if result else None
    total = result.total if result else None
    return {
        "points": _BLANK if total is None else decimal(total),
        "band": _BLANK if band is None else say(work, Text(f"band.{band}")),
    }


async def _heading(work: Work, number: int, heading: Heading) -> dict[str, str]:
    """`detail`: how long, and who is responsible."""
    parts: list[Wording] = []
    if heading.minutes:
        parts.append(Text("minutes.lasting", {"n": heading.minutes}))
    if heading.person is not None:
        person = await work.uow.people.by_id(heading.person)
        parts.append(Text("minutes.comrade", {"name": await called(work, person)}))
    detail = Text("person.bracketed", {"names": listing(*parts, separator="; ")})
    return {
        "number": str(number),
        "title": heading.title,
        "detail": say(work, detail) if parts else "",
    }

"""What is asked of whoever recorded a meeting, one question after another, and what they are shown of it."""

from datetime import datetime

from chat.replies import Choice, Reply, Style, action
from chat.text import Param, Text, Wording, lines, listing
from meetings.records import Meeting
from meetings.score import Band, Scored, counted, year_is_good
from meetings.terms import Kind
from services import results, score
from services.facts import called, facts
from services.results import Question, result_of, unanswered
from services.work import Work
from storage.results import Points, Result


async def ask(work: Work, meeting: Meeting, question: Question | None = None) -> Reply:
    """[17] The next open question, or this one; the whole result where nothing is open."""
    result = await result_of(work, meeting)
    left = unanswered(meeting, result)
    asked = question or (left[0] if left else None)
    if asked is None:
        return await told(work, meeting)
    known = await facts(work, meeting)
    before = _before(asked, result) if result and question is None else None
    text = lines(Text(f"result.ask_{asked}", known), before)
    choices = await _choices(work, meeting, asked)
    if asked is Question.END and question is None:  # asked for by itself it may be typed at once
        choices = (*choices, _other_end(meeting))
    return Reply(text, choices, question=_question(meeting))


def _before(asked: Question, result: Result) -> Wording | None:
    """What was said to the question before this one."""
    return {Question.END: None, Question.ADOPTED: _hours(result), Question.BAND: _adopted(result)}[asked]


async def _choices(work: Work, meeting: Meeting, asked: Question) -> tuple[Choice, ...]:
    serial = await results.serial(work, meeting)
    if asked is Question.END:
        return await end_choices(work, meeting)
    if asked is Question.ADOPTED:
        return (
            Choice(Text("button.adopted"), action("res_adopted", meeting.id, serial, 1), style=Style.GOOD),
            Choice(Text("button.not_adopted"), action("res_adopted", meeting.id, serial, 0)),
        )
    found = [Choice(Text(f"band.{one}"), action("res_band", meeting.id, serial, one)) for one in Band]
    if await score.sheet_of(work, meeting) is not None:
        found.append(Choice(Text("button.sheet"), action("res_sheet", meeting.id)))
    return tuple(found)


async def end_choices(work: Work, meeting: Meeting, most: int = 5) -> tuple[Choice, ...]:
    """Likely ends, each with a button of its own."""
    serial = await results.serial(work, meeting)
    found = await results.offered_ends(work, meeting)
    return tuple(
        Choice(Text("button.ended", {"at": one}), action("res_end", meeting.id, serial, _minute(one)))
        for one in found[:most]
    )


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


async def closing_choices(work: Work, meeting: Meeting, room: int) -> tuple[Choice, ...]:
    """With the closed list: the end of the meeting as the first of the three taps, or what was recorded."""
    result = await result_of(work, meeting)
    if result is not None or room < 3:
        return (result_choice(meeting),)
    ends = await end_choices(work, meeting, min(room - 1, 3))
    return (*ends, _other_end(meeting))


def _other_end(meeting: Meeting) -> Choice:
    return Choice(Text("button.ended_other"), action("res_ask", meeting.id, Question.END))


def result_choice(meeting: Meeting) -> Choice:
    return Choice(Text("button.result"), action("result", meeting.id))


def _question(meeting: Meeting) -> str:
    return f"result:{meeting.id}"


async def told(work: Work, meeting: Meeting, *, year: bool = True) -> Reply:
    """Everything that was recorded, and how the year stands if that is asked for; each part can be changed."""
    result = await result_of(work, meeting)
    known = await facts(work, meeting)
    if result is None:
        return await ask(work, meeting)
    choices = [
        Choice(Text("button.change_end"), action("res_ask", meeting.id, Question.END)),
        Choice(Text("button.change_adopted"), action("res_ask", meeting.id, Question.ADOPTED)),
    ]
    if score.is_scored(meeting):
        choices.append(Choice(Text("button.change_band"), action("res_ask", meeting.id, Question.BAND)))
    text = lines(
        Text("result.first", known),
        said(result),
        await _confirmed(work, meeting, result),
        await _year(work, meeting) if year else None,
        await _amended(work, result),
    )
    return Reply(text, tuple(choices), question=_question(meeting))


def said(result: Result) -> Wording:
    """What has been said so far, a line each."""
    return lines(
        _hours(result),
        _adopted(result),
        Text("result.band", {"band": band_of(result)}) if result.band else None,
    )


def _hours(result: Result) -> Wording | None:
    if result.began_at is None or result.ended_at is None:
        return None
    known: dict[str, Param] = {
        "began": result.began_at,
        "ended": result.ended_at,
        "minutes": result.minutes or 0,
    }
    short = Text("result.short", {"least": result.least or 0}) if result.short else None
    return lines(Text("result.hours", known), short)


def _adopted(result: Result) -> Text | None:
    if result.adopted is None:
        return None
    return Text("result.adopted" if result.adopted else "result.not_adopted")


def band_of(result: Result) -> Param:
    """The band, with the points where the sheet was filled in."""
    band = Text(f"band.{result.band}")
    total = result.total
    return band if total is None else Text("result.points", {"band": band, "points": decimal(total)})


def decimal(points: object) -> str:
    """`18,5`: as it was typed, without needless zeros."""
    text = f"{points:f}".rstrip("0").rstrip(".") if "." in f"{points:f}" else f"{points:f}"
    return text.replace(".", ",")


async def _confirmed(work: Work, meeting: Meeting, result: Result) -> Text | None:
    if result.confirmed_at is not None:
        return Text("result.confirmed", {"when": result.confirmed_at})
    return Text("result.unconfirmed") if await work.uow.marks.guests_of(meeting.id) else None


async def _year(work: Work, meeting: Meeting) -> Text | None:
    """How the cell's year stands, by the province's rule."""
    bands = await work.uow.results.bands(meeting.cell, meeting.period.year)
    if meeting.kind not in (Kind.REGULAR, Kind.COMBINED) or not bands:
        return None
    rule = await score.year_rule(work, meeting)
    counts = {str(band): n for band, n in counted(bands).items()}
    known: dict[str, Param] = {**counts, "year": meeting.period.year, "needed": rule.good}
    reached_ = Text("result.year_good" if year_is_good(bands, rule) else "result.year_open")
    return Text("result.year", {**known, "least": Text(f"band.{rule.least}"), "state": reached_})


async def _amended(work: Work, result: Result) -> Text | None:
    if not result.amendment:
        return None
    name = await called(work, await work.uow.people.by_id(result.by))
    return Text("close.amended_by", {"n": result.amendment, "name": name, "when": result.at})


def read_back(meeting: Meeting, filled: results.Filled) -> Reply:
    """A filled sheet before it is recorded: the points, the sum and the band, and what holds it back."""
    scored: Scored = filled.scored
    given = [
        Points(one.id, one.label, points, one.most)
        for one, points in zip(filled.sheet.criteria, scored.points, strict=True)
    ]
    known: dict[str, Param] = {"points": decimal(scored.total), "band": Text(f"band.{scored.band}")}
    gates = listing(*(Text("score.gate", {"label": one.label}) for one in scored.held_back))
    text = lines(
        Text("score.first", known),
        *(_line(one) for one in given),
        Text("score.held_back", {"gates": gates}) if scored.held_back else None,
    )
    choices = (
        Choice(Text("button.confirm"), action("res_points", meeting.id, filled.number), style=Style.GOOD),
        Choice(Text("button.sheet_again"), action("res_sheet", meeting.id)),
    )
    return Reply(text, choices, question=_question(meeting))


def _line(one: Points) -> Text:
    return Text("score.line", {"label": one.label, "given": decimal(one.given), "most": one.most})

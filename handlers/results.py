"""After the meeting, in three taps: its end, the minutes adopted, the band or the score sheet ([17])."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from chat.numbers import whole
from chat.replies import Reply, Step
from chat.router import Replies, Router, Turn
from chat.text import NOTHING, Param, Text, lines
from handlers.minutes import with_minutes
from meetings.folding import tidy
from meetings.records import Meeting
from meetings.roles import Right
from meetings.score import BadPoints, Band, Sheet, read_points
from meetings.when import BadWhen, parse_time
from services import Work, access, afterwards, closing, result_asking, results, score
from services.errors import NotFound
from services.facts import facts
from services.results import BadHours, Overtaken, Question
from services.schedule import at_local

router: Router[Work] = Router()
_BETWEEN = ("đến", "den", "to")
_DASHES = str.maketrans("-–—", "   ")


@router.action("result")
async def show(turn: Turn[Work], meeting_id: str) -> Replies:
    """What was recorded, or the next question."""
    meeting = await _meeting(turn, meeting_id)
    await results.check_open(turn.work, meeting)
    return [await result_asking.ask(turn.work, meeting)]


@router.action("res_ask")
async def ask_one(turn: Turn[Work], meeting_id: str, question: str) -> Replies:
    """One question again, or for the first time; the end may be typed as well."""
    meeting = await _meeting(turn, meeting_id)
    await results.check_open(turn.work, meeting)
    if question not in set(Question):
        raise NotFound
    reply = await result_asking.ask(turn.work, meeting, Question(question))
    if question != Question.END:
        return [reply]
    serial = str(await results.serial(turn.work, meeting))
    step = Step("result.end", {"meeting": meeting_id, "serial": serial})
    return [replace(reply, text=lines(reply.text, Text("result.how_end")), expects=step)]


@router.action("res_end")
async def take_end(turn: Turn[Work], meeting_id: str, serial: str, minute: str) -> Replies:
    meeting = await _meeting(turn, meeting_id)
    at = datetime.fromtimestamp((whole(minute) or 0) * 60, UTC)
    return await _recorded(turn.work, meeting, results.set_hours(turn.work, meeting, serial, at))


@router.step("result.end")
async def take_hours(turn: Turn[Work]) -> Replies:
    """`21h15`, or with the beginning: `19h45 21h15`."""
    data = turn.step.data if turn.step else {}
    meeting = await _meeting(turn, data.get("meeting", ""))
    try:
        began, ended = _hours(turn.event.text)
    except BadWhen:
        return [Reply(Text("result.bad_hours"), expects=turn.step)]
    day = turn.work.local(meeting.starts_at).date()
    began_at = None if began is None else at_local(turn.work, day, began)
    ended_at = at_local(turn.work, day, ended)
    past_midnight = ended_at + timedelta(days=1)
    if ended_at <= (began_at or meeting.starts_at) > past_midnight - results.LONGEST:
        ended_at = past_midnight
    recording = results.set_hours(turn.work, meeting, data.get("serial", ""), ended_at, began_at)
    try:
        return await _recorded(turn.work, meeting, recording)
    except BadHours as error:
        return [Reply(error.text, expects=turn.step)]


def _hours(text: str) -> tuple[time | None, time]:
    """One hour or two, however they are spelled. Raises BadWhen."""
    words = [word for word in tidy(text).translate(_DASHES).split() if word.lower() not in _BETWEEN]
    for cut in range(len(words)):
        try:
            ended = _hour(words[cut:])
            return (_hour(words[:cut]) if cut else None), ended
        except BadWhen:
            continue
    raise BadWhen("not an hour")


def _hour(words: list[str]) -> time:
    """A bare number is an hour as well, now that nothing else is asked."""
    text = " ".join(words)
    return parse_time(f"{text}h" if text.isdigit() else text)


@router.action("res_adopted")
async def take_adopted(turn: Turn[Work], meeting_id: str, serial: str, adopted: str) -> Replies:
    meeting = await _meeting(turn, meeting_id)
    recording = results.set_adopted(turn.work, meeting, serial, adopted=adopted == "1")
    return await _recorded(turn.work, meeting, recording)


@router.action("res_band")
async def take_band(turn: Turn[Work], meeting_id: str, serial: str, band: str) -> Replies:
    meeting = await _meeting(turn, meeting_id)
    if band not in set(Band):
        raise NotFound
    return await _recorded(turn.work, meeting, results.set_band(turn.work, meeting, serial, Band(band)))


@router.action("res_sheet")
async def ask_points(turn: Turn[Work], meeting_id: str) -> Replies:
    """The criteria of the province's form; attendance and duration are proposed where they are criteria."""
    work = turn.work
    meeting = await _meeting(turn, meeting_id)
    await results.check_open(work, meeting)
    sheet = await _sheet(work, meeting)
    result = await results.result_of(work, meeting)
    frozen = await work.uow.closings.of_meeting(meeting.id)
    if frozen is None:
        raise NotFound
    known = await score.hints(work, meeting, sheet, frozen, result)
    asked = [
        Text(
            "score.criterion",
            {
                "number": number,
                "label": one.label,
                "most": one.most,
                "hint": NOTHING if hint is None else Text("score.hint", {"points": hint}),
            },
        )
        for number, (one, hint) in enumerate(zip(sheet.criteria, known, strict=True), 1)
    ]
    example = " ".join(str(one.most - one.most // 8) for one in sheet.criteria)
    text = lines(
        Text("score.ask", await facts(work, meeting)),
        *asked,
        await closing.frozen_result(work, meeting),
        Text("score.how", {"example": example}),
    )
    serial = str(await results.serial(work, meeting))
    return [Reply(text, expects=Step("result.points", {"meeting": meeting_id, "serial": serial}))]


@router.step("result.points")
async def take_points(turn: Turn[Work]) -> Replies:
    """Read back with the sum and the band; nothing is recorded before "Xác nhận".

    Bound to what was known when the sheet was shown, as every button is.
    """
    data = turn.step.data if turn.step else {}
    meeting = await _meeting(turn, data.get("meeting", ""))
    await results.check_open(turn.work, meeting)
    sheet = await _sheet(turn.work, meeting)
    try:
        points = read_points(turn.event.text, sheet.criteria)
    except BadPoints as error:
        told: dict[str, Param] = {"word": error.word, "most": error.most, "n": len(sheet.criteria)}
        return [Reply(Text(f"score.bad_{error.kind}", told), expects=turn.step)]
    known = data.get("serial", "")
    if known != str(await results.serial(turn.work, meeting)):
        return await _overtaken(turn.work, meeting)
    return [result_asking.read_back(meeting, await results.propose_points(turn.work, meeting, sheet, points))]


@router.action("res_points")
async def confirm_points(turn: Turn[Work], meeting_id: str, number: str) -> Replies:
    meeting = await _meeting(turn, meeting_id)
    return await _recorded(turn.work, meeting, results.confirm_points(turn.work, meeting, number))


@router.action("res_confirm")
async def confirm(turn: Turn[Work], meeting_id: str, serial: str) -> Replies:
    """The tick of the official who came."""
    meeting = await results.visited(turn.work, meeting_id)
    await results.confirm(turn.work, meeting, serial)
    return [Reply(Text("result.confirm_done", await facts(turn.work, meeting)))]


async def _recorded(work: Work, meeting: Meeting, recording: Awaitable[object]) -> Replies:
    """What comes next; the minutes with the last answer. An old button shows how things stand."""
    try:
        await recording
    except Overtaken:
        return await _overtaken(work, meeting)
    result = await results.result_of(work, meeting)
    if result is None or results.unanswered(meeting, result):
        return [await result_asking.ask(work, meeting)]
    await afterwards.ask_officials(work, meeting)
    reply = await result_asking.told(work, meeting, year=False)  # it has the minutes to carry as well
    return [await with_minutes(work, meeting, reply)]


async def _overtaken(work: Work, meeting: Meeting) -> Replies:
    """Somebody wrote something down since: how it stands now."""
    reply = await result_asking.ask(work, meeting)
    return [replace(reply, text=lines(Text("result.overtaken"), reply.text))]


async def _sheet(work: Work, meeting: Meeting) -> Sheet:
    sheet = await score.sheet_of(work, meeting)
    if sheet is None:
        raise NotFound
    return sheet


async def _meeting(turn: Turn[Work], meeting_id: str) -> Meeting:
    return await access.meeting(turn.work, meeting_id, Right.DRAW_MINUTES)

"""One typed line that changes an agenda: `8 lên`, `8 20 phút`, `8 số 4`, `8: Tên mới`, `8 bỏ`, `thêm Tên 15 phút`."""

import re
from dataclasses import dataclass
from enum import StrEnum

from meetings.folding import spellings, tidy

_MINUTES = rf"(?P<minutes>\d{{1,4}}) ?(?:{spellings('phút')}|p|'|min(?:utes)?)"
_ADD = re.compile(rf"(?:{spellings('thêm')}|add)[ :]+(?P<title>.+?)(?:[ ,;]+{_MINUTES})?", re.IGNORECASE)
_ONE = re.compile(r"(?P<place>\d{1,2})[.)]?(?P<rest>[ :].*)")
_UP = re.compile(rf"{spellings('lên')}|up", re.IGNORECASE)
_DOWN = re.compile(rf"{spellings('xuống')}|down", re.IGNORECASE)
_DROP = re.compile(rf"{spellings('bỏ', 'xoá', 'xóa')}|drop", re.IGNORECASE)
_TIME = re.compile(_MINUTES, re.IGNORECASE)
_NUMBER = re.compile(
    rf"(?:{spellings('số', 'đ/c số', 'đồng chí số')}|no\.?) ?(?P<number>\d{{1,4}})", re.IGNORECASE
)
_TITLE = re.compile(rf":\s*(?P<title>.+)|(?:{spellings('tên')}|title) (?P<named>.+)", re.IGNORECASE)


class Edit(StrEnum):
    ADD = "add"
    UP = "up"
    DOWN = "down"
    DROP = "drop"
    MINUTES = "minutes"
    PERSON = "person"
    TITLE = "title"


class BadLine(ValueError):
    """Not one of these lines. The text itself is not repeated: errors end in logs."""


@dataclass(frozen=True, slots=True)
class Line:
    """What to do to which heading (from 1); `number` is minutes, or somebody's roll number."""

    edit: Edit
    place: int = 0
    title: str = ""
    number: int | None = None


def parse_line(text: str) -> Line:
    """Read one line. Raises BadLine."""
    typed = tidy(text)
    if hit := _ADD.fullmatch(typed):
        return Line(Edit.ADD, title=hit["title"], number=int(hit["minutes"]) if hit["minutes"] else None)
    if hit := _ONE.fullmatch(typed):
        return _about(int(hit["place"]), hit["rest"].strip())
    raise BadLine


def _about(place: int, rest: str) -> Line:
    for pattern, edit in ((_UP, Edit.UP), (_DOWN, Edit.DOWN), (_DROP, Edit.DROP)):
        if pattern.fullmatch(rest):
            return Line(edit, place)
    if hit := _TIME.fullmatch(rest.lstrip(": ")):
        return Line(Edit.MINUTES, place, number=int(hit["minutes"]))
    if hit := _NUMBER.fullmatch(rest):
        return Line(Edit.PERSON, place, number=int(hit["number"]))
    if hit := _TITLE.fullmatch(rest):
        return Line(Edit.TITLE, place, title=(hit["title"] or hit["named"]).strip())
    raise BadLine

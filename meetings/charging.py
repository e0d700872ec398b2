"""What is typed when an official is put in charge: which cells, from when to when, how often."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from meetings.folding import fold, squeeze
from meetings.terms import UnitId
from meetings.visiting import MONTHLY
from meetings.when import BadWhen, parse_day

_FURTHEST: Final = timedelta(days=5 * 366)
_MOST: Final = 99  # visits a year, as in the workbook
_DAY: Final = r"(?P<{}>[0-9][0-9./-]*[0-9])"
_SINCE: Final = re.compile(rf"(?:tu|from)(?: ngay)? {_DAY.format('since')}")
_UNTIL: Final = re.compile(rf"(?:den|until|to)(?: het)?(?: ngay)? {_DAY.format('until')}")
_VISITS: Final = re.compile(r"(?P<visits>[0-9]+) ?(?:lan|visits?)(?: ?/ ?nam| mot nam| moi nam| a year)?")
_MONTHLY: Final = re.compile(r"(?:hang|moi) thang|monthly")
_FILLER: Final = re.compile(r"[\s,;.]*")


class ChargeFault(StrEnum):
    """Why a line was not understood."""

    NO_CELL = "no_cell"
    NO_TERM = "no_term"
    NO_DAY = "no_day"
    BACKWARDS = "backwards"
    FAR = "far"
    VISITS = "visits"


class BadCharge(ValueError):
    """A typed line that cannot be. `word` is what was meant, as typed."""

    def __init__(self, kind: ChargeFault, word: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.word = word


@dataclass(frozen=True, slots=True)
class CellName:
    """A cell by what people call it."""

    id: UnitId
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when (local dates, both inclusive) and how many visits a year; None: as it was."""

    since: date | None = None
    until: date | None = None
    visits: int | None = None


def read_cells(words: str, cells: Sequence[CellName]) -> list[UnitId]:
    """Codes or names, separated by commas or semicolons; codes also by blanks. Raises BadCharge."""
    by_code = {fold(one.code): one.id for one in cells}
    by_name: dict[str, list[UnitId]] = {}
    for one in cells:
        by_name.setdefault(fold(squeeze(one.name)), []).append(one.id)
    found: list[UnitId] = []
    for part in re.split(r"[,;\n]", words):
        plain = fold(squeeze(part))
        if not plain:
            continue
        named = by_name.get(plain, [])
        if len(named) == 1:
            found += named
            continue
        for word in part.split():
            known = by_code.get(fold(word))
            if known is None:
                raise BadCharge(ChargeFault.NO_CELL, word=part.strip())
            found.append(known)
    if not found:
        raise BadCharge(ChargeFault.NO_CELL, word=words.strip())
    return list(dict.fromkeys(found))


def read_term(words: str, today: date) -> Term:
    """`từ 01/01/2027 đến 31/12/2027 3 lần`, any part of it; `hằng tháng` is twelve. Raises BadCharge."""
    rest = fold(squeeze(words))
    since = until = None
    visits = None
    if found := _SINCE.search(rest):
        since, rest = _day(found["since"], today), _SINCE.sub("", rest, count=1)
    if found := _UNTIL.search(rest):
        until, rest = _day(found["until"], today), _UNTIL.sub("", rest, count=1)
    if found := _VISITS.search(rest):
        visits, rest = int(found["visits"]), _VISITS.sub("", rest, count=1)
    elif _MONTHLY.search(rest):
        visits, rest = MONTHLY, _MONTHLY.sub("", rest, count=1)
    if not _FILLER.fullmatch(rest) or (since, until, visits) == (None, None, None):
        raise BadCharge(ChargeFault.NO_TERM)
    if visits is not None and visits > _MOST:
        raise BadCharge(ChargeFault.VISITS, word=str(visits))
    return Term(since, until, visits)


def check_term(since: date, until: date | None, today: date) -> None:
    """Raises BadCharge for an end before the beginning or before today, and for a day out of all reason."""
    if until is not None and until < max(since, today):
        raise BadCharge(ChargeFault.BACKWARDS)
    if any(abs(day - today) > _FURTHEST for day in (since, until) if day is not None):
        raise BadCharge(ChargeFault.FAR)


def _day(words: str, today: date) -> date:
    try:
        return parse_day(words, today)
    except BadWhen as error:
        raise BadCharge(ChargeFault.NO_DAY, word=words) from error

"""From what a spreadsheet cell holds to a value of the domain, or the code of what is wrong with it."""

import re
from datetime import date, datetime, time, timedelta

from meetings.folding import tidy
from meetings.rule import BadRule, parse_rule, rule_code
from meetings.when import BadWhen, parse_time

Raw = str | int | float | datetime | date | time | timedelta | None

TEXT_LIMIT = 200
CODE_LIMIT = 60  # a code is also part of addresses and button arguments
SHOWN_LIMIT = 40

# A spreadsheet runs these as formulas once the value is exported again (domain.md 13).
_FORMULA_STARTS = ("=", "+", "-", "@")
_EXCEL_ERROR = re.compile(r"#(N/A|NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!)")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00:00)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}(?:\.0+)?", re.ASCII)
_MINUTES_A_DAY = 24 * 60


class BadCell(ValueError):
    """`code` is a key of `[messages]`; `params` fill it in."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def shown(text: str) -> str:
    """Cut a bad value so that a message stays one line."""
    return text if len(text) <= SHOWN_LIMIT else text[: SHOWN_LIMIT - 1] + "…"


def clean(raw: Raw) -> str:
    """Turn the cell into text: tidy (no invisible marks pasted along from chats); `24.0` is `24`."""
    if raw is None:
        return ""
    return tidy(str(int(raw) if isinstance(raw, float) and raw.is_integer() else raw))


def checked_text(raw: Raw, limit: int = TEXT_LIMIT) -> str:
    """Text that is neither a formula, nor an Excel error, nor too long."""
    text = clean(raw)
    if (isinstance(raw, str) and text.startswith(_FORMULA_STARTS)) or _EXCEL_ERROR.fullmatch(text):
        raise BadCell("formula", value=shown(text))
    if len(text) > limit:
        raise BadCell("too_long", limit=str(limit))
    return text


def whole_number(raw: Raw, *, low: int, high: int) -> int:
    """Read a whole number from a number cell or from text."""
    text = checked_text(raw)
    number = int(float(text)) if _WHOLE.fullmatch(text) else None
    if number is None or not low <= number <= high:
        raise BadCell("bad_number", value=shown(text), low=str(low), high=str(high))
    return number


def calendar_date(raw: Raw) -> date:
    """Read a local date from a date cell, from dd/mm/yyyy or from yyyy-mm-dd, years 1900 to 2199."""
    text = checked_text(raw)
    try:
        found = _date_of(raw, text)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year < 2200:
        raise BadCell("bad_date", value=shown(text))
    return found


def _date_of(raw: Raw, text: str) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
        return date(year, month, day)
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
        return date(year, month, day)
    return None


def clock_time(raw: Raw) -> time:
    """Read a local time to the minute from a time cell, from a fraction of a day or from text such as 19h30."""
    text = checked_text(raw)
    minutes: float | None = None
    if isinstance(raw, datetime | time):
        # Excel keeps 19:30 as a fraction; read back it may be some microseconds short.
        minutes = raw.hour * 60 + raw.minute + (raw.second + raw.microsecond / 1e6) / 60
    elif isinstance(raw, timedelta):
        minutes = raw.total_seconds() / 60
    elif isinstance(raw, float) and 0 <= raw < 1:
        minutes = raw * _MINUTES_A_DAY
    if minutes is not None:
        if not 0 <= round(minutes) < _MINUTES_A_DAY:
            raise BadCell("bad_time", value=shown(text))
        return time(*divmod(round(minutes), 60))
    try:
        return parse_time(text)
    except BadWhen:
        raise BadCell("bad_time", value=shown(text)) from None


def monthly_day(raw: Raw) -> str:
    """Read a monthly rule as its canonical code; a date cell is refused (Excel makes one of `24/11`)."""
    text = checked_text(raw)
    if not isinstance(raw, date | time | timedelta):
        try:
            return rule_code(parse_rule(text))
        except BadRule:
            pass
    raise BadCell("bad_day", value=shown(text))


def names(raw: Raw) -> tuple[str, ...]:
    """Comma-separated names, each once."""
    return tuple(dict.fromkeys(name for part in checked_text(raw).split(",") if (name := part.strip())))

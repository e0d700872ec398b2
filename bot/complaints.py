"""Mistakes of people, each in one line: what went wrong and what to do; never a traceback."""

from collections.abc import Sequence

from pydantic import ValidationError

from bot.commands import figures
from bot.roster import RosterRefused
from reports.roster.reading import NotAWorkbook
from services.policy import BadPolicy
from storage.backup import BadBackup, NotEmpty
from storage.errors import NoDatabase, WrongRevision

MISTAKES = (
    RosterRefused,
    NotAWorkbook,
    BadPolicy,
    NoDatabase,
    BadBackup,
    NotEmpty,
    figures.Unknown,
    WrongRevision,
    ValidationError,
    OSError,
)


def lines_of(error: Exception) -> Sequence[str]:
    """What is said of one of the MISTAKES, line by line."""
    if isinstance(error, RosterRefused):
        return error.lines
    if isinstance(error, WrongRevision):
        return [f"{error}: run `keng migrate`, or install the version the database belongs to"]
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return [f"KENG_{'_'.join(str(part) for part in first['loc']).upper()}: {first['msg']}"]
    if isinstance(error, OSError) and error.filename and error.strerror:
        return [f"{error.filename}: {error.strerror}"]
    return [str(error)]

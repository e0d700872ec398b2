"""The ways storage fails, in its own words: nobody above knows SQLAlchemy."""

from sqlalchemy.exc import DBAPIError

from chat.events import NotNow

# PostgreSQL: serialization_failure, deadlock_detected. The turn is simply repeated.
_TRY_AGAIN = {"40001", "40P01"}


class StorageError(NotNow):
    """The database could not do it."""


class LostUpdate(StorageError):
    """Somebody else changed the row first: roll back and repeat the whole turn."""


class WrongRevision(StorageError):
    """The database is of an older or newer version than this program."""

    def __init__(self, found: str | None, wanted: str) -> None:
        super().__init__(f"database revision {found or 'none'}, this program needs {wanted}")
        self.found = found
        self.wanted = wanted


class NoDatabase(StorageError):
    """The database cannot be opened or reached."""


def hopeless(error: DBAPIError) -> StorageError | None:
    """What an error of the driver means for whoever called, where going on makes no sense; else None."""
    if getattr(error.orig, "sqlstate", None) in _TRY_AGAIN:
        return LostUpdate()
    return NoDatabase("the database cannot be reached") if error.connection_invalidated else None

"""The ways storage fails, in its own words: nobody above knows SQLAlchemy."""


class StorageError(Exception):
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

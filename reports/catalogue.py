"""Words: catalogue keys and parameters become text in the reader's language.

msgid is a key, Vietnamese is the reference. `.po` files are compiled in memory when the program starts.
Format specs in the entries: {when:clock} {when:full} {when:date} {when:short} {when:weekday} {when:month}
{when:m} {when:part} {n:two} {n:many} {rate:percent}; everything without a spec is put in as it is.
"""

import gettext
import io
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from chat.text import Lines, Param, Text, Wording
from chat.vocabulary import Vocabulary, Words
from meetings.attendance import Rate
from meetings.folding import fold

LANGUAGES = ("vi", "en")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PARTS = ((11, "morning"), (13, "noon"), (18, "afternoon"), (24, "evening"))


class Catalogue:
    """Every entry in every language, for readers in one time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._entries = {language: _load(language) for language in LANGUAGES}

    def render(self, text: Wording, language: str) -> str:
        """The words. An unknown key or language falls back to the key itself and to Vietnamese."""
        if isinstance(text, Lines):
            return text.separator.join(self.render(part, language) for part in text.parts)
        pattern = self.entry(text.key, language)
        return _Filler(self, language).vformat(pattern, (), text.params)

    def entry(self, key: str, language: str) -> str:
        return self._entries.get(language, self._entries["vi"]).gettext(key)

    def labels(self, text: Text) -> Sequence[str]:
        """A label in every language: whichever of them is typed counts."""
        return [self.render(text, language) for language in LANGUAGES]

    def vocabulary(self) -> Vocabulary:
        """All typed words: `words.X` with accents, `words.X.plain` without, from every language."""
        meanings: dict[str, Words] = {}
        for key in self.keys("vi"):
            if key.startswith("words.") and not key.endswith((".plain", ".ambiguous")):
                written = self._words(key)
                meanings[key] = Words.of(written, self._words(f"{key}.plain"))
        return Vocabulary(meanings, (fold(word) for word in self._words("words.ambiguous")))

    def keys(self, language: str) -> list[str]:
        return [message.id for message in _read(language) if isinstance(message.id, str) and message.id]

    def _words(self, key: str) -> list[str]:
        known = set(self.keys("vi"))
        if key not in known:
            return []
        entries = {self.entry(key, language) for language in LANGUAGES}
        return [
            word.strip() for entry in entries for word in entry.split(";") if word.strip() and entry != key
        ]


class _Filler(string.Formatter):
    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._catalogue = catalogue
        self._language = language

    def get_value(self, key: int | str, _args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        return kwargs[str(key)]

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, Text | Lines) and format_spec not in ("lower", "upper"):
            return self._catalogue.render(value, self._language)
        if isinstance(value, datetime):
            value = value.astimezone(self._catalogue.zone)
        spell = _SPECS.get(format_spec)
        return spell(self, value) if spell else format(value, format_spec)  # type: ignore[arg-type]

    def words(self, value: Param) -> str:
        return (
            self._catalogue.render(value, self._language) if isinstance(value, Text | Lines) else str(value)
        )

    def entry(self, key: str, **params: object) -> str:
        return self._catalogue.entry(key, self._language).format(**params)


def _clock(filler: _Filler, value: datetime | time) -> str:
    key = "format.clock" if value.minute else "format.clock_sharp"
    return filler.entry(key, hour=value.hour, minute=f"{value.minute:02}")


def _day(key: str) -> Callable[[_Filler, date], str]:
    def spell(filler: _Filler, value: date) -> str:
        return filler.entry(
            key,
            weekday=filler.entry(f"format.{_WEEKDAYS[value.weekday()]}"),
            day=f"{value.day:02}",
            month=f"{value.month:02}",
            m=value.month,
            year=value.year,
        )

    return spell


def _part(filler: _Filler, value: datetime | time) -> str:
    name = next(name for before, name in _PARTS if value.hour < before)
    return filler.entry(f"format.{name}")


def _percent(filler: _Filler, value: Rate) -> str:
    tenths = value.tenths
    if tenths is None:
        return "–"
    return filler.entry("format.percent", whole=tenths // 10, tenth=tenths % 10)


def _two(_filler: _Filler, value: int) -> str:
    return f"{value:02}" if 0 <= value < 10 else str(value)


def _many(filler: _Filler, value: int) -> str:
    return f"{value:,}".replace(",", filler.entry("format.thousands"))


_SPECS: Mapping[str, Callable[[_Filler, Param], str]] = {
    "clock": _clock,  # type: ignore[dict-item]
    "full": _day("format.full"),  # type: ignore[dict-item]
    "date": _day("format.date"),  # type: ignore[dict-item]
    "short": _day("format.short"),  # type: ignore[dict-item]
    "brief": _day("format.brief"),  # type: ignore[dict-item]
    "weekday": _day("format.weekday"),  # type: ignore[dict-item]
    "month": _day("format.month"),  # type: ignore[dict-item]
    "m": _day("format.month_alone"),  # type: ignore[dict-item]
    "part": _part,  # type: ignore[dict-item]
    "percent": _percent,  # type: ignore[dict-item]
    "two": _two,  # type: ignore[dict-item]
    "many": _many,  # type: ignore[dict-item]
    "lower": lambda filler, value: filler.words(value).lower(),
    "upper": lambda filler, value: filler.words(value).upper(),
}


@cache
def _read(language: str) -> Catalog:
    """Read once a process: to parse a language takes longer than a whole turn of the bot."""
    with (files("locales") / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language)


@cache
def _load(language: str) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, _read(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

"""The demo's own sentences, each in every language at once: the page switches without asking again."""

from collections.abc import Iterable
from typing import TypeAlias

from chat.text import Text, Wording, listing
from reports.catalogue import LANGUAGES, Catalogue

Both: TypeAlias = dict[str, str]


class Words:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def both(self, text: Wording) -> Both:
        """By language."""
        return {language: self._catalogue.render(text, language) for language in LANGUAGES}

    def listed(self, texts: Iterable[Text]) -> Both:
        return self.both(listing(*texts))

    def knows(self, key: str) -> bool:
        return self._catalogue.entry(key, "vi") != key

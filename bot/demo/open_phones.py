"""Which phones are open on which page: these people belong to whoever looks, and nobody acts for them."""

from collections import Counter
from collections.abc import Collection

_MOST_PAGES, _MOST_PHONES = 100, 50


class OpenPhones:
    def __init__(self) -> None:
        self._of: dict[str, frozenset[str]] = {}
        self._streams: Counter[str] = Counter()

    @property
    def all(self) -> frozenset[str]:
        return frozenset().union(*self._of.values())

    def tell(self, page: str, chats: Collection[str]) -> None:
        """What is open on a page now."""
        if page in self._of or len(self._of) < _MOST_PAGES:
            self._of[page] = frozenset(list(chats)[:_MOST_PHONES])

    def came(self, page: str) -> None:
        self._streams[page] += 1

    def left(self, page: str) -> None:
        """A page that is gone holds nobody's phone; one that comes back says what it has."""
        self._streams[page] -= 1
        if self._streams[page] <= 0:
            del self._streams[page]
            self._of.pop(page, None)

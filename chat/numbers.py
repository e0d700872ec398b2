"""Numbers that come from outside, in tokens and addresses."""

_DIGITS = 9


def whole(text: str) -> int | None:
    """A whole number of ASCII digits that any column holds; None for everything else ("²" included)."""
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return int(text)
    return None

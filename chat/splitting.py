"""Long texts in pieces a platform takes: on a paragraph, a line, a blank, and never inside a character."""


def units(text: str) -> int:
    """The length as Telegram and Zalo count it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` UTF-16 units, together the whole text (white space at the cuts aside)."""
    pieces = []
    rest = text
    while units(rest) > limit:
        cut = _cut(rest, limit)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in (*pieces, rest) if piece] or [""]


def _cut(text: str, limit: int) -> int:
    fits, length = 0, 0
    for character in text:
        length += 2 if ord(character) > 0xFFFF else 1
        if length > limit:
            break
        fits += 1
    for separator in ("\n\n", "\n", " "):
        at = text.rfind(separator, 0, fits + 1)
        if at > fits // 2:
            return at
    return max(1, fits)

"""Texts with a secrecy marking are refused, never stored (domain.md 15).

Compared with accents: without them "mat" is "mặt", and "co mat" (present) must not be refused.
"""

import re
import unicodedata

# The markings stand in capitals as words of their own; the two phrases in any case.
_MARKING = re.compile(r"(?<!\w)(TUYỆT MẬT|TỐI MẬT|MẬT)(?!\w)")
_PHRASE = re.compile(r"(?<!\w)(tài\s+liệu\s+mật|văn\s+bản\s+mật)(?!\w)", re.IGNORECASE)


def is_marked_secret(text: str) -> bool:
    """Whether the text carries a secrecy marking."""
    text = unicodedata.normalize("NFC", text)
    return bool(_MARKING.search(text) or _PHRASE.search(text))

"""Typed words folded as vietnamese.md 4 says, written once more, apart from the product's own folding."""

import unicodedata


def plain(text: str) -> str:
    """Lower case, no marks, nothing invisible, no final punctuation: "Có." and "co)" are "co"."""
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower())
    seen = (one for one in bare if unicodedata.category(one) not in {"Cf", "Cs", "Cc"} or one.isspace())
    letters = "".join(one for one in seen if not unicodedata.combining(one)).replace("đ", "d")
    closing = "" if "(" in letters else ")"
    return " ".join(letters.split()).rstrip(f".,;:!?… {closing}").strip()

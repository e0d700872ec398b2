"""Typed words and button labels as the catalogue would give them, small enough to see through."""

from collections.abc import Sequence

from chat.text import Text
from chat.vocabulary import Vocabulary, Words

VOCABULARY = Vocabulary(
    {
        "coming": Words.of(["có", "có dự", "dự", "đi được", "vâng"], ["co", "co du", "du", "ok"]),
        "absent": Words.of(
            ["vắng", "báo vắng", "không", "không dự được"], ["bao vang", "vang mat", "khong", "ko"]
        ),
        "agree": Words.of(["đồng ý"], ["dong y"]),
        "all": Words.of(["đủ"], ["du"]),
        "stop": Words.of(["dừng", "thôi", "dạ", "đã"], ["dung", "thoi", "da"]),
    },
    ambiguous=["vang", "dung", "thoi", "da"],
)

_LABELS = {
    "rsvp.coming": ("Có dự", "Coming"),
    "rsvp.absent": ("Vắng, có lý do", "Absent, with a reason"),
    "rsvp.later": ("Báo sau", "Later"),
    "mark.absent": ("Vắng", "Absent"),
    "consent.yes": ("Đồng ý", "I agree"),
    "health": ("Sức khoẻ", "Health"),
}


def labels(text: Text) -> Sequence[str]:
    """A label in every language."""
    return _LABELS.get(text.key, (text.key,))

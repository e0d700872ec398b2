"""From when on two headings are nearly the same: words without accents, in whatever order."""

import pytest

from services.nearness import alike
from services.policy import load_policy

SAME = [
    ("Phòng cháy, chữa cháy rừng mùa khô", "phong chay chua chay rung mua kho"),
    ("Phòng cháy, chữa cháy rừng mùa khô", "Chữa cháy, phòng cháy rừng mùa khô"),
    ("Phòng cháy, chữa cháy rừng mùa khô", "Phòng chống cháy, chữa cháy rừng mùa khô"),
    ("Thu gom rác thải tại bản Noong", "Thu gom rác thải bản Noong"),
    ("Chuyển đổi số trong xây dựng nông thôn mới", "Chuyển đổi số, xây dựng nông thôn mới"),
]
OTHER = [
    ("Phòng cháy, chữa cháy rừng mùa khô", "Phòng, chống rét cho trâu bò"),
    ("Tuyên truyền phòng, chống ma tuý", "Tuyên truyền phòng cháy, chữa cháy rừng"),
    ("Nhiệm vụ", "Nhiệm vụ trồng rừng vụ xuân năm 2027"),
    ("Sửa đường vào bản", "Sửa mái nhà văn hoá bản"),
    ("Đại hội chi bộ", "Đại hội chi đoàn thanh niên"),
    ("!", "?"),
]
LEAST = load_policy().topics.near_percent


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_in_other_words_is_near(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one) >= LEAST


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_only_sounds_alike_is_not(one: str, other: str) -> None:
    assert alike(one, other) < LEAST

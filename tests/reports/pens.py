"""A pen that writes as the real one does and remembers what it wrote."""

from typing import Any

import pytest
from PIL import ImageDraw


def remembered(monkeypatch: pytest.MonkeyPatch, *modules: Any) -> list[str]:
    """Every text that these modules write into pictures from now on, in the order they write it."""
    said: list[str] = []

    class Remembering(ImageDraw.ImageDraw):
        def text(self, xy: Any, text: Any, *rest: Any, **more: Any) -> None:
            said.append(str(text))
            super().text(xy, text, *rest, **more)

    for module in modules:
        monkeypatch.setattr(module.ImageDraw, "Draw", Remembering)
    return said

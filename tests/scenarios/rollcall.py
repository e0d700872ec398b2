"""Calling the roll, for tests that are about what comes of it."""

from tests.scenarios.messages import Heard
from tests.scenarios.page import Village


async def call(village: Village, line: str, *, by: str = "secretary") -> Heard:
    """The roll in one line, confirmed, no guest, and the list closed."""
    await village.say(by, line)
    said = await village.choose(by, "Xác nhận")
    if "Không có đại biểu" in said.choices:
        await village.choose(by, "Không có đại biểu")
    return await close(village, by=by)


async def close(village: Village, *, by: str = "secretary") -> Heard:
    """Chốt danh sách, which asks for the guests first where some were invited; what the closing answers."""
    await ask_to_close(village, by=by)
    return await village.choose(by, "Xác nhận")


async def ask_to_close(village: Village, *, by: str = "secretary") -> Heard:
    """The figures once more, before Xác nhận."""
    said = await village.choose(by, "Chốt danh sách")
    if "Không có đại biểu" in said.choices:
        await village.choose(by, "Không có đại biểu")
        said = await village.choose(by, "Chốt danh sách")
    return said

"""What a committee gets names no member, whichever way it gets it: every output is searched (domain.md 3, 11, 13)."""

import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from PIL import Image

from meetings.folding import fold
from reports import heat_map
from reports.roster.rows import Roster
from tests.forks import run_keng
from tests.reports.pens import remembered
from tests.scenarios.page import Village
from tests.scenarios.province import CELLS, FIRST, OFFICIALS, PROVINCE, province, secretary
from tests.scenarios.rollcall import call

MEMBER = ("Khuỵch", "Ngoằng")  # words that stand in no other text
IN_CHARGE = ("Thoẳn", "Nguệch")
"""The official in charge of a cell of the first commune: for those whose own they are, and nobody above."""


@pytest.fixture
def rows() -> Roster:
    plain = province()
    people = tuple(replace(one, name=f"{' '.join(MEMBER)} {n}") for n, one in enumerate(plain.people))
    officials = tuple(
        replace(one, name=" ".join(IN_CHARGE)) if one.person == "in-charge" else one
        for one in plain.officials
    )
    return replace(plain, people=people, officials=officials)


async def lived(village: Village) -> None:
    """A month with everything in it that has names: answers, absences, a guest, a list that was amended."""
    everybody = (f"{cell}-{n}" for cell in CELLS for n in (1, 2, 3))
    await village.join(*OFFICIALS, "in-charge", *everybody)
    await village.clock("19/11 19:00")
    await village.press("in-charge", "Dự được")
    await village.press("X01-C1-2", "Vắng, có lý do")
    await village.press("X01-C1-2", "Sức khoẻ")
    await village.clock("24/11 21:00")
    await village.say(secretary("X01-C1"), "vắng 3kp")
    await village.press(secretary("X01-C1"), "Xác nhận")
    await village.press(secretary("X01-C1"), " ".join(IN_CHARGE))
    await village.press(secretary("X01-C1"), "Chốt danh sách")
    await village.press(secretary("X01-C1"), "Xác nhận")
    await call(village, "vắng 2", by=secretary("X01-C2"))
    await village.clock("08/12 09:00")
    await village.press(secretary("X01-C2"), "Xem xét lý do vắng")
    await village.press(secretary("X01-C2"), "Không lý do")
    await village.clock("08/12 18:00")


FIGURES = ("baocao 11/2026", "lịch tuần 24/11", "lịch tháng 11/2026", "hoanloat")
REGISTER = ("phancong",)  # its two lists of names are messages of their own, for whoever keeps them


async def asked(village: Village, who: str, commands: Iterable[str]) -> None:
    """Every button of every answer, one step deep; nothing that changes anything is confirmed."""
    for words in commands:
        for shown in await village.say(who, words):
            for token in shown.choices.values():
                await village.press_token(who, token)


async def texts(village: Village, who: str) -> str:
    """All messages, and every label on them."""
    return "\n".join(f"{one.text}\n{' '.join(one.choices)}" for one in await village.messages(who))


def named(text: str, words: Iterable[str]) -> list[str]:
    """Which of the words stand in a text, accents or not."""
    plain = fold(text)
    return [word for word in words if word in text or fold(word) in plain]


async def fetched(village: Village, who: str) -> dict[str, bytes]:
    """Every file that came, by its name: those of the digest that was sent and of what was asked for."""
    found = {}
    for name, url in await village.files(who):
        if name not in found:
            answer = await village.client.get(url)
            assert answer.status_code == 200, (name, answer.text)
            found[name] = answer.content
    return found


def in_workbook(content: bytes) -> str:
    """Every cell of a workbook, and every part of its file: properties, headers, notes, names of ranges."""
    found = [str(one) for sheet in load_workbook(io.BytesIO(content)) for row in sheet.values for one in row]
    with ZipFile(io.BytesIO(content)) as parts:
        found += [parts.read(name).decode() for name in parts.namelist()]
    return "\n".join(found)


def in_chunks(content: bytes) -> str:
    """What stands beside the picture in a PNG."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return "\n".join(f"{name} {value}" for name, value in picture.info.items())


async def test_no_member_is_named_in_any_message_or_file_of_a_committee(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = remembered(monkeypatch, heat_map)
    await lived(village)
    assert named(await texts(village, secretary("X01-C1")), MEMBER) == list(MEMBER), (
        "they are there to be found"
    )
    for who, seen in (("chair", list(IN_CHARGE)), ("above", [])):
        await asked(village, who, FIGURES)
        assert named(await texts(village, who), IN_CHARGE) == seen, (
            "whom they sent, read by nobody above them"
        )
        await asked(village, who, REGISTER)
        assert named(await texts(village, who), MEMBER) == []
        files = await fetched(village, who)
        assert {name.rpartition(".")[2] for name in files} == {"xlsx", "png"}
        for name, content in files.items():
            inside = in_workbook(content) if name.endswith("xlsx") else in_chunks(content)
            assert named(f"{name}\n{inside}", (*MEMBER, *IN_CHARGE)) == [], name
        assert "X01-C1" in written or who == "above"
        drawn = "\n".join(written)
        assert (named(drawn, MEMBER), named(drawn, IN_CHARGE)) == ([], seen), (
            "the month's picture, as in words"
        )
        written.clear()


async def test_the_calendar_that_is_subscribed_to_names_no_member(village: Village) -> None:
    await lived(village)
    for who, seen in (("chair", list(IN_CHARGE)), ("above", [])):
        await village.say(who, "lich tuan")
        told = await village.press(who, "Lịch trên điện thoại")
        [url] = [line for line in told.text.splitlines() if line.startswith("/s/")]
        answer = await village.client.get(url)
        found = Calendar.from_ical(answer.content)
        inside = "\n".join(str(value) for part in found.walk() for value in part.values())
        assert named(answer.text.replace("\r\n ", "") + inside, MEMBER) == []
        assert named(inside, IN_CHARGE) == seen, who
        gone = await village.client.get(f"{url}x")
        assert (gone.status_code, named(gone.text, (*MEMBER, *IN_CHARGE))) == (404, [])


async def test_the_command_line_names_nobody_at_all(village: Village, tmp_path: Path) -> None:
    """Whoever runs the server sees numbers: neither members nor officials."""
    await lived(village)
    for unit in (FIRST, PROVINCE):
        papers = ("--json", "--xlsx", "month.xlsx", "--png", "month.png")
        ran = run_keng(tmp_path, "digest", "--unit", unit, "--month", "2026-11", *papers)
        assert (ran.status, ran.err) == (0, [])
        assert named("\n".join(ran.out), (*MEMBER, *IN_CHARGE)) == []
        assert named(in_workbook((tmp_path / "month.xlsx").read_bytes()), (*MEMBER, *IN_CHARGE)) == []
        assert named(in_chunks((tmp_path / "month.png").read_bytes()), (*MEMBER, *IN_CHARGE)) == []

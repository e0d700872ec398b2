from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.roster.fictional import fictional_roster
from reports.roster.reading import NotAWorkbook, read_roster
from reports.roster.rows import fault_text
from reports.roster.template import write_roster
from tests.reports.workbooks import PEOPLE, changed, workbook


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The same bytes in every run, or hypothesis could not repeat a failure."""
    path = tmp_path_factory.mktemp("roster") / "sound.xlsx"
    write_roster(path, fictional_roster())
    return path.read_bytes()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_workbook_is_read_or_refused_but_never_crashes(sound: bytes, data: st.DataObject) -> None:
    content = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(len(content) // 2, len(content))) :]
    try:
        read_roster(BytesIO(content))
    except NotAWorkbook:
        return


@settings(max_examples=60, deadline=None)
@given(
    part=st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"]),
    data=st.data(),
)
def test_damaged_xml_inside_a_workbook_never_crashes(sound: bytes, part: str, data: st.DataObject) -> None:
    content = BytesIO()
    with ZipFile(BytesIO(sound)) as old, ZipFile(content, "w") as new:
        for name in old.namelist():
            text = bytearray(old.read(name))
            if name == part:
                place = data.draw(st.integers(0, len(text) - 1))
                text[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
            new.writestr(name, bytes(text))
    content.seek(0)
    try:
        read_roster(content)
    except NotAWorkbook:
        return


@settings(max_examples=80, deadline=None)
@given(
    value=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=250),
    column=st.sampled_from(PEOPLE),
)
def test_any_text_in_any_column_is_taken_or_named(value: str, column: str) -> None:
    value = value.replace("\ufffe", "").replace("\uffff", "")
    _, faults = read_roster(workbook(changed({("people", 4, column): value})))
    assert {(fault.sheet, fault.row) for fault in faults} <= {("people", 4)}
    for fault in faults:
        assert "\n" not in fault_text(fault)
        assert len(fault_text(fault)) < 400


def test_a_file_that_is_no_workbook_is_refused_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "not.xlsx").write_text("xin chào", "utf-8")
    with ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("a.txt", "a")
    (tmp_path / "empty.xlsx").write_bytes(b"")
    for name in ("not.xlsx", "other.xlsx", "empty.xlsx"):
        with pytest.raises(NotAWorkbook, match="không phải tệp Excel") as refused:
            read_roster(tmp_path / name)
        assert refused.value.text("en").startswith("not an Excel")
    with pytest.raises(NotAWorkbook, match="không mở được tệp"):
        read_roster(tmp_path / "missing.xlsx")
    with pytest.raises(NotAWorkbook, match="không mở được tệp"):
        read_roster(tmp_path)

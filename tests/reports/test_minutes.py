"""The minutes template: its layout as it is delivered, and what a commune's own may and may not name."""

import io
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Opened
from docx.enum.text import WD_TAB_LEADER
from docx.shared import Mm, Pt

from reports import minutes
from reports.minutes import BadTemplate, Minutes
from tests.reports.packages import W, faults, fonts

DEFAULT = Path(minutes.__file__).parent / "templates" / "minutes.docx"
NOTHING = Minutes({}, {})


def words(content: bytes) -> list[str]:
    """Every paragraph of the body, cells of tables included, in order."""
    body = Document(io.BytesIO(content)).element.body
    lines = ("".join(t.text or "" for t in p.iter(f"{W}t")) for p in body.iter(f"{W}p"))
    return [one.replace("\N{NO-BREAK SPACE}", " ") for one in lines]


def template(path: Path, *paragraphs: str | tuple[str, ...]) -> Path:
    """A template of these lines; of a tuple each piece is a run of its own, as Word cuts them."""
    document = Document()
    for one in paragraphs:
        line = document.add_paragraph()
        for piece in (one,) if isinstance(one, str) else one:
            line.add_run(piece)
    file = path / "own.docx"
    document.save(str(file))
    return file


@pytest.fixture
def delivered() -> Opened:
    return Document(str(DEFAULT))


def test_the_page_is_a4_with_the_margins_of_party_documents(delivered: Opened) -> None:
    page = delivered.sections[0]
    assert [_millimetres(one) for one in (page.page_width, page.page_height)] == [210, 297]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [_millimetres(one) for one in margins] == [20, 20, 30, 15]


def _millimetres(length: int | None) -> int:
    return round((length or 0) / Mm(1))


def test_everything_is_times_new_roman_14_in_vietnamese(delivered: Opened) -> None:
    usual = delivered.styles["Normal"]
    assert (usual.font.name, usual.font.size) == ("Times New Roman", Pt(14))
    fonts = {
        one.get(f"{W}{kind}")
        for one in delivered.styles.element.iter(f"{W}rFonts")
        for kind in ("ascii", "cs")
    }
    assert "Times New Roman" in fonts
    named = {run.font.name for line in delivered.paragraphs for run in line.runs}
    assert named <= {None, "Times New Roman"}
    assert {one.get(f"{W}val") for one in delivered.styles.element.iter(f"{W}lang")} == {"vi-VN"}


def test_the_head_has_two_columns_and_the_end_two_signatures(delivered: Opened) -> None:
    head, end = delivered.tables
    left, right = ([line.text for line in cell.paragraphs] for cell in head.rows[0].cells)
    assert left == ["{{dang_bo}}", "{{chi_bo}}", "*", "Số ……-BB/CB"]
    assert right == ["ĐẢNG CỘNG SẢN VIỆT NAM", "{{dia_danh}}, {{ngay_lap}}"]
    assert head.rows[0].cells[1].paragraphs[0].runs[0].underline
    assert [cell.paragraphs[0].text for cell in end.rows[0].cells] == ["THƯ KÝ", "CHỦ TRÌ"]


def test_what_was_said_is_left_to_dotted_lines(delivered: Opened) -> None:
    leaders = [
        stop.leader
        for line in delivered.paragraphs
        for stop in line.paragraph_format.tab_stops
        if not line.text.strip()
    ]
    assert len(leaders) == 12
    assert set(leaders) == {WD_TAB_LEADER.DOTS}


def test_the_delivered_template_names_nothing_unknown_and_leaves_nothing_open() -> None:
    minutes.check(DEFAULT)
    assert not [line for line in words(minutes.write(NOTHING)) if "{{" in line or "}}" in line]


def test_a_filled_document_is_one_that_word_opens() -> None:
    items = [{"number": str(n), "title": f"Nội dung {n}", "detail": ""} for n in range(1, 4)]
    tasks = [{"title": "Đường", "owner": "số 4", "due": "30/12/2026", "state": "xong"}]
    values = {"cell": "CHI BỘ", "topic": "Chuyên đề", "has_tasks": "x"}
    content = minutes.write(Minutes(values, {"agenda": items, "tasks": tasks}))
    assert faults(content) == []
    assert fonts(content) == [{"Times New Roman"}] * 4


def test_values_may_be_named_in_both_languages_and_in_pieces(tmp_path: Path) -> None:
    own = template(tmp_path, "{{cell}} = {{ Chi_Bo }}", ("Tại {{dia", "_die", "m}}", "."), "{{phai-du}}")
    filled = Minutes({"cell": "CHI BỘ <A & B>", "place": "Nhà {{x}}", "expected": "12"}, {})
    assert words(minutes.write(filled, own)) == [
        "CHI BỘ <A & B> = CHI BỘ <A & B>",
        "Tại Nhà {{x}}.",  # what people wrote is never read as a placeholder
        "12",
    ]


def test_a_list_is_repeated_and_what_is_not_there_is_left_out(tmp_path: Path) -> None:
    own = template(
        tmp_path,
        *("{{#noi_dung}}", "{{stt}}. {{tieu_de}} ({{chi_bo}})", "", "{{/noi_dung}}"),
        *("{{#chuyen_de}}", "Chuyên đề: {{chuyen_de}}", "{{/chuyen_de}}"),
        *("{{#co_viec}}", "Việc:", "{{#viec}}", "- {{ten_viec}}", "{{/viec}}", "{{/co_viec}}"),
    )
    agenda = [{"number": str(n), "title": title} for n, title in enumerate(("Một", "Hai"), 1)]
    filled = Minutes(
        {"cell": "CB", "has_tasks": "x", "topic": ""}, {"agenda": agenda, "tasks": [{"title": "Đường"}]}
    )
    assert words(minutes.write(filled, own)) == ["1. Một (CB)", "", "2. Hai (CB)", "", "Việc:", "- Đường"]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["{{chi_boo}}"], "unknown placeholder {{chi_boo}}; did you mean {{chi_bo}}?"),
        (["{{xyz}}"], "unknown placeholder {{xyz}}; docs/minutes.md lists them"),
        (["{{tieu_de}}"], "unknown placeholder {{tieu_de}}"),  # only inside its list
        (["{{#noi_dung}}", "x"], "{{#noi_dung}} has no {{/noi_dung}} below it"),
        (["{{/noi_dung}}"], "{{/noi_dung}} without {{#noi_dung}} before it"),
        (["x {{#noi_dung}} y {{/noi_dung}}"], "must stand alone on its line"),
        (["{{chi_bo"], "a placeholder is not whole"),
        (["chi_bo}}"], "a placeholder is not whole"),
        (["{{}}"], "unknown placeholder {{}}"),
    ],
)
def test_a_template_that_can_not_be_filled_is_refused(tmp_path: Path, lines: list[str], why: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        minutes.check(template(tmp_path, *lines))
    assert why in str(refused.value)


def test_a_file_that_is_no_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_bytes(b"PK\x03\x04 no zip at all")
    for path in (tmp_path / "own.docx", tmp_path / "none.docx", tmp_path):
        with pytest.raises(BadTemplate):
            minutes.check(path)


def test_the_guide_lists_every_name_a_template_may_use() -> None:
    guide = (DEFAULT.parents[2] / "docs" / "minutes.md").read_text(encoding="utf-8")
    spoken = {
        name for table in ("values", "lists", "agenda", "tasks") for name in minutes._names()[table].values()
    }
    assert {
        one for one in spoken if f"{{{{{one}}}}}" not in guide and f"{{{{#{one}}}}}" not in guide
    } == set()


def test_our_template_can_be_taken_away_once(tmp_path: Path) -> None:
    minutes.copy_template(tmp_path / "own.docx")
    minutes.check(tmp_path / "own.docx")
    with pytest.raises(FileExistsError):
        minutes.copy_template(tmp_path / "own.docx")

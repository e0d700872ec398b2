"""The list that people sign when they come in: one page A4, by roll number, as the roll-call line counts them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_ROOM = 218.0  # millimetres for the rows, below the head and above the foot
_TALLEST, _LEAST = 10.0, 6.4
_ONE_BLOCK = 30  # from so many lines on two stand side by side
_WIDTHS = {1: (16, 92, 67), 2: (10, 49, 28)}


@dataclass(frozen=True, slots=True)
class SigningList:
    """`heads` are the titles of the columns; `exempt` stand at the end under a line of their own."""

    title: str
    details: Sequence[str]
    heads: tuple[str, str, str]
    people: Sequence[tuple[str, str]]
    exempt_title: str
    exempt: Sequence[tuple[str, str]]
    foot: str

    @property
    def rows(self) -> list[tuple[str, str] | None]:
        """None is the line before the exempt."""
        return [*self.people, *([None, *self.exempt] if self.exempt else [])]


def write(signing: SigningList) -> bytes:
    """The document: Times New Roman, rows as tall as the page allows."""
    # Heavy, and needed only here: most processes never write such a list.
    from docx import Document  # noqa: PLC0415
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    opened = Document()
    page = opened.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = page.right_margin = Mm(15)
    page.left_margin = Mm(20)
    _use_times(opened)
    for at, words in enumerate((signing.title, *signing.details)):
        line = opened.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_after = Pt(2 if at < len(signing.details) else 8)
        run = line.add_run(_printable(words))
        run.bold, run.font.size = at == 0, Pt(14 if at == 0 else 13)
    _table(opened, signing)
    foot = opened.add_paragraph()
    foot.paragraph_format.space_before = Pt(6)
    run = foot.add_run(signing.foot)
    run.italic, run.font.size = True, Pt(11)
    opened.core_properties.author, opened.core_properties.title = "", _printable(signing.title)
    opened.core_properties.comments = ""
    written = io.BytesIO()
    opened.save(written)
    return written.getvalue()


def _use_times(opened: Any) -> None:
    """And the language of the words, so that Word does not mark every one of them as misspelt."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    usual = opened.styles["Normal"]
    usual.font.name, usual.font.size = "Times New Roman", Pt(13)
    for script in ("w:eastAsia", "w:cs"):
        usual.element.rPr.rFonts.set(qn(script), "Times New Roman")
    usual.paragraph_format.space_after = Pt(0)
    for language in opened.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")


def _table(opened: Any, signing: SigningList) -> None:
    """One block of lines, or two side by side; the head again on every page, should there be more than one."""
    from docx.enum.table import WD_ROW_HEIGHT_RULE  # noqa: PLC0415
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    rows = signing.rows
    blocks = 1 if len(rows) <= _ONE_BLOCK else 2
    deep = -(-len(rows) // blocks)
    tall = max(_LEAST, min(_TALLEST, _ROOM / (deep + 1)))
    table = opened.add_table(rows=deep + 1, cols=3 * blocks)
    table.style, table.autofit = "Table Grid", False
    for place, width in enumerate(_WIDTHS[blocks] * blocks):
        table.columns[place].width = Mm(width)
    for at, row in enumerate(table.rows):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
        row.height, row.height_rule = Mm(tall), WD_ROW_HEIGHT_RULE.AT_LEAST
        if at == 0:
            row._tr.trPr.append(OxmlElement("w:tblHeader"))  # noqa: SLF001
        cells = row.cells
        for place, width in enumerate(_WIDTHS[blocks] * blocks):
            cells[place].width = Mm(width)
        for block in range(blocks):
            _line(cells[3 * block : 3 * block + 3], signing, rows, at - 1, block * deep)


def _line(
    cells: Sequence[Any], signing: SigningList, rows: list[tuple[str, str] | None], at: int, start: int
) -> None:
    """One line of a block; the head where `at` is -1."""
    known = rows[start + at] if at >= 0 and start + at < len(rows) else ("", "")
    size = 12 if len(rows) <= _ONE_BLOCK else 11
    if at < 0:
        for cell, text in zip(cells, signing.heads, strict=True):
            _put(cell, text, size, bold=True, centred=True)
    elif known is None:
        _put(cells[0].merge(cells[2]), signing.exempt_title, size, bold=True, centred=True)
    else:
        for place, (cell, text) in enumerate(zip(cells, (*known, ""), strict=True)):
            _put(cell, text, size, centred=place == 0)


def _put(cell: Any, text: str, size: int, *, bold: bool = False, centred: bool = False) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT  # noqa: PLC0415
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(_printable(text))
    run.font.size, run.bold = Pt(size), bold


def _printable(text: str) -> str:
    """A sign that no document may hold would make the whole list fail."""
    return "".join(one for one in text if one.isprintable())

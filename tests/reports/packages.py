"""Whether Word would open a document: what it refuses is not what python-docx or LibreOffice refuse."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# ISO/IEC 29500-1, annex A: the children of these stand in this order. Those we never write are left out.
_ORDER = {
    "tbl": ("tblPr", "tblGrid", "tr"),
    "tblPr": ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook"),
    "tc": ("tcPr", "p"),
    "tcPr": ("tcW", "gridSpan", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "vAlign"),
    "p": ("pPr", "r"),
    "pPr": ("pStyle", "keepNext", "keepLines", "tabs", "spacing", "ind", "contextualSpacing", "jc", "rPr"),
    "rPr": ("rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "u", "lang"),
    "sectPr": ("headerReference", "footerReference", "pgSz", "pgMar", "cols", "docGrid"),
}


def faults(content: bytes) -> list[str]:
    """Everything that is wrong with a package, in words; empty where nothing is."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        found += [f"{name} is there twice" for name in set(names) if names.count(name) > 1]
        parts = {name: package.read(name) for name in names if name.endswith((".xml", ".rels"))}
    trees = {name: ElementTree.fromstring(part) for name, part in parts.items()}
    document, styles = trees["word/document.xml"], trees["word/styles.xml"]
    known = {one.get(f"{W}styleId") for one in styles.iter(f"{W}style")}
    used = {
        one.get(f"{W}val") for kind in ("pStyle", "rStyle", "tblStyle") for one in document.iter(f"{W}{kind}")
    }
    found += [f"no style {one}" for one in used - known]
    linked = {one.get("Id") for one in trees["word/_rels/document.xml.rels"]}
    found += [f"no relation {one}" for one in {e.get(_ID) for e in document.iter() if e.get(_ID)} - linked]
    return [*found, *_repeated(document), *_misplaced(document)]


def _repeated(document: Element) -> Iterator[str]:
    for kind in ("bookmarkStart", "docPr"):
        ids = [one.get("id") or one.get(f"{W}id") for one in document.iter(f"{{*}}{kind}")]
        yield from (f"{kind} {one} is there twice" for one in set(ids) if ids.count(one) > 1)


def _misplaced(document: Element) -> Iterator[str]:
    for kind, order in _ORDER.items():
        for element in document.iter(f"{W}{kind}"):
            children = [one.tag.removeprefix(W) for one in element]
            unknown = [one for one in children if one not in order]
            places = [order.index(one) for one in children if one in order]
            if unknown or any(first > second for first, second in pairwise(places)):
                yield f"{kind}: {children}"
    for kind in ("body", "tc"):
        for element in document.iter(f"{W}{kind}"):
            last = [one.tag.removeprefix(W) for one in element if one.tag != f"{W}sectPr"][-1:]
            if last != ["p"]:
                yield f"{kind} ends with {last}"


def fonts(content: bytes) -> Sequence[set[str | None]]:
    """The font of everything, for each kind of script: by the usual style, and what a run says otherwise."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        styles = ElementTree.fromstring(package.read("word/styles.xml"))
        document = ElementTree.fromstring(package.read("word/document.xml"))
    [usual] = [one for one in styles.iter(f"{W}style") if one.get(f"{W}styleId") == "Normal"]
    named = [*usual.iter(f"{W}rFonts"), *document.iter(f"{W}rFonts")]
    return [{one.get(f"{W}{script}") for one in named} for script in ("ascii", "hAnsi", "eastAsia", "cs")]

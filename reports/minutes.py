"""The minutes as a .docx: a template, ours or a commune's own, whose placeholders are filled in.

`{{chi_bo}}` is put in as it is. What stands between `{{#noi_dung}}` and `{{/noi_dung}}`, each alone on its
line, is repeated for each item of a list, and left out where there is none. Nothing in a template is run.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from tomllib import loads
from typing import Any

Item = Mapping[str, str]
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LARGEST = 5_000_000
_PLACEHOLDER = re.compile(r"\{\{([#/]?)\s*([^{}#/]*?)\s*\}\}")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _WORDS, _CELL = f"{_W}p", f"{_W}t", f"{_W}tc"
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"


class BadTemplate(ValueError):
    """A template that can't be used, and why; it names no content of the file but the placeholder."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """What is filled in, by English names: single values, and items of the lists."""

    values: Item
    lists: Mapping[str, Sequence[Item]]


def write(minutes: Minutes, template: Path | None = None) -> bytes:
    """The filled document. Raises BadTemplate."""
    opened = _opened(template)
    scope = _Scope(minutes.values, minutes.lists, _spoken("values"))
    for root in _roots(opened):
        root[:] = _filled(list(root), scope)
    opened.core_properties.author = opened.core_properties.last_modified_by = ""
    written = io.BytesIO()
    opened.save(written)
    return written.getvalue()


def check(template: Path) -> None:
    """Raise BadTemplate where a template can't be read, or names what there is not."""
    names = _names()
    filled = {name: dict.fromkeys(names[name], "x") for name in names["lists"]}
    write(
        Minutes(dict.fromkeys(names["values"], "x"), {name: [one] for name, one in filled.items()}), template
    )


def copy_template(file: Path) -> None:
    """Our template, to be changed with Word or LibreOffice. Raises FileExistsError and other OSErrors."""
    with file.open("xb") as target:
        target.write(_content(None))


def own_words(kind: str) -> Any:
    """What locales/minutes.toml says of names of units."""
    return _names()["units"][kind]


@dataclass(frozen=True, slots=True)
class _Scope:
    """The values that may be named at a place, and how they are spelled there."""

    values: Item
    lists: Mapping[str, Sequence[Item]]
    spelled: Mapping[str, str]

    def value(self, name: str) -> str:
        return "".join(one for one in self.values.get(self._known(name), "") if one.isprintable())

    def inside(self, name: str) -> Iterator["_Scope"]:
        """Once an item of a list; once or never for a value that is there or not."""
        listed = _spoken("lists").get(_plain(name))
        if listed is None:
            if self.value(name):
                yield self
            return
        spelled = {**self.spelled, **{key: f"{listed}.{one}" for key, one in _spoken(listed).items()}}
        for item in self.lists.get(listed, ()):
            own = {f"{listed}.{key}": words for key, words in item.items()}
            yield replace(self, values={**self.values, **own}, spelled=spelled)

    def _known(self, name: str) -> str:
        plain = _plain(name)
        if plain not in self.spelled:
            near = get_close_matches(plain, self.spelled, 1, 0.6)
            hint = f"did you mean {{{{{near[0]}}}}}?" if near else "docs/minutes.md lists them"
            raise BadTemplate(f"unknown placeholder {{{{{name}}}}}; {hint}")
        return self.spelled[plain]


@cache
def _names() -> Mapping[str, Mapping[str, Any]]:
    return loads((files("locales") / "minutes.toml").read_text(encoding="utf-8"))


@cache
def _spoken(table: str) -> Mapping[str, str]:
    """English by every spelling that counts."""
    return {spelled: name for name, vi in _names()[table].items() for spelled in (name, vi)}


def _plain(name: str) -> str:
    return name.lower().replace(" ", "_").replace("-", "_")


def _opened(template: Path | None):  # type: ignore[no-untyped-def]
    # Heavy, and needed only here: most processes never write minutes.
    from docx import Document  # noqa: PLC0415
    from docx.opc.exceptions import OpcError  # noqa: PLC0415

    try:
        content = _content(template)
        return Document(io.BytesIO(content))
    except OSError as error:
        raise BadTemplate(f"{template}: {error.strerror}") from error
    except (OpcError, KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        if isinstance(error, BadTemplate):
            raise
        raise BadTemplate(f"{template}: is no .docx document") from error


def _content(template: Path | None) -> bytes:
    if template is None:
        return (files("reports") / "templates" / "minutes.docx").read_bytes()
    if template.stat().st_size > _LARGEST:
        raise BadTemplate(f"{template}: is larger than {_LARGEST // 1_000_000} MB")
    return template.read_bytes()


def _roots(opened: Any) -> Iterator[Any]:
    """The body, and every header and footer."""
    yield opened.element.body
    for part in opened.part.package.iter_parts():
        if re.match(r"/word/(header|footer)\d*\.xml", str(part.partname)):
            yield part.element


def _filled(elements: list[Any], scope: _Scope) -> list[Any]:
    """The same with the values put in, and what stands between two marks as often as there are items."""
    made: list[Any] = []
    at = 0
    while at < len(elements):
        mark, name = _mark(elements[at])
        if mark == "/":
            raise BadTemplate(f"{{{{/{name}}}}} without {{{{#{name}}}}} before it")
        if mark == "#":
            end = _end(elements, at, name)
            inside = list(scope.inside(name))
            for one in inside:
                made += _filled([deepcopy(each) for each in elements[at + 1 : end]], one)
            at = end
        else:
            made.append(_put(elements[at], scope))
        at += 1
    return made


def _end(elements: list[Any], start: int, name: str) -> int:
    depth = 0
    for at in range(start, len(elements)):
        mark, found = _mark(elements[at])
        if mark and _plain(found) == _plain(name):
            depth += 1 if mark == "#" else -1
            if depth == 0:
                return at
    raise BadTemplate(f"{{{{#{name}}}}} has no {{{{/{name}}}}} below it, on a line of its own")


def _mark(element: Any) -> tuple[str, str]:
    """What a paragraph that is nothing but `{{#…}}` or `{{/…}}` opens or closes."""
    if element.tag != _PARAGRAPH:
        return "", ""
    found = _PLACEHOLDER.fullmatch("".join(one.text or "" for one in _words(element)).strip())
    return (found[1], found[2]) if found and found[1] else ("", "")


def _put(element: Any, scope: _Scope) -> Any:
    if element.tag == _PARAGRAPH:
        for paragraph in element.iter(_PARAGRAPH):  # its own, and those of a text box in it
            _put_words(paragraph, scope)
    elif next(element.iter(_PARAGRAPH), None) is not None:
        element[:] = _filled(list(element), scope)
        if element.tag == _CELL and element.find(_PARAGRAPH) is None:
            element.append(element.makeelement(_PARAGRAPH))  # Word does not open a cell without one
    return element


def _words(paragraph: Any) -> list[Any]:
    return [one for one in paragraph.iter(_WORDS) if next(one.iterancestors(_PARAGRAPH)) is paragraph]


def _put_words(paragraph: Any, scope: _Scope) -> None:
    """Put the values in. Word cuts a placeholder into pieces: it goes where its first piece stands."""
    pieces = _words(paragraph)
    whole = "".join(one.text or "" for one in pieces)
    if "{{" in _PLACEHOLDER.sub("", whole) or "}}" in _PLACEHOLDER.sub("", whole):
        raise BadTemplate("a placeholder is not whole: it begins with {{ and ends with }} on one line")
    for found in reversed(list(_PLACEHOLDER.finditer(whole))):
        if found[1]:
            raise BadTemplate(f"{found[0]} must stand alone on its line")
        _replace(pieces, found.start(), found.end(), scope.value(found[2]))


def _replace(pieces: list[Any], start: int, end: int, value: str) -> None:
    at = 0
    for one in pieces:
        text = one.text or ""
        left, right = max(start - at, 0), min(end - at, len(text))
        if left < right:
            one.text = text[:left] + value + text[right:]
            one.set(_PRESERVE, "preserve")
            value = ""
        at += len(text)

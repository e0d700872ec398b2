"""The catalogue keys the program names, read from its source by `ast` (style.md 4.8)."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "handlers", "jobs", "services", "reports")

UNKNOWN = "{}"
# Which arguments of a call name catalogue keys: the first one, or all of them.
_FIRST = frozenset({"Text", "BadRequest", "say", "entry", "_day"})
_ALL = frozenset({"words"})
_SECOND = frozenset({"means"})


@dataclass(frozen=True, slots=True)
class Named:
    """A key as it stands in the source, `{}` for a part that is only known when it runs."""

    template: str
    place: str

    @property
    def is_literal(self) -> bool:
        return UNKNOWN not in self.template


def named_keys(root: Path = ROOT) -> list[Named]:
    """Every key that some module names, with the place it is named at."""
    found: list[Named] = []
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            shown = path.relative_to(root)
            tree = ast.parse(path.read_text("utf-8"))
            found += [Named(template, f"{shown}:{line}") for template, line in keys_in(tree)]
    return found


def keys_in(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Templates and their lines; a name stands for every text it is given in the same function."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside: dict[ast.AST, Mapping[str, list[ast.expr]]] = {}
    for function in functions:  # outer functions come first, so the innermost one wins
        given = _given(function)
        inside |= dict.fromkeys(ast.walk(function), given)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for argument in _arguments(node):
                for template in _templates(argument, inside.get(node, {})):
                    # Not an empty label, a key handed in from elsewhere, or a prefix with nothing behind.
                    if template not in ("", UNKNOWN) and not template.endswith("."):
                        yield template, node.lineno


def _arguments(call: ast.Call) -> list[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    keywords = [one.value for one in call.keywords if name == "Choice" and one.arg == "words"]
    if name in _FIRST:
        return call.args[:1] + keywords
    if name in _SECOND:
        return call.args[1:2] + keywords
    if name in _ALL:
        return [*call.args, *keywords]
    return keywords


def _given(function: ast.AST) -> Mapping[str, list[ast.expr]]:
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            given.setdefault(node.targets[0].id, []).append(node.value)
    return given


def _templates(node: ast.expr, given: Mapping[str, list[ast.expr]]) -> list[str]:
    """The texts an expression may be; `{}` for what is only known when it runs."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return _templates(body, given) + _templates(orelse, given)
        case ast.Name(id=name) if name in given:
            return [text for value in given[name] for text in _templates(value, {})]
        case ast.FormattedValue(value=value):
            return _templates(value, given)
        case ast.JoinedStr(values=values):
            return ["".join(chosen) for chosen in product(*(_templates(part, given) for part in values))]
        case _:
            return [UNKNOWN]

"""Code with placeholders, as a rule of a table writes it: what is written, and what is meant.

`_f(_z) + _name` matches `sigmoid(W @ A) + b`. Filled with what was found, `_f(_z + _name)` is `sigmoid(W @ A + b)`.

_x, _word        any expression, or the name of an attribute or a keyword
_name, _call, _text, _whole, _number    an expression of this kind (KINDS), also with more behind it: _name_b, _call_1
*_more, **_words     any number of elements, arguments or keywords

A placeholder that stands twice in a pattern matches the same code twice.
"""

import ast
from collections.abc import Mapping
from typing import Any

from course_torch.exercises.learners_file.syntax import is_number, nodes_of

KINDS = {
    "_name": lambda node: isinstance(node, ast.Name),
    "_call": lambda node: isinstance(node, ast.Call),
    "_text": lambda node: isinstance(node, ast.Constant) and isinstance(node.value, str),
    "_whole": lambda node: isinstance(node, ast.Constant) and type(node.value) is int,
    "_constant": lambda node: isinstance(node, ast.Constant),
    "_number": is_number,
}
"""Beginning of a placeholder -> whether an expression is of this kind."""
Found = dict[str, Any]
"""Placeholder -> the expression, the word, or the list of expressions or keywords in its place."""


def pattern_of(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


def free_names(pattern: ast.expr) -> set[str]:
    """The names of a pattern that are no placeholders."""
    return {node.id for node in nodes_of(pattern, ast.Name) if not node.id.startswith("_")}


def match(pattern: ast.expr, node: ast.expr) -> Found | None:
    """What stands in the places of the pattern's placeholders, or None if the code does not match."""
    found: Found = {}
    return found if matches(pattern, node, found) else None


def matches(pattern: Any, node: Any, found: Found) -> bool:
    """Whether code matches a pattern with what was found before. Adds what it finds."""
    match pattern:
        case ast.Name(word) if word.startswith("_"):
            is_kind = next((holds for start, holds in KINDS.items() if word.startswith(start)), None)
            return (is_kind is None or is_kind(node)) and is_same(found.setdefault(word, node), node)
        case str() if pattern.startswith("_"):
            return isinstance(node, str) and found.setdefault(pattern, node) == node
        case list():
            return isinstance(node, list) and all_match(pattern, node, found)
        case ast.AST():
            fields = (field for field in pattern._fields if field != "ctx")
            return type(pattern) is type(node) and all(
                matches(getattr(pattern, field), getattr(node, field), found) for field in fields
            )
    return bool(pattern == node) and type(pattern) is type(node)


def all_match(patterns: list[ast.AST], nodes: list[ast.AST], found: Found) -> bool:
    """Whether elements match one after the other. One of the patterns may stand for any number of elements."""
    at = next((i for i, pattern in enumerate(patterns) if rest_of(pattern)), None)
    if at is None:
        return len(patterns) == len(nodes) and all(map(matches, patterns, nodes, [found] * len(nodes)))
    behind = len(nodes) - (len(patterns) - at - 1)
    if behind < at:
        return False
    found[rest_of(patterns[at])] = nodes[at:behind]
    return all_match(patterns[:at], nodes[:at], found) and all_match(patterns[at + 1 :], nodes[behind:], found)


def rest_of(pattern: ast.AST) -> str:
    """The placeholder of *_more or **_words, otherwise no text."""
    match pattern:
        case ast.Starred(ast.Name(word)) | ast.keyword(None, ast.Name(word)) if word.startswith("_"):
            return word
    return ""


def is_same(one: Any, other: Any) -> bool:
    """Whether two placeholders hold the same code. A word, as of an attribute, is that name."""
    texts = (part if isinstance(part, str) else ast.unparse(part) for part in (one, other))
    return next(texts) == next(texts)


def filled(pattern: Any, found: Mapping[str, Any]) -> Any:
    """The code of a pattern with what was found. The transpose of `X.T` is X."""
    match pattern:
        case ast.Name(word) if word in found:
            return ast.Name(found[word]) if isinstance(found[word], str) else found[word]
        case str():
            return found.get(pattern, pattern)
        case list():
            rests = ((part, rest_of(part)) for part in pattern)
            return [one for part, rest in rests for one in (found[rest] if rest in found else [filled(part, found)])]
        case ast.Attribute(held, "T") if isinstance(inner := filled(held, found), ast.Attribute) and inner.attr == "T":
            return inner.value
        case ast.AST():
            return type(pattern)(**{field: filled(value, found) for field, value in ast.iter_fields(pattern)})
    return pattern

"""Autodoc for docstrings that are plain text. A docstring that is missing or wrong is a warning."""

import inspect
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from docutils import nodes
from sphinx.addnodes import desc_signature
from sphinx.application import Sphinx
from sphinx.util import logging

from course_torch.language import COLON
from course_torch.tracing.formula_text import CHINESE, formula_text
from lessons.language import language_of
from reference.plain import Names, blocks

FIELD = re.compile(r"^    (\w+):[^#]*# (.+)$", re.MULTILINE)
"""A field of a NamedTuple, and its comment, such as its shape."""
ALIAS = "Alias for field number"
"""How Python documents a field of a NamedTuple."""
logger = logging.getLogger(__name__)


def process(app: Sphinx, what: str, name: str, shown: Any, options: Any, lines: list[str]) -> None:
    """Replace a docstring by directives that show it, with what the docstring does not say itself."""
    if what in ("data", "attribute"):
        options.no_value = True  # the values are tables of functions
    docstring = "\n".join(lines).rstrip()
    lines[:] = []
    if mistake := mistake_in(shown, docstring):
        logger.warning("%s: %s", name, mistake, type="reference")
        return
    if what == "module":
        lines += directive("translated", f"`{name}`")
    formula, prose = formula_text(shown)
    if prose in CHINESE and language_of(app.env) == "zh":
        lines += directive("translated", f"`{formula}`{COLON.say('zh')}{CHINESE[prose]}")
        docstring = docstring.removeprefix(f"{formula}: ")
    elif prose in CHINESE:
        docstring = docstring.replace(formula, f"`{formula}`", 1)
    lines += directive("plain", docstring + additions(shown))


def directive(name: str, text: str) -> list[str]:
    """The lines of a directive with this text as its content."""
    return [f".. {name}::", "", *(f"   {line}" for line in text.splitlines()), ""]


def mistake_in(shown: Any, docstring: str) -> str | None:
    """What is wrong with a docstring, or None. A list that has a parameter or a field must have no other names."""
    if not docstring:
        return "found no docstring"
    try:
        lists = [block for block in blocks(docstring) if isinstance(block, Names)]
    except ValueError as error:
        return str(error)
    for each in lists:
        names, parameters = {name for item, _ in each.items for name in item.split(", ")}, parameters_of(shown)
        if names & parameters and names - parameters:
            return f"found {', '.join(sorted(names - parameters))}, expected names of parameters and fields"
    return None


def parameters_of(shown: Any) -> set[str]:
    """The parameters of a function, or the parameters and annotated attributes of a class."""
    if not inspect.isroutine(shown) and not inspect.isclass(shown):
        return set()
    return {*inspect.signature(shown).parameters, *getattr(shown, "__annotations__", {})}


def additions(shown: Any) -> str:
    """The names in a table, or the comments on the fields of a NamedTuple."""
    if isinstance(shown, Mapping):
        return f"\n\nNames: {', '.join(f'`{name}`' for name in shown)}."
    if inspect.isclass(shown) and hasattr(shown, "_fields"):
        fields = FIELD.findall(inspect.getsource(shown))
        return "\n\n" + "\n".join(f"{name}   {comment}" for name, comment in fields)
    return ""


def skip(app: Sphinx, what: str, name: str, shown: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out fields of a NamedTuple. Show public functions and classes, and what a page names, to `process`."""
    if str(getattr(shown, "__doc__", "")).startswith(ALIAS):
        return True
    function = function_of(shown)
    is_code = inspect.isroutine(function) or inspect.isclass(function)
    is_own = str(getattr(function, "__module__", "")).startswith(app.env.current_document.autodoc_module)
    is_wanted = not name.startswith("_") and name not in (options.exclude_members or ())
    is_named = isinstance(options.members, list) and name in options.members
    return False if skipped and (is_named or (is_code and is_own and is_wanted)) else None


def function_of(shown: Any) -> Any:
    """The function of a property, otherwise the object itself."""
    if isinstance(shown, property):
        return shown.fget
    return shown.func if isinstance(shown, cached_property) else shown


def signature_of(
    app: Sphinx, what: str, name: str, shown: Any, options: Any, arguments: str | None, result: str | None
) -> tuple[str | None, str | None]:
    """The signature as Python writes it: Callable[..., Tensor], and no "<factory>", which Sphinx cannot parse.

    A protocol has no arguments: nobody makes one.
    """
    if getattr(shown, "_is_protocol", False):
        return "", None
    written = {"[[...], ": "[..., ", "<factory>": "..."}
    for sphinx_writes, python_writes in written.items():
        arguments, result = (text and text.replace(sphinx_writes, python_writes) for text in (arguments, result))
    return arguments, result


def quote(app: Sphinx, doctree: nodes.document) -> None:
    """Write the strings in signatures as the package does: Float[Tensor, "m n_x"]."""
    for signature in doctree.findall(desc_signature):
        for text in list(signature.findall(nodes.Text)):
            if "'" in text:
                text.parent.replace(text, nodes.Text(text.replace("'", '"')))


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", process)
    app.connect("autodoc-skip-member", skip)
    app.connect("autodoc-process-signature", signature_of)
    app.connect("doctree-read", quote)

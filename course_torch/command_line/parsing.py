"""Stricter parsing than jsonargparse's own: errors that name the file and the line, nulls, and what may be imported."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import yaml
from jsonargparse import ArgumentParser, Namespace, get_loader, set_loader, set_parsing_settings
from jsonargparse._common import parsing_settings  # there is no public call that lifts a restriction again

from course_torch.command_line.errors import as_yaml

GROUPS = ("model", "data", "trainer")
"""Entries of a config that hold further options, or name a file with them."""
LARGEST = 10_000
"""Values that a text may have when every alias is written out."""
DEEPEST = 30
"""Lists and mappings inside each other."""

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
load_plain = get_loader("yaml")


@contextmanager
def one_line_yaml() -> Iterator[None]:
    """Load every YAML text by `load_yaml`."""
    set_loader("yaml", load_yaml, (yaml.YAMLError,))
    try:
        yield
    finally:
        set_loader("yaml", load_plain, (yaml.YAMLError,))


def load_yaml(text: str, path: str = "") -> Any:
    """Load YAML, of a config if `path` names its file. Raises YAMLError with a message of one line."""
    where = f"{path}: " if path else ""
    try:
        check_size(text)
        value = load_plain(text)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise yaml.YAMLError(f"{where}{line}{(error.problem or 'no YAML').removeprefix('but ')}") from error
    except Exception as error:  # PyYAML's constructors raise many types: a wrong !!bool is a KeyError
        raise yaml.YAMLError(f"{where}{' '.join(str(error).split())}") from error
    if path:
        check_config(value, where)
    return value


def check_config(value: Any, where: str) -> None:
    """Reject what the parser would take for no options at all. Raises YAMLError."""
    if not isinstance(value, dict):
        found = "no options" if value is None else as_yaml(value)
        file = "a file, or " if isinstance(value, str) else ""
        raise yaml.YAMLError(f"{where}found {found}, expected {file}options such as 'model: {{seed: 1}}'")
    for group in GROUPS:
        if not isinstance(value.get(group, {}), dict | str):
            raise yaml.YAMLError(f"{where}{group}: found {as_yaml(value[group])}, expected options")
    if not isinstance(value.get("config", ""), str):
        raise yaml.YAMLError(f"{where}config: found {as_yaml(value['config'])}, expected a file")


def check_text(text: str) -> None:
    """Reject a text that is YAML of too many values. Raises YAMLError."""
    if "&" in text:
        with suppress(yaml.MarkedYAMLError, yaml.reader.ReaderError):
            check_size(text)


def check_size(text: str) -> None:
    """Reject too many or too deeply nested values. Raises YAMLError.

    A few lines of aliases of aliases stand for thousands of millions of values.
    """
    try:
        if isinstance(root := yaml.compose(text, Loader=Loader), yaml.CollectionNode):
            size_and_depth(root, {})
    except RecursionError as error:
        raise yaml.YAMLError(
            f"found lists and mappings inside each other, expected at most {DEEPEST} levels"
        ) from error


def size_and_depth(node: yaml.Node, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return the number of values in a node and the depth of the node, with every alias written out.

    Raises YAMLError above LARGEST or DEEPEST.
    """
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = LARGEST, DEEPEST  # for an alias inside its own anchor
    if isinstance(node, yaml.ScalarNode):
        check_text(node.value)  # the parser loads a string again if the option is no string
        children = []
    elif isinstance(node, yaml.MappingNode):
        children = [each for pair in node.value for each in pair]
    else:
        children = node.value
    parts = [size_and_depth(each, known) for each in children]
    size, depth = 1 + sum(size for size, _ in parts), 1 + max((depth for _, depth in parts), default=0)
    if size > LARGEST or depth > DEEPEST:
        line = node.start_mark.line + 1
        raise yaml.YAMLError(f"line {line}: found too many values, expected at most {LARGEST} and {DEEPEST} levels")
    known[id(node)] = size, depth
    return known[id(node)]


def check_nulls(parser: ArgumentParser, config: Namespace) -> None:
    """Reject a null as the value of an option that allows no null, which jsonargparse takes for a missing value."""
    set_parsing_settings(unset_sentinel=True)  # a missing value is then no null, and a null is checked
    try:
        parser.validate(config)
    except (TypeError, KeyError) as error:
        parser.error(str(error))
    finally:
        set_parsing_settings(unset_sentinel=False)


@contextmanager
def importing_only(paths: Iterable[str] = ()) -> Iterator[None]:
    """Reject every import path that is not listed, before anything is imported.

    This covers each class_path, callable, type and module in a config, in a config inside a config and on the command
    line. An object must be listed by the path that is written and by the path of its definition, so
    `lightning.pytorch.trainer.os.system` does not pass.
    """
    before = dict(parsing_settings)
    set_parsing_settings(
        import_path_denylist=["*"],
        import_path_allowlist=list(paths),
        instantiate_subclass_spec_in_any=False,
        validate_subclass_spec_in_any=True,
    )
    try:
        yield
    finally:
        parsing_settings.update(before)

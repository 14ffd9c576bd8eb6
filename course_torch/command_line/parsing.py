"""Stricter parsing than jsonargparse's own: errors that name the file and the line, nulls, and what may be imported."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from jsonargparse import ArgumentParser, Namespace, get_loader, set_loader, set_parsing_settings
from jsonargparse._common import parsing_settings  # there is no public call that lifts a restriction again

from course_torch.command_line.messages import as_yaml

GROUPS = ("model", "data", "trainer")
"""Entries of a config that hold further options, or name a file with them."""

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
        value = load_plain(text)
        json.dumps(value, default=str)  # rejects an alias inside its own anchor, on which the parser would not end
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

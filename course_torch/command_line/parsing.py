"""Stricter parsing than jsonargparse's own: YAML of limited size, and a null only where an option allows null."""

from collections.abc import Iterator
from contextlib import contextmanager

import yaml
from jsonargparse import ArgumentParser, Namespace, set_loader, set_parsing_settings

from course_torch.command_line.yaml_text import load_plain, load_yaml


@contextmanager
def limited_yaml() -> Iterator[None]:
    """Load every YAML text by `load_yaml`."""
    set_loader("yaml", load_yaml, (yaml.YAMLError,))
    try:
        yield
    finally:
        set_loader("yaml", load_plain, (yaml.YAMLError,))


def check_nulls(parser: ArgumentParser, config: Namespace) -> None:
    """Reject a null as the value of an option that allows no null, which jsonargparse takes for a missing value."""
    set_parsing_settings(unset_sentinel=True)  # a missing value is then no null, and a null is checked
    try:
        parser.validate(config)
    except (TypeError, KeyError) as error:
        parser.error(str(error))
    finally:
        set_parsing_settings(unset_sentinel=False)

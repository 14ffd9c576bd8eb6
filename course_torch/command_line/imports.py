"""What a config may import: nothing, or the listed classes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from jsonargparse import set_parsing_settings
from jsonargparse._common import parsing_settings  # there is no public call that lifts a restriction again


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

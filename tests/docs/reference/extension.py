"""The modules of the site, which are no package of the project."""

import sys
from importlib import import_module
from types import ModuleType

from tests.docs.lessons import DOCS


def module_of_extension(name: str) -> ModuleType:
    """Import a module of docs/_ext or of docs, as conf.py does."""
    sys.path += [path for path in (str(DOCS / "_ext"), str(DOCS)) if path not in sys.path]
    return import_module(name)

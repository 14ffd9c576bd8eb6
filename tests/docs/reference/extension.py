"""The modules of the Sphinx extension, which are no package of the project."""

import sys
from importlib import import_module
from types import ModuleType

from tests.docs.lessons import DOCS


def module_of_extension(name: str) -> ModuleType:
    """Import a module of docs/_ext."""
    path = str(DOCS / "_ext")
    if path not in sys.path:
        sys.path.append(path)
    return import_module(name)

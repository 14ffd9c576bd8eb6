"""Modules that a notebook of the course imports but a check does not need: files beside it, and plots."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

ABSENT = re.compile(
    r"(matplotlib|h5py|PIL|sklearn|IPython|dnn_(app_)?utils\w*|planar_utils\w*|lr_utils\w*|test_?[cC]ases\w*|public_tests"
    r"|test_utils\w*|autograder\w*)(\.|$)"
)
"""Names of modules that are replaced by empty modules."""
OPTIONAL = re.compile(r"(scipy|skimage|imageio|cv2|pandas|seaborn)(\.|$)")
"""Names of modules that are replaced only where they are not installed."""


class Absent:
    """Stands for anything that a replaced module offers. It can be called and has every attribute."""

    def __call__(self, *_: Any, **__: Any) -> "Absent":
        return self

    def __getattr__(self, name: str) -> "Absent":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __getitem__(self, _: Any) -> "Absent":
        return self

    def __setitem__(self, _: Any, __: Any) -> None:
        return None


class AbsentModules(MetaPathFinder, Loader):
    """Finds the modules of these names. They are empty, but offer the helpers by name."""

    def __init__(self, names: re.Pattern[str], helpers: Mapping[str, Any]) -> None:
        self.names, self.helpers = names, helpers

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if self.names.match(name) else None

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__.update({"__all__": [], "__getattr__": lambda name: self.offer(name)})

    def offer(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.helpers.get(name, Absent())


def provide_missing_modules(helpers: Mapping[str, Any]) -> None:
    """Replace the modules that match ABSENT from now on, and those that match OPTIONAL if Python does not find them."""
    sys.meta_path.insert(0, AbsentModules(ABSENT, helpers))
    sys.meta_path.append(AbsentModules(OPTIONAL, helpers))

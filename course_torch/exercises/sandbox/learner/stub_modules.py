"""Modules that a notebook of the course imports but a check does not need: files beside it, and plots."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

REPLACED = re.compile(
    r"(matplotlib|h5py|PIL|sklearn|IPython|dnn_(app_)?utils\w*|planar_utils\w*|lr_utils\w*|test_?[cC]ases\w*|public_tests"
    r"|test_utils\w*|autograder\w*)(\.|$)"
)
"""Names of modules that are replaced by empty modules."""
ANSWERS = re.compile(r"course_torch(\.|$)")
"""Names of modules that are replaced by empty modules without helpers: their formulas are the answers."""
OPTIONAL = re.compile(r"(scipy|skimage|imageio|cv2|pandas|seaborn)(\.|$)")
"""Names of modules that are replaced only where they are not installed."""


class StubResultError(Exception):
    """A function returned something of a module that is not here. The message is its name, such as dnn_utils.relu_."""


class Stub:
    """Stands for anything that a replaced module offers. It can be called and has every attribute."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return self._name

    def __call__(self, *_: Any, **__: Any) -> "Stub":
        return self

    def __getattr__(self, name: str) -> "Stub":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __getitem__(self, _: Any) -> "Stub":
        return self

    def __setitem__(self, _: Any, __: Any) -> None:
        return None


class StubModules(MetaPathFinder, Loader):
    """Finds the modules of these names: a file in the folder, otherwise nothing. Both offer the helpers by name."""

    def __init__(self, names: re.Pattern[str], helpers: Mapping[str, Any], folder: str | None) -> None:
        self.names, self.helpers, self.folder = names, helpers, folder

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if self.names.match(name) else None

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__getattr__"] = lambda name: self.offer(module.__name__, name)
        file = None if self.folder is None else Path(self.folder, f"{module.__name__}.py")
        if file is not None and file.is_file():
            exec(compile(file.read_bytes(), str(file), "exec"), module.__dict__)
        else:
            module.__dict__["__all__"] = []

    def offer(self, module: str, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.helpers.get(name, Stub(f"{module}.{name}"))


def provide_missing_modules(helpers: Mapping[str, Any], folder: str | None) -> None:
    """Replace the modules that match REPLACED or ANSWERS from now on, and those of OPTIONAL that Python does not find.

    A file in `folder` is run instead. If `folder` is None, no file may be imported.
    """
    sys.meta_path[:0] = [StubModules(ANSWERS, {}, None), StubModules(REPLACED, helpers, folder)]
    sys.meta_path.append(StubModules(OPTIONAL, helpers, folder))

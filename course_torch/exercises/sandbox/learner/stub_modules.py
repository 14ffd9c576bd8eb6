"""Modules that a notebook of the course imports but a check does not need: files beside it, and plots."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from opcode import opname
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

REPLACED = re.compile(
    r"(matplotlib|h5py|PIL|sklearn|IPython|dnn_(app_)?utils\w*|planar_utils\w*|lr_utils\w*|test_?[cC]ases\w*|public_tests"
    r"|test_utils\w*|autograder\w*)(\.|$)"
)
"""Names of modules that are replaced by empty modules."""
ANSWERS = re.compile(r"course_torch(\.|$)")
"""Names of modules that are replaced by empty modules without helpers: their formulas are the answers."""
REMOVED: dict[str, Any] = dict(float=float, int=int, complex=complex, str=str, object=object, bool=bool, long=int)
REMOVED |= {"asscalar": np.ndarray.item, "mat": np.asmatrix, "product": np.prod}
"""Names that NumPy removed -> what they meant. Later versions have some of them again."""
STAR = ("np", "plt", "h5py")
"""The modules that `from … import *` gives, because the helper files of the course import them."""


class StubResultError(Exception):
    """The learner's code uses something of a module that is not here. The message is its name: dnn_utils.relu_."""


class Stub:
    """Stands for anything that a module offers which is not here. It can be called and has every attribute.

    It has no value: it raises StubResultError where a number, an array or a length is asked for.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return self._name

    def __call__(self, *_: Any, **__: Any) -> "Stub":
        return self

    __getitem__ = __enter__ = __call__

    def __setitem__(self, *_: Any) -> None:
        return None

    __exit__ = __setitem__

    def __getattr__(self, name: str) -> "Stub":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[Any]:
        """Yield as many stubs as the caller unpacks, as in `X, Y = load_dataset()`. A loop has nothing to run over."""
        caller = sys._getframe(1)
        at, code = caller.f_lasti, caller.f_code.co_code
        return iter([self] * code[at + 1] if opname[code[at]] == "UNPACK_SEQUENCE" else [])


def without_value(stub: Stub, *_: Any, **__: Any) -> Any:
    raise StubResultError(str(stub))


OPERATORS = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow")
VALUES = ("neg", "abs", "lt", "le", "gt", "ge", "len", "int", "float", "complex", "index", "array")
for operation in (*OPERATORS, *(f"r{name}" for name in OPERATORS), *VALUES):
    setattr(Stub, f"__{operation}__", without_value)


class PartialModule(ModuleType):
    """A module that cannot be imported, or lacks a name: what is not there is a helper of the course, or a stub."""

    __all__: Sequence[str] = STAR

    def __init__(self, name: str, there: ModuleType | None, helpers: Mapping[str, Any]) -> None:
        super().__init__(name)
        self._there, self._helpers = there, helpers

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        there = hasattr(self._there, name)
        return getattr(self._there, name) if there else offered(self._helpers, self.__name__, name)


def offered(helpers: Mapping[str, Any], module: str, name: str) -> Any:
    """The helper of the course of this name, NumPy, or a stub. Python's own names are not offered: AttributeError."""
    if name.startswith("__"):
        raise AttributeError(name)
    return np if name == "np" else helpers.get(name, Stub(f"{module}.{name}"))


def importing(helpers: Mapping[str, Any]) -> Callable[..., ModuleType]:
    """The `__import__` of the learner's code, which never fails: see PartialModule."""

    def attempted(name: str, *others: Any) -> ModuleType | None:
        try:
            return __import__(name, *others)
        except (Exception, SystemExit):  # the file of a module may raise anything
            return None

    def learners_import(
        name: str, globals: Any = None, locals: Any = None, fromlist: Sequence[str] | None = (), level: int = 0
    ) -> ModuleType:
        module = attempted(name, globals, locals, fromlist or (), level)
        if module is not None and all(part == "*" or hasattr(module, part) for part in fromlist or ()):
            return module
        first, *inner = [name] if fromlist else name.split(".")
        found = within = PartialModule(first, module or attempted(first), helpers)
        for part in inner:  # `import utils.mine` lets the code write utils.mine.f
            below = PartialModule(f"{within.__name__}.{part}", getattr(within._there, part, None), helpers)
            setattr(within, part, below)
            within = below
        return found

    return learners_import


class StubModules(MetaPathFinder, Loader):
    """Finds the modules of these names: a file in the folder, otherwise nothing. Both offer the helpers by name."""

    def __init__(self, names: re.Pattern[str], helpers: Mapping[str, Any], folder: str | None) -> None:
        self.names, self.helpers, self.folder = names, helpers, folder

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if self.names.match(name) else None

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__getattr__"] = partial(offered, self.helpers, module.__name__)
        file = None if self.folder is None else Path(self.folder, f"{module.__name__}.py")
        if file is not None and file.is_file():
            exec(compile(file.read_bytes(), str(file), "exec"), module.__dict__)
        else:
            module.__dict__["__all__"] = STAR


def provide_missing_modules(helpers: Mapping[str, Any], folder: str | None) -> None:
    """Replace the modules that match REPLACED or ANSWERS from now on.

    A file in `folder` is run instead. If `folder` is None, no file may be imported.
    """
    sys.meta_path[:0] = [StubModules(ANSWERS, {}, None), StubModules(REPLACED, helpers, folder)]

"""The files that are mutated, and the tests near each file."""

import ast
from functools import cache
from pathlib import Path

PACKAGE = "course_torch"
WHOLE_RUNS = {"training", "commands"}
"""Slow test packages: a test there is near only the modules of its own package that it mirrors or imports."""


def modules() -> list[str]:
    """Return all files of the package, as paths from the root."""
    return [str(path) for path in sorted(Path(PACKAGE).rglob("*.py"))]


def mirrored_test(file: str) -> str:
    package, name = Path(file).parts[1:-1], Path(file).name
    return str(Path("tests", *package, f"test_{name}"))


def tests_near(file: str) -> list[str]:
    """Return the mirrored test, other tests of the same package, and tests of other packages that import the module.

    A subpackage without a test folder of its own is tested in the folder of its parent package. A module of WHOLE_RUNS
    that no test mirrors or imports is near all tests of its package.
    """
    module, mirrored = ".".join(Path(file).with_suffix("").parts), Path(mirrored_test(file))
    folder = next(folder for folder in mirrored.parents if folder.is_dir())
    imports = {path: imported_modules(path) for path in Path("tests").rglob("test_*.py")}
    near = {
        path
        for path, found in imports.items()
        if path == mirrored or (module in found and (path.parent == folder or path.parts[1] not in WHOLE_RUNS))
    }
    if not near or folder.name not in WHOLE_RUNS:
        # A test file that does not import the package runs it in other processes, for many seconds a test.
        here = {path for path, found in imports.items() if any(name.partition(".")[0] == PACKAGE for name in found)}
        near |= {path for path in here if path.parent == folder}
    return [str(path) for path in sorted(near, key=lambda path: (path != mirrored, path))]


@cache
def imported_modules(path: Path) -> set[str]:
    """Find all modules that a file imports. A name that the package re-exports counts as its module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    if path.name != "__init__.py" and (exports := Path(PACKAGE, "__init__.py")).exists():
        for node in ast.walk(ast.parse(exports.read_text())):
            if isinstance(node, ast.ImportFrom) and {f"{PACKAGE}.{alias.name}" for alias in node.names} & found:
                found.add(str(node.module))
    return found

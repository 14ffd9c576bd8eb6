"""The files that are mutated, and the tests near each file."""

import ast
from pathlib import Path

PACKAGE = "course_torch"
MUTATED = ["formulas", "network", "mistakes", "verification"]
MUTATED += ["training/module.py", "training/batches.py", "data/batch_order.py"]
WHOLE_RUNS = {"training", "commands"}
"""Slow test packages: a test there is near only those modules of its own package that it imports."""


def modules() -> list[str]:
    """Return the mutated files, as paths from the root."""
    paths = [Path(PACKAGE) / name for name in MUTATED]
    files = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    return [str(file) for file in files if file.exists()]


def mirrored_test(file: str) -> str:
    package, name = Path(file).parts[1:-1], Path(file).name
    return str(Path("tests", *package, f"test_{name}"))


def tests_near(file: str) -> list[str]:
    """Return the mirrored test, other tests of the same package, and tests of other packages that import the module.

    A subpackage without a test folder of its own is tested in the folder of its parent package.
    """
    module, mirrored = ".".join(Path(file).with_suffix("").parts), Path(mirrored_test(file))
    test_folder = next(folder for folder in mirrored.parents if folder.is_dir())

    def is_near(path: Path) -> bool:
        found = imported_modules(path)
        imports, same_package = module in found, path.parent == test_folder
        if path.parts[1] in WHOLE_RUNS:
            return imports and same_package
        # A test file that does not import the package runs it in other processes, for many seconds a test.
        runs_here = any(name.partition(".")[0] == PACKAGE for name in found)
        return imports or (same_package and runs_here)

    near = filter(is_near, Path("tests").rglob("test_*.py"))
    return [str(path) for path in sorted(near, key=lambda path: (path != mirrored, path))]


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

"""Check that the requirements of course_torch are installed and that its picture file is intact."""

import hashlib
import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

import course_torch
from course_torch.checkup.finding import Finding, in_short
from course_torch.data.bundled import FILE, SHA256

MODULES = {"scikit-learn": "sklearn", "pillow": "PIL"}
"""Distribution -> module, if their names differ."""
SLOW = {"lightning"}
"""Packages whose version alone is checked: an import takes seconds, and every training makes it."""


def installation_findings() -> list[Finding]:
    """Check Python, course_torch, its picture file, and every required package."""
    own, advice = "course_torch", ""
    try:
        packages = [check_package(each) for each in requirements(own)]
    except PackageNotFoundError:
        packages, advice = [], "not installed, so its requirements are unknown: pip install --editable ."
    python = Finding("Python", platform.python_version())
    return [python, Finding(own, course_torch.__version__, advice=advice), check_pictures(), *packages]


def requirements(distribution: str) -> list[Requirement]:
    """Return the requirements without extras. Raises PackageNotFoundError if the distribution is not installed."""
    parsed = [Requirement(each) for each in requires(distribution) or []]
    return [each for each in parsed if each.marker is None or each.marker.evaluate({"extra": ""})]


def check_package(requirement: Requirement) -> Finding:
    """Check that a package is installed, in the required version range, and importable unless it is SLOW."""
    name, expected = requirement.name, str(requirement.specifier) or "any version"
    install = f"pip install '{requirement}'"
    try:
        found = version(name)
    except PackageNotFoundError:
        return Finding(name, "nothing", f"expected {expected}: {install}")
    if not requirement.specifier.contains(found, prereleases=True):
        return Finding(name, found, f"expected {expected}: {install}")
    if name in SLOW:
        return Finding(name, found)
    try:
        import_module(MODULES.get(name, name))
    except Exception as error:  # a broken library may raise anything
        return Finding(
            name,
            f"{found}, which cannot be imported ({in_short(error)})",
            f"expected a working package: {install} --force-reinstall",
        )
    return Finding(name, found)


def check_pictures(file: Path = FILE) -> Finding:
    """Check the checksum of the picture file of the package."""
    remedy = "reinstall course_torch"
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        return Finding("pictures", f"{file.name} unreadable ({error.strerror})", f"expected a readable file: {remedy}")
    problem = "" if digest == SHA256 else f"expected {SHA256[:12]}…: the file was changed or damaged, {remedy}"
    return Finding("pictures", f"sha256 {digest[:12]}…", problem)

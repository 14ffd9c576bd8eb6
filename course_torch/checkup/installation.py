"""Whether what course_torch needs is installed, and whether its own file is whole."""

import hashlib
import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

import course_torch
from course_torch.checkup.finding import Finding, in_short
from course_torch.data.pictures import FILE, SHA256

MODULES = {"scikit-learn": "sklearn", "pillow": "PIL"}
"""Distributions whose module has another name."""


def installation_findings() -> list[Finding]:
    """Python, course_torch with its pictures, and every package that it requires."""
    own, advice = "course_torch", ""
    try:
        packages = [check_package(each) for each in requirements(own)]
    except PackageNotFoundError:
        packages, advice = [], "not installed, so that the packages it requires are unknown: pip install --editable ."
    python = Finding("Python", platform.python_version())
    return [python, Finding(own, course_torch.__version__, advice=advice), check_pictures(), *packages]


def requirements(distribution: str) -> list[Requirement]:
    """What it always requires, without its extras. Raises PackageNotFoundError where it is not installed."""
    parsed = [Requirement(each) for each in requires(distribution) or []]
    return [each for each in parsed if each.marker is None or each.marker.evaluate({"extra": ""})]


def check_package(requirement: Requirement) -> Finding:
    """The version that is installed, which has to lie in the range and to be importable."""
    name, expected = requirement.name, str(requirement.specifier) or "any version"
    install = f"pip install '{requirement}'"
    try:
        found = version(name)
    except PackageNotFoundError:
        return Finding(name, "nothing", f"expected {expected}: {install}")
    if not requirement.specifier.contains(found, prereleases=True):
        return Finding(name, found, f"expected {expected}: {install}")
    try:
        import_module(MODULES.get(name, name))
    except Exception as error:  # a broken library may raise anything
        return Finding(
            name,
            f"{found}, which cannot be imported ({in_short(error)})",
            f"expected a whole one: {install} --force-reinstall",
        )
    return Finding(name, found)


def check_pictures(file: Path = FILE) -> Finding:
    """The checksum of the pictures that ship with the package."""
    again = "install course_torch again"
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        return Finding("pictures", f"{file.name} unreadable ({error.strerror})", f"expected a file: {again}")
    problem = "" if digest == SHA256 else f"expected {SHA256[:12]}…: the file was changed or damaged, {again}"
    return Finding("pictures", f"sha256 {digest[:12]}…", problem)

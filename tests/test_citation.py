"""CITATION.cff says the same as pyproject.toml, in the form of version 1.2.0 of the Citation File Format."""

import tomllib
from pathlib import Path

import yaml

from course_torch import __version__

ROOT = Path(__file__).parents[1]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIRED = {"authors", "cff-version", "message", "title"}
OPTIONAL = {
    *("abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url"),
    *("preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url"),
    "version",
}
"""The keys of the format."""


def test_the_file_has_the_keys_of_its_format() -> None:
    assert CITATION["cff-version"] == "1.2.0"
    assert REQUIRED <= CITATION.keys() <= REQUIRED | OPTIONAL


def test_title_version_authors_and_licence_are_those_of_the_package() -> None:
    assert CITATION["title"] == PROJECT["name"]
    assert CITATION["version"] == __version__
    assert CITATION["abstract"] == PROJECT["description"]
    assert CITATION["authors"] == PROJECT["authors"]
    assert CITATION["license"] == (ROOT / PROJECT["license"]["file"]).read_text().split()[0]


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = [line.split()[1] for line in changelog.splitlines() if line.startswith("## ")]
    assert next(entry for entry in entries if entry != "Unreleased") == __version__

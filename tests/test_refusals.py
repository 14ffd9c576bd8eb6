"""Every refusal of bad input: one line that names the thing, the value and what is allowed; the exit code 2; no file.

`tests/refusals.txt` is the table. A row is `arguments => sentence`. Before the arguments may stand `PATH MODE: `, the
permissions that a path of the folder has during the command, and behind them ` <<< TEXT`, the content of config.yaml.
A word in braces is one of VALUES, and … stands for any words.
"""

import ast
import ctypes
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from shutil import copytree
from typing import NamedTuple, NoReturn

import numpy as np
import pytest
import torch
from PIL import Image

from course_torch.command_line import parser, sentences
from course_torch.command_line import program as running
from course_torch.command_line.configs import PACKAGE, shipped_configs
from course_torch.commands import main as commands
from course_torch.data.folder import ENDINGS
from course_torch.data.table import DATA_SETS
from course_torch.errors import InputError
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import CHINESE, Language, Text, same
from course_torch.mistakes.solution import solution
from course_torch.reports.gallery import GALLERY
from course_torch.training import cli, settings
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch
from tests.training.conftest import changed

VALUES = {
    "{commands}": ", ".join(commands.COMMANDS),
    "{configs}": ", ".join(sorted(shipped_configs())),
    "{data sets}": ", ".join(DATA_SETS),
    "{figures}": ", ".join(GALLERY),
    "{strategies}": ", ".join(settings.STRATEGIES),
    "{chapters}": ", ".join(CHAPTERS),
    "{functions}": ", ".join(task.name for task in CHAPTERS["deep"].tasks),
    "{endings}": ", ".join(ENDINGS),
    "{network}": "expected the number of features and then the width of each layer, whole numbers from 1 to 2147483647,"
    " as in [12288, 20, 7, 5, 1]",
    "{allowed}": "expected CompareGradients or a class of Lightning that runs no code of others; --allow-code permits"
    " all names",
}
OF_OTHERS = ("trainer: ", "trainer (", "checkpoint_seconds: ")
"""How a sentence begins that may be Lightning's or jsonargparse's, whose words stay English in a Chinese answer."""


class Row(NamedTuple):
    line: str
    sentence: str
    config: str
    path: str
    mode: str


def rows() -> Iterator[Row]:
    for written in Path(__file__).with_name("refusals.txt").read_text(encoding="utf-8").splitlines():
        if written and not written.startswith("#"):
            line, sentence = written.split(" => ")
            permission, line = re.fullmatch(r"(?:(\S+ [0-7]+): )?(.*)", line).groups()
            line, _, config = line.partition(" <<< ")
            path, _, mode = (permission or "").partition(" ")
            yield Row(line, sentence, config.replace(r"\n", "\n").replace(r"\t", "\t"), path, mode)


def filled(text: str) -> str:
    text = text.replace("{here}", os.getcwd())
    return re.sub(r"\{[a-z ]+\}", lambda name: VALUES.get(name[0], name[0]), text)


class Payload:
    """An object that runs a command when it is unpickled."""

    def __reduce__(self) -> tuple:
        return os.system, ("touch written",)


PLANTED = """
from pathlib import Path
from lightning import Callback
Path("written").touch()
class Planted(Callback): pass
def function(*arguments, **options): pass
class Instance:
    def __call__(self): pass
"""
"""A module that writes a file when it is imported."""
TEXTS = {
    **dict.fromkeys(["two.yaml", "in/two.yaml"], "data: {name: planar}\nmodel: {layer_sizes: [2, 1]}\n"),
    "mine.yaml": "data: {name: folder, picture_size: 8}\nmodel: {layer_sizes: [192, 1]}\n",
    "inner.yaml": "callbacks: planted.Planted",
    "callback.yaml": "class_path: planted.Planted",
    "outer.yaml": "trainer: {callbacks: planted.Planted}",
    **dict.fromkeys(["modules/planted.py", "modules/package/__init__.py", "modules/package/planted.py"], PLANTED),
    "full/lightning_logs": "no folder",
    **dict.fromkeys(["rows.csv", "in/rows.csv"], "1,2\n"),
    "text.csv": "\n",
    "one.csv": "1,a\n2,b\n3,a\n4,b\n",
    "text.png": "no picture",
    **dict.fromkeys(["text/a/0.jpg", "damaged/0.jpg"], "no picture"),
    **{f"{chapter}.py": solution(chapter, "numpy", "columns") for chapter in ("logistic", "shallow", "deep")},
    "broken.py": "import os\ndef helper(x):\n    return )\n",
    "tensors.py": 'CHAPTER = "tensors"\n',
    "page.html": "",
    "empty.json": "",
    "class/a.py": "",
    "class/b/c.py": "",
    "class.csv": "a,b\n1,2\n",
}


def make_folder() -> None:
    """Write good and bad files of every kind, and runs, into the working folder."""
    for name in ("empty", "no_pictures/b", "out/b"):
        Path(name).mkdir(parents=True)
    places = [f"{name}/{'ab'[i % 2]}/{i}.jpg" for name in ("good", "corrupt", "text", "links") for i in range(4)]
    places += ["one_class/a/0.png", "no_pictures/a/0.png", "picture.png"]
    for name in (*places, *(f"uneven/{place}/0.png" for place in ("train/a", "train/b", "test/a", "test/c"))):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((12, 10, 3), len(name), dtype=np.uint8)).save(name)
    for name, text in TEXTS.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    whole = Path("corrupt/a/0.jpg")
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    Path("links/a/link.png").symlink_to("nowhere.png")
    for name, dtype in (("floats.tiff", np.float32), ("integers.tiff", np.int32)):
        Image.fromarray(np.zeros((4, 4), dtype=dtype)).save(name)
    flipped = bytearray(Path("picture.png").read_bytes())
    flipped[45] ^= 255
    Path("flipped.png").write_bytes(flipped)
    Image.new("RGB", (4, 4)).save("figure.eps")
    Path("figure.eps").rename("figure.png")  # Pillow would start Ghostscript for it
    Path("binary.yaml").write_bytes(bytes(range(256)))
    Path("cats").mkdir()
    Path("cats/train_catvnoncat.h5").write_bytes(b"\x89HDF\r\n\x1a\n half")
    with open("large.py", "wb") as file:
        file.truncate(2**40)  # a hole, which takes no room on the disk
    make_runs()


def make_runs() -> None:
    flower = ["--config", "planar_shallow", "--accelerator", "cpu", "--max_steps", "5"]
    for name, options in {"run": flower, "pictures": ["--model.layer_sizes", "[12288, 1]", "--max_steps", "2"]}.items():
        assert cli.main(options) == 0
        Path("lightning_logs/version_0").rename(name)
    Path("lightning_logs").rmdir()
    for name in ("half", "without", "evil"):
        copytree("run", name)
    last = Path("checkpoints/last.ckpt")
    whole = ("run" / last).read_bytes()
    checkpoint = torch.load("run" / last, weights_only=True)
    ("half" / last).write_bytes(whole[:500])
    ("without" / last).unlink()
    torch.save(changed(checkpoint, ["hyper_parameters"], Payload()), "evil" / last)
    Path("truncated.ckpt").write_bytes(whole[:500])
    torch.save(changed(checkpoint, ["hyper_parameters", "layer_sizes"], [2, 9, 1]), "sizes.ckpt")
    torch.save(torch.nn.Linear(2, 2), "code.ckpt")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("bad 坏") / "working folder"
    folder.mkdir()
    with chdir(folder), pytest.MonkeyPatch.context() as patched:
        patched.setattr("course_torch.training.results.draw", lambda *arguments: None)
        make_folder()
        patched.syspath_prepend(folder / "modules")
        yield folder


def contents(folder: Path) -> dict[str, tuple[int, ...]]:
    """What tells that a file or a folder was written."""
    paths = {path: path.lstat() for path in folder.rglob("*") if path.name not in (".lock", "config.yaml")}
    return {str(path): (is_.st_mode, 0 if path.is_dir() else is_.st_mtime_ns) for path, is_ in paths.items()}


@contextmanager
def permitted(row: Row) -> Iterator[None]:
    """Let the path of the row have its mode, and drop the capabilities by which root ignores it."""
    if not row.path:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("capabilities exist on Linux only")
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    kept, dropped = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice
    assert libc.capget(header, kept) == 0
    dropped[:] = kept[:]
    dropped[0] = dropped[3] = 0
    before = os.stat(row.path).st_mode
    os.chmod(row.path, int(row.mode, 8))
    assert libc.capset(header, dropped) == 0
    try:
        yield
    finally:
        assert libc.capset(header, kept) == 0
        os.chmod(row.path, before)


@pytest.fixture
def raised(monkeypatch: Monkeypatch) -> list[Text]:
    """What a program is about to say of its exceptions, in both languages, so that one run gives both."""
    texts: list[Text] = []
    end, run = parser.OneLineParser.error, running.run

    def noting(program: str, action: Callable[[], int], language: Language = "en") -> int:
        def noted() -> int:
            try:
                return action()
            except Exception as error:
                texts.append(
                    error.text if isinstance(error, InputError) else running.expected_failure(error) or same("a bug")
                )
                raise

        return run(program, noted, language)

    def error(program: parser.OneLineParser, message: str, ex: Exception | None = None) -> NoReturn:
        texts.append(same(message))
        end(program, message, ex)

    for module in (commands, cli):
        monkeypatch.setattr(module, "run", noting)
    monkeypatch.setattr(parser.OneLineParser, "error", error)
    return texts


@pytest.mark.sweep(140)
@pytest.mark.parametrize("row", [*rows()], ids=lambda row: f"{row.line} {row.config}"[:70])
def test_bad_input_is_refused_in_one_line_and_nothing_is_written(
    row: Row, folder: Path, raised: list[Text], capsys: Capsys
) -> None:
    Path("config.yaml").unlink(missing_ok=True)
    if row.config:
        Path("config.yaml").write_text(filled(row.config), encoding="utf-8")
    before = contents(folder)
    with permitted(row):
        error = usage_error(commands.main, [filled(word) for word in shlex.split(row.line)], capsys)
    program = r"course-torch( \w+)?"
    sentence = re.escape(filled(row.sentence)).replace("…", ".*")
    assert re.fullmatch(f"{program}: error: {sentence}\n", error), error
    assert contents(folder) == before
    assert not {"planted", "package"} & {*sys.modules}
    chinese = sentences.in_one_line(raised[-1].zh, "zh")
    assert re.search(CHINESE, chinese) or row.sentence.startswith(OF_OTHERS)
    for value in re.findall(r"found ('[^…']+'|-?[\d.]+\b)", row.sentence):
        assert value in chinese


def test_no_refusal_is_english_only() -> None:
    """An error gets two strings or a Text."""
    for file in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "InputError":
                english = len(call.args) == 1 and isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
                assert not english, f"{file}:{call.lineno}: {ast.unparse(call)}"

"""Ctrl-C while a command loads its modules ends in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INTERRUPT = """
import sys, runpy

class Finder:
    def find_spec(name, path=None, target=None):
        if name == "torch":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Finder)
"""


@pytest.mark.parametrize(
    ("start", "program"),
    [
        (f"runpy.run_path({str(ROOT / 'train.py')!r}, run_name='__main__')", "train.py"),
        ("sys.argv[1:] = ['shapes']; runpy.run_module('course_torch', run_name='__main__')", "course-torch"),
        ("sys.argv[1:] = ['train']; runpy.run_module('course_torch', run_name='__main__')", "course-torch"),
        ("sys.argv[1:] = ['shapes']; from course_torch.__main__ import main; sys.exit(main())", "course-torch"),
    ],
)
def test_ctrl_c_while_torch_loads_ends_in_one_line(start: str, program: str) -> None:
    """The import of torch raises KeyboardInterrupt, as Ctrl-C does."""
    done = subprocess.run([sys.executable, "-c", INTERRUPT + start], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, f"{program}: interrupted\n")


def test_the_package_has_its_names_without_loading_torch() -> None:
    code = "import sys, course_torch; print('torch' in sys.modules); print(course_torch.DeepNetwork.__name__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\nDeepNetwork\n"

"""The steps of the build that run side by side end together."""

from pathlib import Path

import pytest

from tools.build_site import finish, start


def test_no_step_is_left_running_if_another_fails(tmp_path: Path) -> None:
    failed = start("-c", "import sys; sys.exit('no such page')", cwd=tmp_path)
    slow = start("-c", "import time; time.sleep(0.5)", cwd=tmp_path)
    with pytest.raises(RuntimeError, match="docs/en:\nno such page"):
        finish({"docs/en": failed, "docs/zh": slow})
    assert slow.returncode == 0

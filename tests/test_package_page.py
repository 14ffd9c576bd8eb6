"""The links of the package's page on a package index lead to the repository; without a workflow they stay relative."""

import re
from pathlib import Path

import pytest

from tools.package_page import with_addresses

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORKFLOW = {"GITHUB_SERVER_URL": "https://host.example", "GITHUB_REPOSITORY": "owner/name", "GITHUB_SHA": "abc123"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a guide](docs/data.md#rows)", "[a guide](https://host.example/owner/name/blob/abc123/docs/data.md#rows)"),
        ("![a curve](docs/a.png)", "![a curve](https://host.example/owner/name/raw/abc123/docs/a.png)"),
        ("[elsewhere](https://a.example)", "[elsewhere](https://a.example)"),
        ("[below](#licence)", "[below](#licence)"),
        ("net.layers[0](x) stays code", "net.layers[0](x) stays code"),
        ("history.costs[0] (J)", "history.costs[0] (J)"),
    ],
)
def test_a_relative_link_gets_the_address_of_the_repository(text: str, expected: str) -> None:
    assert with_addresses(text, WORKFLOW) == expected


def test_every_link_of_the_readme_is_whole_and_nothing_else_changes() -> None:
    page = with_addresses(README, WORKFLOW)
    targets = re.findall(r"\]\(([^)]+)\)", page)
    assert len(targets) > 15
    assert all(target.startswith("https://") for target in targets)
    for kind in ("blob", "raw"):
        page = page.replace(f"https://host.example/owner/name/{kind}/abc123/", "")
    assert page == README


def test_a_build_outside_a_workflow_leaves_the_links() -> None:
    assert with_addresses(README, {}) == README

"""The workflows are YAML that calls targets of the Makefile, pins its actions, and asks for few permissions."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
TARGETS = set(re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
WRITES = {"pages": {"deploy": {"pages", "id-token"}}, "publish": {"publish": {"id-token"}}}
"""Workflow -> job -> what it may write. Every other job only reads."""
each = pytest.mark.parametrize("name", WORKFLOWS)


def steps(name: str) -> Iterator[dict]:
    for job in WORKFLOWS[name]["jobs"].values():
        yield from job["steps"]


def commands(name: str) -> str:
    return "\n".join(step["run"] for step in steps(name) if "run" in step)


def test_there_is_a_workflow_for_checks_site_and_release() -> None:
    assert set(WORKFLOWS) == {"checks", "pages", "publish"}


@each
def test_every_make_target_exists(name: str) -> None:
    called = re.findall(r"\bmake ([\w-]+)", commands(name))
    assert called
    assert set(called) <= TARGETS


@each
def test_every_step_runs_a_command_or_an_action_pinned_by_its_major_version(name: str) -> None:
    for step in steps(name):
        assert ("run" in step) != ("uses" in step), step
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@(release/)?v\d+", step["uses"]), step


@each
def test_a_job_may_write_only_what_it_deploys(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    writes = {
        job: {scope for scope, right in settings["permissions"].items() if right == "write"}
        for job, settings in WORKFLOWS[name]["jobs"].items()
        if "permissions" in settings
    }
    assert writes == WRITES.get(name, {})


@each
def test_needed_jobs_and_outputs_of_steps_exist(name: str) -> None:
    for job in WORKFLOWS[name]["jobs"].values():
        assert job.get("needs") in {None, *WORKFLOWS[name]["jobs"]}
        used = re.findall(r"steps\.(\w+)\.", str(job))
        assert set(used) <= {step.get("id") for step in job["steps"]}


def test_what_is_deployed_and_published_is_what_the_targets_write() -> None:
    """`make docs` writes course_torch/site, `make release` writes dist."""
    from tools.build_site import SITE
    from tools.release import DIST

    (site,) = (step["with"]["path"] for step in steps("pages") if "upload" in step.get("uses", ""))
    assert ROOT / site == SITE
    uploaded = [step["with"]["path"] for step in steps("publish") if "artifact" in step.get("uses", "")]
    assert [ROOT / path for path in uploaded] == [DIST, DIST]


def test_only_a_tag_of_a_version_publishes_and_only_main_is_deployed() -> None:
    triggers = {name: workflow[True] for name, workflow in WORKFLOWS.items()}  # YAML 1.1 reads `on` as true
    assert triggers["publish"] == {"push": {"tags": ["v*"]}}
    assert triggers["pages"]["push"] == {"branches": ["main"]}


def test_the_configs_that_the_checks_name_exist() -> None:
    configs = re.findall(r"--config (\S+)", commands("checks"))
    assert configs
    assert all((ROOT / config).is_file() for config in configs)

"""Each error of YAML is one line with the file and the line."""

import re

import pytest
import yaml

from course_torch.command_line.parser import load_yaml

BAD = {
    "a tab": ("model:\n\tseed: 1", "a.yaml: line 2: found character"),
    "two documents": ("model: {}\n---\nmodel: {}", "a.yaml: line 2: found another document"),
    "an unknown alias": ("model: *x", "a.yaml: line 1: found undefined alias"),
    "a Python tag": (
        "model: !!python/object/apply:os.system [ls]",
        "a.yaml: line 1: could not determine a constructor",
    ),
    "a wrong boolean": ("model: {learn_slope: !!bool x}", "a.yaml: "),
    "a wrong date": ("model: {seed: !!timestamp 2020-13-45}", "a.yaml: month must be in 1..12"),
    "too many digits": (f"model: {{seed: {'9' * 5000}}}", "a.yaml: Exceeds the limit"),
    "a control character": ("model: \x01", "a.yaml: "),
    "an alias in its own anchor": ("model: &m {x: *m}", "a.yaml: line 1: found too many values"),
    "5000 levels": ("model: " + "[" * 5000, "a.yaml: line 1: exceeded maximum nesting depth"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_yaml_is_one_line(text: str, message: str) -> None:
    with pytest.raises(yaml.YAMLError, match=f"^{re.escape(message)}") as caught:
        load_yaml(text, "a.yaml")
    assert "\n" not in str(caught.value)


def test_anchors_aliases_and_merges_work() -> None:
    text = "a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\nd: 'R&D'\ne: '& [ no YAML'"
    a, c = {"x": 1}, {"x": 1, "y": 2}
    assert load_yaml(text) == {"a": a, "b": a, "c": c, "d": "R&D", "e": "& [ no YAML"}

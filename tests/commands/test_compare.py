import json
from pathlib import Path

import pytest

from course_torch.commands.main import main
from course_torch.network import propagation

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_every_config_compares_clean(
    config: Path, dtype: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    root = []
    if config.stem.startswith("cats"):
        root = ["--data.root", str(request.getfixturevalue("cats_folder"))]
    assert main(["compare", "--config", str(config), "--dtype", dtype, *root]) == 0
    assert "gradients are equal" in capsys.readouterr().out


def test_a_broken_backward_exits_with_1_and_names_the_layer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(propagation, "linear_backward_input", lambda dZ, W: 2 * dZ @ W)
    file = tmp_path / "rows.json"
    arguments = ["--model.layer_sizes", "[2, 4, 1]", "--data.name", "planar", "--json", str(file)]
    assert main(["compare", *arguments]) == 1
    shown = capsys.readouterr().out
    assert "different: dW[1], db[1]" in shown
    assert shown.count("DIFFERENT") == 2
    rows = {row["name"]: row for row in json.loads(file.read_text())}
    assert rows["dW[2]"]["agrees"]
    assert rows["dW[1]"]["relative"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "subcommand"),
        (["compere"], "'compere'"),
        (["compare", "--dtype", "float8"], "dtype: found 'float8', expected one of float64, float32"),
        (["compare", "--device", "warp"], "device: found 'warp'"),
        (["compare", "--json", "/no/such/folder/x.json"], "json: found '/no/such/folder/x.json'"),
        (["compare", "--model.layer_sizes", "[3, 1]"], "layer_sizes: [3, 1] do not fit the data set 'pictures'"),
        (["compare", "--data.name", "cats"], "data.root: the set 'cats'"),
    ],
)
def test_one_line_and_exit_code_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code: object = main(arguments)
    except SystemExit as exit_:
        code = exit_.code
    error = capsys.readouterr().err
    assert code == 2
    assert error.startswith("course-torch: error: ")
    assert message in error
    assert error.count("\n") == 1

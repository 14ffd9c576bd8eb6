"""`course-torch shapes`, `predict` and `reproduce`: networks, and what is made of them."""

import json
from pathlib import Path

import pytest
import torch
from PIL import Image

from course_torch.checkpoint import load_trained
from course_torch.commands.main import main
from course_torch.data.data_set import rows_to_pictures
from course_torch.data.table import load_data_set
from tests.commands.conftest import DIABETES, DIGITS, FLOWER, PICTURES, checkpoint_of
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Said, Train


def test_shapes_lists_every_tensor_with_its_shape(said: Said) -> None:
    shown = said(["shapes", "--model.layer_sizes", "[2, 4, 1]", "--data.name", "planar"])
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines() if line.startswith("│")]
    assert ["1", "W[1]", "(4, 2)", "dW[1]", "(4, 2)", "8"] in rows
    assert ["1", "b[1]", "(1, 4)", "db[1]", "(1, 4)", "4"] in rows
    assert ["1", "Z[1]", "(400, 4)", "dZ[1]", "(400, 4)", ""] in rows
    assert ["1", "A[1]", "(400, 4)", "dA[1]", "(400, 4)", ""] in rows
    assert ["0", "A[0] = X", "(400, 2)", "dA[0]", "(400, 2)", ""] in rows
    assert ["2", "W[2]", "(1, 4)", "dW[2]", "(1, 4)", "4"] in rows
    assert ["all", "", "", "", "", "17"] in rows
    assert ["model.learning_rate", "0.02"] in rows


def test_a_learned_slope_is_listed_and_counted(said: Said) -> None:
    leaky = ["--model.hidden_activation", "leaky_relu", "--model.learn_slope", "true"]
    shown = said(["shapes", "--model.layer_sizes", "[2, 4, 1]", "--data.name", "planar", *leaky])
    assert "dslope[1]" in shown
    assert "│         18 │" in shown


@pytest.fixture
def saved_pictures(tmp_path: Path) -> list[str]:
    """Three pictures of the test split as files, with spaces and Chinese characters in their names."""
    data = load_data_set("pictures")
    assert data.test is not None
    paths = [str(tmp_path / f"{name} {i}.png") for i, name in enumerate(("a cat", "猫", "three"))]
    for path, picture in zip(paths, rows_to_pictures(data.test.X[:3], (64, 64, 3)), strict=True):
        Image.fromarray(picture.numpy()).save(path)
    return paths


def test_the_folder_of_a_run_stands_for_its_best_or_its_last_checkpoint(
    tmp_path: Path, train: Train, capsys: Capsys
) -> None:
    run = train(config=FLOWER)
    rows, best = tmp_path / "rows.csv", run / "checkpoints" / "best.ckpt"
    rows.write_text("0.5,-1\n")
    assert main(["predict", str(run), str(rows)]) == 0
    best.write_text("damaged")  # read first
    assert "best.ckpt: not a checkpoint" in usage_error(main, ["predict", str(run), str(rows)], capsys)
    best.unlink()
    checkpoint_of(run).unlink()
    error = usage_error(main, ["predict", str(run), str(rows)], capsys)
    assert f"{run}: found no {best} and no {checkpoint_of(run)}, expected a checkpoint or a run folder" in error


def test_a_picture_file_has_the_probabilities_of_the_same_picture_in_the_set(
    train: Train, saved_pictures: list[str], tmp_path: Path, said: Said
) -> None:
    checkpoint = checkpoint_of(train(config=PICTURES))
    shown = said(["predict", str(checkpoint), *saved_pictures, "--json", str(tmp_path / "out.json")])
    network, data = load_trained(checkpoint).network, load_data_set("pictures")
    assert data.test is not None
    centered = data.test.X[:3] / 255 - (data.train.X / 255).mean(dim=0)
    expected = network(centered)[:, 0].tolist()
    for path, row, p in zip(saved_pictures, json.loads((tmp_path / "out.json").read_text()), expected, strict=True):
        assert row["picture"] == path
        assert row["probabilities"] == pytest.approx({"no animal": 1 - p, "animal": p}, abs=1e-6)
        assert row["class_name"] == ("animal" if p > 0.5 else "no animal")
        assert row["probability"] == pytest.approx(max(p, 1 - p), abs=1e-6)
        assert f"{max(p, 1 - p):.4f}" in shown


@pytest.mark.slow
def test_a_folder_has_the_true_classes_and_the_accuracy(
    train: Train, saved_pictures: list[str], tmp_path: Path, capsys: Capsys
) -> None:
    checkpoint = checkpoint_of(train(config=PICTURES))
    for i, place in enumerate(("mine/test/animal/1.png", "mine/test/no animal/2.png", "mine/3.png")):
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        Path(saved_pictures[i]).rename(place)
    Path("mine/test/animal/damaged.png").write_text("no picture")
    capsys.readouterr()
    assert main(["predict", str(checkpoint), "mine", "--json", "out.json"]) == 0
    shown = capsys.readouterr()
    rows = json.loads(Path("out.json").read_text())
    assert [row["picture"] for row in rows] == ["mine/3.png", "mine/test/animal/1.png", "mine/test/no animal/2.png"]
    assert [row["true_class"] for row in rows] == [None, "animal", "no animal"]
    right = sum(row["class_name"] == row["true_class"] for row in rows)
    assert f"accuracy: {right / 2:.4f} ({right} of 2 pictures in folders that name their class)" in shown.out
    assert "true class" in shown.out
    assert "None" not in shown.out
    assert shown.err == (
        "skipped: 1 of 4 pictures cannot be used, the first: mine/test/animal/damaged.png: not a picture\n"
    )


def test_a_folder_whose_folders_are_no_classes_has_no_accuracy(
    train: Train, saved_pictures: list[str], said: Said
) -> None:
    checkpoint = checkpoint_of(train(config=PICTURES))
    Path("holiday").mkdir()
    Path(saved_pictures[0]).rename("holiday/1.png")
    shown = said(["predict", str(checkpoint), "holiday"])
    assert "holiday/1.png" in shown
    assert "accuracy" not in shown
    assert "true" not in shown


def test_a_picture_of_another_size_is_classified_among_ten_classes(train: Train, tmp_path: Path) -> None:
    run = train(config=DIGITS)
    Image.new("RGBA", (50, 90), (255, 0, 0, 128)).save("red.png")
    assert main(["predict", str(checkpoint_of(run)), "red.png", "--json", "o.json"]) == 0
    (row,) = json.loads(Path("o.json").read_text())
    assert list(row["probabilities"]) == list("0123456789")
    assert sum(row["probabilities"].values()) == pytest.approx(1, abs=1e-6)


def test_numbers_come_back_in_their_unit(train: Train, tmp_path: Path, said: Said) -> None:
    """Rows of two files, one with a header: the progression of the disease, not the standardised label."""
    checkpoint, data = checkpoint_of(train(config=DIABETES)), load_data_set("diabetes")
    assert data.test is not None
    assert data.quantity is not None
    rows = [",".join(map(str, row)) for row in data.test.X[:3].tolist()]
    (tmp_path / "two.csv").write_text("\n".join(["age,sex,bmi,bp,s1,s2,s3,s4,s5,s6", *rows[:2]]))
    (tmp_path / "one.csv").write_text(rows[2])
    shown = said(["predict", str(checkpoint), "two.csv", "one.csv", "--json", "out.json"])
    A = load_trained(checkpoint).network(data.test.X[:3].float())[:, 0].tolist()
    expected = [data.quantity.shift + data.quantity.scale * a for a in A]
    found = json.loads((tmp_path / "out.json").read_text())
    assert [(row["file"], row["line"]) for row in found] == [("two.csv", 2), ("two.csv", 3), ("one.csv", 1)]
    assert [row["value"] for row in found] == pytest.approx(expected, rel=1e-5)
    assert all(25 < value < 346 and f"{value:.4f}"[:5] in shown for value in expected)
    assert "disease progression after one year" in shown


def test_rows_are_sorted_into_classes_and_the_file_of_a_training_has_the_true_ones_and_the_accuracy(
    train: Train, said: Said
) -> None:
    Path("rows.csv").write_text("x,y,class\n" + "0.5,-1,red\n2,3,blue\n" * 4)
    run = train(config=[*FLOWER, "--data.name", "csv", "--data.root", "rows.csv"])
    shown = said(["predict", str(run), "rows.csv", "--json", "out.json"])
    rows = json.loads(Path("out.json").read_text())
    assert [(row["line"], row["true_class"]) for row in rows[:3]] == [(2, "red"), (3, "blue"), (4, "red")]
    right = sum(row["class_name"] == row["true_class"] for row in rows)
    assert f"accuracy: {right / 8:.4f} ({right} of 8 rows with their class)" in shown
    chinese = said(["predict", str(run), "rows.csv", "--language", "zh"])
    assert f"准确率：{right / 8:.4f}（8 行写有类别，对了 {right} 行）" in chinese
    X = torch.tensor([[0.5, -1.0], [2.0, 3.0]], dtype=torch.float64)
    for row, p in zip(rows[:2], load_trained(checkpoint_of(run)).network(X)[:, 0], strict=True):
        assert row["probabilities"] == pytest.approx({"blue": 1 - p.item(), "red": p.item()})
        assert row["class_name"] == ("red" if p > 0.5 else "blue")


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["bf16-true", "16-true"])
def test_a_network_in_16_bits_predicts(precision: str, train: Train, saved_pictures: list[str]) -> None:
    """NumPy lacks bfloat16, and most libraries lack products of float16 on a CPU."""
    config = ["--model.layer_sizes", "[12288, 3, 1]", "--max_steps", "1", "--accelerator", "cpu"]
    checkpoint = str(checkpoint_of(train("--precision", precision, config=config)))
    assert load_trained(Path(checkpoint)).network.layers[0].W.dtype.itemsize == 2
    assert main(["predict", checkpoint, *saved_pictures]) == 0


@pytest.mark.slow
def test_without_cat_files_the_flower_runs_and_the_files_are_named(tmp_path: Path, said: Said) -> None:
    file = tmp_path / "figures.json"
    shown = said(["reproduce", "--json", str(file)])
    assert "all 11 published numbers are reproduced" in shown
    assert "train_catvnoncat.h5  sha256 fbe56ab6" in shown
    assert "67.50 %" in shown
    (experiment,) = json.loads(file.read_text())["experiments"].values()
    accuracy = pytest.approx(0.905, abs=1 / 400 + 1e-12)
    assert experiment[-1] == {"name": "train accuracy", "published": 0.905, "measured": accuracy, "agrees": True}


@pytest.mark.slow
def test_a_different_number_gives_exit_code_1(monkeypatch: Monkeypatch, said: Said) -> None:
    """The backward pass has a relative error of 0.001."""
    monkeypatch.setattr("course_torch.network.fast_descent.average", lambda total, m: 1.001 * total / m)
    assert "missed: flower, 2-4-1, cost at 1000" in said(["reproduce"], code=1)

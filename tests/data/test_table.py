"""The sets of '--data.name', their options, splits and random draws, and the user's own rows of a spreadsheet."""

from dataclasses import asdict
from math import copysign, exp
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets

from course_torch.data import bundled
from course_torch.data.csv_file import data_set_of, parse_table, text_in
from course_torch.data.planar import NOISE, SURFACES, flower_points
from course_torch.data.source import Source
from course_torch.data.split import epoch_order, stratified_split
from course_torch.data.table import DATA_SETS, WITHOUT_ROOT, DataConfig, load_data_set
from course_torch.errors import InputError
from tests.support.fixture_types import Monkeypatch


@pytest.mark.parametrize("name", DATA_SETS)
def test_every_set_is_of_the_same_form_or_reads_the_root(name: str) -> None:
    load, elsewhere = DATA_SETS[name], Source(name, "no such folder")
    if name not in WITHOUT_ROOT:
        with pytest.raises(InputError, match="no such folder"):
            load(elsewhere)
        return
    data = load(elsewhere)
    for X, Y in data.splits.values():
        assert X.ndim == Y.ndim == 2
        assert X.shape[1] == data.train.X.shape[1]
        assert len(data.class_names) == (max(2, Y.shape[1]) if data.quantity is None else 0)
        assert X.is_floating_point() or X.max() <= data.scale


@pytest.mark.parametrize("center", [True, False])
def test_center_replaces_the_default_of_the_set(center: bool) -> None:
    assert [load_data_set(name, center=center).centered for name in ("planar", "digits")] == [center, center]
    usual = {"planar": False, "moons": False, "digits": True, "pictures": True}
    assert {name: load_data_set(name).centered for name in usual} == usual
    assert DataConfig("planar", center=center).load().centered is center


def test_the_defaults_are_those_of_the_first_run_and_the_help_describes_every_option() -> None:
    unset = dict.fromkeys(("root", "batch_size", "center", "points", "noise"))
    given = {"name": "pictures", "seed": 1, "download": False, "picture_size": 64}
    assert asdict(DataConfig()) == given | unset
    assert all(f"{option}: " in (DataConfig.__doc__ or "") for option in asdict(DataConfig()))


@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=5), seed=st.integers(0, 100))
def test_every_row_is_in_one_split_and_every_class_in_the_training_split(sizes: list[int], seed: int) -> None:
    classes = torch.arange(len(sizes)).repeat_interleave(torch.tensor(sizes))
    splits = stratified_split(classes, [0.15, 0.15], seed)
    assert torch.cat(splits).sort().values.tolist() == list(range(sum(sizes)))
    assert set(classes[splits[0]].tolist()) == set(range(len(sizes)))
    for split in splits[1:]:
        counts = torch.bincount(classes[split], minlength=len(sizes))
        assert all(abs(count - 0.15 * size) <= 0.5 for count, size in zip(counts.tolist(), sizes, strict=True))


@pytest.mark.parametrize(("seed", "epoch", "state"), [(2, 5, 2_000_011), (5000, 1, 705_047_705)])
def test_seed_and_epoch_are_one_state_of_the_generator(seed: int, epoch: int, state: int) -> None:
    """5000 · 1,000,003 + 1 = 2³² + 705,047,705."""
    expected = torch.randperm(9, generator=torch.Generator().manual_seed(state))
    assert torch.equal(epoch_order(9, seed, epoch), expected)


def test_the_flower_is_that_of_the_course() -> None:
    """The first point of each class of seed 1, computed from its noise values of θ and of r."""
    numbers = np.random.RandomState(1)
    X, Y = flower_points(seed=1)
    assert X.shape == (400, 2)
    for first, start in ((0, 0.0), (200, 3.12)):
        theta = start + 0.2 * numbers.randn(200)[0]
        r = 4 * np.sin(4 * theta) + 0.2 * numbers.randn(200)[0]
        assert X[first].tolist() == [r * np.sin(theta), r * np.cos(theta)]
    assert Y.flatten().tolist() == [0] * 200 + [1] * 200


@pytest.mark.parametrize("name", NOISE)
def test_seed_points_and_noise_alone_determine_a_drawn_set(name: str) -> None:
    first, again, other = (load_data_set(name, seed=seed).train.X for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    own, same, other = (load_data_set(name, noise=noise).train.X for noise in (None, NOISE[name], 0.4))
    assert torch.equal(own, same)
    assert not torch.equal(own, other)
    data = load_data_set(name, points=60)
    assert data.train.m + data.splits["test"].m == (120 if name == "planar" else 60)


def test_circles_without_noise_have_their_radii() -> None:
    X, Y = load_data_set("circles", noise=0).train
    torch.testing.assert_close(X.norm(dim=1, keepdim=True), torch.where(Y == 1, 0.5, 1.0).double())


@pytest.mark.parametrize("name", SURFACES)
def test_the_labels_of_a_surface_are_the_heights_where_the_points_were_drawn(name: str) -> None:
    plane = name == "slanted_plane"
    data, noisy = load_data_set(name, noise=0), load_data_set(name, noise=0.3)
    for split, other in zip(data.splits.values(), noisy.splits.values(), strict=True):
        assert (split.shape, split.X.abs().max() < 2, split.Y.dtype) == ((200, 2), True, torch.float32)
        for (x1, x2), (y,) in zip(split.X.tolist(), split.Y.tolist(), strict=True):
            near, far = (exp(-2 * ((abs(x1) - c) ** 2 + (abs(x2) - c) ** 2)) for c in (1, -1))
            sides = sum(exp(-2 * ((abs(x1) - c) ** 2 + (abs(x2) + c) ** 2)) for c in (1, -1))
            height = (x1 + x2) / 4 if plane else copysign(1, x1 * x2) * (near + far - sides)
            assert y == pytest.approx(height, abs=1e-6)
        assert torch.equal(split.Y, other.Y)
        assert (other.X - split.X).std() == pytest.approx(0.3, rel=0.1)
    assert data.class_names == ()
    assert repr(data).endswith("label: height")


def test_all_drawings_of_a_motif_are_in_the_same_split() -> None:
    with np.load(bundled.FILE) as file:
        motifs, split, hand = file["motif"], file["part"], file["hand"]
    splits_of_motif = {motif: set(split[motifs == motif]) for motif in motifs}
    assert len(splits_of_motif) == 268
    assert all(len(splits) == 1 for splits in splits_of_motif.values())
    assert len(set(zip(motifs, hand, strict=True))) == len(motifs)
    counts = dict(zip(*np.unique(hand, return_counts=True), strict=True))
    assert counts == {"google": 268, "twitter": 268, "fluent": 268, "noto_v1": 207, "emojione": 207}


def test_no_picture_is_in_two_splits_and_half_of_them_show_an_animal() -> None:
    data = load_data_set("pictures")
    assert {name: split.m for name, split in data.splits.items()} == {"train": 850, "validation": 179, "test": 189}
    assert all(0.45 < split.Y.float().mean() < 0.55 for split in data.splits.values())
    rows = [bytes(row.numpy()) for split in data.splits.values() for row in split.X]
    assert len(set(rows)) == len(rows) == 1218


def test_every_patient_of_scikit_learn_is_in_one_split() -> None:
    """Each row of features comes back with its measured value from the standardised label."""
    data = load_data_set("diabetes")
    assert data.quantity is not None
    assert [split.m for split in data.splits.values()] == [296, 73, 73]
    found = {
        tuple(x): round(value, 3)
        for split in data.splits.values()
        for x, (value,) in zip(split.X.tolist(), data.quantity.values(split.Y).tolist(), strict=True)
    }
    assert data.train.Y.double().std(correction=0).item() == pytest.approx(1), "of the training split alone"
    patients, progression = datasets.load_diabetes(return_X_y=True)
    assert found == {tuple(x): value for x, value in zip(patients.tolist(), progression.tolist(), strict=True)}


ROWS = "1,2,red\n3,4,blue\n5,6,red\n7,8,blue\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("1,2.5,a\n-30,0,b\n", [1, 2]),
        ('x1,"x2",class\r\n1,2.5,a\r\n\r\n"-3e1", 0,b\r\n', [2, 4]),
        ("x1,x2,class\n1,2.5, a\n , , \n-30,0,b ", [2, 4]),
        ('"x1","body mass\nindex",class\n1,2.5,a\n-30,0,b\n', [3, 4]),
    ],
    ids=["no header", "header, quotes, Windows", "spaces around the class", "two lines of header"],
)
def test_rows_are_features_and_a_class_for_a_training_and_with_or_without_it_to_predict(
    text: str, lines: list[int]
) -> None:
    X = [[1.0, 2.5], [-30.0, 0.0]]
    for table in (parse_table(text, "rows.csv"), parse_table(text, "rows.csv", 2, ("a", "b"))):
        assert (table.X.tolist(), table.lines, table.labels) == (X, lines, ["a", "b"])
    alone = "\n".join(line.rpartition(",")[0] for line in text.splitlines()) if '"body' not in text else "1,2.5\n-30,0"
    for classes in ((), ("a", "b")):
        table = parse_table(alone, "rows.csv", 2, classes)
        assert (table.X.tolist(), table.labels) == (X, [])


BOTH = ": the features and the class, separated by commas"
ONLY = ": the features, separated by commas"
EITHER = ": the features, with or without the class, separated by commas"
NUMBER = "expected a number up to 3.4e+38 in size: only the last column holds a class"


COLOURS, UNLABELLED = (2, ("red", "blue")), (2, ())
"""The features and classes of a network."""


@pytest.mark.parametrize(
    ("text", "network", "message"),
    [
        ("1,2,a\n3,b\n", (), f", line 2: found 2 columns, expected 3{BOTH}"),
        ("x;class\n1;a\n", (), f", line 1: found 1 column, expected 2{BOTH}"),
        ("1,2,a\n3,x,b\n", (), f", line 2: found 'x' in column 2, {NUMBER}"),
        ("class,x,y\na,1,2\nb,2,3\n", (), f", line 2: found 'a' in column 1, {NUMBER}"),
        ("1,2,a\n3,,b\n", (), f", line 2: found '' in column 2, {NUMBER}"),
        ("nan,nan,a\n1,2,b\n", (), f", line 1: found 'nan' in column 1, {NUMBER}"),
        ("x,class\n3.4e38,a\n-3.5e38,b\n", (), f", line 3: found '-3.5e38' in column 1, {NUMBER}"),
        ("1,a\n2,b\n3, \n4,\n", (), ", line 3: found an empty last column, expected the class"),
        ('1,"2,a\n', (), ", line 1: not a row of a CSV file"),
        ("", (), ": found no rows, expected an example in each row"),
        ("1,2,a\n3,4,a\n", (), ": found 1 classes in the last column, expected 2 to 100"),
        ("1,2,a\n3,4,b\n5,6,b\n", (), ": found a class with 1 row, expected at least 2 rows of each class"),
        ("1,2,3,red\n", COLOURS, f", line 1: found 4 columns, expected 2 or 3{EITHER}"),
        ("1,2,red\n1,2\n", COLOURS, f", line 2: found 2 columns, expected 3{BOTH}"),
        ("1,2\n1,2,red\n", COLOURS, f", line 2: found 3 columns, expected 2{ONLY}"),
        ("1,2,rde\n", COLOURS, ", line 1: found 'rde', expected one of red, blue; did you mean red?"),
        ("1,2, \n", COLOURS, ", line 1: found an empty last column, expected the class"),
        ("age,bmi,y\n1,2,3\n", UNLABELLED, f", line 1: found 3 columns, expected 2{ONLY}"),
        ("age,bmi\n1,two\n", UNLABELLED, f", line 2: found 'two' in column 2, {NUMBER}"),
        ("1,bmi\n1,2\n", UNLABELLED, f", line 1: found 'bmi' in column 2, {NUMBER}"),
        ("1,2\n1,1e300\n", UNLABELLED, f", line 2: found '1e300' in column 2, {NUMBER}"),
        ("age,bmi\n", UNLABELLED, ": found no rows, expected an example in each row"),
    ],
)
def test_a_file_that_holds_no_examples_or_none_for_the_network_is_an_error_with_the_line(
    text: str, network: tuple, message: str
) -> None:
    with pytest.raises(InputError) as raised:
        data_set_of(parse_table(text, "rows.csv", *network), seed=1, name="rows.csv")
    assert str(raised.value).startswith(f"rows.csv{message}")


def test_every_row_is_in_one_split_with_the_class_of_its_line(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(b"\xef\xbb\xbf" + (ROWS * 5).encode())
    data = DataConfig("csv", str(file)).load()
    assert data.class_names == ("blue", "red")
    assert {name: split.m for name, split in data.splits.items()} == {"train": 14, "test": 6}
    rows = [(*x, *y) for split in data.splits.values() for x, y in zip(split.X.tolist(), split.Y.tolist(), strict=True)]
    assert sorted(rows) == sorted([(1, 2, 1), (3, 4, 0), (5, 6, 1), (7, 8, 0)] * 5)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_data_set("csv", root=Path("~/rows.csv")).train.m == 14
    three = parse_table("1,a\n2,b\n3,c\n" * 4, "rows.csv")
    assert data_set_of(three, 1, "rows.csv").train.Y.shape == (9, 3), "more than two classes are columns"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_may_have_the_encodings_of_spreadsheets(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes("长,宽,类别\n1, 2.5, 红\n-3e1,0,蓝\n".encode(encoding))
    assert parse_table(text_in(file), "rows.csv").labels == ["红", "蓝"]
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"rows\.csv: found neither UTF-8 nor GB18030, expected a CSV file"):
        text_in(file)

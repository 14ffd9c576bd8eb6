"""The engine trains as torch does: the same starts, steps, mistakes, judgements, refusals and stops."""

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from course_torch.data.csv_file import data_set_of, parse_table, text_in
from course_torch.data.data_set import DataSet
from course_torch.data.planar import FEATURES
from course_torch.data.split import epoch_order
from course_torch.errors import InputError
from course_torch.formulas.update import update
from course_torch.mistakes.faults import Fault, broken, classic
from course_torch.network.deep_network import evaluate
from course_torch.playground.points import LARGEST_COORDINATE, LINES, MOST_ROWS, NUMBERS, TWO
from course_torch.playground.settings import DATA_SEED, Settings
from course_torch.verification.networks.right_pass import RightPass
from tests.playground.conftest import SIDE, STEP, Tell, few_points, frame_of
from tests.verification.networks.self_test.scores import first_wrong

EDIT = {"type": "edit", "layer": 1, "unit": 2, "input": 1, "value": 0.7}


class Training:
    """The training of some settings in torch, by the network of train.py and plain updates."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.given, self.step = settings, few_points(settings), 0
        self.network = settings.model_config().network().double()
        self.train, self.held_out = (self.batch(self.given[name]) for name in ("train", "held_out"))

    def batch(self, rows: list[list[float]]) -> tuple[Tensor, Tensor]:
        points = torch.tensor(rows, dtype=torch.float64)
        x1, x2 = points[:, :1], points[:, 1:2]
        return torch.cat([FEATURES[name](x1, x2) for name in self.settings.features], dim=1), points[:, 2:]

    @property
    def next_batch(self) -> tuple[Tensor, Tensor]:
        """The examples of the next step."""
        size, (X, Y) = self.settings.batch_size, self.train
        if size is None:
            return X, Y
        epoch, number = divmod(self.step, -(-len(X) // size))
        rows = epoch_order(len(X), DATA_SEED, epoch)[number * size : (number + 1) * size]
        return X[rows], Y[rows]

    @torch.no_grad()
    def advance(self, steps: int, fault: Fault | None = None) -> None:
        for _ in range(steps):
            X, Y = self.next_batch
            with broken(self.network, X, Y, {} if fault is None else fault.wrong):
                gradients = self.network.manual_gradients(X, Y)
            for layer, each in zip(self.network.layers, gradients, strict=True):
                for W, dW in zip(layer.learned(), each, strict=False):
                    W.copy_(update(W.clone(), dW, self.settings.learning_rate))
            self.step += 1

    @torch.no_grad()
    def header(self, point: list[float]) -> dict[str, Any]:
        """The numbers of a frame that do not judge."""
        layers, (X, _) = self.network.layers, self.next_batch
        results = [evaluate(self.network, [batch]) for batch in (self.train, self.held_out)]
        chosen = self.network.caches(self.batch([[*point, 0.0]])[0])
        gradients = self.network.manual_gradients(*self.next_batch)
        return {
            "step": self.step,
            "cost": [each.cost for each in results],
            "accuracy": [each.score for each in results],
            "W": [layer.W.tolist() for layer in layers],
            "b": [layer.b[0].tolist() for layer in layers],
            "slopes": [None if layer.slope is None else layer.slope.item() for layer in layers],
            "Z": [[each.Z.min().item(), each.Z.max().item()] for each in self.network.caches(X)],
            "ratio": [
                (each.dW.norm() / layer.W.norm()).item() if layer.W.norm() > 0 else None
                for each, layer in zip(gradients, layers, strict=True)
            ],
            "point": [each.A[0].tolist() for each in chosen],
        }

    @torch.no_grad()
    def planes(self) -> list[Tensor]:
        """A of every layer at the pixels, row by row from the top."""
        low1, high1, low2, high2 = self.given["domain"]
        cells = (torch.arange(SIDE, dtype=torch.float64) + 0.5) / SIDE
        x1, x2 = low1 + (high1 - low1) * cells, high2 - (high2 - low2) * cells
        points = torch.stack([x1.repeat(SIDE), x2.repeat_interleave(SIDE), torch.zeros(SIDE**2)], dim=1)
        return [cache.A.reshape(SIDE, SIDE, -1) for cache in self.network.caches(self.batch(points.tolist())[0])]


def seen(header: dict[str, Any]) -> dict[str, Any]:
    """The same numbers of a frame of the engine."""
    names = ("step", "cost", "accuracy", "W", "b", "slopes")
    of_layers = {
        "Z": [each["Z"][0] for each in header["layers"]],
        "ratio": [each["ratio"] for each in header["layers"]],
    }
    return {name: header[name] for name in names} | of_layers | {"point": header["point"]["A"]}


def near(found: Any, expected: Any, path: str = "") -> None:
    """Numbers within 1e-7, and all else equal."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), path
        for key, value in expected.items():
            near(found[key], value, f"{path}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), path
        for i, pair in enumerate(zip(found, expected, strict=True)):
            near(*pair, f"{path}[{i}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-7, abs=1e-9), path
    else:
        assert found == expected, path


SETTINGS: dict[str, dict[str, Any]] = {
    "the flower": {},
    "logistic regression": {"hidden_layers": (), "data": "gaussian_quantiles"},
    "deep": {"hidden_layers": (4, 3, 5, 2, 4, 3), "hidden_activation": "relu", "initialization": "he", "model_seed": 3},
    "learned slopes": {"hidden_layers": (5, 4), "hidden_activation": "leaky_relu", "learn_slope": True, "slope": 0.3,
        "initialization": "lecun", "data": "moons"},
    "mini-batches": {"batch_size": 16, "learning_rate": 0.3, "data": "circles", "noise": 0.0},
    "identity": {"hidden_activation": "identity", "hidden_layers": (3,)},
    "zeros": {"initialization": "zeros"},
    "regression": {"data": "bumps", "output": "identity", "hidden_layers": (6, 4), "learning_rate": 0.03,
        "initialization": "lecun"},
    "classes with the identity": {"output": "identity", "hidden_layers": (), "learning_rate": 0.03, "noise": 0.0},
    "features": {"features": ("x1", "x1_squared", "x2_squared", "x1_x2", "sin_x2"), "data": "circles",
        "hidden_layers": (3,), "learning_rate": 0.1},
}  # fmt: skip
FAST = ("the flower", "mini-batches", "regression")
POINT = [0.5, -1.25]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in FAST else pytest.mark.slow) for name in SETTINGS]
)
def test_a_training_is_the_same_in_the_page_and_in_torch(tell: Tell, name: str) -> None:
    training = Training(Settings(**SETTINGS[name]))
    training.advance(31)
    answers = tell(
        {"type": "settings", "settings": SETTINGS[name]},
        {"type": "point", "point": POINT},
        {"type": "step", "steps": 33},
        {"type": "back", "steps": 2},
    )
    start, (header, output, units) = answers[0], frame_of(answers)
    given = training.given
    assert (start["class_names"], start["axes"]) == (list(given["class_names"]), given["axes"])
    near(
        [start[each] for each in ("train", "held_out", "domain")],
        [given[each] for each in ("train", "held_out", "domain")],
    )
    assert start["parameters"] == sum(each.numel() for each in training.network.parameters())
    near(seen(header), training.header(POINT))
    assert "different" not in {row["verdict"] for row in header["gradients"]}
    *hidden, A = training.planes()
    low, high = given["labels"]
    assert (output / 65535 - ((A[:, :, 0] - low) / (high - low)).clamp(0, 1)).abs().max() < 1e-4
    for unit, plane in zip(units, [each for A in hidden for each in A[2::5, 2::5].unbind(2)], strict=True):
        scale = plane.abs().max() if plane.abs().max() > 0 else 1.0
        assert (unit.double() - (128 + 127 * plane / scale)).abs().max() <= 1


def test_units_that_hardly_learn_are_told(tell: Tell) -> None:
    relu = {"hidden_activation": "relu", "initialization": "he"}
    edit = EDIT | {"input": None, "value": -1000}
    layers = frame_of(tell({"type": "settings", "settings": relu}, edit))[0]["layers"]
    assert (layers[0]["dead"], layers[0]["saturated"], layers[1]["dead"]) == ([3], [], [])
    edits = [edit | {"unit": unit, "value": 1000} for unit in (0, 3)]
    layers = frame_of(tell({"type": "settings", "settings": {"hidden_activation": "tanh"}}, *edits))[0]["layers"]
    assert (layers[0]["dead"], layers[0]["saturated"]) == ([], [1, 4])


FORMS: dict[str, dict[str, Any]] = {
    "logistic regression": {"hidden_layers": ()}, "square": {"hidden_layers": (4, 4)},
    "widths 3 and 2": {"hidden_layers": (3, 2), "features": ("x1", "x2", "x1_x2", "sin_x1")},
    "as wide as the features": {"hidden_layers": (2, 2)}, "one unit": {"hidden_layers": (1, 1)},
    "one feature": {"hidden_layers": (3, 3), "features": ("x2",)},
    "as many examples as units": {"hidden_layers": (4, 4), "batch_size": 4},
    "heights": {"data": "bumps", "output": "identity", "hidden_layers": (5, 3)},
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_every_mistake_trains_as_in_torch_or_stops_by_its_shape(tell: Tell, name: str) -> None:
    """Sizes that are equal by chance let some mistakes of another shape train on."""
    settings = Settings(learning_rate=0.1, model_seed=2, initialization="lecun", **FORMS[name])
    start = {"type": "settings", "settings": vars(settings)}
    offered = {each["name"] for each in tell(start)[0]["mistakes"]}
    for fault in (fault for fault in classic() if fault.name in offered):
        training = Training(settings)
        gradients = broken_gradients(training, fault)
        answers = tell(start, {"type": "mistake", "name": fault.name}, {"type": "step", "steps": 3})
        header = frame_of(answers)[0]
        if all(each.dW.shape == layer.W.shape and each.db.shape == layer.b.shape for each, layer in gradients):
            training.advance(3, fault)
            near(
                [header[each] for each in ("W", "b")],
                [training.header([0, 0])[each] for each in ("W", "b")],
                fault.name,
            )
        else:
            assert (answers[1]["reason"], header["step"]) == ("shapes", 0), fault.name
            assert re.search(r"(dW|db)\[\d\]: shape \(.*\), expected \(.*\)", answers[1]["message"]["en"])


def broken_gradients(training: Training, fault: Fault) -> list[tuple[Any, Any]]:
    """The gradients of the first step with a mistake, beside their layers."""
    X, Y = training.next_batch
    with torch.no_grad(), broken(training.network, X, Y, fault.wrong):
        return list(zip(training.network.manual_gradients(X, Y), training.network.layers, strict=True))


@pytest.mark.sweep(6)
@pytest.mark.parametrize("fault", classic(), ids=lambda fault: fault.name)
def test_the_first_wrong_tensor_is_where_the_mistake_is(tell: Tell, fault: Fault) -> None:
    settings = Settings(hidden_layers=(5, 3), learning_rate=0.1, initialization="lecun")
    training = Training(settings)
    begin = {"type": "settings", "settings": vars(settings)}
    mistake = frame_of(tell(begin, {"type": "mistake", "name": fault.name}))[0]["mistake"]
    assert mistake["name"] == fault.name
    assert mistake["diagnosis"]["tensor"] == first_wrong(fault, RightPass(training.network, *training.next_batch))


def test_only_a_state_that_a_command_reaches_is_untouched(tell: Tell) -> None:
    def untouched(*messages: dict[str, Any]) -> bool:
        return frame_of(tell(*messages))[0]["untouched"]

    assert untouched(STEP)
    assert untouched({"type": "mistake", "name": "sign in dW"})
    assert not untouched(STEP)
    assert untouched({"type": "mistake", "name": None}, {"type": "back", "steps": 1})
    assert not untouched(EDIT)
    assert untouched({"type": "reset"})


@pytest.mark.parametrize("name", [pytest.param("learned slopes", marks=pytest.mark.slow), "mini-batches"])
def test_the_state_of_a_link_goes_on_as_the_training_that_it_left(tell: Tell, name: str) -> None:
    begin = {"type": "settings", "settings": SETTINGS[name]}
    left = frame_of(tell(begin, {"type": "step", "steps": 33}, EDIT))[0]
    layers = zip(left["W"], left["b"], left["slopes"], strict=True)
    numbers = [each for W, b, slope in layers for each in (*chain(*W), *b, *([] if slope is None else [slope]))]
    state = {"type": "state", "step": 33, "untouched": False, "numbers": numbers}
    after, found = frame_of(tell(STEP))[0], frame_of(tell(begin, state, STEP))[0]
    assert (found["step"], found["back"], found["untouched"]) == (34, 1, False)
    near([found[each] for each in ("cost", "W", "b", "slopes")], [after[each] for each in ("cost", "W", "b", "slopes")])
    for wrong in ({"step": 1.5}, {"numbers": numbers[1:]}, {"numbers": [1e9, *numbers[1:]]}, {"numbers": None}):
        assert f"expected a step and {len(numbers)} parameters" in tell(state | wrong)[0]["message"]["en"]


def test_an_edit_can_be_undone_and_a_value_that_is_no_weight_is_refused(tell: Tell) -> None:
    before = frame_of(tell(STEP))[0]
    header = frame_of(tell(EDIT, EDIT | {"input": None, "value": -3}))[0]
    assert (header["W"][0][2][1], header["b"][0][2]) == (pytest.approx(0.7, abs=1e-7), -3)
    after = frame_of(tell(STEP, {"type": "back", "steps": 3}))[0]
    assert (after["W"], after["b"]) == (before["W"], before["b"])
    refused = tell(EDIT | {"value": 1e9})[0]
    assert refused["message"]["en"] == "value: found 1e+09, expected a number from -1000000 to 1000000"


def test_the_training_stops_where_the_cost_is_not_finite(tell: Tell) -> None:
    settings = SETTINGS["regression"] | {"learning_rate": 100.0}
    training = Training(Settings(**settings))
    while training.network.cost(*training.train).isfinite():
        training.advance(1)
    stopped = tell({"type": "settings", "settings": settings}, {"type": "step", "steps": 300})[-2]
    assert (stopped["type"], stopped["reason"]) == ("stopped", "diverged")
    assert stopped["message"]["en"].endswith(f"at step {training.step}")


def test_central_differences_judge_every_gradient(tell: Tell) -> None:
    start = {
        "type": "settings",
        "settings": {"hidden_activation": "relu", "initialization": "he", "hidden_layers": [3]},
    }
    rows = tell(start, {"type": "step", "steps": 5}, {"type": "differences"})[1]["rows"]
    assert {row["name"]: row["verdict"] for row in rows} == dict.fromkeys(("dW[2]", "db[2]", "dW[1]", "db[1]"), "equal")
    assert all(row["kinks"] < row["sampled"] for row in rows)
    wrong = tell({"type": "mistake", "name": "sign in dW"}, {"type": "differences"})[0]["rows"]
    assert {row["name"]: row["verdict"] for row in wrong if row["name"].startswith("dW")} == dict.fromkeys(
        ("dW[1]", "dW[2]"), "different"
    )


FILES = {
    "two classes": b"height,weight,class\n"
    + b"".join(b"%d,%d,%s\n" % (i, i * i % 7, b"ab"[i % 2 :][:1]) for i in range(23)),
    "quotes": b'"1","2,5",x\n"3","4",y\n',
    "gb18030": "1,2,红\n3,4,蓝\n5,6,红\n7,8,蓝\n9,1,红\n2,2,蓝\n".encode("gb18030"),
    "empty": b"",
    "three columns": b"1,2,3,a\n4,5,6,b\n1,2,3,a\n4,5,6,b\n",
    "another width": b"1,2,a\n4,5\n",
    "a word": b"1,2,a\n4,five,b\n",
    "no class": b"1,2,a\n4,5,\n",
    "one class": b"1,2,a\n4,5,a\n",
    "rare": b"1,2,a\n4,5,a\n1,1,b\n",
    "large": b"1,2,a\n4,5e12,a\n1,1,b\n1,1,b\n",
    "no text": b"1,2,a\n\xff\xfe\xff\n",
    "too long": b"1,2,a\n3,4,b\n" * 1100,
}


def read_as_by_train(path: str) -> DataSet:
    """The data set of the file. The page takes fewer rows than `train`, two features and two classes."""
    table = parse_table(text := text_in(path), path)
    data, n = data_set_of(table, 1, path), text.count("\n")
    if n > MOST_ROWS + 1:
        raise InputError(LINES.fill(name=path, n=n, most=MOST_ROWS))
    if data.train.X.shape[1] != 2 or len(data.class_names) != 2:
        raise InputError(TWO.fill(name=path, features=data.train.X.shape[1], classes=len(data.class_names)))
    if (largest := table.X.abs().max()) > LARGEST_COORDINATE:
        raise InputError(NUMBERS.fill(name=path, found=f"{largest:g}", most=f"{LARGEST_COORDINATE:g}"))
    return data


@pytest.mark.parametrize("name", FILES)
def test_the_points_of_a_file_are_read_and_refused_as_by_train(tell: Tell, tmp_path: Path, name: str) -> None:
    path, found = tmp_path / "points.csv", tell([*FILES[name]])[0]
    path.write_bytes(FILES[name])
    if found["type"] == "refused":
        with pytest.raises(InputError) as refused:
            read_as_by_train(str(path))
        said = {language: text.replace(str(path), "points") for language, text in refused.value.text._asdict().items()}
        assert found["message"] == said
    else:
        data = read_as_by_train(str(path))
        for split, rows in ((data.train, found["train"]), (data.splits["test"], found["held_out"])):
            assert torch.equal(torch.cat([split.X, split.Y.double()], dim=1), torch.tensor(rows, dtype=torch.float64))
        assert found["class_names"] == list(data.class_names)


BAD_SETTINGS: list[dict[str, Any]] = [{"points": 50}, {"hidden_layers": [13]}, {"x": 1}]
TWO_CLASSES = [[1, 2, 1], [1, 2, 0]] * 2
BAD_POINTS = [
    ("points", None, [0, 1, 0, 1]),
    ("points", [[1, 2, 2]] * 4, [0, 1, 0, 1]),
    ("points", [[1, "2", 1]] * 4, [0, 1, 0, 1]),
    ("points", [[1e300, 2, 1]] * 4, [0, 1, 0, 1]),
    ("points", [[1, 2], [[3]], None], [0, 1, 0, 1]),
    ("points", TWO_CLASSES * 501, [0, 3, 0, 3]),
    ("points", [[1, 2, 1], [1, 2, 1], [1, 2, 0]], [0, 3, 0, 3]),
    ("domain", TWO_CLASSES, [1, 0, 0, 1]),
    ("domain", TWO_CLASSES, None),
    ("domain", TWO_CLASSES, ["a", 1, 0, 1]),
]
"""What is refused in the points of a hostile link, their rows, and their domain."""


def test_settings_and_points_that_the_page_cannot_compute_are_refused(tell: Tell) -> None:
    messages = [(next(iter(each)), {"type": "settings", "settings": each}) for each in BAD_SETTINGS]
    messages += [(named, {"type": "points", "rows": rows, "domain": domain}) for named, rows, domain in BAD_POINTS]
    for named, message in messages:
        refused = tell(message)[0]
        assert refused["type"] == "refused", message
        assert named in refused["message"]["en"], message
    assert "no mistake to guess" in tell({"type": "guess", "name": "transposed"})[0]["message"]["en"]


def test_drawn_points_train_in_their_plane(tell: Tell) -> None:
    rows = [[i % 7 / 3, i % 5 / 4, int(i % 3 == 0)] for i in range(31)]
    start, *frames = tell({"type": "points", "rows": rows, "domain": [-1, 3, -2, 2]}, {"type": "step", "steps": 9})
    assert sorted(start["train"] + start["held_out"]) == sorted(rows)
    assert (start["domain"], frame_of(frames)[0]["step"]) == ([-1, 3, -2, 2], 9)

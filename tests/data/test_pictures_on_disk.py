"""A split on disk gives the same rows, chunks and results as the split in memory."""

from pathlib import Path

import pytest
import torch

from course_torch.data import pictures_on_disk
from course_torch.data.data_set import DataSet, check_data_set, features
from course_torch.data.folder import load_folder
from course_torch.data.pictures_on_disk import PicturesOnDisk, SplitOnDisk
from course_torch.data.source import Source
from course_torch.data.split import Split
from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.evaluation import evaluate
from course_torch.reports.mislabelled import draw_mislabelled
from tests.data.conftest import Save

SHAPE = (4, 4, 3)


@pytest.fixture
def paths(save: Save) -> list[str]:
    """70 pictures; picture i has the grey value i."""
    return [str(save(f"{i}.png", i)) for i in range(70)]


@pytest.fixture
def both(tmp_path: Path, save: Save) -> tuple[DataSet, DataSet]:
    """The same folder as a set in memory and as a set on disk."""
    for i in range(30):
        save(f"dark/{i}.png", i)
        save(f"light/{i}.png", 255 - 3 * i)
    return tuple(load_folder(Source(str(tmp_path), picture_size=4, workers=2, memory=each)) for each in (1.0, 0.0))


def test_length_shape_and_rows_equal_those_of_the_tensor(paths: list[str]) -> None:
    X = PicturesOnDisk(paths, SHAPE)
    whole = X[:]
    assert torch.equal(whole, torch.arange(70, dtype=torch.uint8)[:, None].expand(70, 48))
    assert (len(X), X.shape) == (len(whole), tuple(whole.shape))
    for rows in (
        slice(3, 9),
        slice(60, 100),
        slice(5, 5),
        torch.tensor([69, 0, 7]),
        torch.tensor([], dtype=torch.long),
    ):
        assert torch.equal(X[rows], whole[rows])


def test_a_split_on_disk_equals_the_split_in_memory(both: tuple[DataSet, DataSet]) -> None:
    for in_memory, on_disk in zip(*(data.splits.values() for data in both), strict=True):
        assert (on_disk.m, on_disk.shape, on_disk.dtype) == (in_memory.m, in_memory.shape, in_memory.dtype)
        for chosen in (slice(2, 5), torch.tensor([4, 0])):
            for there, here in zip(on_disk.rows(chosen), in_memory.rows(chosen), strict=True):
                assert torch.equal(there, here)


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_the_rows_do_not_depend_on_the_number_of_workers(paths: list[str], workers: int) -> None:
    state = torch.get_rng_state()
    assert torch.equal(PicturesOnDisk(paths, SHAPE, workers).in_memory()[:, 0], torch.arange(70, dtype=torch.uint8))
    assert torch.equal(state, torch.get_rng_state())


def test_the_error_names_a_picture_that_cannot_be_decoded(paths: list[str]) -> None:
    Path(paths[5]).write_text("no picture")
    X = PicturesOnDisk(paths, SHAPE)
    assert len(X[:5]) == 5
    with pytest.raises(InputError, match=r"5\.png: not a picture"):
        X[4:7]


def test_a_set_larger_than_memory_stays_on_disk(tmp_path: Path, save: Save) -> None:
    """The set has two pictures of 32 × 32 × 3 = 3072 bytes."""
    for name in ("a/1.png", "b/1.png"):
        save(name)
    for memory, stays in ((2 * 3072 / 2**30, False), ((2 * 3072 - 1) / 2**30, True)):
        data = load_folder(Source(str(tmp_path), picture_size=32, memory=memory))
        assert data.train.stays_on_disk == stays


def test_the_chunks_are_the_rows_of_the_split_in_order(paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures_on_disk, "CHUNK", 20)
    monkeypatch.setattr("course_torch.data.split.CHUNK_VALUES", 20 * 48)
    Y = torch.arange(70).reshape(70, 1)
    for split in (SplitOnDisk(PicturesOnDisk(paths, SHAPE, 2), Y), Split(PicturesOnDisk(paths, SHAPE)[:], Y)):
        pieces = list(split.in_chunks())
        assert [len(piece.X) for piece in pieces] == [20, 20, 20, 10]
        assert torch.equal(torch.cat([piece.X for piece in pieces])[:, :1], Y)
        assert torch.equal(torch.cat([piece.Y for piece in pieces]), Y)


def test_a_chunk_holds_fewer_pictures_if_they_are_large() -> None:
    sizes = {side: PicturesOnDisk(["a.png"] * 100, (side, side, 3)).chunks[0] for side in (64, 256, 1024, 2048)}
    assert sizes == {64: slice(0, 64), 256: slice(0, 42), 1024: slice(0, 2), 2048: slice(0, 1)}


def test_results_do_not_depend_on_memory_or_chunks(
    both: tuple[DataSet, DataSet], generator: torch.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = DeepNetwork([48, 3, 1], dtype=torch.float64, generator=generator)
    in_memory, on_disk = both
    split = in_memory.train
    X = split.X.double() / 255
    X = X - X.mean(dim=0)
    expected = [network.cost(X, split.Y).item(), (network.predict(X) == split.Y).double().mean().item()]
    for rows in (64, 5):
        monkeypatch.setattr(pictures_on_disk, "CHUNK", rows)
        monkeypatch.setattr("course_torch.data.split.CHUNK_VALUES", rows * 48)
        for data in both:
            assert list(evaluate(network, data.batches(data.train, torch.float64))) == pytest.approx(
                expected, rel=1e-12
            )
    assert on_disk.train.stays_on_disk


def test_the_mean_does_not_depend_on_memory_or_on_chunks(
    both: tuple[DataSet, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory, on_disk = both
    expected = in_memory.train.X.double().mean(dim=0, keepdim=True) / 255
    monkeypatch.setattr(pictures_on_disk, "CHUNK", 5)
    monkeypatch.setattr("course_torch.data.split.CHUNK_VALUES", 7 * 48)
    torch.testing.assert_close(on_disk.mean, expected)
    assert torch.equal(in_memory.mean, on_disk.mean)


def test_mislabelled_pictures_are_drawn_from_disk(both: tuple[DataSet, DataSet], generator: torch.Generator) -> None:
    network = DeepNetwork([48, 3, 1], dtype=torch.float64, generator=generator)
    in_memory, on_disk = ([axes.get_title() for axes in draw_mislabelled(network, data).axes] for data in both)
    assert in_memory == on_disk
    assert any("said" in title for title in on_disk)


def test_checks_pass_and_a_request_for_all_features_at_once_is_rejected(both: tuple[DataSet, DataSet]) -> None:
    data = check_data_set("folder", both[1])
    with pytest.raises(InputError, match=r"X: all rows are needed in memory, but 44 pictures exceed data\.memory"):
        features(data.train.X, data.scale, torch.float32)

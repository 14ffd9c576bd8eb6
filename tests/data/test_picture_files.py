"""Every kind of picture file decodes to the right values, and many files in their order."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from course_torch.data import picture_files
from course_torch.data.folder import load_folder
from course_torch.data.picture_files import decode_all
from course_torch.data.source import Source
from course_torch.errors import InputError
from tests.data.conftest import Save
from tests.support.fixture_types import Monkeypatch

Decoded = Callable[..., torch.Tensor]
COLOUR, GREY = (4, 4, 3), (4, 4, 1)
RED = [255, 0, 0]


@pytest.fixture
def decoded(tmp_path: Path) -> Decoded:
    """A function that saves a picture as a file of this ending, and decodes the file."""

    def save_and_decode(
        picture: Image.Image, ending: str, shape: tuple[int, int, int] = COLOUR, **options: object
    ) -> torch.Tensor:
        picture.save(tmp_path / f"a.{ending}", **options)
        (decoded,), errors = decode_all([str(tmp_path / f"a.{ending}")], shape)
        assert not errors
        return decoded

    return save_and_decode


def corners(mode: str = "L") -> Image.Image:
    """8×8 pixels, black except for the white top left quarter: a rotation or a flip moves the quarter."""
    picture = Image.new(mode, (8, 8))
    picture.paste("white", (0, 0, 4, 4))
    return picture


def where_white(picture: torch.Tensor) -> str:
    """Return the white corner of the decoded picture."""
    names = {"top left": (0, 0), "top right": (0, 3), "bottom left": (3, 0), "bottom right": (3, 3)}
    (corner,) = (name for name, place in names.items() if picture[place] == 255)
    return corner


def test_a_picture_of_the_target_shape_and_the_first_frame_of_an_animation_keep_their_values(decoded: Decoded) -> None:
    pixels = torch.randint(256, (4, 4, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    assert torch.equal(decoded(Image.fromarray(pixels.numpy()), "png"), pixels)
    red, blue = (Image.new("RGB", (4, 4), colour) for colour in ("red", "blue"))
    assert decoded(red, "gif", save_all=True, append_images=[blue])[0, 0].tolist() == RED


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        *((1, "top left"), (2, "top right"), (3, "bottom right"), (4, "bottom left")),
        *((5, "top left"), (6, "top right"), (7, "bottom right"), (8, "bottom left")),
    ],
)
@pytest.mark.parametrize("ending", ["png", "jpg", "tiff", "webp"])
def test_the_picture_is_rotated_by_its_exif_orientation(
    decoded: Decoded, ending: str, orientation: int, corner: str
) -> None:
    """Example: with orientation 6 the top left corner in the file is the top right corner of the picture."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert where_white(decoded(corners(), ending, GREY, exif=exif)) == corner


@pytest.mark.parametrize(
    ("mode", "ending", "colour"),
    [
        *[("RGB", ending, RED) for ending in ("png", "bmp", "ppm", "gif", "tiff")],
        *(("RGBA", "png", RED), ("P", "png", RED), ("CMYK", "tiff", RED)),
        *(("L", "png", [76] * 3), ("LA", "png", [76] * 3)),  # 0.299 · 255, the luma of red
        ("1", "png", [0] * 3),
    ],
)
def test_every_mode_is_converted_to_colour_or_grey(decoded: Decoded, mode: str, ending: str, colour: list[int]) -> None:
    picture = Image.new("RGB", (6, 6), "red").convert(mode, dither=Image.Dither.NONE)
    assert decoded(picture, ending)[0, 0].tolist() == colour
    assert decoded(picture, ending, GREY)[0, 0].tolist() == [0 if mode == "1" else 76]


def test_transparent_pixels_are_blended_with_grey(decoded: Decoded) -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[0, :, 0] = 255  # red with alpha 0 is invisible
    pixels[1] = (255, 255, 255, 255)
    pixels[2] = (0, 0, 0, 51)  # alpha 51 / 255: a fifth black
    for mode in ("RGBA", "LA"):
        rows = decoded(Image.fromarray(pixels).convert(mode), "png")[:, 0].tolist()
        assert rows[:2] == [[128] * 3, [255] * 3]
        assert rows[2] == pytest.approx([0.8 * 128] * 3, abs=1)
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.paste(1, (0, 0, 4, 2))
    for ending, transparency in (("gif", 0), ("png", bytes([0, 255]))):
        rows = decoded(palette, ending, transparency=transparency)[:, 0].tolist()
        assert rows == [[0, 0, 255]] * 2 + [[128] * 3] * 2, "a transparent colour of a palette is grey"


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_16_bit_grey_is_scaled_and_not_clipped(decoded: Decoded, ending: str) -> None:
    picture = Image.fromarray(np.array([0, 257, 257 * 100, 65535], np.uint16).repeat(4).reshape(4, 4))
    assert decoded(picture, ending, GREY)[:, 0, 0].tolist() == [0, 1, 100, 255]
    assert decoded(picture, ending)[3, 0].tolist() == [255] * 3


@pytest.mark.parametrize(
    ("size", "red", "shape"),
    [
        ((300, 100), (50, 0, 250, 100), COLOUR),
        ((100, 300), (0, 50, 100, 250), COLOUR),
        ((200, 300), (0, 50, 200, 250), (5, 10, 3)),
    ],
)
def test_a_picture_is_cropped_to_the_largest_centred_rectangle_of_the_target(
    decoded: Decoded, size: tuple[int, int], red: tuple[int, ...], shape: tuple[int, int, int]
) -> None:
    """300 black pixels, red from 50 to 250: the square from 100 to 200 is red, including its borders."""
    picture = Image.new("RGB", size)
    picture.paste("red", red)
    assert (decoded(picture, "png", shape) == torch.tensor(RED)).all()


def test_a_large_jpeg_decoded_at_a_fraction_of_its_size_has_the_same_values(decoded: Decoded) -> None:
    ramp = np.linspace(0, 255, 1024).round().astype(np.uint8)
    pixels = np.stack([np.tile(ramp, (1024, 1)), np.tile(ramp[:, None], (1, 1024)), np.full((1024, 1024), 99)], axis=2)
    jpeg, png = (decoded(Image.fromarray(pixels.astype(np.uint8)), ending, (16, 16, 3)) for ending in ("jpg", "png"))
    assert (jpeg.int() - png.int()).abs().max() <= 3


def test_warnings_of_odd_metadata_are_hidden(decoded: Decoded) -> None:
    """Pillow warns of a truncated EXIF block, but the pixels of the JPEG are intact."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert where_white(decoded(corners("RGB"), "jpg", GREY, exif=b"Exif\0\0II*\0\x08\0\0\0\x02\0")) == "top left"


@pytest.fixture
def paths(save: Save) -> list[str]:
    """70 pictures; picture i has the grey value i."""
    return [str(save(f"{i}.png", grey=i)) for i in range(70)]


def test_pictures_are_decoded_in_their_order_and_what_is_no_picture_has_its_error(paths: list[str]) -> None:
    Path(paths[7]).write_text("no picture")
    Path(paths[5]).unlink()
    pictures, errors = decode_all(paths, COLOUR)
    expected = torch.arange(70, dtype=torch.uint8)
    expected[[5, 7]] = 0
    assert torch.equal(pictures, expected.reshape(70, 1, 1, 1).expand(70, *COLOUR))
    assert [*errors] == [5, 7]
    assert errors[7].en.endswith("7.png: not a picture")


def test_a_set_that_needs_too_much_memory_is_rejected(tmp_path: Path, save: Save, monkeypatch: Monkeypatch) -> None:
    """Two pictures of 32 × 32 × 3 = 3072 bytes; of 31 × 31 × 3 = 2883 bytes they fit."""
    save("a/1.png", "b/1.png")
    monkeypatch.setattr(picture_files, "MOST", 2 * 3072)
    assert load_folder(Source("folder", str(tmp_path), picture_size=32)).train.m == 2
    monkeypatch.setattr(picture_files, "MOST", 2 * 3072 - 1)
    with pytest.raises(InputError, match=r"data\.picture_size: found 32, expected at most 31 for 2 pictures"):
        load_folder(Source("folder", str(tmp_path), picture_size=32))

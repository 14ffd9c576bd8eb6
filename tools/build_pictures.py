"""Build course_torch/data/pictures.npz from five npm packages of drawings. The script ran once; it shows how.

The drawings of two packages are PNG files, those of three are SVG. `resvg_py` renders SVG; nothing else needs it.

npm pack emoji-datasource-google@16.0.0 emoji-datasource-twitter@16.0.0 \
    @iconify-json/fluent-emoji-flat@1.2.6 @iconify-json/noto-v1@1.2.5 @iconify-json/emojione@1.2.3
(unpack each archive into a folder of its own: google/, twitter/, fluent/, noto_v1/, emojione/)
pip install resvg_py==0.5.0
python tools/build_pictures.py google/package twitter/package fluent/package noto_v1/package emojione/package
"""

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

TARGET = Path(__file__).parents[1] / "course_torch" / "data" / "pictures.npz"
BACKGROUND = (128, 128, 128)
SPLIT_SEED = 1  # fixed before any network was trained
SHARES = (0.70, 0.15)  # training, validation; the test split gets the rest


def label_of(motif: dict) -> bool | None:
    """True for an animal, False for a vehicle or a place, None for anything else (traffic signs, symbols, plants)."""
    category, subcategory = motif["category"], motif["subcategory"]
    if category == "Animals & Nature" and subcategory.startswith("animal-"):
        return True
    if category == "Travel & Places" and subcategory.startswith(("transport-", "place-")):
        return False
    return None


def on_grey(picture: Image.Image) -> np.ndarray:
    rgba = picture.convert("RGBA").resize((64, 64))
    ground = Image.new("RGBA", rgba.size, (*BACKGROUND, 255))
    return np.asarray(Image.alpha_composite(ground, rgba).convert("RGB"))


def png_drawing(package: Path, hand: str, file: str) -> np.ndarray:
    with Image.open(package / "img" / hand / "64" / file) as picture:
        return on_grey(picture)


class IconSet:
    """The SVG drawings of an Iconify package, by name."""

    def __init__(self, package: Path) -> None:
        self.content = json.loads((package / "icons.json").read_text())
        codes = json.loads((package / "chars.json").read_text())
        self.name_of_code = {without_selector(code): name for code, name in codes.items()}

    def icon(self, name: str) -> dict | None:
        if name in self.content["icons"]:
            return self.content["icons"][name]
        alias = self.content.get("aliases", {}).get(name)
        return self.icon(alias["parent"]) if alias else None

    def drawing(self, icon: dict) -> np.ndarray:
        """The icon, rendered. A filter is scaled right only if <svg> has a width and a height."""
        width, height = (icon.get(side, self.content[side]) for side in ("width", "height"))
        view_box = f"{icon.get('left', 0)} {icon.get('top', 0)} {width} {height}"
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="64" height="64" viewBox="{view_box}">{icon["body"]}</svg>'
        )
        png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=64, height=64))
        with Image.open(io.BytesIO(png)) as picture:
            return on_grey(picture)


def without_selector(code: str) -> str:
    """A code point sequence without the variation selector."""
    return code.lower().replace("-fe0f", "")


def names(motif: dict, name_of_code: dict[str, str]) -> Iterator[str]:
    """Possible names of a motif in an Iconify package: by its code points, its Unicode name, its short name."""
    if (code := without_selector(motif["unified"])) in name_of_code:
        yield name_of_code[code]
    slug = re.sub(r"[^a-z0-9]+", "-", motif["name"].lower()).strip("-")
    short = motif["short_name"].replace("_", "-")
    yield from (slug, short, short.replace("-", ""), slug.replace("-", ""))


def split(count: int, generator: np.random.Generator) -> np.ndarray:
    """The number of a split (0 training, 1 validation, 2 test) for each of `count` motifs."""
    bounds = [round(SHARES[0] * count), round(sum(SHARES) * count)]
    split = np.empty(count, dtype=np.uint8)
    split[generator.permutation(count)] = np.searchsorted(bounds, np.arange(count), side="right")
    return split


def drawings(motif: dict, google: Path, twitter: Path, icon_sets: dict[str, IconSet]) -> dict[str, np.ndarray]:
    """Hand -> drawing of the motif. The older packages lack the newer motifs."""
    drawn = {
        "google": png_drawing(google, "google", motif["image"]),
        "twitter": png_drawing(twitter, "twitter", motif["image"]),
    }
    name_of_code = icon_sets["fluent"].name_of_code  # the other two packages list no code points
    for hand, icons in icon_sets.items():
        icon = next(filter(None, map(icons.icon, names(motif, name_of_code))), None)
        if icon is not None:
            drawn[hand] = icons.drawing(icon)
    return drawn


def main(google: Path, twitter: Path, fluent: Path, noto_v1: Path, emojione: Path) -> None:
    motifs = sorted(json.loads((google / "emoji.json").read_text()), key=lambda motif: motif["sort_order"])
    icon_sets = {"fluent": IconSet(fluent), "noto_v1": IconSet(noto_v1), "emojione": IconSet(emojione)}
    generator = np.random.default_rng(SPLIT_SEED)
    pictures, is_animal, split, motif_names, hands = [], [], [], [], []
    for animal in (True, False):
        chosen = [motif for motif in motifs if label_of(motif) is animal]
        for motif, number in zip(chosen, split(len(chosen), generator), strict=True):
            drawn = drawings(motif, google, twitter, icon_sets)
            pictures += drawn.values()
            hands += drawn
            is_animal += [animal] * len(drawn)
            split += [number] * len(drawn)
            motif_names += [motif["short_name"]] * len(drawn)
    arrays = {
        "pictures": np.stack(pictures),
        "is_animal": np.array(is_animal, dtype=np.uint8),
        "part": np.array(split, dtype=np.uint8),
        "motif": np.array(motif_names),
        "hand": np.array(hands),
    }
    with zipfile.ZipFile(TARGET, "w") as archive:  # np.load reads LZMA too: a sixth smaller than what np.savez writes
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # without the time, so that equal pictures make an equal file
            entry.compress_type = zipfile.ZIP_LZMA
            with archive.open(entry, "w") as file:
                np.lib.format.write_array(file, array)
    print(f"{TARGET}: {len(pictures)} pictures, {TARGET.stat().st_size / 2**20:.2f} MiB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

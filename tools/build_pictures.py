"""Build course_torch/data/pictures.npz from two npm packages of drawings; run once, and kept to show how.

npm pack emoji-datasource-google@16.0.0 emoji-datasource-twitter@16.0.0
(unpack each into a folder of its own: google/, twitter/)
python tools/build_pictures.py google/package twitter/package
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

TARGET = Path(__file__).parents[1] / "course_torch" / "data" / "pictures.npz"
BACKGROUND = (128, 128, 128)
SPLIT_SEED = 1  # fixed before any network was trained
SHARES = (0.70, 0.15)  # training, validation; the rest is the test part


def label_of(motif: dict) -> bool | None:
    """True for an animal, False for a vehicle or a place, None for anything else (traffic signs, symbols, plants)."""
    category, subcategory = motif["category"], motif["subcategory"]
    if category == "Animals & Nature" and subcategory.startswith("animal-"):
        return True
    if category == "Travel & Places" and subcategory.startswith(("transport-", "place-")):
        return False
    return None


def drawing(package: Path, hand: str, file: str) -> np.ndarray:
    """One drawing (64, 64, 3) on grey."""
    with Image.open(package / "img" / hand / "64" / file) as picture:
        rgba = picture.convert("RGBA").resize((64, 64))
    ground = Image.new("RGBA", rgba.size, (*BACKGROUND, 255))
    return np.asarray(Image.alpha_composite(ground, rgba).convert("RGB"))


def split(count: int, generator: np.random.Generator) -> np.ndarray:
    """A part number (0 training, 1 validation, 2 test) for each of `count` motifs."""
    bounds = [round(SHARES[0] * count), round(sum(SHARES) * count)]
    part = np.empty(count, dtype=np.uint8)
    part[generator.permutation(count)] = np.searchsorted(bounds, np.arange(count), side="right")
    return part


def main(google: Path, twitter: Path) -> None:
    motifs = sorted(json.loads((google / "emoji.json").read_text()), key=lambda motif: motif["sort_order"])
    generator = np.random.default_rng(SPLIT_SEED)
    pictures, is_animal, part, names = [], [], [], []
    for animal in (True, False):
        chosen = [motif for motif in motifs if label_of(motif) is animal]
        for motif, number in zip(chosen, split(len(chosen), generator), strict=True):
            for package, hand in ((google, "google"), (twitter, "twitter")):
                pictures.append(drawing(package, hand, motif["image"]))
                is_animal.append(animal)
                part.append(number)
                names.append(motif["short_name"])
    np.savez_compressed(
        TARGET,
        pictures=np.stack(pictures),
        is_animal=np.array(is_animal, dtype=np.uint8),
        part=np.array(part, dtype=np.uint8),
        motif=np.array(names),
    )
    print(f"{TARGET}: {len(pictures)} pictures, {TARGET.stat().st_size / 2**20:.2f} MiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

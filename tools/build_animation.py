"""Build docs/images/playground.webp, the playground at work: `python -m tools.build_animation`.

The playground trains the flower in a real browser, and each frame is a picture of it.
"""

import io
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from course_torch.playground.standalone import standalone_page
from course_torch.playground.stored_page import hash_of_sources

TARGET = Path(__file__).parents[1] / "docs" / "images" / "playground.webp"
SETTINGS = "language=en#data=planar&hidden_layers=5-3&initialization=he"
STEPS = [*range(0, 200, 5), *range(200, 1001, 40)]
CLIP = {"x": 276, "y": 64, "width": 1004, "height": 796}
SIZE = (800, 636)
SHOWN, LAST = 120, 3000
"""Milliseconds of a frame, and of the last frame."""


def frame(page: Page, step: int) -> Image.Image:
    """The page after a number of updates."""
    page.evaluate("(step) => { while (asked < step) { asked += 1; document.querySelector('#step').click(); } }", step)
    page.wait_for_function("(step) => document.querySelector('#at').textContent === `step ${step}`", arg=step)
    page.wait_for_timeout(100)  # the gradients are judged after the network is drawn
    return Image.open(io.BytesIO(page.screenshot(clip=CLIP))).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "playground.html"
        path.write_text(standalone_page(hash_of_sources()), encoding="utf-8")
        page = playwright.chromium.launch(executable_path=shutil.which("chromium")).new_page(
            viewport={"width": 1280, "height": 900}
        )
        page.goto(f"{path.as_uri()}?{SETTINGS}")
        page.wait_for_selector("#columns[aria-busy=false]")
        page.evaluate("for (const part of document.querySelectorAll('#tasks, .hint')) part.hidden = true; asked = 0")
        first, *others = [frame(page, step) for step in STEPS]
    durations = [SHOWN] * len(others) + [LAST]
    first.save(TARGET, save_all=True, append_images=others, duration=durations, loop=0, quality=45, method=6)
    print(f"{TARGET}: {len(durations)} frames, {TARGET.stat().st_size / 2**20:.2f} MiB")


if __name__ == "__main__":
    main()

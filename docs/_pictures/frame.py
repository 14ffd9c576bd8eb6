"""What every picture has: a size, a title and a description for readers who cannot see it, and a name."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from course_torch.language import Language, Text

WIDTH = 440
Numbers = dict[str, Any]
Draw = Callable[[Numbers, Language], Iterator[str]]


class Picture(NamedTuple):
    """An SVG drawing of a lesson: its height, and the function that yields its elements."""

    height: int
    title: Text
    description: Text
    draw: Draw

    def svg(self, numbers: Numbers, language: Language) -> str:
        """The drawing, made from the numbers of the lesson's code."""
        title, description = self.title.say(language), self.description.say(language)
        return (
            f'<svg viewBox="0 0 {WIDTH} {self.height}" role="img" aria-labelledby="picture-title picture-description">'
            f'<title id="picture-title">{title}</title><desc id="picture-description">{description}</desc>'
            f"{''.join(self.draw(numbers, language))}</svg>"
        )


PICTURES: dict[str, Picture] = {}
"""Name -> picture. `picture` adds the functions below it."""


def picture(height: int, title: Text, description: Text) -> Callable[[Draw], Draw]:
    """Make a function the picture of its name."""

    def add(draw: Draw) -> Draw:
        PICTURES[draw.__name__] = Picture(height, title, description, draw)
        return draw

    return add

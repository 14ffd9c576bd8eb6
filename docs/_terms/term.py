"""An entry of the glossary."""

from typing import NamedTuple

from course_torch.language import Text


class Term(NamedTuple):
    """A term, the section of the notes that needs it first (empty if no section does), and a sentence about it."""

    name: Text
    section: str
    meaning: Text

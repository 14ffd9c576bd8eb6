"""A step of the path to a verdict: `check --why` shows them, and the answer in JSON has them."""

from typing import Literal, NamedTuple

from course_torch.language import Language, Text


class Step(NamedTuple):
    """A step of the path to a verdict.

    kind    a way of calling the function, a search for a cause, changes of its text, or a rule about whose fault it is
    name    the way, the search, the change or the rule
    found   the state by the calls, the keys of the causes, or what the rule decided; no text if nothing was found
    place   the file of the package and the line that found it
    """

    kind: Literal["call", "search", "change", "rule"]
    name: str
    found: Text
    place: str = ""

    def record(self, language: Language) -> dict[str, str]:
        """The step in words of a language, for JSON."""
        return {**self._asdict(), "found": self.found.say(language)}

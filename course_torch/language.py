"""Sentences in the two languages of the project."""

from typing import Literal, NamedTuple

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Text(NamedTuple):
    """A sentence in English and in Chinese."""

    en: str
    zh: str

    def say(self, language: Language) -> str:
        """The sentence in this language."""
        return self.zh if language == "zh" else self.en

    def fill(self, **values: object) -> "Text":
        """Put values into the placeholders of both sentences. A value that is a Text goes in language by language."""
        return Text(
            *(
                sentence.format(
                    **{
                        name: value.say(language) if isinstance(value, Text) else value
                        for name, value in values.items()
                    }
                )
                for language, sentence in zip(LANGUAGES, self, strict=True)
            )
        )


NOTHING = Text("", "")


def same(sentence: str) -> Text:
    """A text that reads the same in both languages, such as a formula."""
    return Text(sentence, sentence)

"""Sentences in the two languages of the project."""

import os
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

Language = Literal["en", "zh"]
CHINESE = "[\u4e00-\u9fff]"
VARIABLE = "COURSE_TORCH_LANGUAGE"
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
        english, chinese = (
            {name: value.say(language) if isinstance(value, Text) else value for name, value in values.items()}
            for language in LANGUAGES
        )
        joined = self.zh
        for name, value in chinese.items():
            if isinstance(values[name], Text):
                joined = without_spaces(joined, name, str(value))
        return Text(self.en.format(**english), joined.format(**chinese))


def without_spaces(sentence: str, name: str, value: str) -> str:
    """Leave out the spaces of "… {name} …" that would stand between two Chinese characters after the value is put in.

    Such a space separates Chinese from Latin letters and from digits, with which another value may begin or end.
    """
    if re.match(CHINESE, value):
        sentence = re.sub(rf"(?<={CHINESE}) (?=\{{{name}\}})", "", sentence)
    if re.search(f"({CHINESE}|[）”])$", value):
        sentence = re.sub(rf"(?<=\{{{name}\}}) (?={CHINESE})", "", sentence)
    return sentence


def joined(separator: Text, texts: Iterable[Text]) -> Text:
    """The texts in one, with the separator of their language between them."""
    listed = list(texts)
    return Text(*(separator.say(language).join(text.say(language) for text in listed) for language in LANGUAGES))


NOTHING, COLON, SEMICOLON, OR = Text("", ""), Text(": ", "："), Text("; ", "；"), Text("; or: ", "；或者：")


def language_named(arguments: Iterable[str]) -> str:
    """The value of the last `--language`, otherwise of COURSE_TORCH_LANGUAGE, otherwise en. It may be no language."""
    said = " ".join([f"--language {os.environ.get(VARIABLE) or 'en'}", *arguments])
    return re.findall(r"--language[ =](\S*)", said)[-1]


def asked(arguments: Iterable[str]) -> Language:
    """The language that the arguments name, otherwise that of the environment, otherwise English."""
    said = language_named(arguments)
    return "zh" if (said if said in LANGUAGES else language_named(())) == "zh" else "en"


def language_option(language: Language) -> str:
    """What follows a command that the reader is told to type, so that it answers in this language too."""
    return "" if language == asked(()) else f" --language {language}"


def same(sentence: str) -> Text:
    """A text that reads the same in both languages, such as a formula."""
    return Text(sentence, sentence)

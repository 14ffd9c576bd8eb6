"""Both sentences of a cause contain the same symbols, numbers and formulas."""

import re

import pytest

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import Text
from course_torch.verification.catalogue import CATALOGUE
from course_torch.verification.catalogue.forward import FORWARD
from course_torch.verification.factors import ANOTHER_M, CALLS, EXACTLY, FACTOR, NOTHING

SYMBOLS = {
    *("X", "Y", "Z", "A", "W", "Wᵀ", "b", "g", "g'", "A_prev", "dZ", "dZᵀ", "dA", "dA_prev", "dW", "db", "dslope"),
    *("L", "l", "m", "min", "β"),
}
TERMS = {
    *("softmax", "epsilon", "L1", "L2", "nan", "inf", "keepdim", "True", "reshape"),
    *("float32", "bfloat16", "float16", "log", "exp"),
}
AGREED = SYMBOLS | TERMS | ACTIVATIONS.keys()
HAN = "[\u4e00-\u9fff]"
PUNCTUATION = "[，：、]"
SENTENCES = [
    *(cause.sentence for cause in CATALOGUE),
    *(cause.sentence for cause in FORWARD),
    ANOTHER_M.fill(number=209, m=9),
    FACTOR.fill(exactly=EXACTLY, factor="m²", calls=NOTHING),
    FACTOR.fill(exactly=NOTHING, factor="-0.1235", calls=CALLS.fill(factor=3)),
]
each_sentence = pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.en)


def words(sentence: str) -> set[str]:
    """The words and symbols in Latin or Greek letters, such as dA_prev, g' and L2."""
    return set(re.findall(r"[A-Za-zβ][A-Za-z0-9_]*ᵀ?(?:'(?!\w))?", sentence))


def numbers(sentence: str) -> set[str]:
    return set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?", sentence))


def formulas(chinese: str) -> list[str]:
    """What stands between Chinese characters and punctuation, such as dZ = A - Y."""
    return [part.strip() for part in re.split(f"{HAN}|{PUNCTUATION}", chinese) if part.strip()]


def equations(english: str) -> list[str]:
    """The equations of an English sentence. An equation ends at a comma, a colon or a word that is no symbol."""
    return re.findall(r"\S+ = .*?(?=:|,(?! Z\))| (?!min\b)[a-z]{2,}|$)", english)


def test_equations_end_where_words_begin() -> None:
    assert equations("this has dZ = A - Y, without A") == ["dZ = A - Y"]
    assert equations("a: dW = dZᵀ A_prev and db = Σ dA * min(0, Z)") == ["dW = dZᵀ A_prev", "db = Σ dA * min(0, Z)"]


@each_sentence
def test_the_Chinese_sentence_is_Chinese_apart_from_symbols_and_agreed_terms(sentence: Text) -> None:
    assert re.search(HAN, sentence.zh)
    assert words(sentence.zh) <= AGREED


@each_sentence
def test_both_sentences_contain_the_same_symbols_and_numbers(sentence: Text) -> None:
    assert words(sentence.zh) == words(sentence.en) & AGREED
    assert numbers(sentence.zh) == numbers(sentence.en)


@each_sentence
def test_both_sentences_contain_the_same_formulas(sentence: Text) -> None:
    assert [formula for formula in formulas(sentence.zh) if formula not in sentence.en] == []
    assert [equation for equation in equations(sentence.en) if equation not in sentence.zh] == []


@each_sentence
def test_the_Chinese_sentence_has_Chinese_punctuation_and_spaces_around_formulas(sentence: Text) -> None:
    assert not re.search(rf"{HAN}[,:;.]|[,:;.]\s*{HAN}|。", sentence.zh)
    assert not re.search(rf"{HAN}[\w(*=+-]|[\w)\]'²*=]{HAN}", re.sub(f"{HAN}+", lambda run: run[0][0], sentence.zh))
    assert not re.search(rf"\s{PUNCTUATION}|{PUNCTUATION}\s|\s\s", sentence.zh)

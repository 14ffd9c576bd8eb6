"""Every record has a key, words in both languages that say the same, and edits that no other record has.

Each check returns one line for each record that fails it. The line names the record.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

import pytest
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import LANGUAGES, NOTHING, Text
from course_torch.mistakes import BACKWARD, FORWARD
from course_torch.mistakes.context import BackwardContext, ForwardContext
from course_torch.mistakes.record import REFERENCE, Edit, Mistake, mistake, tensors_of, text_of
from course_torch.mistakes.records.general import EVIDENCE
from course_torch.verification.explanation import CALLS, EXACTLY
from course_torch.verification.statements import said
from tests.mistakes.in_numpy import backward_contexts, forward_contexts

RECORDS = [*BACKWARD, *FORWARD]
SECTIONS = {"1.1", "1.2", "1.5", "1.6", "1.7", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2"}
each_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.key)


@each_record
def test_a_record_has_words_and_a_section(record: Mistake) -> None:
    assert record.section in SECTIONS or record in EVIDENCE or record.recognized in ("number", "nothing")
    assert len(record.sentence.en) > 10
    assert not record.sentence.en.endswith(".")
    assert " and " not in record.key  # joins the keys of mistakes that are made together


# The checks


def of_tensors(record: Mistake) -> list[Edit]:
    """The edits of the reference text of a tensor. `test_solution.py` checks the edits of functions."""
    return [edit for edit in record.edits if edit.place in REFERENCE]


def missing_words(records: list[Mistake]) -> list[str]:
    words = ((record, name, language) for record in records for name in ("title", "sentence") for language in LANGUAGES)
    return [
        f"{record.key}: no {name} in {language}"
        for record, name, language in words
        if not getattr(record, name).say(language)
    ]


def shared(records: list[Mistake], of: Callable[[Mistake], object], what: str) -> list[str]:
    """The keys of records of which this is the same."""
    keys = defaultdict(list)
    for record in records:
        keys[of(record)].append(record.key)
    return [f"{' and '.join(of_all)}: the same {what}" for of_all in keys.values() if len(of_all) > 1]


def edits_of_other_texts(records: list[Mistake]) -> list[str]:
    failures = []
    for record in records:
        for edit in of_tensors(record):
            for function in edit.of.split() or [""]:
                try:
                    text_of(edit.place, edit.old, function)
                except ValueError as error:
                    failures.append(f"{record.key}: {error}")
    return failures


@lru_cache
def computed(record: Mistake) -> list[tuple[int, Edit, Tensor]]:
    """What the edits of a record compute: the number of the context, the edit, and the tensor."""
    record = replace(record, recognized="tensor")
    return [
        (number, edit, tensor)
        for number, (place, context) in enumerate(contexts())
        for edit, tensor in tensors_of(record, place, context)
    ]


def contexts() -> Iterator[tuple[str, BackwardContext | ForwardContext]]:
    yield from ((context.place, context) for context in backward_contexts())
    yield from forward_contexts()


def edits_without_a_tensor(records: list[Mistake]) -> list[str]:
    """The edit, or the tensor of which it adds a multiple, names what no context has, or never fits in size."""
    return [
        f"{record.key}: {part.adds or part.new!r} computes no tensor"
        for record in records
        for edit in of_tensors(record)
        for part in dict.fromkeys((edit, replace(edit, adds="")))
        if not computed(replace(record, edits=(part,)))
    ]


def twins(records: list[Mistake]) -> list[str]:
    def tensors(record: Mistake) -> object:
        seen = ((number, bool(edit.adds), tensor.flatten().tolist()) for number, edit, tensor in computed(record))
        return tuple((number, adds, *(f"{x:.9g}" for x in entries)) for number, adds, entries in seen)

    return shared([record for record in records if of_tensors(record)], tensors, "tensors in all networks")


def new(*edits: Edit, key: str = "new", title: str = "新的", en: str = "it is new", zh: str = "新的错误") -> Mistake:
    return mistake(key, title, "2.5", en, zh, *edits)


SCALED_ROWS = Edit("dW", "dZ.T @ A_prev / m", "db.T.expand(n, A_prev.shape[1])")
FAILING = [
    (missing_words, new(en=""), "new: no sentence in en"),
    (missing_words, new(zh=""), "new: no sentence in zh"),
    (missing_words, new(title=""), "new: no title in zh"),
    (edits_of_other_texts, new(Edit("dW", "dZ @", "dZ")), "new: 'dZ @' is not in the reference text of dW"),
    (
        edits_of_other_texts,
        new(Edit("dZ", "A**2", "A", "tanh relu")),
        "new: 'A**2' is not in the reference text of dZ relu",
    ),
    (edits_without_a_tensor, new(Edit("dW", "dZ", "dX")), "new: 'dX' computes no tensor"),
    (edits_without_a_tensor, new(Edit("dW", "dZ.T", "dZ")), "new: 'dZ' computes no tensor"),
    (edits_without_a_tensor, new(Edit("dW", "dZ", "dA", adds="dX")), "new: 'dX' computes no tensor"),
    (edits_without_a_tensor, new(Edit("dW", "dZ", "dX", adds="dW")), "new: 'dX' computes no tensor"),
    (twins, new(SCALED_ROWS), "db for dW and new: the same tensors in all networks"),
]


@pytest.mark.parametrize("check", dict.fromkeys(check for check, _, _ in FAILING))
def test_every_record_passes(check: Callable[[list[Mistake]], list[str]]) -> None:
    assert check(RECORDS) == []


@pytest.mark.parametrize(
    ("check", "record", "message"),
    FAILING,
    ids=lambda given: getattr(given, "__name__", given) if not isinstance(given, Mistake) else None,
)
def test_a_check_names_the_record_that_fails(check: Callable, record: Mistake, message: str) -> None:
    assert check([*RECORDS, record]) == [message]


# The words

SYMBOLS = {
    *("X", "Y", "Z", "A", "W", "Wᵀ", "b", "g", "g'", "A_prev", "dZ", "dZᵀ", "dA", "dA_prev", "dW", "db", "dslope"),
    *("J", "L", "l", "m", "min", "β"),
}
TERMS = {
    *("softmax", "epsilon", "L1", "L2", "nan", "inf", "keepdim", "True", "reshape"),
    *("float32", "bfloat16", "float16", "log", "exp"),
}
AGREED = SYMBOLS | TERMS | {"dropout"} | ACTIVATIONS.keys()
HAN = "[\u4e00-\u9fff]"
PUNCTUATION = "[，：、]"
SENTENCES = [
    *(record.sentence for record in RECORDS if record.key not in ("another m", "factor")),
    said("another m", number=209, m=9).sentence,
    said("factor", exactly=EXACTLY, factor="m²", calls=NOTHING).sentence,
    said("factor", exactly=NOTHING, factor="-0.1235", calls=CALLS.fill(factor=3)).sentence,
]
each_sentence = pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.en)


def words(sentence: str) -> set[str]:
    """The words and symbols in Latin or Greek letters, such as dA_prev, g' and L2, and the placeholders."""
    return set(re.findall(r"(?<!\{)\b[A-Za-zβ][A-Za-z0-9_]*ᵀ?(?:'(?!\w))?", sentence))


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


@each_record
def test_the_Chinese_title_is_Chinese_apart_from_the_symbols_of_the_key(record: Mistake) -> None:
    symbols = re.compile(r"dA_prev|A_prev|dslope|d[AZWb]\b|1/m|g'|\d+|[AZWY](?:\[[lL](?:-\d)?\])?")
    assert re.search(HAN, record.title.zh) or record.title.zh in (record.key, "epsilon", "g'(A_prev)")
    assert words(record.title.zh) <= AGREED
    assert {*symbols.findall(record.key)} <= {*symbols.findall(record.title.zh)}

"""Every record has a key, words in both languages that say the same, and edits that no other record has.

Each check returns one line for each record that fails it. The line names the record.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

import pytest
from torch import Tensor

from course_torch.exercises.tasks import CHAPTERS
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import LANGUAGES, NOTHING, Text
from course_torch.mistakes import BACKWARD, FORWARD, RECORDS
from course_torch.mistakes.context import BackwardContext, ForwardContext
from course_torch.mistakes.record import REFERENCE, Edit, Mistake, mistake, tensors_of, text_of
from course_torch.mistakes.solution import FORMS, change_of, replace_in, solution_functions
from course_torch.verification.networks.explain.factors import CALLS, EXACTLY, with_values
from tests.mistakes.in_numpy import backward_contexts, forward_contexts

OF_PASSES = [*BACKWARD, *FORWARD]
HAN = "[\u4e00-\u9fff]"
SECTIONS = {"1.1", "1.2", "1.5", "1.6", "1.7", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2"}
each_record = pytest.mark.parametrize("record", OF_PASSES, ids=lambda record: record.key)


@each_record
def test_a_record_has_words_and_a_section(record: Mistake) -> None:
    assert record.section in SECTIONS or record.recognized in ("number", "nothing")
    assert len(record.sentence.en) > 10
    assert not record.sentence.en.endswith(".")
    assert " and " not in record.key  # joins the keys of mistakes that are made together


# The checks


def of_tensors(record: Mistake) -> list[Edit]:
    """The edits of the reference text of a tensor."""
    return [edit for edit in record.edits if edit.place in REFERENCE]


def missing_words(records: list[Mistake]) -> list[str]:
    """A title or sentence that is missing or in the other language. A Chinese title may be a symbol."""
    words = ((record, name, language) for record in records for name in ("title", "sentence") for language in LANGUAGES)
    return [
        f"{record.key}: no {name} in {language}"
        for record, name, language in words
        if not (text := getattr(record, name).say(language))
        or (bool(re.search(HAN, text)) is (language == "en") and (name, language) != ("title", "zh"))
    ]


def unknown_sections(records: list[Mistake]) -> list[str]:
    found = ((record.key, record.section) for record in records)
    return [f"{key}: section {section!r}" for key, section in found if not re.fullmatch(r"(?:[1-3]\.\d)?", section)]


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


NUMPY_FORMS = [form for form in FORMS if form[0] == "numpy"]


def edits_of_no_solution(records: list[Mistake]) -> list[str]:
    """One line for each edit of a function that changes no solution, with the key of its record."""
    return [
        f"{record.key}: {edit.place} {edit.old!r}"
        for record in records
        for edit in record.edits
        if edit.place not in REFERENCE
        and not any(change_of(edit, chapter, *form) for chapter in CHAPTERS for form in NUMPY_FORMS)
    ]


def edits_of_one_layout(records: list[Mistake]) -> list[str]:
    """One line for each edit that is possible in one layout only."""
    return [
        f"{record.key}: {edit.place} {edit.old!r} in {chapter}"
        for record in records
        for edit in record.edits
        for chapter in CHAPTERS
        if edit.place in solution_functions(chapter)
        and len({change_of(edit, chapter, *form) is None for form in NUMPY_FORMS}) > 1
    ]


def twins(records: list[Mistake]) -> list[str]:
    def tensors(record: Mistake) -> object:
        seen = ((number, bool(edit.adds), tensor.flatten().tolist()) for number, edit, tensor in computed(record))
        return tuple((number, adds, *(f"{x:.9g}" for x in entries)) for number, adds, entries in seen)

    return shared([record for record in records if of_tensors(record)], tensors, "tensors in all networks")


def new(
    *edits: Edit, title: str = "新的", section: str = "2.5", en: str = "it is new", zh: str = "新的错误"
) -> Mistake:
    return mistake("new", title, section, en, zh, *edits)


SCALED_ROWS = Edit("dW", "dZ.T @ A_prev / m", "db.T.expand(n, A_prev.shape[1])")
FAILING = [
    (missing_words, new(en=""), "new: no sentence in en"),
    (missing_words, new(zh=""), "new: no sentence in zh"),
    (missing_words, new(title=""), "new: no title in zh"),
    (missing_words, new(en="新的"), "new: no sentence in en"),
    (missing_words, new(zh="it is new"), "new: no sentence in zh"),
    (unknown_sections, new(title="2.5", section="新的"), "new: section '新的'"),
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
    (edits_of_no_solution, new(Edit("relu", "Z * 7", "Z")), "new: relu 'Z * 7'"),
    (edits_of_no_solution, new(Edit("rule", "Z", "A")), "new: rule 'Z'"),
    (edits_of_one_layout, new(Edit("weight_gradient", "X.T", "X")), "new: weight_gradient 'X.T' in logistic"),
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
PUNCTUATION = "[，：、]"
SENTENCES = [
    *(record.sentence for record in OF_PASSES if record.key not in ("another m", "factor")),
    with_values("another m", number=209, m=9).sentence,
    with_values("factor", exactly=EXACTLY, factor="m²", calls=NOTHING).sentence,
    with_values("factor", exactly=NOTHING, factor="-0.1235", calls=CALLS.fill(factor=3)).sentence,
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


def test_keys_and_sentences_of_records_are_unique() -> None:
    for word in (lambda record: record.key, *(lambda record, to=to: record.sentence.say(to) for to in LANGUAGES)):
        assert [text for text, count in Counter(map(word, RECORDS)).items() if count > 1] == []


def test_placeholders_are_the_same_in_both_languages_and_each_edit_gives_its_value() -> None:
    for record in RECORDS:
        names = [{part.split("}")[0] for part in record.sentence.say(to).split("{")[1:]} for to in LANGUAGES]
        assert names[0] == names[1], record.key
        assert all(("value" in names[0]) is bool(edit.value) for edit in record.edits), record.key


def test_a_change_of_code_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="relu: Z \\* 7"):
        replace_in("def relu(Z):\n    return Z\n", "relu", "Z * 7", "Z")

"""The trace in words: what is said of a learner's pass."""

from types import SimpleNamespace

import pytest

from course_torch.language import LANGUAGES
from course_torch.mistakes import MISTAKES
from course_torch.tracing.record import FirstWrong, OwnResult
from course_torch.tracing.words import own_in_words


@pytest.mark.parametrize(
    ("key", "en", "zh"),
    [
        ("no 1/m", "in update 1, probably the sum over", "在第 1 次更新。可能的原因："),
        ("unknown", "in update 1: no known mistake makes exactly this tensor", "在第 1 次更新。没有一种已知的错误"),
    ],
)
def test_a_fact_is_not_probable(key: str, en: str, zh: str) -> None:
    trace = SimpleNamespace(tensors=[SimpleNamespace(name="dW[2]", update=1)])
    sentences = {language: [MISTAKES[key].sentence.say(language)] for language in LANGUAGES}
    own = OwnResult("deep.py", FirstWrong(0, 1, {}, [key], sentences))
    assert en in own_in_words(trace, own, "en")
    assert zh in own_in_words(trace, own, "zh")

"""`course-torch vectorization`: how much faster a step is without loops."""

from rich.console import Console

from course_torch.errors import check_count
from course_torch.language import Language, Text
from course_torch.published.vectorization import in_words, time_steps
from course_torch.reports.tables import filled

TITLE = Text("one step, {m} examples of {n_x} features", "一步，{m} 个样本，各 {n_x} 个特征")


def vectorization(*, examples: int = 1000, features: int = 1000, language: Language = "en") -> int:
    """Time one step of logistic regression with two loops, with one loop and without loops, on the same data.

    Args:
        examples: number of examples m, at least 1
        features: number of features n_x, at least 1
        language: en or zh
    """
    for name, value in (("examples", examples), ("features", features)):
        check_count(name, value, 1)
    seconds = time_steps(examples, features)
    first, numbers = next(iter(seconds.values())), (Text("seconds", "秒"), Text("times as fast", "速度倍数"))
    rows = ((in_words(way).say(language), f"{value:.6f}", f"{first / value:,.1f}") for way, value in seconds.items())
    title = TITLE.fill(m=examples, n_x=features).say(language)
    Console().print(filled((Text("way", "做法"), *numbers), rows, language, right=numbers, title=title))
    return 0

"""{question}: the reader types a number or a small matrix, and is told whether it is right, or what makes it wrong."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course_torch.language import COLON, Language, Text
from course_torch.mistakes import MISTAKES
from course_torch.reports.page import as_data
from lessons.folded import Details
from lessons.language import QUESTION, SOLUTION, language_of
from lessons.predictions import raw

HINT = Text("Hint", "提示")
ANSWERED = Text("answered", "已答对")
YOURS = Text("Your answer, such as −0.5 or 1/3, with a decimal point", "你的答案，例如 −0.5 或 1/3，小数点用“.”")
CHECK = Text("Check", "检查")
FIELD = Text("row {row}, column {column}", "第 {row} 行第 {column} 列")
NUMBER = Text("answer", "答案")
WORDS = {
    "right": Text("Right.", "正确。"),
    "wrong": Text("Not yet: ", "还不对："),
    "one_of": Text("Not yet. One of these mistakes gives this:", "还不对。下面的某一种错误会得到这个结果："),
    "end": Text(".", "。"),
    "sign": MISTAKES["sign"].sentence,
    "transposed": Text("the right numbers, with rows and columns exchanged", "数值都对，但行和列互换了"),
    "exchanged": Text("the right numbers, but exchanged: {places}", "数值都对，但互换了位置：{places}"),
    "factor": Text("that is {factor} times the right number", "这是正确值的 {factor} 倍"),
    "factors": Text("every number is {factor} times the right one", "每个数都是正确值的 {factor} 倍"),
    "large": Text("the number is too large", "这个数太大"),
    "small": Text("the number is too small", "这个数太小"),
    "except": Text("the numbers are right except in {places}", "除了{places}，其余的数都正确"),
    "except_sign": Text("the numbers are right except for the sign in {places}", "除了{places}的正负号，其余都正确"),
    "all": Text("none of the numbers is right", "没有一个数是正确的"),
    "digits": Text(
        "Nearly: type at least three digits, or a fraction such as 1/3.",
        "差一点：至少写三位数字，或写成 1/3 这样的分数。",
    ),
    "empty": Text("Type a number first.", "请先填一个数。"),
    "unreadable": Text(
        "“{typed}” is not a number. Type a number such as −0.5, or a fraction such as 1/3. The decimal mark is a "
        "point, not a comma.",
        "“{typed}”不是一个数。请写 −0.5 这样的数，或 1/3 这样的分数。小数点用“.”，不用逗号。",
    ),
    "colon": COLON,
    "join": Text("; ", "、"),
}
"""What the script says. It fills the placeholders."""


def question_parts(name: str, text: str) -> list[str]:
    """The question, the hint and the solution, with the numbers of the question. Raises ValueError."""
    from _questions import QUESTIONS  # imports modules of this package
    from _questions.written import filled

    if name not in QUESTIONS:
        raise ValueError(f"there is no question '{name}'")
    given, right = QUESTIONS[name].given, QUESTIONS[name].right.tolist()
    parts = filled(text, {**given, "right": right}).split("\n+++\n")
    if len(parts) != 3:
        raise ValueError(f"found {len(parts)} parts, expected question, +++, hint, +++, solution")
    return parts


class Question(SphinxDirective):
    """```{question} 2.5-dW```: the question, +++, a hint, +++, and the solution with its arithmetic.

    The numbers are those of `_questions`: \\value{dZ.T @ A_prev} writes a product out, \\value{right} is the answer.
    """

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name, language = self.arguments[0], language_of(self.env)
        try:
            texts = question_parts(name, "\n".join(self.content))
        except Exception as error:  # an expression of the text may raise anything
            raise self.error(f"question {name}: {error}") from error
        question, hint, solution = (self.parse_text_to_nodes(text) for text in texts)
        done = f'<span class="done" hidden>✓ {ANSWERED.say(language)}</span>'
        box = nodes.container("", classes=["question"])
        box += nodes.paragraph("", "", nodes.Text(QUESTION.say(language)), raw(done), classes=["question-title"])
        box += [*question, raw(form(name, language))]
        box += Details("", *hint, summary=HINT.say(language))
        box += Details("", *solution, summary=SOLUTION.say(language))
        return [box]


def form(name: str, language: Language) -> str:
    """The fields, a line for what is said, and what the script compares with. The script shows the form."""
    from _questions import QUESTIONS

    question = QUESTIONS[name]
    rows, columns = question.right.shape
    fields = ""
    for i in range(rows):
        labels = [FIELD.fill(row=i + 1, column=j + 1) if rows * columns > 1 else NUMBER for j in range(columns)]
        inputs = (f'<input autocomplete="off" maxlength="30" aria-label="{label.say(language)}">' for label in labels)
        fields += f"<div>{''.join(inputs)}</div>"
    return (
        f'<form class="answer" data-name="{name}" hidden>'
        f'<fieldset><legend>{YOURS.say(language)}</legend><div class="entries">{fields}</div>'
        f'<button type="submit">{CHECK.say(language)}</button></fieldset><div class="said" role="status"></div>'
        f'<script type="application/json">{as_data(data_of(question, language))}</script></form>'
    )


def data_of(question: Any, language: Language) -> dict[str, Any]:
    """What the script compares an answer with, and its words."""
    ways = [
        {"answer": answer.tolist(), "sentences": [sentence.say(language) for sentence in sentences]}
        for answer, sentences in question.sentences()
    ]
    words = {key: text.say(language) for key, text in WORDS.items()}
    return {"right": question.right.tolist(), "ways": ways, "words": words}


def setup(app: Sphinx) -> None:
    app.add_directive("question", Question)

"""The language of the pages under construction, and the sentences that the directives add."""

from sphinx.environment import BuildEnvironment

from course_torch.language import Language, Text

AGAIN = Text("Answer again", "重新回答")
ANSWER = Text("Answer", "答案")
CHECKER = Text("The checker says", "检查器会说")
COLUMNS = Text("columns are examples (the course)", "样本为列（课程）")
LAYOUT = Text("Examples as", "样本的排法")
LOOK = Text("Look", "看结果")
OUTPUT = Text("Output", "输出")
PREDICT = Text("Predict, then look", "先猜，再看")
PREDICTION = Text("Your prediction", "你的预测")
QUESTION = Text("Question", "题目")
RIGHT = Text("right", "正确")
ROWS = Text("rows are examples (this project)", "样本为行（本项目）")
SAID = Text("You said", "你的回答")
SOLUTION = Text("Solution", "解答")
TRY_IT = Text("Try it in the playground", "在训练场里试一试")


def language_of(environment: BuildEnvironment) -> Language:
    """The project's name of the language in which the pages are built."""
    return "zh" if environment.config.language.startswith("zh") else "en"

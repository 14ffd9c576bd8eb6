"""The words that a learner types into the search, and the page that comes first."""

import pytest

from tests.docs.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ENGLISH = {
    "gradient descent": "lessons/1.3",
    "learning rate": "lessons/1.3",
    "logistic regression": "lessons/1.2",
    "sigmoid": "lessons/1.2",
    "cross-entropy": "lessons/1.2",
    "cost function": "lessons/1.2",
    "bias": "lessons/1.2",
    "derivative": "lessons/1.4",
    "chain rule": "lessons/1.4",
    "vectorization": "lessons/1.6",
    "vectorise": "lessons/1.6",
    "broadcasting": "lessons/1.7",
    "hidden layer": "lessons/2.1",
    "ReLU": "lessons/2.3",
    "initialise": "lessons/2.5",
    "overfitting": "lessons/3.3",
    "hyperparameters": "lessons/3.3",
    "normalise": "guides/mistakes",
    "glossary": "guides/glossary",
    "compare_gradients": "reference/package",
    "qwertz": "",
}
CHINESE = {
    "学习率": "lessons/1.3",
    "梯度下降": "lessons/1.3",
    "逻辑回归": "lessons/1.2",
    "损失函数": "lessons/1.2",
    "代价函数": "lessons/1.2",
    "交叉熵": "lessons/1.2",
    "偏置": "lessons/1.2",
    "前向传播": "lessons/1.4",
    "反向传播": "lessons/1.4",
    "链式法则": "lessons/1.4",
    "计算图": "lessons/1.4",
    "流程图": "lessons/1.4",  # another name of the same thing
    "向量化": "lessons/1.6",
    "广播": "lessons/1.7",
    "隐藏层": "lessons/2.1",
    "神经元": "lessons/2.1",
    "激活函数": "lessons/2.3",
    "矩阵维度": "lessons/3.1",
    "超参数": "lessons/3.3",
    "过拟合": "lessons/3.3",
    "术语表": "guides/glossary",
    "恐龙": "",
}
QUERIES = [("en", *query) for query in ENGLISH.items()] + [("zh", *query) for query in CHINESE.items()]
DONE = "document.querySelector('#search-results .search-summary')?.innerText"
PAGES = "all => all.map((each) => each.pathname.match(/([^/]*[/][^/]*)[.]html$/)[1])"


def found(open_page: Open, language: str, words: str) -> list[str]:
    """The pages that the search finds, in order."""
    page = open_page(f"{language}/search.html")
    page.fill("main input[name=q]", words)
    page.press("main input[name=q]", "Enter")
    page.wait_for_function(DONE)  # the page adds the results, and then a summary
    return page.eval_on_selector_all("#search-results ul.search a", PAGES)


@pytest.mark.parametrize(("language", "words", "first"), QUERIES)
def test_the_first_page_is_the_page_that_the_learner_needs_if_there_is_one(
    open_page: Open, language: str, words: str, first: str
) -> None:
    assert found(open_page, language, words)[:1] == [first] * bool(first)


def test_lessons_stand_before_guides_and_guides_before_the_reference(open_page: Open, language: str) -> None:
    folders = [page.split("/")[0] for page in found(open_page, language, "tanh")]
    assert folders == sorted(folders, key=["lessons", "start", "guides", "reference"].index)
    assert set(folders) == {"lessons", "start", "guides", "reference"}

"""The reference on the site: every public name with its shapes and docstring, every command with its options."""

import importlib
import inspect
import pkgutil
from argparse import SUPPRESS
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup, Tag

import course_torch
import course_torch.formulas
from course_torch.command_line.configs import SHORT_FLAGS
from course_torch.command_line.help import help_of, in_chinese
from course_torch.commands.main import COMMANDS
from course_torch.commands.options import load_command, parser_of
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.training.options import DESCRIPTION, FIRST
from tests.docs.texts import code_blocks, module_of_extension, text_of

MODULES = [module.name for module in pkgutil.iter_modules(course_torch.formulas.__path__)]
OTHERS = {
    "network": """config.NetworkConfig propagation.forward_propagation propagation.backward_propagation
        gradient_descent.History autograd_bridge.network_cost deep_network.evaluate dimensions.check_batch
        parameters.INITIALIZATIONS config.OPTIMIZERS""",
    "data": """table.load_data_set table.DATA_SETS table.DataConfig source.Source data_set.DataSet data_set.features
        split.Split split.stratified_split planar.load_flower picture_files.decode csv_file.parse_table""",
    "verification": """report.GradientReport report.TensorReport difference.Difference
        networks.explain.diagnosis.Diagnosis networks.training_step.compare_step networks.right_pass.by_autograd
        networks.central_differences.NumericJudge""",
    "checkpoint": "load_trained read_checkpoint",
    "tracing": "record.Trace record.Trace.as_record record.Step page.page_of",
}
"""Package -> what a user of the library calls."""


LINEAR = 'linear(A_prev: Float[Tensor, "m n_in"], W: Float[Tensor, "n_out n_in"], b: Float[Tensor, "1 n_out"]) '
LINEAR += '→ Float[Tensor, "m n_out"]'
RELU = 'relu_derivative(Z: Float[Tensor, "*shape"], at_zero: Literal[0, 1] = 0) → Float[Tensor, "*shape"]'
COST = 'cost(X: Float[Tensor, "m n_x"], Y: Shaped[Tensor, "m n_y"], m: float | None = None) → Float[Tensor, ""]'
ACTIVATION = "class Activation(name: str, function: Callable[..., Tensor], derivative_by: Callable[..., Tensor], "


@cache
def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


class Reference(NamedTuple):
    """The reference in a language."""

    site: Path
    language: str

    def page(self, name: str) -> BeautifulSoup:
        return parsed(self.site / self.language / "reference" / f"{name}.html")

    def entry(self, name: str, dotted: str) -> tuple[str, str]:
        """The signature of a function or class, and what stands below it, both with single spaces."""
        signature = self.page(name).find("dt", id=f"course_torch.{dotted}")
        assert isinstance(signature, Tag), f"{dotted} is not on the page {name}"
        below = signature.find_next_sibling("dd")
        assert isinstance(below, Tag)
        return spaced(signature).removesuffix("#"), spaced(below)

    def section(self, name: str, heading: str) -> Tag:
        found = self.page(name).find("section", id=heading)
        assert isinstance(found, Tag), f"{heading} is not on the page {name}"
        return found


@pytest.fixture
def shown(language: str, site: Path) -> Reference:
    return Reference(site, language)


def spaced(element: Tag) -> str:
    return " ".join(element.get_text().split())


@pytest.mark.parametrize("name", course_torch.__all__)
def test_every_name_of_the_package(shown: Reference, name: str) -> None:
    signature, docstring = shown.entry("package", name)
    assert name in signature
    first_line = (inspect.getdoc(getattr(course_torch, name)) or "").partition("\n")[0]
    assert docstring.startswith(first_line.replace("`", ""))


@pytest.mark.parametrize("module", MODULES)
def test_every_public_function_and_class_of_the_formulas(shown: Reference, module: str) -> None:
    names = [
        name
        for name, each in vars(importlib.import_module(f"course_torch.formulas.{module}")).items()
        if inspect.isroutine(each) or inspect.isclass(each)
        if each.__module__ == f"course_torch.formulas.{module}" and name not in (*course_torch.__all__, "_")
    ]
    assert names
    assert f"course_torch.formulas.{module}" in spaced(shown.page("formulas"))
    for name in names:
        assert shown.entry("formulas", f"formulas.{module}.{name}")[1], name


@pytest.mark.parametrize(
    ("package", "name"), [(package, name) for package in OTHERS for name in OTHERS[package].split()]
)
def test_every_name_that_a_user_of_the_library_calls(shown: Reference, package: str, name: str) -> None:
    assert shown.entry(package, f"{package}.{name}")[1]


@pytest.mark.parametrize(
    ("name", "function", "signature"),
    [
        ("formulas", "formulas.layers.linear", LINEAR),
        ("formulas", "formulas.average.average", "average(total: "),
        ("formulas", "formulas.activations.relu_derivative", RELU),
        ("formulas", "formulas.layers.LayerCache", "class LayerCache(A_prev: Tensor, Z: Tensor, A: Tensor)"),
        ("package", "DeepNetwork.cost", COST),
        ("network", "network.propagation.Layer", "class Layer"),
        ("formulas", "formulas.activations.Activation", ACTIVATION),
        ("data", "data.data_set.DataSet.mean", 'property mean: Float64[Tensor, "1 n_x"] | None'),
    ],
)
def test_signatures_show_shapes(shown: Reference, name: str, function: str, signature: str) -> None:
    assert shown.entry(name, function)[0].startswith(signature)


def test_no_signature_is_longer_than_its_source(shown: Reference) -> None:
    """An expanded type would fill the page."""
    for name in ("package", "formulas", *OTHERS):
        for signature in shown.page(name).select("dt.sig"):
            assert len(spaced(signature)) < 500, signature["id"]
            assert "object at 0x" not in signature.get_text()
            assert "jaxtyping" not in signature.get_text()
            assert "*args" not in signature.get_text()
            assert "~" not in signature.get_text(), "Sphinx could not parse it"


def test_a_formula_stands_out_and_has_its_chinese_sentence(site: Path) -> None:
    name, english, chinese = "formulas.layers.linear_backward_input", Reference(site, "en"), Reference(site, "zh")
    sentence = "dA_prev = dZ W: the derivative of each example's loss by the layer's input."
    assert english.entry("formulas", name)[1] == sentence
    assert chinese.entry("formulas", name)[1].startswith("dA_prev = dZ W：每个样本的损失对该层输入的导数。")
    assert chinese.entry("formulas", name)[1].endswith("the derivative of each example's loss by the layer's input.")
    dt = english.page("formulas").find("dt", id=f"course_torch.{name}")
    assert dt is not None
    assert dt.find_next("code").get_text() == "dA_prev = dZ W"


def test_fields_have_the_shapes_of_their_comments_and_a_table_its_names_but_not_its_values(shown: Reference) -> None:
    signature = shown.page("formulas").find("dt", id="course_torch.formulas.layers.LayerCache")
    assert signature is not None
    fields = signature.find_next("dl")
    assert isinstance(fields, Tag)
    expected = ["A_prev", "(m, n_in)", "Z", "(m, n_out)", "A", "(m, n_out)"]
    assert [spaced(part) for part in fields(["dt", "dd"])] == expected
    assert "Alias for" not in shown.page("formulas").get_text()
    names = f"Name -> activation. Names: {', '.join(ACTIVATIONS)}."
    assert shown.entry("formulas", "formulas.activations.ACTIVATIONS") == ("ACTIVATIONS", names)


@pytest.mark.parametrize("name", ["package", "formulas", *OTHERS])
def test_docstrings_are_marked_as_english_and_no_markup_is_left_over(shown: Reference, name: str) -> None:
    article = shown.page(name).select_one("article")
    assert article is not None
    assert name != "formulas" or len(article.select("dd > .docstring[lang=en]")) > 60
    for block in article.select(".docstring"):
        assert "`" not in block.get_text()
    assert article.select(".system-message, .problematic") == []


def test_the_example_runs_and_judges_its_network(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = code_blocks(text_of(language, "reference/package.md"), "python")
    exec(code, {})
    assert capsys.readouterr().out.startswith("all 8 tensors are equal")


@pytest.mark.parametrize("name", ["package", "formulas", *OTHERS])
def test_both_languages_show_the_same_modules(name: str) -> None:
    english, chinese = (code_blocks(text_of(each, f"reference/{name}.md"), r"\{eval-rst\}") for each in ("en", "zh"))
    assert english
    assert english == chinese


programs = module_of_extension("programs")


def option_names(part: Tag) -> list[str]:
    """The options of a section, each with all its names."""
    return [name.get_text() for name in part.select("dl.names > dt > code")]


def line_of(part: Tag, option: str) -> str:
    """The names, values and default of an option, and its meaning."""
    (term,) = (dt for dt in part.select("dl.names > dt") if option in [code.get_text() for code in dt("code")])
    meaning = term.find_next_sibling("dd")
    assert isinstance(meaning, Tag)
    return f"{' '.join(each.get_text() for each in term.children if isinstance(each, Tag))}: {spaced(meaning)}"


@pytest.mark.parametrize("command", sorted({*COMMANDS} - {"train"}))
def test_every_command_with_every_option_of_its_parser(shown: Reference, command: str) -> None:
    part = shown.section("commands", f"command-{command}")
    actions = parser_of(command, load_command(command))._actions
    has_network = any(each.dest.startswith("model.") for each in actions)
    of_others = {"help", *(("model", "data") if has_network else ())}
    own = [
        name
        for each in actions
        if each.help != SUPPRESS and each.dest not in of_others and not each.dest.startswith(("model.", "data."))
        for name in each.option_strings or [each.metavar or each.dest]
    ]
    own.sort(key=lambda name: name.startswith("-"))  # the arguments stand first
    assert own == [name for name in option_names(part) if not name.startswith(("--model.", "--data."))]
    assert f"course-torch {command} " in spaced(part)


@pytest.mark.parametrize(
    ("language", "command", "line"),
    [
        ("en", "grade", "--jobs int = 1: number of files that are judged at the same time"),
        ("en", "grade", "--chapter str: the chapter whose functions are judged, one point each"),
        ("en", "grade", "--again: whether files are judged again that have not changed"),
        ("en", "exercise", "--layout rows | columns = rows: rows (of X are examples) or columns (as in the"),
        ("en", "trace", "--model.layer_sizes Sequence[int] = [2, 4, 1]: number of features, then"),
        (
            "en",
            "predict",
            "files: pictures of any size and mode, or folders of pictures, which are cropped and resized",
        ),
        ("zh", "compare", "--examples int = 1000: 训练样本的最大个数"),
    ],
)
def test_an_option_has_values_default_and_meaning(shown: Reference, command: str, line: str) -> None:
    option = line.split()[0].removesuffix(":")
    assert line_of(shown.section("commands", f"command-{command}"), option).startswith(line)


def test_a_command_and_its_options_have_chinese_meanings(site: Path) -> None:
    part = Reference(site, "zh").section("commands", "command-check")
    assert line_of(part, "--output") == "--output: 是否显示函数打印的内容"
    assert "检查文件里的函数：course-torch exercise 写出的文件，或课程的作业。" in spaced(part)


def test_every_text_of_the_help_is_translated_and_no_other() -> None:
    """The options of the Trainer are Lightning's own, and stay English. The heading of a group has no full stop."""
    training = programs.training_options()
    commands = [programs.command_of(name, training) for name in COMMANDS if name != "train"]
    texts = [part for command in commands for part in command.text.split("\n\n")]
    texts += [option.help for command in commands for option in [*command.options, *(command.network or [])]]
    texts += [*DESCRIPTION.split("\n\n"), *(about for about in FIRST.values() if about is not None)]
    own = ("run", *programs.NETWORK)
    texts += [option.help for dest, option in training.items() if programs.group_of(dest) in own]
    parsers = [parser_of(name, load_command(name)) for name in COMMANDS if name != "train"]
    headings = {str(group.title) for parser in parsers for group in parser._action_groups}
    known, sentences = in_chinese().keys(), {" ".join(text.split()) for text in texts}
    assert [text for text in sentences if help_of(text, "zh") == text] == [], "help.json: write these in Chinese"
    assert all(heading in known or f"{heading}." in known for heading in headings)
    others = headings | {f"{heading}." for heading in headings} | {"Show this help message and exit."}
    assert known - sentences <= others


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        ("grade", "--chapter CHAPTER submissions [options]"),
        ("check", "[file] [function] [options]"),
        ("predict", "checkpoint files ... [options]"),
        ("doctor", "[options]"),
    ],
)
def test_the_usage_of_a_command(shown: Reference, command: str, usage: str) -> None:
    pre = shown.section("commands", f"command-{command}").pre
    assert pre is not None
    assert pre.get_text().strip() == f"course-torch {command} {usage}"


def test_commands_with_a_network_lead_to_its_options(shown: Reference) -> None:
    linked = {
        str(part["id"]).removeprefix("command-")
        for part in shown.page("commands").select("section[id^=command-]")
        if part.select('a[href="train.html"]')
    }
    assert linked == {"compare", "shapes", "trace"}


def test_every_option_of_training_stands_in_its_group(shown: Reference) -> None:
    groups = {name: shown.section("train", f"train-{name}") for name in ("run", "model", "data", "short")}
    run = "-c --config --print_config --help_all --resume --checkpoint_seconds --compare_gradients --threads --language"
    assert option_names(groups["run"]) == [*run.split(), "--allow-code"]
    assert {"--model.layer_sizes", "--model.gradients", "--model.learning_rate"} <= set(option_names(groups["model"]))
    assert {"--data.name", "--data.root", "--data.batch_size", "--data.noise"} <= set(option_names(groups["data"]))
    short = {f"--{form}{name}" for name in SHORT_FLAGS for form in ("", "trainer.")}
    assert set(option_names(groups["short"])) == short
    assert line_of(groups["short"], "--max_epochs").startswith("--max_epochs --trainer.max_epochs int | null = 10: ")
    values = {"--model.learn_slope": "true | false = false", "--model.learning_rate": "float = 0.02"}
    for option, words in values.items():
        assert line_of(groups["model"], option).startswith(f"{option} {words}: ")
    assert line_of(groups["run"], "--language").startswith("--language en | zh = en: ")
    changed = shown.section("train", "train-changed")
    assert line_of(changed, "--trainer.log_every_n_steps").startswith("--trainer.log_every_n_steps int | null = 10: ")
    others = spaced(shown.section("train", "train-others")).split()
    assert {"--trainer.callbacks", "--trainer.gradient_clip_val", "--trainer.accumulate_grad_batches"} <= set(others)
    assert "--trainer.max_epochs" not in others
    named = {code.get_text() for code in shown.page("train").select("article code")}
    options = programs.training_options().values()
    assert len(options) > 60
    assert {name for option in options for name in option.names} <= named

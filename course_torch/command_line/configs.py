"""The configs: which the package ships, how the arguments name them, and the check of their YAML."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from jsonargparse import get_loader

import course_torch
from course_torch.errors import InputError, meant, one_of, unexpected
from course_torch.language import Text, same
from course_torch.text import decoded

PACKAGE = Path(course_torch.__file__).parent
FOLDERS = (PACKAGE / "configs", PACKAGE.parent / "configs")  # in an installed package, or in a checkout
ENDING = ".yaml"
GROUPS = ("model", "data", "trainer")  # entries of a config that hold further options, or name a file with them
NAME = r"[\w.-]+|\S+\.ya?ml"  # what looks like the name or the path of a config, and like no options
NO_CONFIG = Text(
    "config: found '{config}', expected a file or {choices}{near}",
    "config：得到 '{config}'，应为文件或 {choices}{near}",
)
OPTIONS = Text("a file, or options such as 'model: {seed: 1}'", "文件，或选项，例如 'model: {seed: 1}'")
WRONG = Text("{name}: {problem}", "{name}：{problem}")
NOT_YAML = Text(
    "line {line}: {problem}; entries of a group begin in one column, after spaces without a tab, a name ends with a "
    "colon and a space, and a text with signs such as : * @ stands in quotes",
    "第 {line} 行：{problem}；同一组的条目从同一列开始，前面用空格而不用制表符，名称后面是冒号和空格，"
    "含有 : * @ 等符号的文本要加引号",
)
CONFIG_HELP = (
    "YAML file with options, or the name of a shipped config, such as digits (`course-torch configs` lists them); "
    "a file NAME or NAME.yaml in the current folder comes before the shipped config NAME"
)


SHORT_FLAGS = ("accelerator", "devices", "num_nodes", "strategy", "precision", "max_epochs", "max_steps")
RUN = Text("the folder of a run, such as lightning_logs/version_0", "一次训练的文件夹，例如 lightning_logs/version_0")


def shipped_configs() -> dict[str, Path]:
    folder = next((each for each in FOLDERS if each.is_dir()), FOLDERS[0])
    return {path.stem: path for path in sorted(folder.glob(f"*{ENDING}"))}


def description(config: Path) -> str:
    """Return what a config says of itself, in the comment of its first line."""
    return config.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def file_of(config: str) -> str:
    """Return the file of a --config: NAME, NAME.yaml or the shipped config NAME; a text is returned unchanged."""
    if Path(config).is_file() or not re.fullmatch(NAME, config):
        return config
    name, shipped = config.removesuffix(ENDING), shipped_configs()
    if (file := Path(name + ENDING)).is_file():
        return str(file)
    if name not in shipped:
        raise InputError(NO_CONFIG.fill(config=config, choices=one_of(shipped), near=meant(Path(name).name, shipped)))
    return str(shipped[name])


def checked_config(config: str) -> str:
    """Return the path of a config, also of a shipped one, or its text. Raises InputError if it holds no options."""
    try:
        config = file_of(config)
        is_file = Path(config).is_file()
        text = decoded(Path(config).read_bytes()) if is_file else config
    except (OSError, UnicodeError) as error:
        raise InputError(
            f"{config}: cannot be read as text ({error}), expected YAML",
            f"{config}：无法作为文本读取（{error}），应为 YAML",
        ) from error
    name = config if is_file else "config"
    try:
        value = get_loader("yaml")(text)
        json.dumps(value, default=str, skipkeys=True)  # raises ValueError for a value that contains itself: &a [*a]
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(WRONG.fill(name=name, problem=not_yaml(error))) from error
    check_groups(value, name)
    return config


def not_yaml(error: Exception) -> Text:
    """What is wrong with a YAML text, in the words of PyYAML, and its line."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return same(" ".join(str(error).split()))
    problem = ", ".join(filter(None, (error.context, error.problem)))
    line, begin = error.problem_mark.line + 1, error.context_mark
    if begin is not None and begin.line + 1 < line:
        problem += f" (begun in line {begin.line + 1})"
    return NOT_YAML.fill(line=line, problem=problem)


def check_groups(value: Any, name: str) -> None:
    """Reject a config, or a group of it, that the parser would take for no options at all. Raises InputError."""
    if not isinstance(value, dict):
        raise unexpected(name, json.dumps(value or "", ensure_ascii=False, default=str), OPTIONS)
    for group in GROUPS:
        if not isinstance(found := value.get(group, ""), dict | str):
            raise unexpected(f"{name}: {group}", json.dumps(found, default=str), Text("options", "选项"))


def normalized(arguments: Sequence[str]) -> list[str]:
    """Expand short flags, and move every --config to the front so that other options always override it.

    Each of SHORT_FLAGS gets the prefix "trainer.": `--accelerator cpu` becomes `--trainer.accelerator cpu`.
    `--resume FOLDER` also loads FOLDER/config.yaml.
    """
    configs: list[str] = []
    others: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument in ("--config", "-c"):
            configs += ["--config", *([checked_config(value)] if (value := next(remaining, None)) is not None else [])]
        elif argument.startswith("--config="):
            configs.append(f"--config={checked_config(argument.partition('=')[2])}")
        elif argument == "--resume" or argument.startswith("--resume="):
            folder = argument.partition("=")[2] or next(remaining, "")
            config = Path(folder, "config.yaml")
            if not config.is_file():
                raise unexpected("resume", f"'{folder}'", RUN)
            configs += ["--config", checked_config(str(config))]
            others += ["--resume", folder]
        elif argument.startswith("--") and argument[2:].split("=")[0] in SHORT_FLAGS:
            others.append(argument.replace("--", "--trainer.", 1))
        else:
            others.append(argument)
    return [*configs, *others]

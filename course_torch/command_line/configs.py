"""The configs: which the package ships, and how the file of a `--config` is found."""

import re
from pathlib import Path

import course_torch
from course_torch.command_line.yaml_text import load_yaml
from course_torch.errors import InputError, check_regular, meant, one_of
from course_torch.language import Text

PACKAGE = Path(course_torch.__file__).parent
FOLDERS = (PACKAGE / "configs", PACKAGE.parent / "configs")  # in an installed package, or in a checkout
ENDING = ".yaml"
LARGEST_YAML = 10**5  # bytes
NAME = r"[\w.-]+|\S+\.ya?ml"  # what looks like the name or the path of a config, and like no options
NO_CONFIG = Text(
    "config: found '{config}', expected a file or {choices}{near}",
    "config：得到 '{config}'，应为文件或 {choices}{near}",
)
CONFIG_HELP = (
    "YAML file with options, or the name of a shipped config, such as digits (`course-torch configs` lists them); "
    "a file NAME or NAME.yaml in the current folder comes before the shipped config NAME"
)


def shipped_configs() -> dict[str, Path]:
    folder = next((each for each in FOLDERS if each.is_dir()), FOLDERS[0])
    return {path.stem: path for path in sorted(folder.glob(f"*{ENDING}"))}


def description(config: Path) -> str:
    """Return what a config says of itself, in the comment of its first line."""
    return config.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def resolved(config: str) -> str:
    """Return the file of a --config: NAME, NAME.yaml or the shipped config NAME; a text is returned unchanged."""
    if Path(config).is_file() or not re.fullmatch(NAME, config):
        return config
    name, shipped = config.removesuffix(ENDING), shipped_configs()
    if (file := Path(name + ENDING)).is_file():
        return str(file)
    if name not in shipped:
        raise InputError(NO_CONFIG.fill(config=config, choices=one_of(shipped), near=meant(Path(name).name, shipped)))
    return str(shipped[name])


def checked(config: str) -> str:
    """Return the path of a config, also of a shipped one, or its text. Raises InputError if it is no YAML."""
    try:
        config = resolved(config)
        check_regular(config, LARGEST_YAML)
        if Path(config).is_file():
            load_yaml(Path(config).read_text(encoding="utf-8"), config)
        else:
            load_yaml(config, "config")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{config}: cannot be read as text ({error}), expected YAML",
            f"{config}：无法作为文本读取（{error}），应为 YAML",
        ) from error
    return config

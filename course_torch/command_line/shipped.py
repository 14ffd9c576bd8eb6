"""The configs that the package ships, which `--config` finds by their names."""

import re
from pathlib import Path

import course_torch
from course_torch.errors import InputError, meant, one_of
from course_torch.language import Text

PACKAGE = Path(course_torch.__file__).parent
FOLDERS = (PACKAGE / "configs", PACKAGE.parent / "configs")  # in an installed package, or in a checkout
ENDING = ".yaml"
NAME, PATH = r"[\w.-]+", r"\S+\.ya?ml"
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
    if Path(config).is_file() or not re.fullmatch(f"{NAME}|{PATH}", config):
        return config
    if re.fullmatch(NAME, config):
        name = config.removesuffix(ENDING)
        for file in (Path(name + ENDING), shipped_configs().get(name)):
            if file is not None and file.is_file():
                return str(file)
    shipped = shipped_configs()
    near = meant(Path(config).name.removesuffix(ENDING), shipped)
    raise InputError(NO_CONFIG.fill(config=config, choices=one_of(shipped), near=near))

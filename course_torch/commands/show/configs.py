"""`course-torch configs`: the configs that the package ships."""

from course_torch.command_line.configs import description, shipped_configs
from course_torch.errors import check_name


def configs(name: str | None = None) -> int:
    """List the configs that the package ships, or print a config. `--config NAME` uses a config, here and in `train`.

    Args:
        name: a shipped config that is printed, such as digits; redirected to a file, it is a copy to change
    """
    shipped = shipped_configs()
    if name is not None:
        check_name("name", name, shipped)
        print(shipped[name].read_text(encoding="utf-8"), end="")
        return 0
    width = max(map(len, shipped))
    for each, file in shipped.items():
        print(f"{each:{width}}  {description(file)}")
    return 0

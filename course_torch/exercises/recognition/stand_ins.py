"""What a file takes from elsewhere: right functions stand in for those of files that are not here."""

import ast
import sys
from collections.abc import Iterator, Mapping
from importlib.machinery import PathFinder

from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import nodes_of
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.sandbox.learner.stub_modules import ANSWERS as EMPTIED
from course_torch.exercises.sandbox.learner.stub_modules import REPLACED
from course_torch.exercises.tasks.task import Chapter
from course_torch.language import Text

ONE_STANDS_IN = Text(
    "{names} of {module} is not here: a right {names} stands in for it",
    "这里没有 {module} 的 {names}：由一个正确的 {names} 代替",
)
SEVERAL_STAND_IN = Text(
    "{names} of {module} are not here: right functions stand in for them",
    "这里没有 {module} 的 {names}：由正确的函数代替",
)
ANSWERS = Text(
    "the file imports course_torch, which is empty while the file is judged, because its formulas are the answers",
    "文件导入了 course_torch；检查时它是空的，因为其中的公式就是答案",
)
TEST_CELLS = "course_torch.exercises.magics"
"""The module that test cells import. It holds no answer."""
NOWHERE = Text(
    "{names} is neither defined nor imported here: a right {names} stands in for it",
    "文件里既没有定义也没有导入 {names}：由一个正确的 {names} 代替",
)


def helpers_for(source: Source, chapter: Chapter) -> Mapping[str, str]:
    """Name -> key of a helper: those of the chapter, and small functions of its assignment that the file imports.

    A function that the file defines, under any name, is never given.
    """
    own = {name for task in Contents(source, chapter).present for name in task.names}
    small = {*chapter.assignment.only_used} - own - chapter.assignment.helpers.keys()
    return {**{name: f"{chapter.name}.{name}" for _, name in origins(source, small)}, **chapter.assignment.helpers}


def stand_ins(source: Source, chapter: Chapter) -> Iterator[Text]:
    """The sentence for each module that is not here, and for each name that the file takes from nowhere."""
    given = set() if source.is_exercise else helpers_for(source, chapter).keys() - source.functions.keys()
    missing: dict[str, list[str]] = {}
    found = origins(source, given)
    for module, name in found:
        of_course = name in chapter.assignment.helpers and REPLACED.match(module)
        if not (of_course or is_here(source, module)):
            missing.setdefault(module, []).append(name)
    for module, names in missing.items():
        text = ONE_STANDS_IN if len(names) == 1 else SEVERAL_STAND_IN
        yield text.fill(names=", ".join(names), module=module)
    imported = source.imported_names
    bound = {name for _, name in found} | imported | {*source.constants}
    for name in sorted(given & names_read(source) - bound) if "*" not in imported else ():
        yield NOWHERE.fill(names=name)


def names_read(source: Source) -> set[str]:
    """The names that a file reads without giving them a value."""
    names = source.nodes(ast.Name)
    stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return {node.id for node in names} - stored - {node.arg for node in source.nodes(ast.arg)}


def origins(source: Source, names: set[str]) -> list[tuple[str, str]]:
    """Module and name where the file takes one of these names from a module."""
    if not names:
        return []
    read = names & {node.id for node in source.nodes(ast.Name)}
    taken_by_name = {alias.name for node in source.nodes(ast.ImportFrom) for alias in node.names}
    unnamed = read - taken_by_name  # which a star may give
    modules: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for tree in source.trees:
        aliases = (alias for node in nodes_of(tree, ast.Import) for alias in node.names)
        modules |= {alias.asname or alias.name: alias.name for alias in aliases}
        for node in nodes_of(tree, ast.ImportFrom):
            module, taken = node.module or "", {alias.name for alias in node.names}
            of_star = unnamed if taken == {"*"} and not is_here(source, module) else set()
            unnamed = unnamed - of_star
            found += [(module, name) for name in sorted(taken & names | of_star)]
        for attribute in nodes_of(tree, ast.Attribute):
            if attribute.attr in names and (module := modules.get(ast.unparse(attribute.value), "")):
                found.append((module, attribute.attr))
    return [pair for pair in dict.fromkeys(found) if not EMPTIED.match(pair[0])]


def is_here(source: Source, module: str) -> bool:
    """Whether the module is a file or a folder beside the learner's file, or installed."""
    first = module.partition(".")[0]
    place = source.path.absolute().parent.joinpath(*module.split("."))
    beside = place.is_dir() or place.with_name(f"{place.name}.py").is_file()
    return beside or first in sys.stdlib_module_names or PathFinder.find_spec(first) is not None


def answers_imported(source: Source) -> list[Text]:
    """The sentence for a file that imports course_torch, beside what its test cells import."""
    names = source.imported - {TEST_CELLS}
    return [ANSWERS] if any(name.partition(".")[0] == "course_torch" for name in names) else []

"""Files of a class whose functions resemble one another: a hint to read both files, and no verdict.

A fingerprint is a group of tokens of a function, in which the names of variables are numbered in the order in which
they appear. Of neighbouring groups only the one with the smallest checksum is kept (winnowing, Schleimer et al. 2003).
Fingerprints that many files of the class share say little: everybody writes `dZ = A - Y`.
"""

import ast
import io
import keyword
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from math import fsum, log
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from course_torch.exercises.grade.grading import Grade
from course_torch.exercises.grade.table import SHOWN
from course_torch.exercises.learners_file.source import read_source
from course_torch.exercises.learners_file.syntax import nodes_of, used_by
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.tasks.task import Chapter
from course_torch.mistakes.solution import FORMS, solution

TOKENS = 8  # of a fingerprint
WINDOW = 3  # neighbouring fingerprints of which one is kept
LEAST = 15  # fewer fingerprints in common are chance
SIMILAR = 0.8
"""The smallest similarity of a pair that is shown. Independent solutions of an assignment reach 0.7."""


class Pair(NamedTuple):
    """Two files and their similarity, 1 for the same functions."""

    similarity: float
    first: str
    second: str


def equal_files(hashes: Mapping[str, str]) -> list[list[str]]:
    """The groups of files with equal hashes, file -> hash. A file that was too large to be read has an empty hash."""
    groups: dict[str, list[str]] = {}
    for name, found in sorted(hashes.items()):
        groups.setdefault(found, []).append(name)
    return [names for found, names in groups.items() if found and len(names) > 1]


def prints_of(files: Mapping[str, Path], chapter: Chapter) -> dict[str, set[int]]:
    """File -> the fingerprints of its functions, without those of the right solution."""
    trees = [ast.parse(solution(chapter.name, *form)) for form in FORMS]
    known = {one for tree in trees for node in nodes_of(tree, ast.FunctionDef) for one in fingerprints(node)}
    return {name: of_file(path, chapter) - known for name, path in files.items()}


def similar_pairs(prints: Mapping[str, set[int]]) -> list[Pair]:
    """The pairs of files with similar functions, file -> its fingerprints, the most similar first.

    similarity = Σ w over the fingerprints in both / Σ w over the fingerprints in either, with w = log(n / k) of a
    fingerprint that k of the n files have.
    """
    counts = Counter(one for found in prints.values() for one in found)
    weights = {one: log(len(prints) / count) for one, count in counts.items() if count < len(prints)}
    telling = {name: found & weights.keys() for name, found in prints.items()}
    sums = {name: fsum(map(weights.__getitem__, found)) for name, found in telling.items()}
    pairs = []
    for first, second in combinations(sorted(telling), 2):
        both = telling[first] & telling[second]
        if len(both) >= LEAST:
            shared = fsum(map(weights.__getitem__, both))
            pairs.append(Pair(shared / (sums[first] + sums[second] - shared), first, second))
    return sorted((pair for pair in pairs if pair.similarity >= SIMILAR), reverse=True)


def of_file(path: Path, chapter: Chapter) -> set[int]:
    """The fingerprints of the chapter's functions in a file, and of those that they use; none if it cannot be read."""
    try:
        source = read_source(path)
        own = [task.name for task in Contents(source, chapter).present]
        names = {*own, *(used for name in own for used in used_by(source.functions, name))}
        functions = [node for name in names if isinstance(node := source.functions[name], ast.FunctionDef)]
        return {one for node in functions for one in fingerprints(node)}
    except Exception:  # a file must never end the grading of the others
        return set()


def fingerprints(function: ast.FunctionDef) -> set[int]:
    """The fingerprints of a function that winnowing keeps."""
    found, sums = [*tokens(function)], []
    for start in range(len(found) - TOKENS + 1):
        group, numbers = found[start : start + TOKENS], dict[str, int]()
        texts = (str(numbers.setdefault(text, len(numbers))) if is_name else text for is_name, text in group)
        sums.append(crc32(" ".join(texts).encode()))
    return {min(sums[start : start + WINDOW]) for start in range(len(sums))}


def tokens(function: ast.FunctionDef) -> Iterator[tuple[bool, str]]:
    """Whether a token is the name of a variable or function, and its text, without comments, docstring and spaces."""
    text, attribute = ast.unparse(function), False
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.string.strip() and not token.string.startswith(('"""', "'''")):
            named = token.type == tokenize.NAME and not attribute and not keyword.iskeyword(token.string)
            yield named, "''" if token.type == tokenize.STRING else token.string
            attribute = token.string == "."


class Likeness(NamedTuple):
    """Groups of equal files, and the most similar pairs of files."""

    equal: list[list[str]]
    pairs: list[Pair]


def likeness_of(grades: Iterable[Grade], files: Mapping[str, Path], chapter: Chapter) -> Likeness:
    """Compare the files of the class that are begun."""
    begun = {one.file: one.sha256 for one in grades if {*one.states.values()} != {"missing"}}
    equal = equal_files(begun)
    twins = {name for _, *others in equal for name in others}
    return Likeness(
        equal, similar_pairs(prints_of({name: files[name] for name in begun.keys() - twins}, chapter))[:SHOWN]
    )

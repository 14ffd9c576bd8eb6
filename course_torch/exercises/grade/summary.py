"""The summary of a class in sentences: points, frequent mistakes, what is absent, unread or equal."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from course_torch.exercises.grade.grading import NOTHING_HANDED_IN, Grade
from course_torch.exercises.grade.table import SHOWN
from course_torch.exercises.judge.verdicts import REPAIRED, UNKNOWN
from course_torch.language import SEMICOLON, Text, joined

GRADED = Text("{graded} graded, {before} graded before", "评分 {graded} 个，以前评过 {before} 个")
MEAN = Text("mean {mean:.1f} of {total} points", "平均 {mean:.1f} 分，满分 {total}")
COUNTED = Text("{count} of {n}: {function}: {cause}", "{n} 个中 {count} 个：{function}：{cause}")
UNWRITTEN = Text(
    "{count} of {n}: functions are not written yet; in {whole} of these files, all of them",
    "{n} 个中 {count} 个：还有函数没有写，其中 {whole} 个文件一个也没有写",
)
OTHERS = Text(
    "not counted: {count} of another chapter or without a function of a chapter, see the column problem",
    "未计入：{count} 个属于别的章或没有任何一章的函数，见 problem 一列",
)
NOT_WHOLE = Text(
    "{count} of {n} could not be judged whole: see the column problem",
    "{n} 个中 {count} 个没能完整判断：见 problem 一列",
)
EMPTY = Text("nothing handed in: empty files: {n}: {names}", "没有交：空文件 {n} 个：{names}")
LEFT_TO_TORCH = Text(
    "torch differentiates or computes the loss: {n} of {of}, see the column by torch: {names}",
    "由 torch 求导或计算损失：{of} 个中 {n} 个，见 by torch 一列：{names}",
)
UNREAD = Text("not read: {n}: {names}", "没有读取：{n} 个：{names}")
EQUAL = Text("equal files: {names}", "完全相同的文件：{names}")
MORE = Text("{names} and {n} more", "{names}，另有 {n} 个")
COMMA = Text(", ", "、")


def mean_of(grades: Sequence[Grade]) -> list[Text]:
    """The mean of the points, if there are files."""
    if not grades:
        return []
    of = sorted({len(one.states) for one in grades})
    total = f"{of[0]}–{of[-1]}" if len(of) > 1 else f"{of[0]}"
    return [MEAN.fill(mean=sum(one.points for one in grades) / len(grades), total=total)]


def first_mistakes(grades: Sequence[Grade], graded: int, before: int) -> Iterator[Text]:
    """How many files were graded, the mean of the points, and the most frequent first mistakes."""
    yield joined(SEMICOLON, [GRADED.fill(graded=graded, before=before), *mean_of(grades)])
    for one, count in mistakes(grades)[:SHOWN]:
        yield COUNTED.fill(count=count, n=len(grades), function=one.first, cause=one.cause)


def mistakes(grades: Iterable[Grade]) -> list[tuple[Grade, int]]:
    """The grade of a first mistake, and the number of files with this mistake, the most frequent first.

    A known cause is one mistake in all functions, and the grade names them. Without a known cause, files in which the
    same is seen of the same function have the same mistake. Lines and sizes may differ.
    """
    groups: dict[tuple[str, str], list[Grade]] = {}
    for one in grades:
        if one.first:
            causes, seen = "; ".join(one.causes), re.sub(r"\d+", "", one.cause)
            is_known = causes not in ("", UNKNOWN.key, *REPAIRED)
            mistake = ("", causes) if is_known else (one.first, causes if causes == UNKNOWN.key else seen)
            groups.setdefault(mistake, []).append(one)
    found = [
        (replace(group[0], first=", ".join(dict.fromkeys(one.first for one in group))), len(group))
        for group in groups.values()
    ]
    return sorted(found, key=lambda entry: -entry[1])


def counts_apart(own: Sequence[Grade], grades: Iterable[Grade]) -> Iterator[Text]:
    """How many files are not written, not judged whole, or not counted. `own` are those of this chapter."""
    written = [one for one in own if one.problem not in NOTHING_HANDED_IN]
    states = [{*one.states.values()} for one in written]
    if unwritten := [found for found in states if "missing" in found]:
        yield UNWRITTEN.fill(count=len(unwritten), n=len(own), whole=unwritten.count({"missing"}))
    if problems := sum(bool(one.problem) for one in written):
        yield NOT_WHOLE.fill(count=problems, n=len(own))
    if others := sum(one.is_other for one in grades):
        yield OTHERS.fill(count=others)


def names_apart(grades: Sequence[Grade], unread: list[str]) -> Iterator[Text]:
    """Who left formulas to torch or handed in nothing, and which files are unread or equal."""
    empty = [one.file for one in grades if one.problem in NOTHING_HANDED_IN]
    by_torch = [one.file for one in grades if one.by_torch]
    for text, names in {EMPTY: empty, LEFT_TO_TORCH: by_torch, UNREAD: unread}.items():
        if names:
            yield text.fill(n=len(names), of=len(grades), names=some(names))
    yield from (EQUAL.fill(names=some(names)) for names in equal_files(grades))


def equal_files(grades: Iterable[Grade]) -> list[list[str]]:
    """The groups of files with the same content that are begun, the largest first.

    A file that was too large to be read has no hash.
    """
    groups: dict[str, list[str]] = {}
    for one in grades:
        if one.sha256 and {*one.states.values()} != {"missing"}:
            groups.setdefault(one.sha256, []).append(one.file)
    return sorted((sorted(files) for files in groups.values() if len(files) > 1), key=len, reverse=True)


def some(names: list[str]) -> Text:
    """The first names of a list, and how many more it has."""
    shown = joined(COMMA, (Text(name, name) for name in names[:SHOWN]))
    return MORE.fill(names=shown, n=len(names) - SHOWN) if len(names) > SHOWN else shown

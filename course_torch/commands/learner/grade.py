"""`course-torch grade`: judge every submission of a class, in a sandbox, into a table."""

from pathlib import Path

from course_torch.command_line.files import OutputFile, check_outputs, output_folder
from course_torch.errors import InputError, check_count, check_name, check_seed
from course_torch.exercises.grade import answers
from course_torch.exercises.grade.grading import files_of, guard_of, in_parallel
from course_torch.exercises.grade.page import class_page
from course_torch.exercises.grade.summary import counts_apart, first_mistakes, mean_of, names_apart
from course_torch.exercises.grade.table import Table
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import NOTHING, Language, Text
from course_torch.text import shown
from course_torch.writing import as_json, write_text

GUARDED = Text("{n} file{s}, guarded by {guard}", "文件 {n} 个，保护：{guard}")
INTERRUPTED = Text(
    "interrupted: {done} of {n} files are judged and kept in {csv}; the same command{without} judges the others",
    "已中断：{n} 个文件中 {done} 个已评分，保存在 {csv}；再次运行同一命令{without}会评其余的文件",
)
WITHOUT_AGAIN = Text(" without --again", "（不加 --again）")
WRITTEN = Text("table: {csv}", "表格：{csv}")


def grade(
    submissions: str,
    *,
    chapter: str,
    csv: OutputFile = "grades.csv",
    html: OutputFile | None = None,
    feedback: str | None = None,
    json: OutputFile | None = None,
    gradescope: OutputFile | None = None,
    jobs: int = 1,
    seed: int = 1,
    again: bool = False,
    language: Language = "en",
    trust: bool = False,
) -> int:
    """Judge every .py file and notebook of a folder. Each file runs in a process of its own, without the network.

    Args:
        submissions: folder of the files, or one file
        chapter: the chapter whose functions are judged, one point each
        csv: file for the table. A file is judged again only if its content, the seed or the package has changed
        html: file for a page of the class: its functions, its frequent mistakes, a row for each file
        feedback: folder for a text for each file: what `check` says of it, in the language of the file
        json: file for the whole answers to all files of the table
        gradescope: file for the results in Gradescope's form; only for one submission
        jobs: number of files that are judged at the same time
        seed: of the networks and examples, which differ from file to file
        again: whether files are judged again that have not changed
        language: en or zh, of the summary, the answers and the causes in the table
        trust: whether the files run although this machine cannot hide other files from them. --gradescope implies it,
            because Gradescope runs every submission in a container of its own
    """
    # Check all that is given, before a file is judged.
    check_name("chapter", chapter, CHAPTERS)
    check_seed("seed", seed)
    check_count("jobs", jobs, 1)
    files, unread = files_of(Path(submissions))
    if gradescope is not None and len(files) != 1:
        raise InputError(
            f"gradescope: found {len(files)} submissions, expected one",
            f"gradescope：得到 {len(files)} 份提交，只能有一份",
        )
    outputs = {"csv": csv, "html": html, "json": json, "gradescope": gradescope}
    check_outputs(outputs, map(str, files.values()))
    folder = None if feedback is None else output_folder("feedback", feedback)
    guard = guard_of(trusted=trust or gradescope is not None)
    print(GUARDED.fill(n=len(files), s="s" * (len(files) > 1), guard=guard.name).say(language))

    # Judge the files that have changed. The table keeps each of them at once.
    table = Table(Path(csv), chapter)
    with table.alone():
        waiting = table.read(files, seed, language, again=again)
        try:
            for graded in in_parallel(waiting, jobs, chapter, seed, guard, language):
                table.add(graded)
        except KeyboardInterrupt as interrupt:
            done, without = len(table.grades.keys() & files), WITHOUT_AGAIN if again else NOTHING
            kept = INTERRUPTED.fill(done=done, n=len(files), csv=shown(csv), without=without)
            raise KeyboardInterrupt(kept.say(language)) from interrupt
        here = table.finished(files)

    # Write what was found in each file.
    if json is not None:
        write_text(json, as_json([answers.answer_of(one) for _, one in sorted(table.grades.items())]))
    if gradescope is not None:
        write_text(gradescope, as_json(answers.as_results(here[0])))
    for one in here:
        answers.write_feedback(folder, one, anew=one.file in waiting)

    # Tell what the class shows.
    counted = [one for one in here if not one.is_other]
    apart = [*counts_apart(counted, here), *names_apart(counted, unread)]
    said = [*first_mistakes(counted, len(waiting), len(here) - len(waiting)), *apart]
    print(*(shown(text.say(language)) for text in (*said, WRITTEN.fill(csv=csv))), sep="\n")
    if html is not None:
        notes = [*mean_of(counted), *apart]
        addresses = answers.addresses_of(folder, (one.file for one in counted), Path(html)) if folder else {}
        write_text(html, class_page(chapter, counted, notes, language, addresses))
    return 0

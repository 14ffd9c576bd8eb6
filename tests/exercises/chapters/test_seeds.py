"""Right code raises no alarm over 50 seeds: each spelling is judged on other networks and examples."""

import pytest

from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.self_test.in_this_process import judge_of
from course_torch.exercises.self_test.scoring import TABLES, changes, text_of
from course_torch.exercises.self_test.solutions import FORMS
from course_torch.exercises.whole_pass import used_by

SEEDS = 50


@pytest.mark.slow
@pytest.mark.parametrize("chapter", TABLES)
def test_right_spellings_are_right_for_every_seed(chapter: str) -> None:
    _, spellings = TABLES[chapter]
    cases = [(*form, change) for form in FORMS for change in changes(spellings, *form)]
    for number in range(max(SEEDS, len(cases))):
        library, layout, change = cases[number % len(cases)]
        judge = judge_of(text_of(chapter, library, layout, change), chapter, 100 + number % SEEDS)
        for task in CHAPTERS[chapter].tasks:
            if task.name == change[0] or change[0] in used_by(judge.learner.source, task.name):
                assert judge.judge(task, {}).state == "right", (task.name, library, layout, change)

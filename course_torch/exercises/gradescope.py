"""The grade of one submission in the form that Gradescope reads: results.json."""

from course_torch.exercises.grading import Grade

STATUS = {"right": "passed"}


def as_results(grade: Grade) -> dict[str, object]:
    """Score, output, and one test for each function, with the checker's message."""
    messages = {each["function"]: each["message"] for each in grade.record.get("functions", [])}
    return {
        "score": grade.points,
        "execution_time": round(grade.seconds, 2),
        "output": grade.problem or f"{grade.points} of {len(grade.states)} functions are right",
        "tests": [
            {
                "name": name,
                "score": int(state == "right"),
                "max_score": 1,
                "status": STATUS.get(state, "failed"),
                "output": messages.get(name) or state,
            }
            for name, state in grade.states.items()
        ],
    }

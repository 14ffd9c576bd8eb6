"""The thread that computes: it carries out orders, ends, and takes no other work with it."""

import json
import threading
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
import torch

from course_torch.errors import InputError
from course_torch.mistakes.solution import solution
from course_torch.playground.compute_thread import LATER, Worker


@pytest.fixture
def worker() -> Any:
    worker = Worker(None, end=lambda: None)
    worker.start()
    yield worker
    worker.stop()
    assert not any(each.name == "playground" for each in threading.enumerate())


def ask(worker: Worker, question: Any) -> Any:
    """Let the thread answer a question about its sessions."""
    answers: Queue[Any] = Queue()
    worker.order(lambda sessions: answers.put(question(sessions)))
    return answers.get(timeout=20)


def test_a_page_gets_its_frames_and_another_page_its_own(worker: Worker) -> None:
    sent: dict[str, Queue[Any]] = {"a": Queue(), "b": Queue()}
    for name, answers in sent.items():
        worker.order(lambda sessions, name=name, answers=answers: sessions.open(name, answers.put))
    worker.order(lambda sessions: sessions.receive("a", json.dumps({"type": "step", "steps": 7})))
    kinds = {name: [answers.get(timeout=20) for _ in range(3)] for name, answers in sent.items()}
    for answers in kinds.values():
        assert [json.loads(each)["type"] for each in answers[:2]] == ["hello", "start"]
        assert isinstance(answers[2], bytes)
    steps = ask(worker, lambda sessions: [each.controller.session.step for each in sessions._connections.values()])
    assert steps == [7, 0]
    worker.order(lambda sessions: sessions.close("a"))
    assert ask(worker, lambda sessions: list(sessions._connections)) == ["b"]
    assert ask(worker, lambda sessions: torch.get_num_threads()) == 1


def test_the_thread_ends_in_the_middle_of_a_training(worker: Worker) -> None:
    worker.order(lambda sessions: sessions.open("a", lambda answer: None))
    worker.order(lambda sessions: sessions.receive("a", json.dumps({"type": "run"})))
    assert ask(worker, lambda sessions: sessions.wait) == 0
    worker.stop()
    assert worker.error is None


def test_a_message_for_a_page_that_has_gone_is_dropped(worker: Worker) -> None:
    worker.order(lambda sessions: sessions.receive("nobody", "{}"))
    assert ask(worker, lambda sessions: sessions.trace("nobody", "en")) is None


def test_why_the_thread_ended_is_kept_and_told(tmp_path: Path) -> None:
    ended = threading.Event()
    worker = Worker(tmp_path / "missing.py", ended.set)
    worker.start()
    assert ended.wait(timeout=20)
    worker.stop()
    assert isinstance(worker.error, InputError)
    assert "missing.py" in str(worker.error)


def test_a_file_that_the_learner_breaks_later_is_an_error_for_the_next_page_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep.py"
    path.write_text(solution("deep", "numpy", "columns"), encoding="utf-8")
    worker = Worker(path, end=lambda: None)
    worker.start()
    sent: Queue[Any] = Queue()
    assert ask(worker, lambda sessions: sessions.wait) is None
    path.write_text("nothing")
    worker.order(lambda sessions: sessions.open("a", sent.put))
    assert json.loads(sent.get(timeout=20))["type"] == "error"
    worker.stop()
    assert worker.error is None


def test_libraries_of_some_settings_are_imported_while_the_pages_are_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    imported: Queue[str] = Queue()
    monkeypatch.setattr("course_torch.playground.compute_thread.import_module", imported.put)
    monkeypatch.setattr("course_torch.playground.compute_thread.IDLE", 0.01)
    worker = Worker(None, end=lambda: None)
    worker.start()
    assert [imported.get(timeout=20) for _ in LATER] == list(LATER)
    assert ask(worker, lambda sessions: sessions.wait) is None
    worker.stop()
    assert imported.empty()

"""All conversations of the server, in the worker's thread: whoever imports this module imports torch."""

import json
from collections.abc import Callable
from pathlib import Path

import torch

from course_torch.errors import InputError
from course_torch.language import Language
from course_torch.playground.conversation import Conversation, Send
from course_torch.playground.own import OwnFile


class Desk:
    """Serves the pages in turn, a moment each. `mine` is the learner's file; `end` ends the program.

    Raises InputError if the file has no backward pass.
    """

    def __init__(self, mine: Path | None, end: Callable[[], None]) -> None:
        # Small tensors: two threads wait for each other longer than they compute, most of all on a busy machine.
        torch.set_num_threads(1)
        self._mine, self._end = mine, end
        self._conversations: dict[str, Conversation] = {}
        if mine is not None:
            OwnFile(mine)

    def open(self, name: str, send: Send) -> None:
        """Begin a conversation with a page."""
        try:
            own = None if self._mine is None else OwnFile(self._mine)
            self._conversations[name] = Conversation(name, send, self._end, own)
        except InputError as error:  # the learner has changed the file
            send(json.dumps({"type": "error", "message": str(error)}))

    def close(self, name: str) -> None:
        """The page has gone."""
        self._conversations.pop(name, None)

    def receive(self, name: str, message: str | bytes) -> None:
        """Hand a message to the conversation of its page."""
        if name in self._conversations:
            self._conversations[name].receive(message)

    def trace(self, name: str, language: Language) -> str | None:
        """The trace page of a conversation; None if there is none of this name, or if a pass stops."""
        each = self._conversations.get(name)
        return None if each is None else each.trace(language)

    @property
    def wait(self) -> float | None:
        """Seconds until there is something to do; None if a page must ask first."""
        waits = [each.wait for each in self._conversations.values()]
        return min((each for each in waits if each is not None), default=None)

    def work(self) -> None:
        """Give every conversation its moment."""
        for each in self._conversations.values():
            each.work()

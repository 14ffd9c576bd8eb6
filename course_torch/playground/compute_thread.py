"""The compute thread: it alone touches the sessions. torch is imported in it, so that the page need not wait."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_torch.playground.connections import Sessions

LATER = ("sklearn.datasets", "torch._dynamo")
"""Libraries that only some settings need, and that take a second each: imported while the pages are idle."""
IDLE = 0.5
"""Seconds without an order before such an import."""
Order = Callable[["Sessions"], object]
"""Something to do in the thread."""


class Worker:
    """A thread with the sessions of all pages, which carries out orders, and works on while there are none.

    end     called in the thread when it ends, or when a page asks for the end of the program
    error   why the thread ended, unless `stop` ended it
    """

    def __init__(self, mine: Path | None, end: Callable[[], None]) -> None:
        self.error: BaseException | None = None
        self._mine, self._end = mine, end
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        self._later = [*LATER]
        self._thread = Thread(target=self._run, name="playground")

    def start(self) -> None:
        self._thread.start()

    def order(self, order: Order) -> None:
        """Let the thread carry out an order after those before it."""
        self._orders.put(order)

    def stop(self) -> None:
        """End the thread and wait for it: a torch thread that outlives the program aborts it."""
        self._orders.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._serve()
        except BaseException as error:
            self.error = error
        finally:
            self._end()

    def _serve(self) -> None:
        from course_torch.playground.connections import Sessions

        sessions = Sessions(self._mine, self._end)
        while True:
            for order in self._waiting(sessions.wait):
                if order is None:
                    return
                order(sessions)
            sessions.work()

    def _waiting(self, seconds: float | None) -> list[Order | None]:
        """The orders that have come. The first is waited for, up to so many seconds; None: until it comes."""
        orders: list[Order | None] = []
        while seconds is None and self._later and not orders:
            try:
                orders.append(self._orders.get(timeout=IDLE))
            except Empty:
                import_module(self._later.pop(0))
        try:
            if not orders:
                orders.append(self._orders.get_nowait() if seconds == 0 else self._orders.get(timeout=seconds))
            while True:
                orders.append(self._orders.get_nowait())
        except Empty:
            return orders

"""A thread for what blocks."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


class OwnThread:
    """Does one call after the other. One that hangs holds up nobody else, nor the end of the process."""

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        Thread(target=self._run, name=name, daemon=True).start()

    async def call(self, work: Callable[[], T]) -> T:
        """What it returns or raises. Who is cancelled does not wait; the call itself goes on."""
        future: Future[T] = Future()
        self._work.put(lambda: _do(work, future))
        return await asyncio.wrap_future(future)

    def end(self) -> None:
        """After the calls so far."""
        self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _do(work: Callable[[], T], future: Future[T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)

"""Blocking work beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def finished(work: Callable[P, T], *args: P.args, **words: P.kwargs) -> T:
    """`asyncio.to_thread`, but whoever is cancelled comes back only when the thread is done: until then it
    works on what the caller is about to clear away."""
    return await _to_its_end(asyncio.ensure_future(asyncio.to_thread(work, *args, **words)))


async def finished_on(threads: Executor, work: Callable[[], T]) -> T:
    """The same on threads of one's own."""
    return await _to_its_end(asyncio.get_running_loop().run_in_executor(threads, work))


async def _to_its_end(future: asyncio.Future[T]) -> T:
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        while not future.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([future])
        if not future.cancelled():
            future.exception()
        raise

"""Spread work over threads, report progress, and stop at once on Ctrl-C."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from temstack.stack.progress import Progress

Item = TypeVar("Item")

_LARGE_PLANE = 1500 * 1500


def worker_count() -> int:
    """Return how many threads to use: the processors this process may run on, at most eight."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, 8)


def fft_threads(n_pixels: int) -> int:
    """Return how many threads one FFT should use.

    Large planes are transformed one after the other by all threads together: each in a thread of its own would need
    the memory of several planes at once.
    """
    return worker_count() if n_pixels > _LARGE_PLANE else 1


def for_each(
    work: Callable[[Item], None], items: Iterable[Item], progress: Progress, step: str, *, alone: bool = False
) -> None:
    """Call ``work(item)`` for every item in threads, or one after the other where it is to run *alone*.

    Alone means in the calling thread: memory that was freed there is used again, while every other thread would keep
    some of its own. An error or Ctrl-C cancels what has not begun.
    """
    items = list(items)
    progress(step, 0, len(items))
    if alone:
        for done, item in enumerate(items, start=1):
            work(item)
            progress(step, done, len(items))
        return
    executor = ThreadPoolExecutor(worker_count())
    try:
        futures = [executor.submit(work, item) for item in items]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            progress(step, done, len(items))
    finally:
        executor.shutdown(wait=True, cancel_futures=True)

"""How fast DM-scripts are parsed and run, and how much memory an image expression takes.

Run with ``python benchmarks/dmscript.py``; ``--quick`` makes everything small. Times are of the processor, the
least of several repetitions; what counts are the ratios to plain Python and to NumPy on the same machine.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from temstack.dmscript.context import Run
from temstack.dmscript.engine import compile_script
from temstack.dmscript.execution import Execution, Limits
from temstack.dmscript.host import HeadlessHost
from temstack.dmscript.parser import parse
from temstack.dmscript.source import Source

LINES = """// One round of a script as people write them
image img := RealImage("current image", 4, 64, 64)
number width, height, i
img.GetSize(width, height)
for (number n = 0; n < 10; n++)
{
    if (n == 2) continue
    else if (n > 8)
    {
        result("Recorded image " + n + " with defocus='" + (n * 5) + "'nm\\n")
        break
    }
    // insert the image into the stack
    img[n, 0] = tert(n < 5, sqrt(n), 0) + 1
}
taggroup tags = img.ImageGetTagGroup()
tags.TagGroupSetTagAsNumber("Meta Data:Exposure (s)", 0.5)

class Counter
{
    number count
    void add(object self, number x) { count += x }
    number get(object self) { return count }
}
"""

LOOP = """number i, total = 0
for (i = 0; i < {count}; i++)
{{
    if (i % 2 == 0) total += i * 0.5
    else total -= 1
}}
"""


@dataclass
class Measure:
    """One figure beside its limit."""

    name: str
    value: float
    limit: float
    unit: str
    more_is_better: bool = False

    @property
    def is_good(self) -> bool:
        """Whether the figure keeps its limit."""
        return self.value >= self.limit if self.more_is_better else self.value <= self.limit

    def __str__(self) -> str:
        sign = ">=" if self.more_is_better else "<="
        verdict = "ok" if self.is_good else "MISSED"
        return f"{self.name:<58} {self.value:>10,.2f} {self.unit:<9} {sign} {self.limit:,g}  {verdict}"


def least_seconds(work: Callable[[], object], repetitions: int = 5) -> float:
    """Return the processor time of the fastest of several repetitions."""
    times = []
    for _ in range(repetitions):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def runner(text: str, limits: Limits | None = None) -> Callable[[], object]:
    """Return a function that runs a script, compiled before."""
    compiled = compile_script(text, counts_steps=limits is not None and limits.steps is not None)
    return lambda: compiled.run(Execution(Run(HeadlessHost()), limits=limits))


def parsing(rounds: int) -> Measure:
    """Return how many lines are scanned and parsed in a second."""
    text = LINES * rounds
    seconds = least_seconds(lambda: parse(Source(text)))
    return Measure("lines parsed per second", text.count("\n") / seconds, 10_000, "lines/s", more_is_better=True)


def plain_loop(count: int) -> float:
    """Do in Python what the loop of the script does."""
    i = 0.0
    total = 0.0
    while i < count:
        if i % 2 == 0:
            total += i * 0.5
        else:
            total -= 1
        i += 1
    return total


def loops(count: int) -> list[Measure]:
    """Return how much longer a loop takes than in plain Python, without and with a limit of steps."""
    plain = least_seconds(lambda: plain_loop(count))
    text = LOOP.format(count=count)
    free = least_seconds(runner(text)) / plain
    limited = least_seconds(runner(text, Limits(steps=10 * count, seconds=1000))) / plain
    name = f"loop of {count:,} turns / plain Python"
    return [Measure(name, free, 3, "times"), Measure(f"{name}, steps and time limited", limited, 3, "times")]


def numpy_stack(shape: tuple[int, int, int], dtype: str) -> np.ndarray:
    """Do in NumPy what the expression of the script does."""
    stack = np.zeros(shape, dtype)
    plane, row, col = np.ogrid[: shape[0], : shape[1], : shape[2]]
    stack[...] = row + col * plane
    return stack


def expressions(size: int, planes: int) -> list[Measure]:
    """Return how much longer image expressions take than NumPy, and their peak memory."""
    found = []
    for words, dtype in ((f'RealImage("", 4, {size}, {size}, {planes})', "f4"),
                         (f'IntegerImage("", 1, 1, {size}, {size}, {planes})', "i1")):  # fmt: skip
        plain = least_seconds(lambda dtype=dtype: numpy_stack((planes, size, size), dtype), 3)
        script = least_seconds(runner(f"image stack := {words}\nstack[] = irow + icol * iplane"), 3)
        name = f"stack[] = irow + icol*iplane, {size}²×{planes}, {dtype} / NumPy"
        found.append(Measure(name, script / plain, 1.5, "times"))
    return [*found, memory(size, max(1, planes // 5))]


def memory(size: int, planes: int) -> Measure:
    """Return the peak memory of an expression in units of its result."""
    image = f'RealImage("", 4, {size}, {size}, {planes})'
    run = runner(f"image a := {image}, b := {image}\na = icol\nb = irow\nimage c = (a - b) * 2 + sqrt(a * b) / 3")
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    result = size * size * planes * 4
    # The two images it reads are there before.
    return Measure(
        f"peak memory of c = (a-b)*2 + sqrt(a*b)/3, {size}²×{planes}", (peak - 2 * result) / result, 2, "results"
    )


def all_measures(*, quick: bool = False) -> list[Measure]:
    """Return all figures."""
    if quick:
        return [parsing(20), *loops(20_000), memory(512, 16)]
    return [parsing(200), *loops(1_000_000), *expressions(1024, 50)]


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small cases, for a look")
    for measure in all_measures(quick=parser.parse_args().quick):
        print(measure)


if __name__ == "__main__":
    main()

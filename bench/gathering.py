"""What it costs to put lists of single stories together: `python -m bench.gathering [GROUPS=100000]`.

Three workers have so many groups each, of which they share two thirds; no HTTP, no index.
"""

import random
import sys
import time
from collections.abc import Callable
from typing import Final, TypeVar

from schemas.plover import EventType
from streams.counting.questions import Filters, ListName, Question
from streams.index.parts import Part, Row
from streams.web.gather.groups import Columns, Summed, columns_of
from streams.web.gather.replies import Reply, read_reply, write_reply

WORKERS: Final = 3
QUESTION: Final = Question(ListName.ACTORS, filters=Filters(types=frozenset({EventType.ASSAULT})))
T = TypeVar("T")


def part_of(worker: int, groups: int) -> Part:
    """All rows of one worker."""
    draw = random.Random(worker)
    rows = (
        Row(
            f"person:Name Number {number}",
            {"name": f"Name {number}", "kind": "person", "country": None, "sector": "GOV", "code": None},
            {"articles": draw.randrange(1, 9), "events": 9, "source": 4, "target": 5},
        )
        for number in draw.sample(range(groups * 3 // 2), groups)
    )
    return Part(tuple(rows), groups)


def timed(what: str, work: Callable[..., T], *given: object) -> T:
    """Do it, and print how long it takes."""
    began = time.perf_counter()
    result = work(*given)
    print(f"{what:28} {(time.perf_counter() - began) * 1000:7.1f} ms")
    return result


def main() -> None:
    """Print each step of one answer."""
    groups = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    received: list[Columns] = []
    for worker in range(WORKERS):
        part = part_of(worker, groups)
        columns = timed("rows to columns", columns_of, QUESTION, part)
        reply = Reply(frozenset({worker}), columns)
        raw = timed("columns to bytes", write_reply, "best", reply)
        received.append(timed("bytes to columns", read_reply, "best", raw).body)
        print(f"{'':28} {len(raw) / 1e6:7.1f} MB")
    summed = timed(f"{WORKERS} workers summed", Summed, QUESTION, received)
    timed(f"best 20 of {summed.total:,}", summed.page, None, 20)


if __name__ == "__main__":
    main()

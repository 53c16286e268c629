"""How fast the embedded Apache Kafka starts and ends: `python bench/broker_start.py [runs] [cache]`."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from streams.broker import EmbeddedCluster, EmbeddedKafka, KafkaRuntime, prepare_runtime

Result = TypeVar("Result")

DEFAULT_CACHE = Path.home() / ".cache" / "tidings"


def main(runs: int = 5, cache_dir: Path = DEFAULT_CACHE) -> None:
    """Print least and median seconds of each way to start and to end, and a node's memory."""
    with tempfile.TemporaryDirectory() as scratch:
        runtime, prepare_seconds = _timed(lambda: prepare_runtime(cache_dir))
        print(f"prepare the runtime (cache {cache_dir}): {prepare_seconds:.3f} s")
        seconds: dict[str, list[float]] = {}
        for run in range(runs):
            node = EmbeddedKafka(Path(scratch) / f"node-{run}", runtime, cache_dir=cache_dir)
            _measure_node(node, seconds)
            # a cache without the archive of loaded classes, made from the same jars
            bare = EmbeddedKafka(Path(scratch) / f"bare-{run}", runtime, cache_dir=Path(scratch) / "cache")
            _measure_bare_node(bare, seconds)
            _measure_cluster(Path(scratch) / f"cluster-{run}", runtime, cache_dir, seconds)
        for what, measured in seconds.items():
            print(f"{what:36} min {min(measured):6.2f}  median {statistics.median(measured):6.2f}")


def _measure_node(node: EmbeddedKafka, seconds: dict[str, list[float]]) -> None:
    def note(what: str, action: Callable[[], object]) -> None:
        seconds.setdefault(what, []).append(_timed(action)[1])

    note("start, new data folder (s)", node.start)
    seconds.setdefault("resident memory (MB)", []).append(_resident_mb(node.pid))
    note("stop (s)", node.stop)
    note("start, after a stop (s)", node.start)
    node.kill()
    note("start, after SIGKILL (s)", node.start)
    node.stop()


def _measure_bare_node(node: EmbeddedKafka, seconds: dict[str, list[float]]) -> None:
    with node:  # not measured: the first of them also makes the formatted template
        pass
    seconds.setdefault("start, after a stop, no archive (s)", []).append(_timed(node.start)[1])
    node.stop()


def _measure_cluster(
    folder: Path, runtime: KafkaRuntime, cache_dir: Path, seconds: dict[str, list[float]]
) -> None:
    cluster = EmbeddedCluster(folder, runtime, cache_dir=cache_dir)
    try:
        seconds.setdefault("start, cluster of three (s)", []).append(_timed(cluster.start)[1])
        seconds.setdefault("stop, cluster of three (s)", []).append(_timed(cluster.stop)[1])
    finally:
        cluster.kill()


def _timed(action: Callable[[], Result]) -> tuple[Result, float]:
    started = time.monotonic()
    result = action()
    return result, time.monotonic() - started


def _resident_mb(pid: int | None) -> float:
    """Resident memory by Linux's account; archive pages that processes share count in each."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(*(kind(argument) for kind, argument in zip((int, Path), sys.argv[1:], strict=False)))

"""Broker and worker on one machine: what the worker's process is given, and what is told of it."""

import os
from pathlib import Path
from typing import Any

import pytest
from streaming_fakes import FakeClock

from streams.commands.local_service import ServiceFailed, WorkerProcess
from streams.commands.where import NoKafka, find_kafka, kafka_folder
from streams.delivery.ending import EXIT_BROKEN, EXIT_UNSAFE
from streams.settings import Settings, read_settings


class FakeChild:
    """A child process that ends with one exit code."""

    def __init__(self, returncode: int | None) -> None:
        self.returncode = returncode
        self.signals: list[int] = []

    async def wait(self) -> int | None:
        return self.returncode

    def send_signal(self, number: int) -> None:
        self.signals.append(number)
        self.returncode = 0


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How processes were started; each of them ends at once as `exit_codes` has it."""
    calls: list[dict[str, Any]] = []
    exit_codes = [EXIT_UNSAFE, EXIT_BROKEN, 1]

    async def start(*command: str, **options: Any) -> FakeChild:
        calls.append({"command": command, **options})
        return FakeChild(exit_codes[min(len(calls), 3) - 1])

    monkeypatch.setattr("streams.commands.local_service.asyncio.create_subprocess_exec", start)
    return calls


async def test_the_worker_reads_the_settings_that_the_command_has(
    started: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child's environment gives it the same settings, with the Kafka that was found for it."""
    monkeypatch.setenv("TIDINGS_KAFKA_SASL_PASSWORD", "hunter2")
    told = read_settings().model_copy(
        update={
            "namespace": "demo-1",
            "http_port": 4711,
            "state_dir": tmp_path,
            "session_timeout_seconds": 6.5,
        }
    )
    await WorkerProcess(told, "k:9092", None).start()
    (call,) = started
    assert call["command"][1:] == ("-m", "streams", "worker", "--role", "all", "--with-parent")
    for name in list(os.environ):
        if name.startswith("TIDINGS_"):
            monkeypatch.delenv(name)
    for name, value in call["env"].items():
        monkeypatch.setenv(name, value)
    assert read_settings() == told.model_copy(update={"kafka": "k:9092"})


async def test_a_worker_that_ended_itself_is_started_again(
    started: list[dict[str, Any]], ticking: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that ended itself, for safety or broken, is started anew; any other end is a fault."""
    monkeypatch.setattr("streams.commands.local_service.time.monotonic", ticking)
    worker = WorkerProcess(Settings(), "k:1", None)
    await worker.start()

    def tell(_: str) -> None:
        ticking.now += 3600

    with pytest.raises(ServiceFailed, match="exit code 1;"):
        await worker.keep_running(tell)
    assert len(started) == 3


async def test_a_worker_that_ends_again_and_again_is_a_fault(
    started: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that cannot go on is not started for ever."""
    monkeypatch.setattr("streams.commands.local_service.EXIT_BROKEN", 1)
    worker = WorkerProcess(Settings(), "k:1", None)
    await worker.start()
    with pytest.raises(ServiceFailed):
        await worker.keep_running(lambda _: None)
    assert len(started) < 10


async def test_a_worker_that_never_gets_ready_shows_its_log(
    started: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The fault of a worker that ended at its start carries the end of its log."""
    log = tmp_path / "worker.log"
    log.write_text("\n".join(f"line {number}" for number in range(100)))
    worker = WorkerProcess(Settings(), "k:1", log)
    await worker.start()
    with pytest.raises(ServiceFailed, match=rf"(?s)exit code {EXIT_UNSAFE}; the end of its log:\n.*line 99"):
        await worker.wait_ready()


async def test_stopping_is_gentle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is asked to end, so that it can commit; one that has ended already is left alone."""
    worker = WorkerProcess(Settings(), "k:1", None)
    worker._child = child = FakeChild(None)  # type: ignore[assignment]
    await worker.stop()
    await worker.stop()
    assert len(child.signals) == 1


def test_a_configured_kafka_is_taken(tmp_path: Path) -> None:
    """TIDINGS_KAFKA goes before an embedded Kafka; without either the fault names the remedies."""
    assert find_kafka(Settings(kafka="k:1", state_dir=tmp_path)) == "k:1"
    assert kafka_folder(Settings(state_dir=tmp_path)).parent == tmp_path
    with pytest.raises(NoKafka, match=r"TIDINGS_KAFKA.*tidings up"):
        find_kafka(Settings(state_dir=tmp_path))

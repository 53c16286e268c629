"""Starts workers in a blink: a process that has imported all they need, and forks one on request.

A worker is busy for six seconds with imports and its spaCy pipeline; a run starts a dozen. What a fork
then runs is the product's own `main`. Only the processes of its coder pool come from a fork server,
which has loaded the pipeline, instead of from a fresh interpreter.
"""

import ctypes
import json
import multiprocessing
import os
import signal
import socket
import sys
from multiprocessing import forkserver, resource_tracker, util
from multiprocessing.context import ForkServerContext
from multiprocessing.popen_forkserver import Popen
from pathlib import Path
from types import FrameType
from typing import Any, Final

from streams.broker.launch import PR_SET_PDEATHSIG
from tests.chaos import switches
from tests.chaos.confession import confess_when_asked

PRELOADED: Final = "tests.chaos.preloaded_pipeline"
POOL_PROCESS: Final = "pool process "
MAX_REQUEST_BYTES: Final = 256 * 1024


class _ToldPopen(Popen):
    """Tells the process id: a pool's process is no child of its worker here."""

    def _launch(self, process_obj: Any) -> None:
        super()._launch(process_obj)
        sys.stderr.write(f"{POOL_PROCESS}{self.pid}\n")
        sys.stderr.flush()


class _ToldProcess(multiprocessing.context.ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Popen:  # noqa: N802 - multiprocessing's own name
        return _ToldPopen(process_obj)


class _ToldContext(ForkServerContext):
    Process = _ToldProcess


def serve(control: socket.socket) -> None:
    """Fork a worker for each request, tell of each that ends, until the other side has gone."""
    import streams.__main__  # noqa: F401 - what every worker would import

    multiprocessing.set_forkserver_preload([PRELOADED])
    resource_tracker.ensure_running()
    _start_fork_server()
    control.send(b"{}")

    def tell_of_the_dead(_number: int, _frame: FrameType | None) -> None:
        for pid, status in _reap():
            control.send(json.dumps({"ended": pid, "code": os.waitstatus_to_exitcode(status)}).encode())

    signal.signal(signal.SIGCHLD, tell_of_the_dead)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST_BYTES, 2)
        if not message:
            return
        if _is_fork_server_dead():
            _start_fork_server()
        pid = _fork(json.loads(message), descriptors, control)
        control.send(json.dumps({"started": pid}).encode())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _is_fork_server_dead() -> bool:
    """It dies of a worker that is killed in the middle of asking it for a process."""
    return not Path(f"/proc/{forkserver._forkserver._forkserver_pid}").exists()


def _start_fork_server() -> None:
    """Start it, and wait until it has loaded the pipeline."""
    server = forkserver._forkserver
    server._forkserver_address = server._forkserver_alive_fd = server._forkserver_pid = None
    server.ensure_running()
    first = multiprocessing.get_context("forkserver").Process(target=int)
    first.start()
    first.join()


def _reap() -> list[tuple[int, int]]:
    ended = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if not pid:
            return ended
        if pid != forkserver._forkserver._forkserver_pid:
            ended.append((pid, status))


def _fork(request: dict[str, Any], descriptors: list[int], control: socket.socket) -> int:
    # a child that ends at once must not be told of before it is told that it started
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    pid = os.fork()
    if not pid:
        _become_worker(request, descriptors, control)
    for descriptor in descriptors:
        os.close(descriptor)
    return pid


def _become_worker(request: dict[str, Any], descriptors: list[int], control: socket.socket) -> None:
    code = 70
    try:
        os.setsid()
        # of what a run starts nothing lives longer, also where the worker's own care for that fails
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        control.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        for descriptor, number in zip((*descriptors, descriptors[1]), (0, 1, 2), strict=True):
            os.dup2(descriptor, number)
        for descriptor in descriptors:
            os.close(descriptor)
        os.environ.clear()
        os.environ.update(request["env"])
        _use_fork_server()
        confess_when_asked()
        code = _run_main(request)
    except BaseException as error:  # noqa: BLE001 - a fork must never go on as its parent would
        sys.stderr.write(f"{error!r}\n")
    finally:
        util._exit_function()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _use_fork_server() -> None:
    # it is its starter's child, and so cannot be waited for here; it lives as long as anyone uses it
    forkserver._forkserver.ensure_running = lambda: None
    context = _ToldContext()
    multiprocessing.get_context = lambda method=None: context  # type: ignore[assignment]


def _run_main(request: dict[str, Any]) -> int:
    from streams.__main__ import main

    for name in request["without"]:
        switches.SWITCHES[name].take_away()
    sys.argv = ["tidings", *request["arguments"]]
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
            return 1
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))

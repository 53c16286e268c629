"""Become the given program, one that ends with the process that started it; run as a file, alone."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent_pid: int, command: list[str]) -> None:
    """Ask the kernel to kill this process when its parent ends, then become the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # a parent that ended before the kernel was asked is noticed here
    if os.getppid() != parent_pid:
        sys.exit(f"process {parent_pid} ended before its node started")
    # nothing of the user's environment (JAVA_TOOL_OPTIONS, CLASSPATH, ...) may change the node;
    # without a UTF-8 locale, Java cannot read a path that is not ASCII
    os.execve(command[0], command, {"LC_ALL": "C.UTF-8"})  # noqa: S606 - a shell is not wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])

"""Make the lock file anew: `python -m streams.broker.lock > streams/broker/kafka.lock.json`."""

import sys
import tempfile
from pathlib import Path

from streams.broker import maven
from streams.broker.fetch import sha256_of
from streams.broker.jars import Jar, JarLock, read_lock, render_lock


def main(requirements: list[str]) -> None:
    """Resolve the requirements (by default those of the present lock) and print a lock of what came."""
    wanted = tuple(requirements) or read_lock().requirements
    with tempfile.TemporaryDirectory() as scratch:
        found = maven.resolve(wanted, Path(scratch))
        jars = tuple(Jar(name, path.stat().st_size, sha256_of(path)) for name, path in found.items())
    sys.stdout.write(render_lock(JarLock(wanted, jars)))


if __name__ == "__main__":
    main(sys.argv[1:])

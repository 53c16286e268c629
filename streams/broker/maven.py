"""Maven's repositories, reached through jgo, which needs neither Maven nor Java."""

from collections.abc import Iterable
from pathlib import Path

from jgo.config import GlobalSettings
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext

from streams.broker.jars import Jar

TIMEOUT_SECONDS = 15


class MavenSource:
    """Fetches pinned jars into a scratch folder; asks for no POM and resolves nothing."""

    def __init__(self, scratch: Path) -> None:
        self._context = _context(scratch)

    def __call__(self, jar: Jar) -> Path:
        """Fetch one jar."""
        group, artifact, version = jar.coordinate.split(":")
        wanted = self._context.project(group, artifact).at_version(version).artifact()
        # jgo takes the remains of a broken download for the jar itself
        if (remains := wanted.cached_path) is not None:
            remains.unlink(missing_ok=True)
        return Path(wanted.resolve())


def resolve(requirements: Iterable[str], scratch: Path) -> dict[str, Path]:
    """Resolve coordinates to all jars that they need to run, by coordinate; for making the lock file."""
    context = _context(scratch)
    wanted = [context.create_dependency(requirement) for requirement in requirements]
    inputs, transitive = context.resolver.resolve(wanted)
    needed = [*inputs, *(each for each in transitive if each.scope in ("compile", "runtime"))]
    return {
        f"{each.groupId}:{each.artifactId}:{each.version}": Path(each.artifact.resolve()) for each in needed
    }


def _context(scratch: Path) -> MavenContext:
    # the user's jgo settings may name a mirror, under the name 'central' or beside it
    repositories = {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}
    return MavenContext(repo_cache=scratch, remote_repos=repositories, timeout=TIMEOUT_SECONDS)

"""The names by which stories call actors, gathered anew now and then."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Final, Protocol

from streams.index.aliases import Aliases, Named

_SECONDS: Final = 10.0
_EVENTS_AT_ONCE: Final = 20_000
"""More than so many are gone through beside the search, which meanwhile takes the names gathered before."""


class Naming(Protocol):
    """Stories that tell what they call actors."""

    @property
    def events(self) -> int:
        """How many events there are."""

    def names(self) -> dict[str, list[str]]:
        """Names by actor."""


@dataclass
class StoryNames:
    """Actors by what they are called in stories; no older than some seconds, and the time to gather them."""

    clock: Callable[[], float] = time.monotonic
    _aliases: Aliases = field(default_factory=Aliases)
    _gathered: float = float("-inf")
    _gathering: Lock = field(default_factory=Lock)

    def find(self, stories: Sequence[Naming], words: Sequence[bytes]) -> list[Named]:
        """Actors that some story calls by these words, and that name."""
        if self.clock() - self._gathered >= _SECONDS and self._gathering.acquire(blocking=False):
            if sum(each.events for each in stories) <= _EVENTS_AT_ONCE:
                self._gather(stories)
            else:
                Thread(target=self._gather, args=(stories,), daemon=True).start()
        return self._aliases.find(words)

    def _gather(self, stories: Sequence[Naming]) -> None:
        try:
            aliases = Aliases()
            for each in stories:
                for actor, names in each.names().items():
                    for name in names:
                        if name != name.lower():  # 'he' and 'the president' name nobody
                            aliases.add(actor, name)
            self._aliases = aliases
        finally:
            self._gathered = self.clock()
            self._gathering.release()

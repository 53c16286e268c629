"""The stream of server-sent events: bytes become typed messages (WHATWG HTML, section 9.2)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from streams.client.faults import Unreadable
from streams.client.reading import read
from streams.client.requests import KINDS
from streams.client.state import Status
from streams.client.things import Event, Partitions, Thing

_WATCHED: Final[dict[str, str]] = {
    "actor": "actors",
    "topic": "topics",
    "actor-topic": "actor-topics",
    "pair": "pairs",
    "type": "event-types",
}
"""The list that a watched thing is of."""


@dataclass(frozen=True, slots=True)
class Started:
    """A connection is there; `resumed` where it goes on after an id."""

    resumed: bool = False
    id: str | None = None


@dataclass(frozen=True, slots=True)
class EventTold:
    """An event was counted; with `correction` it stands where an older version of its story stood."""

    event: Event
    correction: bool = False
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A story was corrected: what it told before counts no more, its events follow."""

    article_id: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A story was withdrawn: what it told counts no more."""

    article_id: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is watched has changed: `item` of a watched thing (None: gone), `items` of a watched list."""

    watch: str
    item: Thing[Any] | None = None
    items: tuple[Thing[Any], ...] = ()
    partitions: Partitions = field(default_factory=Partitions)
    id: str | None = None


@dataclass(frozen=True, slots=True)
class StatusTold:
    """How the service is."""

    status: Status
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Something could not be told, and why: what is shown should be asked for anew."""

    why: str
    id: str | None = None


Message = Started | EventTold | Corrected | Withdrawn | Change | StatusTold | Gap


@dataclass(slots=True)
class Decoder:
    """Bytes in, messages out; keeps where the stream is, over any number of connections."""

    last_id: str | None = None
    retry_seconds: float | None = None
    _bytes: bytes = b""
    _name: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """The messages that are whole now; what is not waits for the next chunk."""
        # not str.splitlines: a sentence may hold other line ends of Unicode, which end no line here
        *lines, self._bytes = (self._bytes + chunk).split(b"\n")
        for line in lines:
            message = self._take(line.removesuffix(b"\r").decode(errors="replace"))
            if message is not None:
                yield message

    def restart(self) -> None:
        """Forget what a lost connection left unfinished."""
        self._bytes, self._name, self._data = b"", "", []

    def _take(self, line: str) -> Message | None:
        if not line:
            return self._finish()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self.last_id = value or None
        elif name == "retry" and value.isdecimal():
            self.retry_seconds = int(value) / 1000
        return None

    def _finish(self) -> Message | None:
        name, data = self._name, "\n".join(self._data)
        self._name, self._data = "", []
        return message_of(name, data, self.last_id) if data else None


def message_of(name: str, data: str, id_: str | None) -> Message | None:
    """One message by its name, None where this client does not know it; raises Unreadable."""
    of_kind = _READERS.get(name)
    if of_kind is None:
        return None
    try:
        told = json.loads(data)
    except ValueError as error:
        raise Unreadable(f"message {name!r} of the stream: no JSON") from error
    if not isinstance(told, dict):
        raise Unreadable(f"message {name!r} of the stream: {told!r} is no object")
    return of_kind(told, id_)


def _change(told: dict[str, Any], id_: str | None) -> Change:
    watch = str(told.get("watch", ""))
    what, _, name = watch.partition(":")
    kind: Any = KINDS.get(name if what == "top" else _WATCHED.get(what, ""))
    if kind is None:
        raise Unreadable(f"change of the stream: {watch!r} is nothing that can be watched")
    item = told.get("item")
    return Change(
        watch,
        item=None if item is None else read(kind, item),
        items=tuple(read(kind, each) for each in told.get("items") or ()),
        partitions=read(Partitions, told.get("partitions") or {}),
        id=id_,
    )


def _article(told: dict[str, Any]) -> str:
    article = told.get("article")
    return str(article.get("id", "")) if isinstance(article, dict) else ""


_READERS: Final[dict[str, Callable[[dict[str, Any], str | None], Message]]] = {
    "start": lambda told, id_: Started(told.get("resumed") is True, id_),
    "event": lambda told, id_: EventTold(read(Event, told), told.get("correction") is True, id_),
    "corrected": lambda told, id_: Corrected(_article(told), id_),
    "withdrawn": lambda told, id_: Withdrawn(_article(told), id_),
    "change": _change,
    "status": lambda told, id_: StatusTold(read(Status, told), id_),
    "gap": lambda told, id_: Gap(str(told.get("why", "")), id_),
}

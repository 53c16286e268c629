"""The stream of server-sent events: bytes become typed messages (WHATWG HTML, section 9.2)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from streams.client.faults import Unreadable
from streams.client.reading import read
from streams.client.requests import KINDS
from streams.client.state import Status
from streams.client.things import Event, Thing

_WATCHED: Final[dict[str, str]] = {
    "actor": "actors",
    "topic": "topics",
    "actor-topic": "actor-topics",
    "pair": "pairs",
    "type": "event-types",
}
"""The list that a watched thing is of."""


@dataclass(frozen=True, slots=True)
class EventTold:
    """An event was counted."""

    event: Event
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is watched has changed: `item` of a watched thing, `items` of a watched list."""

    watch: str
    item: Thing[Any] | None = None
    items: tuple[Thing[Any], ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class StatusTold:
    """How the service is."""

    status: Status
    id: str | None = None


Message = EventTold | Change | StatusTold


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
    try:
        told = json.loads(data)
    except ValueError as error:
        raise Unreadable(f"message {name!r} of the stream: no JSON") from error
    if name == "event":
        return EventTold(read(Event, told), id_)
    if name == "status":
        return StatusTold(read(Status, told), id_)
    return _change(told, id_) if name == "change" else None


def _change(told: Any, id_: str | None) -> Change:
    watch = str(told.get("watch", "")) if isinstance(told, dict) else ""
    what, _, name = watch.partition(":")
    kind: Any = KINDS.get(name if what == "top" else _WATCHED.get(what, ""))
    if kind is None:
        raise Unreadable(f"change of the stream: {watch!r} is nothing that can be watched")
    if told.get("items") is not None:
        return Change(watch, items=tuple(read(kind, each) for each in told["items"]), id=id_)
    item = told.get("item")
    return Change(watch, None if item is None else read(kind, item), id=id_)

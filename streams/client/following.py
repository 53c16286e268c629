"""The course of a stream over any number of connections: where it is, and when to connect again."""

from collections.abc import Callable, Iterator
from typing import Final

import httpx

from streams.client.exchange import Manner, fault_of, wait_after
from streams.client.faults import NotReady, TidingsError, Unreachable
from streams.client.filters import Params
from streams.client.messages import Decoder, Message

SILENCE_SECONDS: Final = 40.0
"""The service says something every 15 s: one that is silent for so long is lost."""

LONGEST_PAUSE_SECONDS: Final = 5.0


class Following:
    """A stream that goes on where it was: the first connection must come about."""

    def __init__(
        self,
        params: Params,
        manner: Manner,
        *,
        last_event_id: str | None = None,
        on_lost: Callable[[TidingsError], None] | None = None,
    ) -> None:
        self.params = params
        self._manner, self._on_lost = manner, on_lost
        self._decoder = Decoder(last_id=last_event_id)
        self._attempt, self._was_open = 0, False

    @property
    def headers(self) -> dict[str, str]:
        """Those of the next connection."""
        resumed = {"Last-Event-ID": self._decoder.last_id} if self._decoder.last_id else {}
        return {"Accept": "text/event-stream", **resumed}

    def opened(self, response: httpx.Response) -> None:
        """Take a response whose body was read if it is an error; raises what it tells."""
        fault = fault_of(response)
        if fault is not None:
            raise fault
        self._decoder.restart()
        self._attempt, self._was_open = 0, True

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """The messages that a chunk completes."""
        return self._decoder.feed(chunk)

    def pause_after(self, fault: TidingsError | httpx.TransportError | None) -> float:
        """Seconds until the next connection, after a fault or (None) an end; raises what is final."""
        told = fault if isinstance(fault, TidingsError) else fault_of(fault)
        told = told or Unreachable("the service ended the stream")
        if not isinstance(told, Unreachable | NotReady):
            raise told
        pause = wait_after(told, self._attempt)
        self._attempt += 1
        if not self._was_open and self._attempt > self._manner.retries:
            raise told
        if self._on_lost:
            self._on_lost(told)
        return min(LONGEST_PAUSE_SECONDS, self._decoder.retry_seconds or pause or LONGEST_PAUSE_SECONDS)

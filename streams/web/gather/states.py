"""What each worker says of its own state, from every worker that can be reached."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from streams.web.gather.asking import Peer, PeerFailed
from streams.web.gather.asks import Request, State
from streams.web.gather.peers import Peers

OwnState = Callable[[], Awaitable[dict[str, Any]]]
"""This worker's own state."""


class States:
    """The states of the workers that count, and of this one."""

    def __init__(self, own: OwnState, peers: Peers, peer: Peer, own_url: str) -> None:
        self._own, self._peers, self._peer, self._own_url = own, peers, peer, own_url

    async def __call__(self) -> Sequence[dict[str, Any]]:
        """One for each worker, by URL; of those that do not answer, why."""
        members = await self._peers.members()
        others = sorted(set(members.partitions) - {self._own_url})
        states = await asyncio.gather(self._own(), *(self._of(url) for url in others))
        return sorted(states, key=lambda state: str(state["url"]))

    async def _of(self, url: str) -> dict[str, Any]:
        try:
            state: dict[str, Any] = (await self._peer.ask(url, Request(State()))).body
        except PeerFailed as fault:
            return {"url": url, **unheard(str(fault))}
        return state


def unheard(why: str) -> dict[str, Any]:
    """What stands in for the state of a worker that has not told it."""
    return {"role": None, "phase": "unreachable", "partitions": [], "why": why}

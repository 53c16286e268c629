"""One question put to everybody who holds a part of its answer, for a bounded time."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from streams.counting.questions import Basis
from streams.kafka_topics import Catalogue
from streams.web.answers import NotReady, Standing
from streams.web.gather.asking import Peer, PeerFailed
from streams.web.gather.asks import Counted, Further, Request
from streams.web.gather.holdings import kafka_topic_of
from streams.web.gather.local import Local
from streams.web.gather.peers import Peers
from streams.web.gather.replies import Reply

_ROUNDS: Final = 2
"""A second one, with owners asked for anew, finds partitions that have just been moved."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The replies, of partitions that have none in common, and what they stand on together."""

    bodies: tuple[Any, ...]
    standing: Standing


@dataclass(slots=True)
class _Round:
    """What is known while a question is put."""

    missing: set[int]
    replies: list[Reply] = field(default_factory=list)
    why: dict[int, str] = field(default_factory=dict)

    def take(self, asked: frozenset[int], reply: Reply, who: str) -> None:
        """Take a reply: no partition twice, whatever was answered for."""
        if not reply.partitions <= asked & self.missing:
            self.fail(asked, PeerFailed(f"{who}: has answered for what it was not asked for"))
            return
        self.replies += [reply] if reply.partitions else []
        self.missing -= reply.partitions
        for number in asked - reply.partitions:
            self.why[number] = f"{who}: {reply.why or 'does not hold it'}"

    def fail(self, asked: frozenset[int], fault: PeerFailed) -> None:
        """Note why these partitions are missing."""
        self.why |= dict.fromkeys(asked, str(fault))


class Gathering:
    """Puts questions to this worker and to the others."""

    def __init__(self, local: Local, peers: Peers, peer: Peer, catalogue: Catalogue, own_url: str) -> None:
        self._local, self._peers, self._peer = local, peers, peer
        self._catalogue, self._own_url = catalogue, own_url

    async def gather(self, ask: Counted, wanted: Iterable[int] | None = None) -> Gathered:
        """Ask for the wanted partitions, all if None; raises NotReady where none could be answered."""
        numbers = range(self._catalogue.partitions) if wanted is None else wanted
        state = _Round(set(numbers))
        for number in range(_ROUNDS):
            await self._round(ask, state, again=number > 0)
            if not state.missing:
                break
        standing = _standing(numbers, state)
        if not state.replies:
            raise NotReady("; ".join(standing.why))
        return Gathered(tuple(reply.body for reply in state.replies), standing)

    async def _round(self, ask: Counted, state: _Round, *, again: bool) -> None:
        mine = state.missing & self._local.held(ask.basis)
        others = state.missing - mine
        owners = await self._owners(ask.basis, again=again) if others else {}
        asked: dict[str, set[int]] = {}
        for number in others:
            if (url := owners.get(number)) is None or url == self._own_url:
                mine = mine | {number}  # says why not
            else:
                asked.setdefault(url, set()).add(number)
        await asyncio.gather(
            *([self._ask_local(ask, frozenset(mine), state)] if mine else []),
            *(self._ask_peer(url, ask, frozenset(numbers), state) for url, numbers in asked.items()),
        )

    async def _owners(self, basis: Basis, *, again: bool) -> Mapping[int, str]:
        members = await (self._peers.ask_again() if again else self._peers.members())
        return members.owners(kafka_topic_of(self._catalogue, basis))

    async def _ask_local(self, ask: Counted, numbers: frozenset[int], state: _Round) -> None:
        state.take(numbers, await self._local.answer(ask, numbers), f"worker {self._own_url}")

    async def _ask_peer(self, url: str, ask: Counted, numbers: frozenset[int], state: _Round) -> None:
        try:
            state.take(numbers, await self._peer.ask(url, Request(ask, numbers)), f"worker {url}")
        except PeerFailed as fault:
            state.fail(numbers, fault)

    # --- lists that were frozen before -----------------------------------------------------------------

    async def further(self, ask: Further) -> tuple[list[Reply], list[PeerFailed]]:
        """What everybody has frozen under a name, and whom that could not be heard from."""
        members = await self._peers.members()
        others = [url for url in members.partitions if url != self._own_url]
        found = await asyncio.gather(
            self._local.further(ask),
            *(self._peer.ask(url, Request(ask)) for url in others),
            return_exceptions=True,
        )
        for outcome in found:
            if isinstance(outcome, BaseException) and not isinstance(outcome, PeerFailed):
                raise outcome
        return (
            [reply for reply in found if isinstance(reply, Reply)],
            [fault for fault in found if isinstance(fault, PeerFailed)],
        )


def _standing(numbers: Iterable[int], state: _Round) -> Standing:
    missing = tuple(sorted(state.missing))
    answered = tuple(sorted(set(numbers) - state.missing))
    told = (state.why.get(number, "no worker is known to hold it") for number in missing)
    by_reason: dict[str, list[int]] = {}
    for number, why in zip(missing, told, strict=True):
        by_reason.setdefault(why, []).append(number)
    return Standing(answered, missing, tuple(by_reason))

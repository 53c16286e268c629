"""The wiring of a worker's HTTP side: what it serves, and what runs beside it in the web thread."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from prometheus_client import generate_latest
from starlette.types import ASGIApp

from streams.index.aliases import packaged_aliases
from streams.kafka_topics import Catalogue
from streams.metrics import Metrics
from streams.web.api.application import Parts, build_api
from streams.web.api.problems import refuse
from streams.web.api.views import Status
from streams.web.gather.asking import PeerClient
from streams.web.gather.endpoint import ask_routes
from streams.web.gather.gather import Gather
from streams.web.gather.gathering import Gathering
from streams.web.gather.holdings import Holdings
from streams.web.gather.local import Index, Local
from streams.web.gather.peers import GroupDescription, Peers
from streams.web.gather.states import OwnState, States, unheard
from streams.web.gather.status import status_of
from streams.web.page import page_routes
from streams.web.pipeline import Pipeline, PipelineBusy
from streams.web.push import build_push
from streams.web.server import Beside
from streams.worker_state import WorkerState

T = TypeVar("T")

_HEALTH_SECONDS: Final = 4.0
"""Less than an orchestrator waits for a probe."""

_HEAVY_THREADS: Final = 2
"""Questions that are read at once, beside the one loop that answers: they share the interpreter anyway."""

_SAMPLE_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Web:
    """What a worker serves over HTTP."""

    api: ASGIApp
    beside: tuple[Beside, ...]
    before_stop: Beside


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the HTTP side is given by the worker."""

    url: str
    client_options: Mapping[str, Any]
    catalogue: Catalogue
    metrics: Metrics
    state: WorkerState
    holdings: Holdings
    index: Index


def build_web(around: Surroundings) -> Web:
    """Everything that is served, by a worker of any role; to be called in the pipeline's loop."""
    pipeline = Pipeline(asyncio.get_running_loop())
    description = GroupDescription(around.client_options, around.catalogue.count_group)
    peers, client = Peers(description), PeerClient(around.metrics)
    heavy = ThreadPoolExecutor(_HEAVY_THREADS, thread_name_prefix="answer")
    local = Local(around.index, around.holdings, heavy)

    own_state = _own_state(around, pipeline)
    states = States(own_state, peers, client, around.url)
    status = _status(states, around.catalogue)
    gathering = Gathering(local, peers, client, around.catalogue, around.url)
    answers = Gather(gathering, around.catalogue.partitions)
    push = build_push(
        answers=answers,
        client_options=around.client_options,
        changelog=around.catalogue.ledger_changelog,
        partitions=around.catalogue.partitions,
        status=status,
        metrics=around.metrics,
    )
    api = build_api(
        Parts(
            metrics=around.metrics,
            metrics_text=_asked(pipeline, lambda: generate_latest(around.metrics.registry)),
            readiness=_asked(pipeline, around.state.readiness),
            alive=_asked(pipeline, lambda: None),
            answers=answers,
            status=status,
            routers=(ask_routes(local, own_state), push.router, page_routes()),
        )
    )
    return Web(api, (_Thread(client, description, heavy, around.state),), push.close)


def _own_state(around: Surroundings, pipeline: Pipeline) -> OwnState:
    async def own_state() -> dict[str, Any]:
        try:
            return {"url": around.url, **await pipeline.call(around.state.told)}
        except PipelineBusy as busy:
            return {"url": around.url, **unheard(str(busy))}

    return own_state


def _asked(pipeline: Pipeline, function: Callable[[], T]) -> Callable[[], Awaitable[T]]:
    async def asked() -> T:
        try:
            return await pipeline.call(function, seconds=_HEALTH_SECONDS)
        except PipelineBusy as busy:
            raise refuse("not-ready", str(busy)) from busy

    return asked


def _status(states: States, catalogue: Catalogue) -> Callable[[], Awaitable[Status]]:
    async def status() -> Status:
        return status_of(await states(), namespace=catalogue.namespace, partitions=catalogue.partitions)

    return status


@dataclass(frozen=True)
class _Thread:
    """What lives as long as the web thread's loop."""

    client: PeerClient
    description: GroupDescription
    heavy: ThreadPoolExecutor
    state: WorkerState

    async def __call__(self) -> None:
        """Keep connections and rates until the server stops."""
        async with AsyncExitStack() as stack:
            stack.callback(self.heavy.shutdown, wait=False, cancel_futures=True)
            await stack.enter_async_context(self.client)
            stack.push_async_callback(self.description.close)
            self.heavy.submit(packaged_aliases)  # else the first search waits a second for them
            while True:
                self.state.sample()
                await asyncio.sleep(_SAMPLE_SECONDS)

"""The state of the service, from what its workers say."""

import random
from typing import Any

from gather_fakes import FakeService, random_rows

from streams.web.gather.peers import Peers
from streams.web.gather.states import States
from streams.web.gather.status import status_of


def state(url: str, **changes: Any) -> dict[str, Any]:
    return {
        "url": url,
        "role": "count",
        "phase": "open",
        "partitions": [0, 1],
        "coded_partitions": [0],
        "uptime_seconds": 5.0,
        "lag": {"coded": 3},
        "articles_per_second": {"coded": 0.0, "counted": 2.5},
        "seconds_behind": 1.0,
        "dead_letters": 2,
        "totals": {"stories": 10, "events": 20, "actors": 5},
        "days": ("2012-08-01", "2012-08-03"),
        "recovery": {"running": False, "remaining_records": 0, "total_records": 7},
        **changes,
    }


def test_workers_make_one_whole() -> None:
    """Sums of what is counted, the widest span of days, the oldest story that waits."""
    states = [
        state("http://a"),
        state("http://b", partitions=[2, 3], lag={"coded": 1, "tallies": 4}, seconds_behind=9.0, days=None),
        state("http://c", role="code", partitions=[], lag={"articles": 6}, seconds_behind=None),
    ]
    told = status_of(states, namespace="t", partitions=4)
    assert told.ready
    assert told.lag.model_dump() == {"articles": 6, "coded": 4, "tallies": 4}
    assert told.rates.articles_per_second == 7.5
    assert told.totals.model_dump() == {"stories": 30, "events": 60, "actors": 15}
    assert told.days.model_dump() == {"first": "2012-08-01", "last": "2012-08-03"}
    assert (told.seconds_behind, told.dead_letters) == (9.0, 6)
    assert [worker.url for worker in told.workers] == ["http://a", "http://b", "http://c"]


def test_what_nobody_holds_is_missing_and_told_why() -> None:
    """A worker that recovers names itself; the service is not ready until all is held."""
    told = status_of(
        [state("http://a"), state("http://b", partitions=[], phase="recovering")], namespace="t", partitions=4
    )
    assert not told.ready
    assert told.partitions.missing == (2, 3)
    assert told.partitions.why == ("worker http://b: is recovering",)


async def test_a_worker_that_cannot_be_reached_is_listed_as_such() -> None:
    """Its place is in the list, with why nothing is known of it."""
    service = FakeService()
    for url in ("http://a", "http://b"):
        service.add(url, random_rows(random.Random(1), 6, 3), (0,))
    service.workers["http://b"].dead = True

    async def own() -> dict[str, Any]:
        return state("http://a")

    states = await States(own, Peers(service.describe), service, "http://a")()
    assert [each["phase"] for each in states] == ["open", "unreachable"]
    told = status_of(states, namespace="t", partitions=2)
    assert not told.partitions.missing
    assert told.workers[1].role == "unknown"
